# A CrystFEL geometry that names a mask file: its pixels are excluded; a file that is not there is
# said, one of another size is refused.
airy simulate -q -o run --frame-size small --delays 0 --photons 1e6 -s 4
cal="--gain run/gain.h5 --pedestal run/pedestal.h5"
airy calibrate -q run/raw.h5 $cal --energy 9000 --geometry none -o stacked.h5
airy mask -q stacked.h5 --rectangle 100,200,109,219 --circle 700,5,0 -o mask.h5
cat >two.geom <<'G'
clen = 2.5
photon_energy = 9000 eV
res = 13333.3
mask_file = mask.h5
mask = /entry_1/instrument_1/detector_1/mask
mask_bad = 0x80
m0/min_fs = 0
m0/max_fs = 1023
m0/min_ss = 0
m0/max_ss = 511
m0/corner_x = -512
m0/corner_y = -530
m0/fs = x
m0/ss = y
m1/min_fs = 0
m1/max_fs = 1023
m1/min_ss = 512
m1/max_ss = 1023
m1/corner_x = -512
m1/corner_y = 18
m1/fs = x
m1/ss = y
G
airy calibrate -q run/raw.h5 $cal --geometry two.geom -o masked.h5
airy mask masked.h5 --show -q | awk '$2 == "bad" { print $2, $3 }'
sed 's/mask.h5/gone.h5/' two.geom >gone.geom
airy calibrate -q run/raw.h5 $cal --geometry gone.geom -o open.h5 2>talk.txt
cat talk.txt
airy mask open.h5 --show -q | awk '$2 == "bad" { print $2, $3 }'
sed 's/mask.h5/masked.h5/' two.geom >wrong.geom
airy calibrate -q run/raw.h5 $cal --geometry wrong.geom -o no.h5 2>talk.txt || { echo "exit $?"; cat talk.txt; }
# Values that it calls bad, in calibrated frames alone; a mask in the data's own file; what is not read.
values=stacked.h5:/entry_1/instrument_1/detector_1/data
sed -e 's/^mask_file.*/flag_morethan = 3/' -e 's/^clen.*/clen = -z/' two.geom >flags.geom
airy calibrate -q $values --layout bare --unit photons --energy 9000 --geometry flags.geom -o flagged.h5 2>talk.txt
cat talk.txt
airy mask flagged.h5 --show -q | awk '$2 == "bad" { print $2, $3 }'
airy calibrate -q run/raw.h5 $cal --geometry flags.geom -o words.h5 2>talk.txt
cat talk.txt

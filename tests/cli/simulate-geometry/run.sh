# Modules anywhere: two of them, apart by an odd number of pixels, one upside down, the beam off the
# middle and between pixels. What is written is read back through the same file, and is centered.
cat >two.geom <<'G'
clen = 1.25
photon_energy = 9000 eV
res = 13333.3
m0/min_fs = 0
m0/max_fs = 1023
m0/min_ss = 0
m0/max_ss = 511
m0/corner_x = -500.3
m0/corner_y = 14.4
m0/fs = x
m0/ss = y
m1/min_fs = 0
m1/max_fs = 1023
m1/min_ss = 512
m1/max_ss = 1023
m1/corner_x = 530.7
m1/corner_y = -7.6
m1/fs = -x
m1/ss = -y
G
make() { out=$1; shift; airy simulate -q -o $out --delays 10 --photons 1e6 -s 4 --beamstop 10 "$@"; }
make run --geometry two.geom -t 1
make again --geometry two.geom -t 3
airy compare run/truth.h5 again/truth.h5 --dataset /entry_1/truth_1/photons >/dev/null
cal="--gain run/gain.h5 --pedestal run/pedestal.h5"
airy bin -q run/raw.h5 $cal --geometry two.geom -o stack.cxi
airy mask -q stack.cxi --beamstop 6 -o masked.cxi
airy info --no-datasets stack.cxi | grep -e ^energy -e ^distance -e ^center
# `bin` puts pixels where they fall on the plane, here 0.4 down and 0.3 right of where they lie.
airy center -q masked.cxi -o found.cxi | awk '$1 == 0 {
    print "0.4 down, 0.3 right", ($2 - (172.8333 - 0.4 / 3)) ^ 2 + ($3 - (166.1667 + 0.3 / 3)) ^ 2 < 0.03 ^ 2, $6 < 1.1 }'
# psana's text, modules turned by a little and by 180 degrees and a little.
cat >two.data <<'G'
IP:V1 0 DET:V1 0 0 0 1250000 0 0 0 0 0 0
DET:V1 0 JUNGFRAU:V2 0 1500 21500 0 0 0 0 0.05 0 0
DET:V1 0 JUNGFRAU:V2 1 -2600 -22700 0 180 0 0 -0.03 0 0
G
make psana --geometry two.data
airy bin -q psana/raw.h5 --gain psana/gain.h5 --pedestal psana/pedestal.h5 --geometry two.data -o turned.cxi
airy mask -q turned.cxi --beamstop 6 -o masked.cxi -f
airy center -q masked.cxi -o found.cxi -f | awk '$1 == 0 {
    print "psana", ($2 - 186.1667) ^ 2 + ($3 - 182.8333) ^ 2 < 0.17 ^ 2, $6 < 1.1 }'
airy simulate --pattern -o p.cxi --geometry two.geom 2>talk || echo "exit $?"
make no --geometry none 2>>talk || echo "exit $?"
sed 's/1023/1535/' two.geom >wide.geom
make no --geometry wide.geom 2>>talk || echo "exit $?"
cat talk
[ ! -e no ] && ls

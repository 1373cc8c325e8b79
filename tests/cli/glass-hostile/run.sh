# Hostile inputs of rings, pdf, correlate, scan, atoms, thermal and fit: what is no value is none,
# units are asked for, inputs are not lost, and where a number would be wrong there is a sentence.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy, scipy.io" 2>/dev/null || { echo "Python without h5py, scipy" >&2; exit 77; }
$python - <<'P'
from inputs import *
import scipy.io
y, x = np.mgrid[:48, :48]
frame = np.rint(200 / (1 + .02 * np.hypot(y - 24, x - 24) ** 2)).astype("u2") + 5
lost = frame.copy()
lost[5:12, 5:12] = 65535
np.save("whole.npy", frame)
np.save("lost.npy", lost)
np.save("lost4.npy", np.where(lost == 65535, 2 ** 32 - 1, lost).astype("u4"))
np.save("gaps.npy", np.where(lost == 65535, -1, lost).astype("i4"))
np.save("nan.npy", np.full((48, 48), np.nan))
scipy.io.savemat("lost.mat", {"pattern": lost})
with h5py.File("tall.cxi", "w") as h:
    h["cxi_version"] = 140
    h["entry_1/instrument_1/detector_1/data"] = frame.astype("f4")
    h["entry_1/instrument_1/detector_1/x_pixel_size"] = 75e-6
    h["entry_1/instrument_1/detector_1/y_pixel_size"] = 150e-6
chance = np.random.default_rng(3)
light = chance.exponential(1, (16, 12, 12))
for i in range(1, 16): # speckle that forgets
    light[i] = .7 * light[i - 1] + .3 * light[i]
movie = chance.poisson(20 * light).astype("u2")
np.save("movie.npy", movie)
movie[:, 3, 3] = 65535
np.save("lost-movie.npy", movie)
hot = np.load("movie.npy").astype("f4")
hot[:, 4, 4] = 1e6
np.save("hot-movie.npy", hot)
np.save("roi.npy", np.ones((12, 12), "u1"))
scan = chance.poisson(30, (8, 2, 2, 14, 14)).astype("<u2")
scan[:, :, :, 4, 9] = 65535
scan.tofile("scan.u2")
np.save("scan.npy", scan)
h5py.File("scan.h5", "w")["data"] = scan
field = chance.normal(size=(12, 12)) # two maps that share nothing but where they are not known
other = chance.normal(size=(12, 12))
field[:, :5] = other[:, :5] = -999
with h5py.File("maps.h5", "w") as h:
    h["a"], h["b"] = field, other
mask = np.zeros((14, 14), "u1")
mask[4, 9] = 1
np.save("mask.npy", mask)
P
said() { # what a command says last, without what differs from run to run
    "$@" >out.txt 2>talk.txt && status=0 || status=$?
    echo "$status: $(sed 's/^airy [a-z]*: //' talk.txt | tail -n 1)"
}
place="--distance 0.1 --pixel 0.0006 --energy 50000 --beam 24,24"
ring() { grep -v '^#' iq.tsv | awk 'NR == 5 { printf "%.4g of %d pixels\n", $2, $NF }'; }
for f in whole.npy lost.npy lost4.npy lost.mat gaps.npy; do
    airy rings $f $place --bins 6 -o iq.tsv -f -q 2>&1
    ring
done
said airy rings gaps.npy $place --bins 6 --below 0 -o iq.tsv -f
ring
said airy rings nan.npy $place --bins 6 -o no.h5
said airy rings tall.cxi $place --bins 6 -o no.h5
said airy rings whole.npy $place --wavelength 0.2 -o no.h5
said airy rings whole.npy whole.npy $place -o no.h5
echo "== correlate, scan"
cor="--roi roi.npy --period 1"
airy correlate movie.npy $cor -o corr.h5 -q | cut -f 4
airy correlate lost-movie.npy $cor -o corr.h5 -q -f | cut -f 4
said airy correlate hot-movie.npy $cor -o corr.h5 -f
said airy correlate movie.npy movie.npy $cor -o no.h5
scan="--ring 2.6:6.4 --period 1 --quantum 1 --pixel 1"
said airy scan scan.u2 --shape 8,2,2,14,14 $scan -o no.h5
said airy scan scan.npy $scan -o no.h5
said airy scan scan.h5:/data $scan -o no.h5
airy scan scan.npy $scan --mask mask.npy -o scan-maps.h5 -q | cut -f 1
touch again.tsv
said airy scan scan.npy $scan --mask mask.npy -o again.h5
[ ! -e again.h5 ] || echo "again.h5 was written"
said airy relate maps.h5:/a maps.h5:/b
echo "== pdf"
awk 'BEGIN { print "q_inv_a\tintensity\tsigma"; for (i = 5; i <= 150; i++)
    print i / 10 "\t" 900 * exp(-i / 30) + 90 * (1 + sin(i / 3) / i * 20) "\t3" }' >iq.tsv
of="--composition Cu --density 0.085"
said airy pdf iq.tsv $of -o gr.h5
awk 'NR > 1 { $1 *= 10 } { print $1 "\t" $2 "\t" $3 }' iq.tsv >nm.tsv
said airy pdf nm.tsv $of -o no.h5
said airy pdf nm.tsv $of --energy 68500 -o no.h5
said airy pdf iq.tsv $of --energy 68.5 -o no.h5
said airy pdf iq.tsv $of --energy 685000 -o no.h5
said airy pdf iq.tsv --composition Cu --density 0.85 -o gr.h5 -f
[ "$(grep -c 'no solid' talk.txt)" = 1 ] || cat talk.txt
awk 'NR == 20 { $2 = -999 } { print $1 "\t" $2 "\t" $3 }' iq.tsv >filled.tsv
said airy pdf filled.tsv $of -o no.h5
awk 'NR == 20 { $3 = -1 } { print $1 "\t" $2 "\t" $3 }' iq.tsv >below.tsv
said airy pdf below.tsv $of -o no.h5
awk 'BEGIN { print "q_inv_a\ts"; for (i = 5; i <= 150; i++) print i / 10 "\t" 1 + sin(i / 3) / i }' >sq.tsv
said airy pdf sq.tsv --input sq --density 0.05 -o gr.h5 -f
echo "== fit, thermal"
awk 'BEGIN { print "temperature_C\ttau_s"; for (t = 360; t < 410; t += 10)
    print t "\t" 1e-13 * exp(97000 / 8.314462618 / (t + 273.15)) }' >tau.tsv
said airy fit tau.tsv --model arrhenius
awk 'NR > 1 { $1 += 273.15 } { print $1 "\t" $2 }' tau.tsv | sed 's/_C/_K/' >kelvin.tsv
airy fit kelvin.tsv --model arrhenius | awk '$2 == "energy" { print $3 }'
said airy fit tau.tsv --model arrhenius --x tau_s --y temperature_C
awk 'BEGIN { print "x\ty\te"; for (i = 0; i < 20; i++) print i "\t" i * i "\t0.1" }' >curved.tsv
said airy fit curved.tsv --model line --dy e
awk 'NR == 9 { $2 = -9999 } { print $1 "\t" $2 "\t" $3 }' curved.tsv >filled.tsv
said airy fit filled.tsv --model line --dy e
said airy thermal filled.tsv --what peak -o no.tsv
printf 'x\ty\ty\n1\t2\t3\n2\t4\t5\n3\t5\t6\n' >twice.tsv
said airy fit twice.tsv --model line
said airy fit curved.tsv --model line --points curved.tsv -f
head -n 1 curved.tsv
awk 'BEGIN { print "T\ty"; for (t = 300; t < 400; t++) print t "\t" t / 100 }' >straight.tsv
said airy thermal straight.tsv --what onset --low 300:330 --high 370:399 -o no.tsv
awk 'BEGIN { print "time_s\tstress_MPa\tstrain_percent\trest"; for (i = 0; i < 400; i++) {
    w = 6.283185307 * i / 100; print i / 100 "\t" 3 * sin(w + .5) "\t" sin(w) "\t1" } }' >load.tsv
airy thermal load.tsv --what modulus --strain strain_percent --draws 5 -o e.tsv -q -f >/dev/null
grep -v '^#' e.tsv | awk '$2 == "storage" { printf "%.1f %s\n", $3, $6 }'
said airy thermal load.tsv --what modulus --strain rest --draws 5 -o no.tsv
for name in temperature_C temperature_degC "Temp./°C" "T (°C)"; do
    awk 'BEGIN { for (i = 0; i < 100; i++) { s = (i - 40) / 10; s = s < 0 ? 0 : s > 1 ? 1 : s; print i "\t" s } }' |
        sed "1i$name\tCp" >cp.tsv
    airy thermal cp.tsv --what onset --low 273.15:300 --high 330:370 --draws 0 -o t.tsv -f -q | head -n 1
done
echo "== atoms"
dump() { # units, factor of lengths, of times
    awk -v units="$1" -v a="$2" -v t="$3" 'BEGIN { for (f = 0; f < 6; f++) {
        if (!f) print "ITEM: UNITS\n" units
        print "ITEM: TIME\n" f * t "\nITEM: TIMESTEP\n" f "\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp"
        for (k = 0; k < 3; k++) print "0 " 30 * a
        print "ITEM: ATOMS id type xu yu zu\n1 1 " 5 * a " " 5 * a " " (5 + f * .1) * a "\n2 1 " 9 * a " " 9 * a " " (9 - f * .1) * a
    } }' >"$1.lammpstrj"
}
dump metal 1 1; dump nano 0.1 1e-3; dump si 1e-10 1e-12; dump lj 1 1; dump furlongs 1 1
msd() { airy atoms "$1" --measure msd -o atoms.h5 -f >out.txt 2>talk.txt || true; grep -v '^#' msd.tsv | awk 'NR == 3 { printf "%.6g ps %.6g A^2\n", $1, $3 }'; }
for u in metal nano si lj; do msd $u.lammpstrj; done
grep -c 'reduced units' talk.txt
said airy atoms furlongs.lammpstrj --measure msd -o no.h5
printf '\357\273\277' | cat - metal.lammpstrj >mark.lammpstrj
msd mark.lammpstrj
sed 's/^0 30$/30 0/' metal.lammpstrj >turned.lammpstrj
said airy atoms turned.lammpstrj --measure gr -o no.h5
sed 's/^2 1 9 9 9$/2 1 9 9 1e300/' metal.lammpstrj >far.lammpstrj
said airy atoms far.lammpstrj --measure msd -o no.h5
said airy atoms metal.lammpstrj --measure order --cutoff 0.01 -o atoms.h5 -f
$python - <<'P'
from inputs import *
def h5md(name, unit, edges):
    with h5py.File(name, "w") as h:
        p = "particles/all/"
        h[p + "position/value"] = np.array([[[1, 1, 1], [1, 1, 1.3]]] * 2) / (10 if unit == "nm" else 1)
        h[p + "position/value"].attrs["unit"] = unit
        h[p + "position/step"] = np.arange(2)
        h[p + "position/time"] = np.arange(2.)
        h[p + "box/edges"] = np.full(3, 9.)
        h[p + "box/edges"].attrs["unit"] = edges
h5md("plain.h5", "Angstrom", "Angstrom")
h5md("mixed.h5", "nm", "Angstrom")
h5md("furlong.h5", "furlong", "furlong")
P
for f in plain mixed; do airy atoms $f.h5 --measure gr -o atoms.h5 -f -q | awk '$2 == "highest" { print $5, $7 }'; done
said airy atoms furlong.h5 --measure gr -o no.h5
echo "== files named twice"
cp mask.npy taken.h5
said airy bin whole.npy --mask taken.h5 -o taken.h5 -f
said airy convert whole.npy whole.npy -f
ls no.* 2>/dev/null || true
# A box of 10 m would have 1e12 bins of g(r), which overflowed; a curve says what and in which unit it is where
# a window misses it (degrees Celsius are read as K, an export's first column is its index).
dump() {
    printf 'ITEM: UNITS\nsi\nITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 10\n0 10\n0 10\n'
    printf 'ITEM: ATOMS id type x y z\n1 1 1 1 1\n2 1 2 2 2\n'
}
dump >si.lammpstrj
for what in "gr" "gr --r-max 1e4 --r-bin 1e-5" "sq --q-max 1000 --q-bin 1e-4" "gr --r-max 2 --r-bin 9"; do
    said airy atoms si.lammpstrj --measure $what -o x.h5
done
awk 'BEGIN { print "\"Temperature (°C)\";\"Cp\""; for (t = 0; t < 70; t++) printf "%d,5;%s\n", t, t < 35 ? "1,0" : "1,5" }' >celsius.csv
said airy thermal celsius.csv --what onset --low 1:20 --high 320:335 -o x.tsv
airy thermal celsius.csv --what onset --low 274:290 --high 320:335 --draws 5 -o onset.tsv -q | head -n 1 | cut -d. -f 1,2
# No photon at all is told, a profile of zeros written.
$python -c 'import numpy as np; np.save("dark.npy", np.zeros((48, 48), "u2"))'
airy rings dark.npy $place --bins 3 -o dark.tsv -q 2>&1 | grep -o "no photon in any ring"
grep -v '^#' dark.tsv | cut -f 2 | tail -n 1

# What cannot be done is said with what to do about it.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
good = rings(128, 128, 64, 64)
cxi("p.cxi", good.astype("f4"))
np.savez("a.npz", x=good)
np.save("complex.npy", good.astype("c8"))
with h5py.File("python.mat", "w") as file:
    file["pattern"] = good
with h5py.File("empty.h5", "w") as file:
    file["data"] = np.zeros((0, 128, 128), "f4")
row, column = np.mgrid[:128, :128]
t = 2 * np.pi * np.hypot((row - 64) * .02, (column - 64) * .09) + 1e-9
cxi("long.cxi", (2e4 * (3 * (np.sin(t) - t * np.cos(t)) / t**3) ** 2).astype("f4"))
frames = np.ones((1024, 1024), "f4")
with h5py.File("two.h5", "w") as file:
    file["data"] = frames
with open("two.geom", "w") as file:
    file.write("photon_energy = 9000 eV\nclen = 2.5 m\nres = 13333.3\ndim0 = ss\ndim1 = fs\n")
    for m in range(2):
        file.write("".join(f"m{m}/{s}\n" for s in (
            "min_fs = 0", "max_fs = 1023", f"min_ss = {512 * m}", f"max_ss = {512 * m + 511}",
            "fs = x", "ss = y", "corner_x = 0", f"corner_y = {100 * m}")))
P
for f in a.npz complex.npy empty.h5; do
    airy center $f 2>&1 && exit 1
done
airy center -q python.mat | awk 'NR > 1 {printf "%.1f %.1f\n", $2, $3}'
airy size p.cxi -o - 2>&1 && exit 1
airy kinetics p.cxi -o - 2>&1 && exit 1
[ ! -e ./- ]
airy size long.cxi 2>&1 | grep -o -e "--model spheroid" -e "elongated" | head -n 1
airy calibrate -q two.h5:/data --unit photons --geometry two.geom --no-mask-edges --wide keep -o o.h5 2>&1
airy bin p.cxi --distance 2500 -o o.cxi 2>&1 && exit 1
airy simulate -q --pattern --size 128 --delays 10 --shots 1 --photons 1e6 --seed 3 -o shot.h5
airy mask -q shot.h5 --beamstop 10 -o stop.h5
airy mask -q shot.h5 --beamstop 20 -o wide.h5
for f in shot stop wide; do
    echo "$f: $(airy size $f.h5 2>&1 | grep -c "fringes from the recorded center")"
done
airy condense stop.h5 --diameter 60 -o o.cxi 2>&1 | grep -o "the object may be.*"
mkdir of_master_one
cp p.cxi of_master_one/x.json
airy info of_master_one/x.json 2>&1 | head -n 2
series() { printf 'shot\tfile\tframe\tdelay_ps\n%s\n' "$1" | tr ' ' '\t' >s.tsv; airy series s.tsv -o out --search projections 2>&1; }
series '-1 p.cxi 0 0' && exit 1
series '1 p.cxi -3 0' && exit 1
series '1 p.cxi 0 nan' && exit 1
printf 'shot\tfile\tframe\tdelay_ps\n1\tp.cxi\t0\t0\n' >s.tsv
airy series s.tsv -o out --search projections --bin 1 --starts 2 --iterations 30 --generations 1 --no-pictures --no-model \
    --only shots --most-ring-chi2 0.01 2>&1 | grep -o "fails the gate.*"
# what is said of the experiment and is not what the file states
for option in "--distance 0.1" "--energy 8000" "--pixel 1e-4"; do
    # shellcheck disable=SC2086 # an option and its value
    airy bin p.cxi --factor 1 $option -o said.cxi -f 2>&1 >/dev/null | grep although
done
airy convert p.cxi p.fits -q >said
airy rings p.fits --distance 0.1 -o rings.h5 2>&1 >said | grep although
airy series s.tsv -o contrary --search projections --bin 1 --starts 2 --iterations 10 --generations 1 --no-pictures --no-model \
    --only shots --energy 8000 2>&1 | grep although

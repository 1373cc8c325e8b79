# Units that stand beside numbers count; what cannot be is refused with the unit it likely is in.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
good = np.stack([rings()] * 2).astype("i4")
nexus("mm.h5", good, distance=(2500., "mm"), pixel=(75., "um"))
nexus("nm.h5", good, energy=(0.13776, "nm"), pixel=(0.075, "mm"))
nexus("m.h5", good, energy=(1.3776e-10, "m"))
nexus("kev.h5", good, energy=(9., "keV"))
nexus("odd.h5", good, distance=(2.5, "furlong"))
nexus("small.h5", good, pixel=(75e-9, None))
nexus("bare-nm.h5", good, energy=(0.13776, None))
cxi("ev.cxi", good, energy=(9000., "eV"))
cxi("bare-ev.cxi", good, energy=(9000., None))
cxi("bare-mm.cxi", good, distance=(2500., None))
cxi("bare-um.cxi", good, pixel=(75., None))
with h5py.File("words.h5", "w") as file:
    file["data"] = np.full((1, 512, 1024), 3410, "u2")
gain = np.stack([np.full((512, 1024), g, "f4") for g in (41, -1.4, -.1)])
for name, factor, units in (("kev", 1, None), ("ev", 1e-3, None), ("12", 12.4, None),
                            ("told", 12.4, "ADU per 12.4 keV photon"), ("told-ev", 1e-3, "ADU/eV")):
    with h5py.File(f"gain-{name}.h5", "w") as file:
        put(file, "gains", gain * np.float32(factor), units)
with h5py.File("pedestal.h5", "w") as file:
    file["gains"] = np.stack([np.full((512, 1024), p, "f4") for p in (3000, 15000, 14000)])
with h5py.File("pedestal-bits.h5", "w") as file:
    file["gains"] = np.stack([np.full((512, 1024), p, "f4") for p in (3000, 31000, 14000)])
P
for f in mm.h5 nm.h5 m.h5 kev.h5 small.h5 ev.cxi; do
    echo "== $f"
    airy calibrate -q -f $f --unit photons -o out.h5
    airy info --no-datasets out.h5 | grep -e ^energy -e ^distance -e ^pixel
    airy size -q $f | awk 'NR == 2 {printf "%.1f nm\n", $2}'
done
for f in odd.h5 bare-nm.h5 bare-ev.cxi bare-mm.cxi bare-um.cxi; do
    airy size -q $f 2>&1 && exit 1
    airy calibrate -q -f $f --unit photons -o out.h5 2>&1 && exit 1
done
airy info --no-datasets bare-mm.cxi | grep doubtful
# The user's word counts more than the file's.
airy calibrate -q -f bare-mm.cxi --unit photons --distance 2.5 -o out.h5
airy bin -q -f bare-um.cxi --unit photons --pixel 75e-6 --factor 1 -o out.h5
airy calibrate -q -f nm.h5 --energy 9 -o out.h5 2>&1 && exit 1
for g in kev told told-ev "12 --gain-unit 12.4keV" "ev --gain-unit eV"; do
    set -- $g
    name=$1
    shift
    airy calibrate -f words.h5 --gain gain-$name.h5 "$@" --pedestal pedestal.h5 --energy 9000 \
        --geometry none -o out.h5 2>talk.txt
    tail -n 1 talk.txt
    airy info --no-datasets out.h5 | grep ^photons
done
for g in ev 12; do
    airy calibrate -f words.h5 --gain gain-$g.h5 --pedestal pedestal.h5 --energy 9000 -o out.h5 2>&1 && exit 1
done
airy calibrate -q -f words.h5 --gain gain-kev.h5 --pedestal pedestal-bits.h5 --energy 9000 -o out.h5 2>&1 ||
    echo "exit $?"

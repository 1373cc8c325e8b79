# Nothing is drawn or told under another's name: kinds of files, angles of one band, sizes in unknown pixels.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
cxi("p.cxi", rings().astype("f4"))
with h5py.File("gain.h5", "w") as file:
    file["gains"] = np.stack([np.full((512, 1024), g, "f4") for g in (41, -1.4, -.1)])
n, turn = 96, np.deg2rad(3)
y, x = np.mgrid[:n, :n] - n // 2
thick = 2 * np.sqrt(np.maximum(27.5**2 - x**2 - y**2, 0))
across = -x * np.sin(turn) + (y - 8) * np.cos(turn)
band = thick * (1 - .3 * np.exp(-across**2 / 2 / 2.2**2) * (abs(x) < 18))
band += np.random.default_rng(0).normal(0, .01 * thick.max(), thick.shape) * (thick > 0)
for name, depth in (("i.cxi", band), ("plain.cxi", thick)):
    with h5py.File(name, "w") as file:
        image = file.create_group("entry_1/image_1")
        image["data"], image["data_space"] = depth.astype("f4"), "real"
        image["image_size"] = np.array([2e-9 * n, 2e-9 * n, 0])  # and no size of a pixel
        file["cxi_version"] = 160
        file["entry_1/data_1/data"] = h5py.SoftLink("/entry_1/image_1/data")
np.save("photons.npy", rings(96, 96, 48, 48))
P
airy info i.cxi --no-datasets | grep ^pixel
for f in i plain; do
    airy difference -q $f.cxi -o $f-d.h5 >/dev/null
    airy bands $f-d.h5 -o $f-b.h5 --turns 0 --isotropic 0 2>talk.txt >/dev/null
    sed -n 's/.*folded angle [0-9.]* +- \([0-9.e-]*\) degrees.*/\1/p' talk.txt |
        awk '{print ($1 > 0.5 && $1 < 3) ? "its own error" : $1}'
done
for c in "difference p.cxi" "difference i-b.h5" "image p.cxi" "image i-d.h5" "pattern i.cxi" "bands i-d.h5" \
    "histogram i-d.h5" "histogram plain-b.h5" "rings p.cxi" "pattern gain.h5" "sheet p.cxi"; do
    set -- $c
    airy view $2 --what $1 -o no.png 2>&1 && exit 1
done
airy view gain.h5 -o no.png 2>&1 && exit 1
[ ! -e no.png ]
airy center -q photons.npy -o c.cxi >/dev/null
airy resolve -q c.cxi --support circle:12 --starts 2 --iterations 30 --generations 1 -o r.h5 --ring-table r.tsv >numbers
cut -f 1 numbers | head -n 3
grep -v '^#' r.tsv | head -n 1 | cut -f 1-5
airy info r.h5 | grep -c _nm || true
few='--search projections --starts 2 --iterations 30 --generations 1'
airy retrieve c.cxi $few -o recon.h5 2>&1 >/dev/null | grep support:
airy average recon.h5 -o image.cxi 2>&1 >/dev/null | grep agree
airy retrieve c.cxi $few --search photons -o none.h5 2>&1 >/dev/null | grep -o 'no search by likelihood: .*'
for c in "validate c.cxi" "bands"; do
    airy $c image.cxi -q -o no.h5 2>&1 && exit 1
done
airy bin photons.npy --pixel 75e-6 -o no.cxi 2>&1 && exit 1
exit 0

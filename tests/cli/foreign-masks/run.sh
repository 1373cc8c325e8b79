# Masks that lie beside frames under their usual names are used by every command, in layouts of any
# facility and in none; one that would leave nothing is questioned.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
light = np.stack([rings()] * 2)
mask = np.zeros((96, 128), "u4")
mask[5:20, 5:20] = 1
light[:, 5:20, 5:20] = 60000
detector = "/entry/instrument/detector/"
def put_all(name, **more):
    with h5py.File(name, "w") as file:
        for path, value in more.items():
            file[path] = value
put_all("lambda.nxs", **{detector + "data": light.astype("u2"), detector + "pixel_mask": mask})
put_all("named.nxs", **{"/entry/eiger/data": light.astype("u4"), detector + "pixel_mask": mask})
put_all("cxi.cxi", **{"cxi_version": 140, "/entry_1/data_1/data": light.astype("f4"), "/entry_1/data_1/mask": mask})
put_all("pixel.h5", **{"/data": light.astype("f4"), "/pixel_mask": mask})
put_all("each.h5", **{"/data": light.astype("f4"), "/mask": np.stack([mask] * 2)})
put_all("other.h5", **{"/data": light.astype("f4"), "/mask": mask[:5]})
put_all("good.h5", **{"/data": light.astype("f4"), "/mask": 1 - mask})
P
for f in lambda.nxs named.nxs cxi.cxi pixel.h5 each.h5 other.h5; do
    [ $f = other.h5 ] || airy center -q $f 2>&1 | awk -v f=$f 'NR == 2 { printf "%s center %.2f %.2f\n", f, $2, $3 }'
    airy calibrate $f --unit photons --energy 9000 -o out.h5 -f 2>&1 | sed "s/.*frame, /$f /"
done
airy center good.h5 2>&1 || echo "exit $?"

# What an HDF5 file leads to is read below its folder alone, unless --follow anywhere: by links, links
# of links, sources, sources of sources, storage; nothing outside is taken for absent.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
mkdir -p in/below elsewhere
$python - <<'P'
from inputs import *
import os
good = rings(64, 64, 32, 32).astype("f4")
DATA = "/entry_1/instrument_1/detector_1/data"
for name in ("elsewhere/p.cxi", "in/below/p.cxi", "in/beside.cxi"):
    cxi(name, good)
good.tofile("elsewhere/values.raw")
good.tofile("in/below/values.raw")

def linked(name, target, path="/entry_1"):
    with h5py.File(name, "w") as file:
        file["cxi_version"] = 160
        file[path] = h5py.ExternalLink(target, path)

def virtual(name, target, path=DATA):
    cxi(name, good)
    with h5py.File(name, "a") as file:
        del file[DATA]
        layout = h5py.VirtualLayout(good.shape, "f4")
        layout[:] = h5py.VirtualSource(target, path, good.shape)
        file.create_virtual_dataset(DATA, layout)

def stored(name, target):
    cxi(name, good)
    with h5py.File(name, "a") as file:
        del file[DATA]
        file.create_dataset(DATA, good.shape, "f4", external=[(target, 0, h5py.h5f.UNLIMITED)])

linked("in/near-link.cxi", "below/p.cxi")
linked("in/far-link.cxi", "../elsewhere/p.cxi")
linked("in/absolute-link.cxi", os.path.abspath("elsewhere/p.cxi"))
linked("in/below/again.cxi", "../../elsewhere/p.cxi")
linked("in/twice-link.cxi", "below/again.cxi")
linked("in/below/up.cxi", "../beside.cxi")
linked("in/up-and-down.cxi", "below/up.cxi")
virtual("in/near-source.cxi", "below/p.cxi")
virtual("in/far-source.cxi", "../elsewhere/p.cxi")
virtual("in/below/source.cxi", "../../elsewhere/p.cxi")
virtual("in/twice-source.cxi", "below/source.cxi")
virtual("in/link-of-source.cxi", "below/again.cxi")
stored("in/near-storage.cxi", "below/values.raw")
stored("in/far-storage.cxi", "../elsewhere/values.raw")
os.symlink("../../elsewhere/p.cxi", "in/below/symbolic.cxi")
linked("in/far-symbolic.cxi", "below/symbolic.cxi")
# a mask elsewhere is not "no mask"
cxi("in/far-mask.cxi", good)
with h5py.File("elsewhere/mask.h5", "w") as file:
    file["mask"] = np.ones(good.shape, "u4")
with h5py.File("in/far-mask.cxi", "a") as file:
    file["/entry_1/instrument_1/detector_1/mask"] = h5py.ExternalLink("../elsewhere/mask.h5", "/mask")
P
ln -s in/near-link.cxi here.cxi
cd in # where HDF5 looks for storage
ends() { sed 's/.*leads to.*\(elsewhere\|below\)\/\([a-z.0-9]*\), outside of.*unless \(.*\) says so/\3 for \2/'; }
for f in near-link up-and-down near-source near-storage; do
    airy center -q $f.cxi 2>&1 | awk 'NR == 2 {print $2 == 32 || ($2 > 31.9 && $2 < 32.1)}'
done
(cd .. && airy center -q here.cxi | wc -l)
for f in far-link absolute-link twice-link far-source twice-source link-of-source far-storage far-symbolic far-mask; do
    echo "$f"
    for c in center "mask --show --edges 1" size "condense -o o.cxi" "convert -o o.h5" "bin --factor 1 -o o.h5"; do
        airy $c -q $f.cxi 2>&1 && exit 1
        [ ! -e o.h5 ] && [ ! -e o.cxi ]
    done | ends | sort | uniq -c
    case $f in
    far-mask) airy center -q $f.cxi --follow anywhere 2>&1 | cut -c1-90 ;;
    *) airy center -q $f.cxi --follow anywhere 2>&1 | awk 'NR == 2 {print $2 > 31.9 && $2 < 32.1}' ;;
    esac
done

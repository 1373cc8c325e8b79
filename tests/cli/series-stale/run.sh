# What a shot is made of changed behind a link: it is done anew; what was deleted, too; gates need the shots.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
good = np.stack([rings(128, 128, 64, 64)] * 2).astype("f4")
cxi("source.h5", good)
with h5py.File("linked.h5", "w") as file:
    file["/entry_1"] = h5py.ExternalLink("source.h5", "/entry_1")
    file["/cxi_version"] = 160
cxi("virtual.cxi", good)
with h5py.File("virtual.cxi", "a") as file:
    del file["/entry_1/instrument_1/detector_1/data"]
    layout = h5py.VirtualLayout((2, 128, 128), "f4")
    layout[:] = h5py.VirtualSource("source.h5", "/entry_1/instrument_1/detector_1/data", (2, 128, 128))
    file["/entry_1/instrument_1/detector_1"].create_virtual_dataset("data", layout)
P
few='--search projections --starts 2 --iterations 30 --generations 1 --best 1 --bin 1 --no-pictures --no-model --only shots'
for f in linked.h5 virtual.cxi; do
    printf 'shot\tfile\tframe\tdelay_ps\n1\t%s\t0\t0\n2\t%s\t1\t6\n' $f $f >$f.tsv
    airy series $f.tsv -o out-$f $few 2>&1 | tail -n 1
    airy series $f.tsv -o out-$f $few 2>&1 | tail -n 1
    airy center $f -o x.h5 -f -q >/dev/null
    airy info x.h5 --history | grep -c -e source.h5
done
$python -c "
import h5py
h5py.File('source.h5', 'a')['/entry_1/instrument_1/detector_1/data'][:] *= 2"
for f in linked.h5 virtual.cxi; do
    airy series $f.tsv -o out-$f $few 2>&1 | tail -n 1
done
rm out-linked.h5/shot-0002/diff.h5
airy series linked.h5.tsv -o out-linked.h5 $few 2>&1 | tail -n 1
ls out-linked.h5/shot-0002/diff.h5
airy series linked.h5.tsv -o out-linked.h5 $few --starts 3 -s 5 2>&1 && exit 1
airy series linked.h5.tsv -o out-linked.h5 --only kinetics --starts 2 --least-photons 10 2>&1 && exit 1
# another run has the folder of the shot
flock out-linked.h5/shot-0002 airy series linked.h5.tsv -o out-linked.h5 $few --again -q 2>&1 | grep -o "shot-0002 is in use by another run"
exit 0

# Files that lead elsewhere, round in circles or to no end: refused at once, nothing is read that is not data.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
def virtual(name, source):
    with h5py.File(name, "w") as file:
        layout = h5py.VirtualLayout((32, 32), "f4")
        layout[:] = h5py.VirtualSource(source, "data", (32, 32))
        file.create_virtual_dataset("data", layout)
virtual("self.h5", ".")
virtual("there.h5", "back.h5")
virtual("back.h5", "there.h5")
with h5py.File("loop.h5", "w") as file:
    file["group/number"] = 1
    for k in range(4):
        file[f"group/again-{k}"] = file["group"]
    file["data"] = rings(32, 32, 16, 16)
with h5py.File("secret.h5", "w") as file:
    file.create_dataset("data", (32, 32), "u1", external=[("/etc/passwd", 0, 1024)])
with h5py.File("upwards.h5", "w") as file:
    file.create_dataset("data", (32, 32), "u1", external=[("../some.bin", 0, 1024)])
with h5py.File("pipe.h5", "w") as file:
    file["data"] = h5py.ExternalLink("pipe", "/data")
virtual("pieces.h5", "pipe")
with h5py.File("escape.h5", "w") as file:
    file["data \33[31mred\33[0m"] = rings(32, 32, 16, 16)
    file["note"] = "a \33]0;title\7 b"
with open("escape.tsv", "w") as file:
    file.write("shot\tdelay_ps\33[31m\n1\t2\n")
P
mkfifo pipe
for f in self.h5 there.h5 secret.h5 upwards.h5 pipe.h5 pipe /dev/zero; do
    timeout 10 airy center $f 2>&1 && exit 1
    timeout 10 airy bin $f --unit photons -o out.h5 2>&1 && exit 1
    timeout 10 airy info $f >talk.txt 2>&1 || true
    timeout 10 airy mask loop.h5 --file $f -o out.h5 2>&1 && exit 1
done
for f in pipe.tsv pipe.npy pipe.fits pipe.png pipe.mat pipe.raw; do
    mv pipe $f
    timeout 10 airy convert $f out.h5 2>&1 && exit 1
    mv $f pipe
done
for c in "kinetics pipe -o k.tsv" "series pipe -o out" "calibrate loop.h5 --unit photons --geometry pipe -o out.h5"; do
    timeout 10 airy $c 2>&1 && exit 1
done
timeout 10 airy center pieces.h5 2>&1 || echo "exit $?"
timeout 10 airy info loop.h5 | sed -n '/datasets/,$p'
for c in "info escape.h5" "center escape.h5:/note" "kinetics escape.tsv -o k.tsv" "info escape.tsv"; do
    airy $c 2>&1 || echo "exit $?"
done | tr '\33\7' '!!' | grep -c '!' || true
[ ! -e out.h5 ] && [ ! -e k.tsv ]
# frames of hundreds of lost files are looked for once, not one after the other for each of them
$python - <<'P'
from inputs import *
n = 400
with h5py.File("lost.h5", "w") as file:
    layout = h5py.VirtualLayout((n, 64, 64), "f4")
    for i in range(n):
        layout[i] = h5py.VirtualSource("part%d.h5" % i, "/data", (64, 64))
    file.create_virtual_dataset("/data", layout, fillvalue=np.nan)
with h5py.File("part5.h5", "w") as file:
    file["data"] = rings(64, 64, 32, 32).astype("f4")
P
timeout 20 airy center -q lost.h5 >centers.tsv 2>talk.txt && awk 'NR > 1 && $2 < 33 && $2 > 31 {print "frame", $1}' centers.tsv

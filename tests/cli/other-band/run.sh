# Images whose array or pixels are not those of the pattern: the right number, or one sentence.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
for n in 80 160; do # the same particle at the same distance: twice the detector, half the pixel
    airy simulate -q --pattern --size $n --distance 0.58 --delays 10 --photons 3e6 -s 3 -o p$n.cxi --truth t$n.h5
done
airy retrieve p80.cxi -q --search projections --starts 2 --iterations 20 --generations 1 -o r80.h5 >/dev/null
airy average r80.h5 -q -o a80.cxi >/dev/null 2>&1
score() { airy score "$@" 2>talk.txt | awk 'NR == 2 {printf "R %.3f, deviance %.2f\n", $2, $5}'; grep -e warning -e "taken as" talk.txt || true; }
echo "its own"
score p80.cxi t80.h5
echo "a larger band"
score p80.cxi t160.h5
echo "a smaller band"
score p160.cxi t80.h5
$python - <<'P'
from inputs import *
def image(name, change, pixel=None):
    with h5py.File("t80.h5") as old, h5py.File(name, "w") as new:
        for path in ("/cxi_version", "/entry_1/data_1", "/entry_1/image_1"):
            old.copy(path, new["/"] if path == "/cxi_version" else new.require_group("/entry_1"))
        array = new["/entry_1/image_1/data"]
        values = change(array[:])
        del new["/entry_1/image_1/data"]
        new["/entry_1/image_1/data"] = values
        for key in ("image_size", "x_pixel_size", "y_pixel_size"):
            if key in new["/entry_1/image_1"]:
                del new["/entry_1/image_1/" + key]
        if pixel:
            new["/entry_1/image_1/x_pixel_size"] = new["/entry_1/image_1/y_pixel_size"] = pixel
def beside(values):
    wide = np.zeros((128, 128), "f4")
    wide[24:104, 24:104] = values.reshape(80, 80)
    wide[4:14, 4:14] = values.max()
    return wide
with h5py.File("t80.h5") as file:
    pixel = float(file["/entry_1/image_1/x_pixel_size"][()])
image("wide.h5", beside, pixel)
image("no-pixel.h5", lambda a: a)
with h5py.File("r80.h5", "a") as file:
    file["/entry_1/image_1/x_pixel_size"][...] *= 2
P
echo "with something beside"
score p80.cxi wide.h5
echo "without a pixel size"
score p80.cxi no-pixel.h5
! airy average r80.h5 -q -o no.cxi 2>&1
for pair in "a80.cxi t160.h5" "p80.cxi p160.cxi" "a80.cxi p80.cxi" "a80.cxi p80.cxi --align" "p80.cxi p80.cxi --align"; do
    airy compare $pair 2>&1 && exit 1
done
airy compare --align a80.cxi t160.h5 2>&1 | grep -c twin
airy validate p160.cxi a80.cxi -q -o no.h5 2>&1 && exit 1
airy validate p80.cxi t160.h5 -q -o no.h5 2>&1 && exit 1
ls no* | grep -v no-pixel || true

# Numbers that stand for no value are no photons: ends of types, BLANK, impossible constants, empty words.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
good = rings()
for kind, sentinel in (("u1", 255), ("u2", 65535), ("u4", 2**32 - 1), ("i2", 32767), ("i4", -2**31)):
    frames = np.minimum(good[None] / (200 if kind == "u1" else 1), 200 if kind == "u1" else 1e9).astype(kind)
    frames[:, 10, 10] = sentinel
    nexus(f"nexus-{kind}.h5", frames)
    with h5py.File(f"bare-{kind}.h5", "w") as file:
        file["data"] = frames[0]
blank = good.astype("i4")
blank[10:20] = -2**31
fits("blank.fits", blank, BLANK=-2**31)
fits("sky.fits", good.astype("f4"), CRPIX1=1., CRPIX2=1., CDELT1=-2.7e-5, CDELT2=2.7e-5)
fits("image.fits", good.astype("f4"), CRPIX1=1., CRPIX2=1., CDELT1=1., CDELT2=1.)
png("grey.png", np.minimum(good, 200))
words = np.full((2, 1024, 1024), 3410, "u2")
words[0, 512:] = 0
gain = np.stack([np.full((1024, 1024), g, "f4") for g in (40, -1.5, -.1)])
pedestal = np.stack([np.full((1024, 1024), p, "f4") for p in (3000, 15000, 14000)])
gain[0, 100, 100], pedestal[0, 100, 101], pedestal[0, 100, 102] = np.inf, 65535, -1
for name, path, values in (("words.h5", "/data/JF01T02V01/data", words), ("g.h5", "gains", gain),
                           ("p.h5", "gains", pedestal)):
    with h5py.File(name, "w") as file:
        file[path] = values
P
for f in nexus-u1 nexus-u2 nexus-u4 nexus-i2 nexus-i4 bare-u1 bare-u2 bare-u4 bare-i2 bare-i4; do
    echo "$f $(airy mask -q $f.h5 --show | awk '$2 == "excluded" {print $3}')"
done
airy mask -q blank.fits --show | awk '$2 == "excluded" {print "blank", $3}'
airy info sky.fits | grep -e center -e pixel\  || true
airy info image.fits | grep -e center -e pixel\  || true
airy mask image.fits --beamstop 5 -o out.h5 2>&1 | head -n 1
airy info grey.png | grep ^photons
airy calibrate -f words.h5 --gain g.h5 --pedestal p.h5 --energy 9000 --geometry none --wide keep \
    --no-mask-edges -o out.h5 2>talk.txt
tail -n 1 talk.txt
airy info --no-datasets out.h5 | grep -e "^  gain  " -e "^  lost  " -e ^photons
airy convert -q -f out.h5 --frame 1 last.h5 >talk.txt
airy info --no-datasets last.h5 | grep -e "^  gain  " -e "^  lost  "
# Dark runs in another order are no pedestals of anything.
airy calibrate -q --make-pedestal words.h5 words.h5 -o dark.h5 2>&1 || echo "exit $?"

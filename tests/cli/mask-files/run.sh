# A mask that is given masks what it says, or is refused; others' reasons exclude as well.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
good, mask = rings(), np.zeros((96, 128), "u1")
mask[20] = 1
cxi("p.cxi", good.astype("f4"))
png("drawn.png", mask * 255)
png("one.png", mask)
np.save("drawn.npy", mask * 255)
np.save("one.npy", mask.astype("f8"))
np.save("good.npy", 1 - mask)
np.save("photons.npy", good)
np.save("nan.npy", np.where(mask, np.nan, good))
np.save("empty.npy", mask * 0)
with h5py.File("drawn.h5", "w") as file:
    file["mask"] = mask.astype("f4") * 255
for bit in (0x20, 0x40, 0x100, 0x800, 0x2000, 0x8000, 0x20000000):
    cxi(f"bit-{bit:x}.cxi", good.astype("f4"), mask=mask.astype("u4") * bit)
for bit in (0x1000, 0x10000):  # signal, support: no reasons to leave a pixel out
    cxi(f"tells-{bit:x}.cxi", good.astype("f4"), mask=mask.astype("u4") * bit)
P
for f in drawn.png one.png drawn.npy one.npy drawn.h5 nan.npy empty.npy good.npy photons.npy; do
    airy mask p.cxi --file $f -o out.h5 -f 2>&1 || echo "exit $?"
done
airy bin -q p.cxi --mask good.npy --factor 1 -o out.h5 -f 2>&1
airy size -q p.cxi --mask good.npy 2>&1 || echo "exit $?"
for f in bit-*.cxi tells-*.cxi; do
    airy mask $f -o out.h5 -f 2>&1
    airy mask p.cxi --file $f -o out.h5 -f 2>&1
done
# Readers that know CXI's own bits alone see every pixel that must not be used.
airy mask -q p.cxi --edges 2 -o edges.h5
$python -c "
import h5py
mask = h5py.File('edges.h5')['/entry_1/instrument_1/detector_1/mask'][()]
print((mask != 0).sum(), 'by any bit,', (mask & 0x69f != 0).sum(), 'by those of CXI')"
airy mask -q edges.h5 --show

# A mask reaches the counts beside a condensed pattern, is questioned by retrieve and validate as
# elsewhere, and readers of CXI's own bits find a reason in every pixel without a value.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
airy simulate -q --pattern --size 160 --delays 10 --photons 3e6 --seed 3 --beamstop 3 -o pattern.cxi
airy condense pattern.cxi -q -o condensed.cxi >/dev/null
$python - <<'P'
import numpy as np
mask = np.zeros((160, 160), "u1")
mask[30:60, 60:100] = 1  # 1200 pixels, and as many mates
np.save("mask.npy", mask)
np.save("good.npy", 1 - mask)
P
few="--starts 1 --iterations 10 --generations 1 -t 1 -q"
tiny="--groups 1 --islands 1 --rivals 2 --members 2 --children 2,2,2 --descent-steps 2 --resampled 0"
airy retrieve condensed.cxi $few $tiny -o whole.h5 >/dev/null 2>&1
airy retrieve condensed.cxi $few $tiny --mask mask.npy -o masked.h5 >/dev/null 2>&1
airy mask pattern.cxi --edges 2 -q -o edges.cxi
airy retrieve edges.cxi $few --search projections -o edges.h5 >/dev/null 2>&1
airy retrieve condensed.cxi $few --search projections --mask good.npy -o bad.h5 2>&1 >/dev/null | grep -o "is 1 good in it"
airy average whole.h5 -q -o image.cxi >/dev/null 2>&1
airy validate pattern.cxi image.cxi $few --search projections --nulls 0 --recoveries 0 --mask good.npy -o v.h5 2>&1 >/dev/null | grep -o "is 1 good in it"
$python - <<'P'
import h5py
import numpy as np
def bins(name):
    with h5py.File(name) as file:
        return file["/entry_1/result_1/search_bins"][()]
left = bins("whole.h5") - bins("masked.h5")
print("left out", 1200 <= left <= 1300)  # mates are one bin of the half plane
with h5py.File("edges.h5") as file:
    detector = file["/entry_1/instrument_1/detector_1"]
    mask = detector["mask"][:]
    print("edges", (mask >> 16 != 0).any(), (mask[np.isnan(detector["data"][:])] & 0xffff != 0).all())
P

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Processor time of `airy rings` on one thread, from an uncompressed HDF5 file of 1 M pixels, beside
# pyFAI's compiled CSR engine on one thread in the same run, reading the same file by h5py.
#
# A table on stdout: splitting, milliseconds of processor a frame of either (with reading, and with
# airy's SHA-256 of the input), and airy's over pyFAI's. Differences of a long and a short run, so
# that starting up and making the tables of pixels do not count.
set -eu
. "$(dirname "$0")/bench.sh"
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import h5py, pyFAI' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || { echo "python3 has no h5py and pyFAI" >&2; exit 77; }
FRAMES=${FRAMES:-60}
SHORT=$((FRAMES / 6))

"$AIRY" simulate -q --preset glass-rings --size 1024 --photons 500 -o glass -f >/dev/null
"$python" - "$FRAMES" <<'END'
import sys
import h5py
import numpy as np
with h5py.File("glass/frames.h5") as file:
    frame = np.squeeze(file["entry_1/instrument_1/detector_1/data"][()]).astype(np.int32)
with h5py.File("frames.h5", "w") as file:
    file.create_dataset("data", data=np.stack([frame + i % 7 for i in range(int(sys.argv[1]))]),
                        chunks=(1, *frame.shape))
END

# airy SPLIT N: seconds for the first N frames.
rings() {
    LC_ALL=C bash -c 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>talk' seconds "$AIRY" rings -q -f -t 1 \
        frames.h5:/data --frames "0:$2" --poni glass/geometry.poni --bins 1000 --range 0.5:26 \
        --split "$1" --solid-angle --polarisation 0.95 -o iq.tsv 2>&1 | awk '{ print $1 + $2 }'
}

cat >pyfai.py <<'END'
import sys
import time
import warnings
warnings.filterwarnings("ignore")
import h5py
import pyFAI
split, short, long = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ai = pyFAI.load("glass/geometry.poni")
took = {}
with h5py.File("frames.h5") as file:
    data = file["data"]
    one = lambda i: ai.integrate1d_ng(data[i], 1000, unit="q_A^-1", radial_range=(0.5, 26),
                                      polarization_factor=0.95, error_model="poisson",
                                      method=("no" if split == "none" else split, "csr", "cython"))
    one(0)
    for n in (short, long):
        began = time.process_time()
        for i in range(n):
            one(i)
        took[n] = time.process_time() - began
print(1e3 * (took[long] - took[short]) / (long - short))
END

printf '# split\tairy_ms\tpyfai_ms\tratio\n'
for split in none bbox; do
    rings $split "$SHORT" >/dev/null # the file comes into memory
    few=$(rings $split "$SHORT")
    many=$(rings $split "$FRAMES")
    theirs=$(OMP_NUM_THREADS=1 "$python" pyfai.py $split "$SHORT" "$FRAMES" 2>/dev/null)
    awk -v how="$split" -v few="$few" -v many="$many" -v theirs="$theirs" -v n=$((FRAMES - SHORT)) \
        'BEGIN { ms = 1e3 * (many - few) / n
                 printf "%s\t%.1f\t%.1f\t%.2f\n", how, ms, theirs, ms / theirs }'
done

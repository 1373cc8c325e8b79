# SPDX-License-Identifier: GPL-3.0-or-later
# Thinned text agrees with scikit-image's: same components, lines where theirs are.
[ -n "${SHARED_DATA-}" ] || { echo "no sample files"; exit 77; }
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import h5py, skimage' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || { echo "python3 has no h5py and skimage"; exit 77; }
"$python" "$CASE/thinning.py" make "$SHARED_DATA/thinning/skimage_bw_text.png"
airy bands diff.h5 -o bands.h5 --rule threshold --edge 0 --resolution 0.01 --min-length 0.001 --bend 0 -q >/dev/null
"$python" "$CASE/thinning.py" compare "$SHARED_DATA/thinning/skimage_bw_text.png"

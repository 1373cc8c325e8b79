# SPDX-License-Identifier: GPL-3.0-or-later
# Bars, forks, crosses, rings and blobs are thinned to the lines that scikit-image thins them to.
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import h5py, skimage' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || { echo "python3 has no h5py and skimage"; exit 77; }
"$python" "$CASE/thinning.py" make
airy bands diff.h5 -o bands.h5 --rule threshold --edge 0 --resolution 0.01 --min-length 0.001 --bend 0 --turns 0 --isotropic 0 -q >/dev/null
"$python" "$CASE/thinning.py" compare

# The profile of a tilted detector is pyFAI's of the same frame and .poni file.
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import h5py, pyFAI' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || { echo "python3 has no h5py and pyFAI" >&2; exit 77; }
"$python" -B "$CASE/compare.py" make
for split in none bbox; do
    airy rings -q frame.h5 --poni tilted.poni --below 0 --bins 300 --range 0.4:6 --split $split \
        --polarisation 0.95 --solid-angle -o $split.h5 >/dev/null
done
"$python" -B "$CASE/compare.py" compare

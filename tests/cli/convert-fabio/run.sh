# CBF, EDF and TIFF as fabio writes them, of several types, are the arrays that it was given.
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import fabio, numpy' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || { echo "python3 has no fabio" >&2; exit 77; }
"$python" -B "$CASE/files.py" make
for file in *.cbf *.edf *.tif; do
    airy convert -q "$file" "$file.npy" >/dev/null
done
"$python" -B "$CASE/files.py" compare

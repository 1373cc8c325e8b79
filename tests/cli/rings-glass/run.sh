# Measured powder rings on a tilted detector, and computed patterns of a glass, give the numbers
# that others made of them.
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import h5py, numpy' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || { echo "python3 has no h5py" >&2; exit 77; }
[ -f "${SHARED_DATA:-}/glass/ceo2-pilatus.h5" ] || { echo "no sample files" >&2; exit 77; }
glass=$SHARED_DATA/glass
ceo2() {
    airy rings -q "$glass/ceo2-pilatus.h5:/image_file_order" --poni "$glass/ceo2-pilatus.poni" \
        --flip rows --below 0 --bins 1500 --range 0.5:8 "$@" >/dev/null
}
ceo2 -o plain.h5
ceo2 --solid-angle -o solid.h5 --peaks peaks.tsv \
    --windows 1.9:2.12,2.24:2.4,3.2:3.37,3.77:3.93,4.55:4.74,4.98:5.13,5.6:5.78,5.95:6.13
ceo2 --solid-angle --polarisation 0.99 --split bbox -o bbox.h5
for t in 1 3; do
    airy rings -q "$glass/fem-stack-t3.h5:/patterns" --per-pixel 0.125 --unit s_inv_nm --beam 48,48 \
        --bins 48 --range=-0.0625:5.9375 --variance omega -t $t -o fem-$t.h5 >/dev/null
    grep -v '^#' fem-$t.tsv >rows-$t
done
cmp rows-1 rows-3
"$python" -B "$CASE/check.py" "$glass"

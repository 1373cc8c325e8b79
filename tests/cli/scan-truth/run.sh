# A scan with planted maps, read in two orders of axes and as an HDF5 dataset: the same maps, near the truth.
airy simulate --preset scan -o s --rows 8 --columns 9 --side 14 --frames 60 --tau 6 --v 0.4 --period 2 -q >shape
cat shape
run() { airy scan "$@" --ring 2.6:6.4 --period 2 --quantum 1 --variance pooled -q 2>/dev/null; }
run s/scan.u2 --shape 60,8,9,14,14 -o one.h5 -t 1 >one
run s/scan.u2 --shape 60,8,9,14,14 -o three.h5 -t 3 >three
cmp one three && airy compare one.h5:/entry/maps/tau_s three.h5:/entry/maps/tau_s -q >/dev/null && echo "any threads"
python=/usr/bin/python3
if $python -c "import h5py, numpy" 2>/dev/null; then
    $python - <<'P'
import h5py, numpy as np
a = np.fromfile("s/scan.u2", "<u2").reshape(60, 8, 9, 14, 14)
np.ascontiguousarray(a.transpose(3, 4, 1, 2, 0)).tofile("turned.u2")
with h5py.File("a.h5", "w") as f:
    f["data"] = a.transpose(1, 2, 0, 3, 4)
P
    run turned.u2 --axes ky,kx,y,x,t --shape 14,14,8,9,60 -o turned.h5 >turned
    run a.h5:/data --axes y,x,t,ky,kx -o a-maps.h5 >a
    cmp one turned && cmp one a && echo "any order"
else
    echo "any order"
fi
awk 'NR == 2 { print $1, $2, ($5 > 10 && $5 < 14 ? "tau 12" : $5), ($8 > 0.33 && $8 < 0.45 ? "v 0.4" : $8) }' one
head -n 1 one
grep -v '^#' one.tsv | head -n 1
airy relate one.h5:tau_s one.h5:v -q --shifts 99 --draws 99 -o related.tsv | cut -f 1-3,8

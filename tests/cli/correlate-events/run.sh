# An events file is read photon by photon, to the numbers of the frames that it was made of: regions
# and pixels in none, a mask, gaps, one mean of all frames, a flat, ages, steps, pixels of more than
# 255 photons, several passes, several files.
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
airy simulate --preset speckle -o s --frames 400 --rows 40 --columns 40 --tau 30 --photons 0.05 -q
$python - <<'P'
import h5py, numpy as np
with h5py.File("s/frames.h5") as h:
    found = []
    h.visititems(lambda name, what: found.append(name) if getattr(what, "ndim", 0) == 3 else None)
    frames = np.asarray(h[found[0]]).astype("u2")
frames[::7, 3, 4] = 700
frames[11] = 0
for name, part in (("frames", frames), ("first", frames[:150]), ("last", frames[150:])):
    h5py.File(name + ".h5", "w")["data"] = part
i = np.arange(1600)
np.save("map.npy", np.where(i * 7919 % 5 == 0, 0, 1 + i % 3).reshape(40, 40).astype("u1"))
np.save("mask.npy", (i % 37 == 0).reshape(40, 40).astype("u1"))
open("veto.tsv", "w").write("frame\n3\n40\n41\n399\n")
P
for f in frames first last; do airy convert $f.h5:/data $f-events.h5 --sparse -q >/dev/null; done
of="--roi map.npy --period 1 --kernel events -q -f"
rows() { for t in rois.tsv g2.tsv steps.tsv; do [ ! -f $1-$t ] || grep -v '^#' $1-$t; done; }
same() {
    rm -f ./*-rois.tsv ./*-g2.tsv ./*-steps.tsv
    airy correlate frames.h5:/data $of "$@" -o dense.h5 >/dev/null 2>&1
    airy correlate frames-events.h5 $of "$@" -o sparse.h5 -t 3 >/dev/null 2>&1
    airy correlate first-events.h5 last-events.h5 $of "$@" -o both.h5 >/dev/null 2>&1
    rows dense >dense; rows sparse >sparse; rows both >both
    [ "$(wc -l <dense)" -gt 50 ] && cmp dense sparse && cmp dense both && echo "same: $*"
}
same
same --normalise mean
same --flat mean --mask mask.npy
same --age-bin 100 --veto veto.tsv
same --steps --memory 3
same --per-decade 8 --frames 20:300 --map 40 --every-lag
# Where memory is short, curves without a part of the pixels are of all ages alone, or not kept.
for memory in 1.8 2.3; do
    airy correlate frames.h5:/data --roi map.npy --period 1 --kernel dense --age-bin 4 --map 40 --memory $memory \
        -o short.h5 -f 2>&1 | sed -n "s/^airy correlate: curves/$memory MB: curves/p"
done
# More memory is never too little where less was enough.
for memory in 2 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 3 3.2 3.4 3.6 3.8 4; do
    airy correlate frames.h5:/data --roi map.npy --period 1 --kernel dense --map 40 --memory $memory -o short.h5 -f -q \
        >/dev/null 2>&1 || echo "$memory MB are too little"
done

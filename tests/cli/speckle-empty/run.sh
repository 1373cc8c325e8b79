# Frames and scans that hold nothing to correlate: no photons, constants (whose g2 is 1), NaN, one frame,
# all of it masked, gaps that leave too little. One sentence each, and numbers where there are some.
python=/usr/bin/python3
$python -c "import numpy" 2>/dev/null || { echo "Python without numpy" >&2; exit 77; }
$python - <<'P'
import numpy as np
chance = np.random.default_rng(1)
good = chance.poisson(2, (20, 8, 8)).astype("f4")
lost = good.copy()
lost[5], lost[:, 2, 2] = np.nan, np.nan
for name, frames in (("zero", 0 * good), ("constant", 0 * good + 3), ("nan", np.nan * good), ("good", good), ("lost", lost)):
    np.save(name + ".npy", frames)
np.save("roi.npy", np.ones((8, 8), "u1"))
scan = chance.poisson(20, (8, 2, 2, 14, 14)).astype("f4")
for name, values in (("zero", 0 * scan), ("constant", 0 * scan + 4), ("nan", np.nan * scan), ("one", scan[:1]), ("good", scan)):
    np.save("scan-" + name + ".npy", values)
np.save("mask.npy", np.ones((14, 14), "u1"))
P
{ echo frame; seq 0 18; } >most.tsv
{ echo frame; seq 1 18; } >between.tsv
correlate() {
    echo "== $*"
    airy correlate "$@" --roi roi.npy --period 1 -o c.h5 -q -f 2>&1 | sed 's/^airy correlate: //' |
        awk -F '\t' 'NF > 1 { if ($1 == 1) print $4, $5, $6, $8; next } { print }'
}
for f in zero constant nan lost; do correlate $f.npy; done
grep -v '^#' c-g2.tsv | awk -F '\t' 'NR > 1 && !($6 > 0) { print "no number in g2" }'
correlate good.npy --mask roi.npy
correlate good.npy --veto most.tsv
correlate good.npy --veto between.tsv
correlate good.npy --frames 3
scan() {
    echo "== $*"
    airy scan "$@" --ring 2.6:6.4 --period 1 --pixel 1 -o s.h5 -q -f 2>&1 | sed 's/^airy scan: //' | cut -f 1-5
}
for f in zero constant nan one; do scan scan-$f.npy; done
scan scan-good.npy --mask mask.npy

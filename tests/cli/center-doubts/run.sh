# A center outside, one without mates, one of unmasked stops and hot pixels: told, at once.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
good = rings().astype("f4")
for name, at in (("near", (47, 300)), ("far", (3e4, 66)), ("beyond", (1e30, 66)), ("below", (-2, 66))):
    cxi(name + ".cxi", good, center=at)
row, column = np.mgrid[:96, :128]
cxi("edge.cxi", np.random.default_rng(0).poisson(rings(128, 128, 20.25, 100.75, 0.06, 2000)).astype("f4"))
stop = rings(photons=2e5) * (np.hypot(row - 47, column - 70) >= 14)
cxi("stop.cxi", np.random.default_rng(1).poisson(stop).astype("f4"))
hot = np.random.default_rng(2).poisson(rings()).astype("f4")
hot[40, 50] = 1e6
cxi("hot.cxi", hot)
good = np.random.default_rng(3).poisson(rings(256, 256, 128.3, 128.4, photons=4e5)).astype("f4")
stop, hot = good.copy(), good.copy()
stop[110:126, 120:140] = 0
hot[30:32, 200] = hot[200, 30] = 6e4
cxi("shots.h5", np.stack([good, stop, hot]))
P
for f in near far beyond below; do
    for c in size "condense -o o.cxi" "mask --beamstop 3 -o o.cxi" \
        "retrieve -o o.h5 --support circle:10" "resolve -o o.h5 --support circle:10" \
        "center --center 3e4,66"; do
        timeout 20 airy $c -q $f.cxi 2>&1 && exit 1
    done | sed 's/.*\(lies outside of the pattern of 96 x 128\).*/\1/' | uniq -c
done
for f in near below beyond; do # where cells begin does not need the beam on the detector
    airy bin -q $f.cxi -o o.cxi -f 2>&1 && echo "$f binned"
done
airy center -q near.cxi | awk 'NR > 1 {printf "%.2f %.2f\n", $2, $3}'
airy center -q near.cxi -o good.cxi >/dev/null
airy size -q good.cxi | awk 'NR > 1 {printf "%.1f nm\n", $2}'
airy center -q edge.cxi 2>talk.txt || echo "exit $?"
sed 's/(.*)/(Y, X)/' talk.txt
airy center -q edge.cxi --overlap 0.1 | awk 'NR > 1 {printf "%.1f %.1f\n", $2, $3}'
for f in stop hot; do
    airy center -q $f.cxi 2>talk.txt |
        awk 'NR > 1 {print (($2 - 47) ^ 2 + ($3 - 66) ^ 2 < 25 * ($4 ^ 2 + $5 ^ 2)) ? "within" : "beyond"}'
    cut -c1-60 talk.txt
done
printf 'shot\tfile\tframe\tdelay_ps\n1\tshots.h5\t0\t0\n2\tshots.h5\t1\t6\n3\tshots.h5\t2\t6\n' >shots.tsv
airy series shots.tsv -o out -q --search projections --starts 1 --iterations 10 --generations 1 --best 1 --bin 1 \
    --no-pictures --no-model --only shots
awk '$2 == "center_chi2" {print}' out/gates.tsv | cut -f 1,6,7

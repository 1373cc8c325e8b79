# One frame in which nothing can be found loses no other: it is told, has a row of nan, and keeps its
# place in the output. A run of nothing else fails.
python=
for p in python3 /usr/bin/python3; do
    "$p" -c 'import h5py' 2>/dev/null && python=$p
done
[ -n "$python" ] || { echo "no Python with h5py" >&2; exit 77; }
airy simulate -q --pattern --preset nib110 --size 160 --delays 0,5 --photons 1e6 -s 4 \
    --layout-of-bands paper -o run.cxi
darken() { # frames: without light
    "$python" -c 'import h5py, sys
data = h5py.File("run.cxi", "r+")["/entry_1/instrument_1/detector_1/data"]
for i in sys.argv[1:]:
    data[int(i)] = 0' "$@"
}
darken 0
airy center run.cxi -o centered.cxi -q | cut -f1,2,8 | sed 's/\(79[.]99[0-9]\)[0-9]*/\1/'
airy size centered.cxi -q | cut -f1-2 | sed 's/[0-9]*\.[0-9]*/NM/'
airy condense centered.cxi -o condensed.cxi -q --oversampling 2.3 2>talk
grep -v -e chi2 -e residuals talk >&2
airy info condensed.cxi | grep -E "^(holds|pixel|photons|not used) "
darken 1
airy center run.cxi -o none.cxi -q && echo "it should have failed"
ls ./*.cxi

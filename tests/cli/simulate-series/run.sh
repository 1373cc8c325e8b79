# The same seed gives the same series for any number of threads; another seed does not.
make() { (mkdir -p "$1" && cd "$1" && shift && airy simulate -q -o run --frame-size small --delays -1,10 "$@"); }
make one -s 5 -t 1
make three -s 5 -t 3
ls one/run
grep -v '^#' one/run/series.tsv
grep -v '^#' one/run/bands.tsv | cut -f 1,2
for data in raw.h5:/data/JF01T02V01/data gain.h5:/gains pedestal.h5:/gains pedestal.h5:/pixel_mask \
    truth.h5:/entry_1/truth_1/photons truth.h5:/entry_1/image_1/data truth.h5:/entry_1/truth_1/bands; do
    airy compare "one/run/$data" "three/run/$data" >/dev/null || echo "$data depends on threads"
done
# an existing series is kept
airy simulate -q -o one/run --frame-size small --delays 10 2>talk.txt || echo "exit $?"
grep -c 'raw.h5 exists' talk.txt

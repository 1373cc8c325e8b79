# One pattern through every format and back; each step is in the history.
awk 'BEGIN {
    printf "# airy pixels 40 50\nrow\tcolumn\tphotons\tmask\n"
    for (y = 0; y < 40; y++) for (x = 0; x < 50; x++)
        if (y == 3 && x > 4) printf "%d\t%d\tnan\t16\n", y, x
        else printf "%d\t%d\t%g\t0\n", y, x, (y * 50 + x) / 4
}' >p.tsv
airy convert p.tsv p.cxi
airy convert p.cxi p.fits
airy convert p.fits -o q.h5
airy convert q.h5 q.npy
airy convert q.h5 q.tsv
airy compare p.tsv q.npy
airy compare p.cxi q.tsv
airy info --replay q.tsv
airy convert p.tsv p2.cxi >/dev/null
airy convert q.h5 p.png
airy compare q.h5 p.png --tolerance 1e-4 >/dev/null
# Masks survive where a format has a place for them.
airy info q.h5 | grep -A1 "not used"
# A picture in tiles, each pixel where it was.
airy convert "$CASE/../../fuzz/corpus/fuzz_tiff/tiles.tif" tiles.tsv >/dev/null
awk '/^[0-9]/ { n++; wrong += $3 != ($1 % 6 * 8 + $2 % 8) * 37 % 251 } END { print n, wrong + 0 }' tiles.tsv
# Endings that begin another one: .fit and .fits, .hdf and .hdf5.
airy convert q.h5 p.fit
airy convert q.h5 p.hdf
airy compare p.fit p.hdf >/dev/null

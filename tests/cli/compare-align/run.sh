# A shifted, turned, scaled and smaller copy of an image is the same image.
blob() { awk -v n="$1" -v cy="$2" -v cx="$3" -v turn="$4" -v scale="$5" 'BEGIN {
    printf "# airy pixels %d %d\nrow\tcolumn\tphotons\tmask\n", n, n
    for (y = 0; y < n; y++) for (x = 0; x < n; x++) {
        v = turn * (y - cy); u = turn * (x - cx)
        printf "%d\t%d\t%.9g\t0\n", y, x, scale * (exp(-(v*v + u*u) / 40) + 0.6 * exp(-((v-5)^2 + (u-2)^2) / 12))
    }
}'; }
blob 64 32 32 1 1 >a.tsv
blob 64 35.25 30.5 1 1 >shifted.tsv
blob 64 34 29 -1 2.5 >twin.tsv
blob 56 27 29 1 1 >small.tsv
for b in shifted twin small; do
    airy compare --align --tolerance 0.01 a.tsv $b.tsv >$b.out
    awk '$1 == "twin" { print } $1 == "scale" { printf "scale %.4f\n", $2 }' $b.out
done
airy compare a.tsv twin.tsv >/dev/null && echo same || echo "exit $?"

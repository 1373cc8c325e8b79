# Even and odd parts apart: a blob and a smaller one beside it, which in the second image lies opposite
# a third one; an image whose odd part is right; the truth of a series, which knows its body.
blobs() { awk -v n=64 -v near="$1" -v far="$2" 'BEGIN {
    printf "# airy pixels %d %d\nrow\tcolumn\tphotons\tmask\n", n, n
    for (y = 0; y < n; y++) for (x = 0; x < n; x++) {
        v = y - 32; u = x - 32
        printf "%d\t%d\t%.9g\t0\n", y, x, exp(-(v*v + u*u) / 90) + near * exp(-((v-5)^2 + (u-3)^2) / 9) + far * exp(-((v+5)^2 + (u+3)^2) / 9)
    }
}'; }
blobs 0.3 0 >a.tsv
blobs 0.15 0.15 >even.tsv
blobs 0 0.3 >twin.tsv
parts() { awk '$1 ~ /^(band|even|odd|d)(_|$)/ { printf "%s %.1f\n", $1, $2 }' "$1"; }
airy compare --align a.tsv twin.tsv --tolerance 0.01 >out && parts out
airy compare --align a.tsv even.tsv >out || parts out | grep -e odd_error -e even_error
airy compare --align a.tsv even.tsv --band 0.5 --body 12,12 >out || awk '$1 == "band" || $1 == "d_odd_error" { printf "%s %.1f\n", $1, $2 }' out
airy simulate -q -o run --frame-size small --delays 10 --photons 1e5 -s 5 --polarization 30
airy compare --align run/truth.h5 run/truth.h5 --tolerance 0.001 >out
awk '$1 ~ /^d_/ { print $1, ($2 < 1e-6 || $1 ~ /share|correlation/ ? "good" : $2) } $1 == "d_odd_share" { print ($2 > 0.4 && $2 < 0.95) }' out
airy compare a.tsv a.tsv --band 0.5 >out 2>talk || echo "exit $?"
airy compare --align a.tsv a.tsv --body 3 >out 2>>talk || echo "exit $?"
blobs 0 0 | awk 'NR > 2 { $3 = 0 } { print }' OFS='\t' >empty.tsv
airy compare --align a.tsv empty.tsv >out 2>>talk || echo "exit $?"
cat talk

# Scans of one sample at five temperatures, times by Arrhenius with 97 kJ/mol (tau(633 K) is 2.990
# tau(673 K)): the maps' times give the energy back within its error; pairs of maps go in one table.
printf 'temperature_K\ttau_s\terr_s\n' >times.tsv
pairs=
for T in 633 643 653 663 673; do
    tau=$(awk -v T=$T 'BEGIN { printf "%.4f", 15 * exp(97000 / 8.31446261815324 * (1 / T - 1 / 633)) }')
    echo "$T $tau" >>planted
    airy simulate --preset scan -o $T --rows 6 --columns 6 --side 12 --frames 90 --tau $tau --v 1 -s $T -q >/dev/null
    airy scan $T/scan.u2 --shape 90,6,6,12,12 --ring 2:5.5 --period 1 --pixel 1 --quantum 1 -o $T.h5 -q >/dev/null
    # geometric mean: times scatter as logarithms do
    grep -v '^#' $T.tsv | awk -F'\t' -v T=$T 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
        $c["flag"] == 0 { l = log($c["tau_s"]); n++; s += l; q += l * l }
        END { m = s / n; d = sqrt((q / n - m * m) / (n - 1)); t = exp(m); printf "%d\t%.6g\t%.6g\n", T, t, t * d }' >>times.tsv
    pairs="$pairs $T.h5:tau_s $T.h5:v"
done
awk 'NR == 1 { a = $2 } END { printf "ratio of times at 633 and 673 K: %.3f\n", a / $2 }' planted
airy fit times.tsv --model arrhenius --x temperature_K --y tau_s --dy err_s -o fit.tsv -q >/dev/null
grep -v '^#' fit.tsv | awk -F'\t' '$2 == "energy" { off = $3 - 97; print (off * off < 9 * $4 * $4 && $4 < 15 ? "97 kJ/mol within three errors" : $3 " +- " $4) }'
airy relate $pairs --shifts 99 --draws 99 -q | awk -F'\t' '$3 == "split" { n++; s += $4 } END { m = s / n; print n, (m * m < 0.0625 ? "pairs, halves not related" : m) }'

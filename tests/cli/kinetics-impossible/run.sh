# Numbers that stand for nothing are no radii, errors or gates; a delay for every shot still tells how
# particles differ; and few shots say so.
table() { # awk's rows of "delay radius", three columns after each other
    awk -v OFS='\t' 'BEGIN { print "shot", "delay_ps", "r_par_nm", "r_par_err_nm", "r_perp_nm", "r_perp_err_nm" }
        { print NR, $1, $2, 0.1, $2, 0.1 }'
}
for d in 0 1 3 5 6 10 14 16 20; do for k in -1 0 1; do echo "$d 5$k" | tr -d -; done; done |
    awk '{print $1, 55 + 0.6 * $1 + ($2 % 3) / 4}' | table >good.tsv
awk -F '\t' -v OFS='\t' 'NR == 8 {$3 = -999} 1' good.tsv >sentinel.tsv
awk -F '\t' -v OFS='\t' 'NR > 1 {$4 = -1} 1' good.tsv >error.tsv
awk -F '\t' -v OFS='\t' '{print $0, (NR > 1 ? 0.5 : "gate")}' good.tsv >half.tsv
awk -F '\t' -v OFS='\t' '{print $0, (NR > 1 ? 0 : "gate")}' good.tsv >failed.tsv
cut -f 1,2 good.tsv >none.tsv
awk -F '\t' -v OFS='\t' 'NR == 5 {$3 = "inf"} 1' good.tsv >inf.tsv
for f in sentinel error half failed none inf; do
    airy kinetics -q $f.tsv -o k.tsv 2>&1 && exit 1
done
[ ! -e k.tsv ]
airy kinetics -q failed.tsv --all-shots --draws 50 -o k.tsv | grep -c differ
# Every shot of 200 at a delay of its own, one pair excepted that agrees by chance: truth 5 ps, 1 nm.
awk 'BEGIN { srand(3)
    for (i = 0; i < 200; i++) {
        d = i * 0.1 + 0.037 * (i % 3); u = 0
        for (k = 0; k < 12; k++) u += rand()
        printf "%.3f %.4f\n", d, 55 + 0.6 * (d > 5 ? d - 5 : 0) + (u - 6) }
    print "10.5001 58.3"; print "10.5001 58.3" }' | table >tool.tsv
airy kinetics -q tool.tsv --draws 100 -o tool-k.tsv >talk.txt
awk -F '\t' '$1 == "r_mean" && $2 == "best" {print "breaks", $4}
    $1 == "r_mean" && $2 == "segments-1" && $3 == "break_1" {print ($5 < 5 && $6 > 5) ? "5 ps is held" : "5 ps is missed"}
    $1 == "r_mean" && $2 == "spread" && $3 == "all delays" {print ($4 > 0.013 && $4 < 0.022) ? "1 nm" : $4}' tool-k.tsv
# Three delays of one shot each, and of the same size.
printf '0 55\n5 56\n10 58\n' | table >three.tsv
airy kinetics -q three.tsv --draws 50 -o three-k.tsv | grep -e nan -e "by 0 %" || echo "nothing said of nothing"
printf '0 55\n0 55\n5 55\n5 55\n10 55\n10 55\n' | table >same.tsv
airy kinetics -q same.tsv --draws 50 -o same-k.tsv | grep -e nan -e differ

# A table made by a formula: radii of three stages with a fixed scatter; the same bytes for any threads.
{
    printf 'shot\tdelay_ps\tr_par_nm\tr_par_err_nm\tr_perp_nm\tr_perp_err_nm\tgate\n'
    awk 'BEGIN {
        split("0 1 3 5 6 10 14 16 20", t, " "); shot = 0
        for (d = 1; d <= 9; d++) for (k = -2; k <= 2; k++) {
            r = 55 + 1.2 * (t[d] < 6 ? t[d] : 6) + (t[d] > 14 ? 4 * (t[d] - 14) : 0) + 0.3 * k
            printf "%d\t%g\t%g\t0.1\t%g\t0.1\t1\n", shot++, t[d], r, r } }'
} >shots.tsv
airy kinetics shots.tsv -o one.tsv --draws 200 -t 1 -q >one.txt
airy kinetics shots.tsv -o three.tsv --draws 200 -t 3 -q >three.txt
cmp one.txt three.txt
grep -v '^#' one.tsv >one; grep -v '^#' three.tsv >three; cmp one three
head -n 1 one
awk '$1 == "r_mean" && $2 == "segments-2" && $3 ~ /break|rate/ { printf "%s %.2f\n", $3, $4 + 1e-9 }' one
grep -o 'The data show a slower stage between two faster ones' one.txt
airy kinetics shots.tsv -o other.tsv --draws 200 -s 5 -q >other.txt
cmp -s one.txt other.txt && echo "the seed does nothing"
airy info one.tsv | grep -c 'airy kinetics'
printf 'shot\tr_par_nm\n1\t2\n' >none.tsv
airy kinetics none.tsv -o x.tsv 2>talk && echo "no delay_ps, no error"
grep -c 'none.tsv.*delay_ps' talk
head -n 6 shots.tsv >few.tsv
airy kinetics few.tsv -o x.tsv

# Two decays with a known scatter, told apart by a column; rivals, limits, and what is refused.
awk 'BEGIN {
    printf "sample\tdelay_s\tg2\tg2_err\n"
    for (s = 1; s <= 2; s++) for (i = 0; i < 40; i++) {
        t = 0.01 * exp(0.25 * i); wobble = (i * 7 % 5 - 2) * 5e-4
        printf "%s\t%.9g\t%.9g\t%g\n", (s == 1 ? "hot" : "cold"), t, 1 + 0.2 * exp(-2 * (t / (3 * s * s)) ^ 0.7) + wobble, 7e-4 }
    printf "cold\tnan\t1\t1\n" }' >g2.tsv
fit="airy fit g2.tsv --x delay_s --y g2 --dy g2_err --by sample"
$fit --model kww2 --against exp -o one.tsv -t 1 -q --points points.tsv >one.txt
$fit --model kww2 --against exp -o three.tsv -t 3 -q >three.txt
cmp one.txt three.txt
grep -v '^#' one.tsv >one; grep -v '^#' three.tsv >three; cmp one three
cat one.txt
head -n 1 one
awk '$3 ~ /^(tau|beta|weight|n|censored|mean_time)/ { printf "%s %s %s %.3f %s\n", $1, $2, $3, $4, $8 }' one
grep -v '^#' points.tsv | head -n 2
$fit --model kww2 --bootstrap 100 -o draws.tsv -t 1 -q >draws.txt
$fit --model kww2 --bootstrap 100 -o more.tsv -t 3 -q >more.txt
grep -v '^#' draws.tsv >draws; grep -v '^#' more.tsv >more; cmp draws more
$fit --model kww2 --bootstrap 100 -s 4 -o seed.tsv -q >seed.txt
grep -v '^#' seed.tsv | cmp -s - draws && echo "the seed does nothing"
$fit --model ml --fix beta=0.7 -q | awk '$3 ~ /^(beta|mean_time_field)$/ { print $1, $3, $4, $5, $8 }'
airy fit --list-models | awk 'NR == 1 || $1 == "vft"'
airy info one.tsv | grep -c 'airy fit'

refused() {
    "$@" && echo "not refused: $*"
    return 0
}
echo "== refused"
{
    refused $fit --model kww3
    refused $fit --model kww2 --fix gamma=1
    refused $fit --model kww2 --fix beta
    refused $fit --model kww2 --fix beta=one
    refused $fit --model kww2 --bound beta=2:1
    refused $fit --model kww2 --start tau=-4
    refused $fit --model kww2 --range 100:1
    refused $fit --model kww2 --range 5000:6000
    refused $fit
    refused airy fit g2.tsv --model kww2 --x delay_s --y g3
    refused airy fit g2.tsv --model kww2 --x delay_s --y sample
    refused airy fit g2.tsv --model kww2 --x delay_s --y g2 --dy g2_err --by roi
    refused airy fit none.tsv --model kww2
    printf 'x\ty\n1\t2\n2\t3\n' >few.tsv
    refused airy fit few.tsv --model kww2
    printf 'x\ty\te\n1\t2\t0.1\n2\t3\t0\n3\t4\t0.1\n' >zero.tsv
    refused airy fit zero.tsv --model line --dy e
    printf 'x\ty\n-1\t2\n2\t3\n3\t4\n4\t4\n5\t4\n' >negative.tsv
    refused airy fit negative.tsv --model kww
    refused airy fit negative.tsv --model arrhenius
    printf 'x\n1\n2\n' >one-column.tsv
    refused airy fit one-column.tsv --model line
    refused airy fit g2.tsv --model kww2 -o one.tsv
} 2>&1
airy fit 2>/dev/null || echo "exit $?"

# Fitted points and thermal curves become pictures that say what they show, the same for the same file.
command -v gnuplot >/dev/null || { echo "no gnuplot" >&2; exit 77; }
awk 'BEGIN { printf "age_s\tdelay_s\tg2\tg2_err\n"
    for (s = 1; s <= 2; s++) for (i = 0; i < 30; i++) { t = 2.5 * exp(0.3 * i)
        printf "%d\t%.9g\t%.9g\t%g\n", 1000 * s, t, 1.02 + 0.05 * exp(-2 * (t / (300 * s)) ^ 0.7) + (i % 3 - 1) * 5e-4, 7e-4 } }' >g2.tsv
airy fit g2.tsv --model kww2 --against exp --x delay_s --y g2 --dy g2_err --by age_s -o fit.tsv --points points.tsv -q >talk
airy view points.tsv -o a.png --size 500
airy view points.tsv -o b.png --size 500
cmp a.png b.png
airy view points.tsv -o points.svg --title 'Ageing'
grep -o '>[^<>]*\(delay (s)\|residual (errors)\|age 2000 s\|kww2\|exp\|Ageing\)' points.svg | tr -d '> ' | sort -u
awk 'BEGIN { printf "temperature_C\theat_flow_mW\n"; for (i = 0; i <= 300; i++) { t = 26.85 + 0.5 * i
    share = (t - 86.85) / 20; share = share < 0 ? 0 : share > 1 ? 1 : share
    printf "%.9g\t%.9g\n", t, 2 + 0.01 * t + 5 * share } }' >dsc.tsv
airy thermal dsc.tsv --what onset --low 300:350 --high 395:450 -o tg.tsv --drawing drawing.tsv --draws 0 -q >talk
airy view drawing.tsv -o drawing.svg
grep -o '>[^<>]*\(temperature (K)\|heat flow (mW)\|360\)' drawing.svg | tr -d '>' | sort -u
printf 'part\n' >part.tsv
airy view part.tsv -o x.png 2>&1 || echo "exit $?"
airy view points.tsv -o x.png --frame 7 2>&1 || echo "exit $?"

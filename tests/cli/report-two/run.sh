# Two series on one page: a glass with a dormant stage beside a metal without, by tables of formulas;
# the page of one begins with its verdict and links to what lies beside it.
command -v gnuplot >/dev/null || { echo "no gnuplot" >&2; exit 77; }
series() { # name, growth after 6 and until 14 ps
    mkdir $1
    {
        printf 'shot\tdelay_ps\tr_par_nm\tr_par_err_nm\tr_perp_nm\tr_perp_err_nm\ta_low_nm2\ta_total_nm2\tlow_fraction\tgate\tshown\n'
        awk -v rate=$2 'BEGIN {
            split("0 1 3 5 6 10 14 16 20", t, " "); shot = 0
            for (d = 1; d <= 9; d++) for (k = -2; k <= 2; k++) {
                middle = t[d] < 6 ? 0 : (t[d] < 14 ? t[d] : 14) - 6
                r = 55 + 1.2 * (t[d] < 6 ? t[d] : 6) + rate * middle + (t[d] > 14 ? 3 * (t[d] - 14) : 0) + 0.3 * k
                printf "%d\t%g\t%g\t0.1\t%g\t0.1\t%g\t%g\t0.5\t1\t0\n", shot++, t[d], r, r, 1.57 * r * r, 3.14 * r * r } }'
    } >$1/shots.tsv
    airy kinetics $1/shots.tsv -o $1/kinetics.tsv --draws 100 -q >$1/kinetics.txt
}
series glass 0
series metal 1.2
printf 'population\tmembers\tbranches\tlength_nm\tfolded_mean_deg\tfraction_20_40\tfraction_low\tfraction_high\tp_20_40\tp_uniform\n' | tee glass/populations.tsv >metal/populations.tsv
printf 'stage II\t5\t10\t300\t30\t0.9\t0.8\t1\t0.001\t0.001\n' >>glass/populations.tsv
printf 'pumped\t40\t0\t0\tnan\tnan\tnan\tnan\tnan\tnan\n' >>metal/populations.tsv
airy report --compare glass metal -o two.html --title 'Two'
ls two*
grep -o '<p class="verdict">[^<]*' two.html
grep -o '<div class="card"><b>[^<]*' two.html | sed 's/.*<b>//' | grep -c .
grep -c 'no bands' two.html
airy report glass -o glass/report.html -q
airy report glass -o elsewhere.html -q
grep -o 'href="kinetics.tsv"' glass/report.html | sort -u
grep -o 'href="glass/kinetics.tsv"' elsewhere.html | sort -u
airy report glass metal -o x.html

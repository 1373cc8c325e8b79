# SIGINT and SIGTERM end every command within two seconds, whether it looks at them or not, and a
# second one at once; no output is half there.
awk 'BEGIN {
    srand(1); print "shot\tdelay_ps\tr_par_nm\tr_par_err_nm\tr_perp_nm\tr_perp_err_nm"
    for (i = 1; i <= 300; i++) {
        d = 20 * rand(); r = 55 + 0.6 * (d > 5 ? d - 5 : 0) + rand() - 0.5
        printf "%d\t%.3f\t%.4f\t0.1\t%.4f\t0.1\n", i, d, r, r * 0.99
    } }' >shots.tsv
stops() { # signal, command: how it ended
    signal=$1
    shift
    airy "$@" >talk.txt 2>&1 &
    pid=$!
    sleep 0.7
    begun=$(date +%s%N)
    kill -$signal $pid 2>/dev/null || { wait $pid || true; echo "$1: had ended"; cat talk.txt; return 0; }
    wait $pid && status=0 || status=$?
    spent=$((($(date +%s%N) - begun) / 1000000))
    [ $spent -lt 2600 ] && echo "$1 $signal: exit $status" || echo "$1 $signal: exit $status after $spent ms"
}
stops INT kinetics shots.tsv -o k.tsv -t 1 --draws 1000000
stops TERM kinetics shots.tsv -o k.tsv -t 1 --draws 1000000
stops INT montecarlo -o mc.h5 --runs 10000 -t 1
stops TERM simulate --preset nib110 --shots 1000 -o run
ls -A | grep -v -e part- -e '^run$' -e talk.txt -e shots.tsv || true
# a picture under way leaves no folder behind
command -v gnuplot >/dev/null || { echo "no gnuplot here" >&2; exit 77; }
awk 'BEGIN {print "# airy pixels 400 400\nrow\tcolumn\tphotons\tmask"; for (i = 0; i < 160000; i++) printf "%d\t%d\t%d\t0\n", i / 400, i % 400, i % 97}' >p.tsv
airy convert -q p.tsv p.cxi >talk.txt
airy view p.cxi -o p.png --size 7000x7000 >talk.txt 2>&1 & pid=$!
while kill -0 $pid && ! ls -d .p.png.figure-* >/dev/null 2>&1; do sleep 0.02; done
kill -TERM $pid
wait $pid && echo "drawn" || echo "view: exit $?"
ls -A | grep -e figure -e png || true

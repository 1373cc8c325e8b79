# kill -9 in the middle of a series, then the same command again: what was finished is not done
# again, and every file has the bytes of a run that was left in peace.
mkdir sim whole killed
airy simulate --preset nib110 --pattern --size 128 --delays 0 --shots 1 --photons 1e7 -o sim/ideal.h5 -q
printf 'shot\tfile\tframe\tdelay_ps\n' >sim/series.tsv
for shot in 0 1 2; do printf '%d\tideal.h5\t0\t%d\n' $shot $((shot / 2)); done >>sim/series.tsv
series() { cd "$1" && exec "$AIRY" series ../sim/series.tsv -o out --search projections --bin 1 --starts 3 --iterations 30 \
    --generations 1 --best 2 --draws 20 --no-pictures --no-model -q; }
(series whole) >whole.txt 2>talk

(series killed) >killed.txt 2>talk &
while [ ! -e killed/out/shot-0000/row.tsv ]; do sleep 0.02; done
kill -9 $! && wait $! || echo "ended with $?"
[ ! -e killed/out/shot-0002/row.tsv ] && echo "in the middle"
sh -c 'echo $$' >gone
touch "killed/out/.shots.tsv.part-$(hostname)-$(cat gone)-0" # what a kill during writing leaves
state() { stat -c '%n %i %y' killed/out/shot-0000/*; }
state >before
(series killed) >killed.txt 2>talk
state | cmp - before && echo "finished shots were left alone"
diff -r whole/out killed/out && cmp whole.txt killed.txt && echo "the same bytes"

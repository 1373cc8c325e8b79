# A run is watched while it is written; its writer is killed and goes on; files are cut and vanish.
python=/usr/bin/python3
$python -c 'import h5py, numpy' 2>talk.txt || { echo "no h5py: skipped" >&2; exit 77; }
airy simulate -q -o sim --frame-size small --delays 0 --shots 4 --photons 1e6 --bands off -s 4
airy simulate -q -o miss --frame-size small --delays 0 --shots 2 --photons 1 --background 0.01 -s 4
mkdir run
printf 'gain = sim/gain.h5\npedestal = sim/pedestal.h5\npump-data = /pump\nidle = 6\nmost-behind = 0\npage-every = 0.5\n' >watch.txt
write() { $python "$CASE/writer.py" "$@"; }
rows() { grep -v '^#' out/watch.tsv | tail -n +2; }
wait_for() { k=0; while [ "$(rows 2>talk.txt | wc -l)" -lt "$1" ] && [ $k -lt 300 ]; do sleep 0.1; k=$((k + 1)); done; }
airy watch run --params watch.txt -o out -q 2>warnings.txt &
watcher=$!
# Frames come one by one; the writer is killed in the middle, and begins again in the same file,
# which HDF5 lets it do when the mark of the dead writer is taken away.
(exec $python "$CASE/writer.py" sim/raw.h5 run/a.h5 400 5 0 new >written.txt) & writer=$!
wait_for 4
kill -9 $writer; wait $writer 2>talk.txt || true
wait_for "$(wc -l <written.txt)"
sleep 1 # one more may have been written and not told
before=$(rows | wc -l)
[ "$before" -le $(($(wc -l <written.txt) + 1)) ] || echo "$before rows of $(wc -l <written.txt)"
h5clear -s --increment=0 run/a.h5
write sim/raw.h5 run/a.h5 3 0 100 append >talk.txt
wait_for $((before + 3))
# Other files of the run: one without a particle, one cut off, one that is no HDF5, one that goes.
write miss/raw.h5 run/b.h5 2 0 200 new >talk.txt
head -c 3000000 run/b.h5 >run/cut.h5
echo "no frames" >run/text.h5
write sim/raw.h5 run/gone.h5 1 0 300 new >talk.txt
wait_for $((before + 6))
airy info run/cut.h5 >talk.txt 2>&1 && echo 'the cut file can be read'
rm run/gone.h5
sleep 0.3
kill -INT $watcher
status=0; wait $watcher || status=$?
echo "exit $status"
cat warnings.txt
# Every frame that was written was seen once, in the order in which it was written.
rows | cut -f 20- | awk '{ print $3 }' | sort -u | wc -l | awk -v n="$before" '{ print $1 == n + 6 ? "each once" : $1 " of " n + 6 }'
rows | awk -F '\t' -v n="$before" 'NR == n + 1 { print "then", $22 }'
rows | awk -F '\t' '{ print $1, ($13 > 50 && $13 < 60 ? "sized" : $13), $21 }' | sort | uniq -c | awk '$2 != "run/a.h5"'
head -c 15 out/index.html && grep -c refresh out/index.html | sed 's/^/refresh /' || true
# What it says is good goes to series as it is, and what it saw to --frames.
grep -v '^#' out/good.tsv | head -n 1
airy series out/good.tsv -o series -q --part 0:1 --no-model --no-pictures --beamstop 17 --search projections \
    --starts 2 --iterations 30 --generations 1 2>talk.txt || cat talk.txt
grep -v '^#' series/shot-0000/row.tsv | awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR == 2 { r = $at["r_par_nm"]; print "a good shot of", (r > 50 && r < 60 ? "its size" : r) }'
airy hits run/a.h5 --gain sim/gain.h5 --pedestal sim/pedestal.h5 --frames out/watch.tsv -q -o again.tsv --cut 1
# A pump that was asked for and cannot be read is not on: such hits are in no list, and that is said.
airy watch run/a.h5 --params watch.txt --pump-data /nowhere --idle 0.5 -o blind -q
grep -v '^#' blind/good.tsv | wc -l
grep -o 'not in good.tsv, for whether the pump was on could not be read' blind/index.html
# With the pump off a shot is before it, whatever the delay of the others.
airy watch run/a.h5 --params watch.txt --delay 5 --idle 0.5 -o both -q
grep -v '^#' both/good.tsv | awk -F '\t' 'NR > 1 { print $4, $5 }' | sort -u
s=0; airy watch run --params watch.txt -o out 2>&1 || s=$?; echo "exit $s"
s=0; airy watch nowhere --params watch.txt -o none 2>&1 || s=$?; echo "exit $s"

# Frames of a glass on a leaning detector: integrated and transformed, S(q), G(r), the scale and the
# shells that were put in come back.
airy simulate -q --preset glass-rings -o run --frames 3 --size 256 --photons 4000 -s 5 >made.tsv
airy rings -q run/frames.h5 --poni run/geometry.poni --bins 500 --range 0.5:26 --polarisation 0.95 \
    --solid-angle --split bbox -o iq.h5
airy pdf iq.tsv --composition Zr50Cu50 --density 0.055 --energy 68500 --q-max 25 --r-cut 2.2 \
    --shells 2.3:2.88,2.88:3.4 --r-max 8 -o gr.h5 >found.tsv
# near NAME WANTED WITHIN
near() {
    awk -v name="$1" -v wanted="$2" -v within="$3" '$1 == name { found = 1; off = $2 - wanted
        print name, off * off <= within * within ? "is right" : "is " $2 ", not " wanted }
        END { if (!found) print name " is missing" }' found.tsv
}
near scale "$(awk '/photons/ { print 1 / $2 }' made.tsv)" 0.004
# A pixel is 0.3 / A wide here: shells come out a little wider and, side by side, moved.
near shell_1_peak_a 2.7 0.015
near shell_2_peak_a 3.1 0.01
near shell_2_neighbours 8.61 0.5
near low_r 0 0.3
# rms of the difference between two tables' second columns over a range of the first.
rms() {
    awk -F'\t' -v low="$3" -v high="$4" '/^#/ || $1 + 0 == 0 { next }
        NR == FNR { x[++n] = $1; y[n] = $2; next }
        $1 >= low && $1 <= high { while (k + 1 < n && x[k + 1] < $1) k++
            s = (y[k] * (x[k + 1] - $1) + y[k + 1] * ($1 - x[k])) / (x[k + 1] - x[k])
            sum += ($2 - s) ^ 2; m++ } END { print sqrt(sum / m) }' "$1" "$2"
}
rms run/truth-sq.tsv sq.tsv 2 20 | awk '{ print "S(q)", $1 < 0.03 ? "is right" : $1 }'
rms run/truth-gr.tsv gr.tsv 2.2 7 | awk '{ print "G(r)", $1 < 0.25 ? "is right" : $1 }'
airy simulate -q --preset glass-rings -o again --frames 3 --size 256 --photons 4000 -s 5 >/dev/null
for d in run again; do grep -v "^#" $d/truth-gr.tsv >$d.rows; done
cmp run.rows again.rows
h5diff run/frames.h5 again/frames.h5 /entry_1/instrument_1/detector_1/data
airy simulate --preset glass-rings -o no --shells 3:2 2>&1 && exit 1
airy simulate --preset glass-rings -o no --composition Q 2>&1 && exit 1
airy simulate --preset glass-rings -o run 2>&1 || true

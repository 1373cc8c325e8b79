# Simulated speckle through every kernel and input: the same curves, close to the truth; a planted step.
airy simulate --preset speckle -o s --frames 400 --rows 24 --columns 24 --tau 60 --event 250 --fraction 0.5 -s 4 -q
airy convert s/frames.h5 ev.h5 --sparse --period 2 -q >/dev/null
for k in dense events small; do
    airy correlate s/frames.h5 --roi s/roi.h5 --period 2 -o $k.h5 --kernel $k -q >$k.rois
    grep -v '^#' $k-g2.tsv | head -n 15 | cut -f 1-6 >$k.g2
done
cmp events.rois small.rois && cmp dense.g2 events.g2 && cmp dense.g2 small.g2 && echo "one result for all kernels"
airy correlate ev.h5 --roi s/roi.h5 -o corr.h5 --kernel dense --steps -t 1 -q >one.rois
airy correlate ev.h5 --roi s/roi.h5 -o corr3.h5 --kernel dense --steps -t 3 -q >three.rois
cmp one.rois three.rois && cmp one.rois dense.rois && echo "the same from events, for any threads"
cut -f 1-2,4-5 one.rois | awk 'NR == 1 || $3 == 576'
awk 'NR == 2 { print ($6 > 0.85 && $6 < 1.15 ? "contrast 1" : $6), ($8 > 0.9 && $8 < 1.1 ? "baseline 1" : $8) }' one.rois
grep -v '^#' steps.tsv | awk 'NR == 1 || ($1 >= 498 && $1 <= 502 && $5 < 1e-3) { print $1 == "time_s" ? $0 : "within a frame" }'
airy correlate s/frames.h5 --rings 0.001:0.01:2 --distance 4 --pixel 1e-4 --energy 8000 --beam 11.5,11.5 --period 2 \
    --age-bin 200 --per-decade 5 -o rings.h5 -q | cut -f 1-4
grep -v '^#' rings-g2.tsv | cut -f 1,4 | awk '$2 != "nan" { print $1, int($2 / 200) }' | sort -u | tr '\n' ';'
echo
airy convert s/frames.h5 some.h5 --sparse --frame 100:160 --period 2 -q >/dev/null
airy correlate some.h5 --roi s/roi.h5 -o some-corr.h5 -q >some.rois
airy correlate s/frames.h5 --roi s/roi.h5 --frames 100:160 --period 2 -o cut.h5 -q >cut.rois
cmp some.rois cut.rois && echo "frames 100 to 159 alone"
airy info corr.h5 | grep -c 'airy correlate ev.h5'

# A look at raw words says what was put in, draws it, and says the same of the photons made of them.
airy simulate -q -o run --frame-size small --delays 0,5 --photons 1e6 --bands off -s 4
cal="--gain run/gain.h5 --pedestal run/pedestal.h5"
airy look -q run/raw.h5 $cal --frames 0:2 -o look.png -t 1 >one.tsv
airy look -q run/raw.h5 $cal --frames 0:2 -t 2 >two.tsv
cmp one.tsv two.tsv
head -c 4 look.png | tail -c 3 && echo
head -n 1 one.tsv
# Photons within 5 % (gaps hide some), radii within 1 % of the truth, the center within half a pixel
# of the one that the whole chain finds.
grep -v '^#' run/truth.tsv | awk -F '\t' 'NR == FNR { if (FNR > 1) { n[FNR] = $3; r[FNR] = ($6 + $8) / 2 } next }
    FNR > 1 { p = $3 / n[FNR]; d = $13 / r[FNR] - 1
              print "frame", $2, (p > 0.9 && p < 1.02 ? "photons" : p), (d * d < 1e-4 ? "radius" : d), $6 }' - one.tsv
airy bin -q run/raw.h5 $cal --frames 0:1 --factor 1 -o frame.cxi
airy mask -q frame.cxi --beamstop 40 -o masked.cxi
airy center -q masked.cxi -o centered.cxi 2>talk.txt | awk 'NR == 2 { print $2, $3 }' >center
awk 'NR == FNR { y = $1; x = $2; next } FNR == 2 { print ($8 - y) ^ 2 + ($10 - x) ^ 2 < 0.25 ? "centered" : $8 " " $10 " for " y " " x }' center one.tsv
airy calibrate -q run/raw.h5 $cal --frames 0:2 -o photons.h5
airy look -q photons.h5 --frames 0:2 | cut -f 2- >again.tsv
cut -f 2- one.tsv | cmp - again.tsv
# Without a particle there is nothing to find, which is no failure; what is missing is said.
airy simulate -q -o miss --frame-size small --delays 0 --photons 1 --background 0.01 -s 4
airy look miss/raw.h5 --gain miss/gain.h5 --pedestal miss/pedestal.h5 2>talk.txt | cut -f 7,13
grep -c 'warning: miss/raw.h5, frame 0: ' talk.txt
s=0; airy look run/raw.h5 2>&1 || s=$?; echo "exit $s"
s=0; airy look -q photons.h5 -o look.png 2>&1 || s=$?; echo "exit $s"

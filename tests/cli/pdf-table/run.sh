# S(q) and G(r) of a table: files, numbers, differences, history; and what cannot be.
columns() { grep -v '^#' "$1" | head -n 1; }
# Atoms alone: S is 1 and G is 0 whatever the scale.
awk 'BEGIN { OFMT = CONVFMT = "%.15g"; print "element\tq_inv_a\tf\tcompton"
    for (i = 0; i <= 100; i++) print "O\t" i / 5 "\t" 8 * exp(-i / 40) "\t" 8 * (1 - exp(-i / 20)) }' >form.tsv
awk 'BEGIN { OFMT = CONVFMT = "%.15g"; print "q_inv_a\tintensity\tsigma"
    for (i = 5; i <= 100; i++) print i / 5 "\t" 3 * (64 * exp(-i / 20) + 8 * (1 - exp(-i / 20))) "\t1" }' >iq.tsv
airy pdf iq.tsv --composition O --tables form.tsv --normalise tail --shells 1:2 -o gr.h5 | grep -v peak
columns gr.tsv
columns sq.tsv
grep -v '^#' sq.tsv | awk 'NR > 1 && ($2 - 1) ^ 2 > 1e-18 { n++ } END { print n + 0, "of S are not 1" }'
grep -v '^#' gr.tsv | awk 'NR > 1 && $2 ^ 2 > 1e-12 { n++ } END { print n + 0, "of G are not 0" }'
h5dump -n 1 gr.h5 | grep -o '/entry/.*'
airy info --replay gr.h5
# The same with a background, fitted; two columns of numbers; another sample taken off.
awk 'NR > 1 { OFMT = "%.15g"; print $1, $2 + 5 * $1 }' iq.tsv >raw.xy
awk 'NR > 1 { print $1, $1 }' iq.tsv >empty.dat
airy pdf raw.xy --background empty.dat:fit --composition O2 --tables form.tsv --normalise tail \
    --density 0.04 --against gr.tsv --r-max 2 -o out.h5 | grep -e scale -e density
columns out.tsv
ls out*
airy pdf raw.xy --background empty.dat:5 --composition O --tables form.tsv --normalise tail \
    -o by-hand.tsv | grep scale
# A range of q that cannot show neighbours apart is told.
airy pdf iq.tsv --composition O --tables form.tsv --normalise tail --q-max 3 -o few.tsv -q 2>&1 | grep 'S(q) ends'
# What cannot be.
refused() {
    airy pdf "$@" -o no.h5 >talk.txt 2>&1 && echo "not refused: $*"
    tail -n 1 talk.txt
}
refused iq.tsv
refused iq.tsv --composition Xx2 --density 0.05
refused iq.tsv --composition O
refused iq.tsv --composition O --density -0.04
refused iq.tsv --composition O --density 0.04 --q-min 19.7
refused iq.tsv --composition O --density 0.04 --q-min 5 --q-max 4
refused iq.tsv --composition O --mass-density 1 --density 0.04
refused iq.tsv --composition O --density 0.04 --background empty.dat --q-min 0.1 --shells 3:1
refused iq.tsv --composition O --density 0.04 --background empty.dat:-0.5
refused iq.tsv --composition O --density 0.04 --shells 10:90
refused iq.tsv --composition O --density 0.04 --iterate kaplow --r-cut 0
refused gr.tsv --composition O --density 0.04
refused raw.xy --unit two_theta_deg --composition O --density 0.04
awk 'NR < 30 && NR > 1 { print $1, $2 }' iq.tsv >short.xy
refused iq.tsv --composition O --density 0.04 --background short.xy
printf '1 2\n2 3\n1.5 4\n3 4\n' >folded.xy
refused folded.xy --composition O --density 0.04
printf '1 2\n2 x\n' >words.xy
refused words.xy --composition O --density 0.04
refused absent.tsv --composition O --density 0.04
airy pdf iq.tsv --composition O --tables form.tsv --normalise tail -o gr.h5 2>&1 | tail -n 1
ls no* 2>/dev/null || echo nothing written

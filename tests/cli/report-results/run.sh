# A page for a folder of results of correlate, scan or rings: its own heading, what `airy view` would
# draw, tables and commands; nothing is left beside it.
command -v gnuplot >/dev/null || { echo "no gnuplot" >&2; exit 77; }
mkdir corr scan rings
airy simulate --preset speckle -o s --frames 200 --rows 16 --columns 16 --tau 20 -q
airy correlate s/frames.h5 --roi s/roi.h5 --period 2 --steps -o corr/corr.h5 -q >/dev/null
airy simulate --preset scan -o m --rows 6 --columns 6 --side 12 --frames 40 --tau 6 -q >/dev/null
airy scan m/scan.u2 --shape 40,6,6,12,12 --ring 2:5.5 --period 2 --pixel 1 -o scan/scan.h5 -q >/dev/null
airy simulate -q --preset glass-rings -o g --frames 1 --size 128 --photons 1000 >/dev/null
airy rings -q g/frames.h5 --poni g/geometry.poni --bins 100 --range 1:20 -o rings/iq.h5 >/dev/null
for d in corr scan rings; do
    airy report $d -o $d.html -q
    grep -o '<h1>[^<]*' $d.html
    grep -o '<img' $d.html | wc -l
    ! grep -q 'is not drawn' $d.html
done
ls
airy report corr -o named.html --title 'A run' -q
grep -o '<h1>[^<]*' named.html
# Without gnuplot the page says so.
mkdir bin
for tool in "$AIRY" "$(command -v cat)"; do ln -s "$tool" bin/; done
PATH=$PWD/bin airy report corr -o plain.html -q
grep -c 'is not drawn' plain.html

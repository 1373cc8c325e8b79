# What cannot be measured is told in one sentence, and leaves nothing.
airy simulate --preset walk --atoms 20 --frames 6 -o walk -q
t=walk/trajectory.lammpstrj
try() { airy atoms -q "$@" >out 2>talk && echo "it should have failed" || echo "exit $?: $(sed 's/^airy atoms: //; s/ (`airy.*//' talk)"; [ ! -s out ] || cat out; }
try $t -o x.h5 --measure msd,entropy
try $t -o x.h5 --measure order --l 1,4
try $t -o x.h5 --measure order --cutoff 3 --weight area
try $t -o x.h5 --measure isf --self-q 2.7,0
try $t -o x.h5 --measure isf --self-q 1,2,3,4,5,6,7,8,9
try $t -o x.h5 --measure isf,overlap --frames 3:4
try $t -o x.h5 --measure speckle --q 3:2
try $t -o x.h5 --measure speckle --q 0.1:0.11
try $t -o x.h5 --types Cu,Zr
try $t -o x.h5 --masses 63.5,91.2
try $t -o x.h5 --frames 10:20
try $t -o x.h5 --frames 3:4
try $t -o x.h5 --fit 20:10
sed '/ITEM: TIME$/,+1d' $t >steps.lammpstrj
try steps.lammpstrj -o x.h5
head -n 100 $t >cut.lammpstrj
try cut.lammpstrj -o x.h5
gzip -c $t | head -c 2000 >cut.gz
try cut.gz -o x.h5
awk '/^7 1/ && ++n == 3 { next } { print }' $t | sed 's/^20$/20/' >lost.lammpstrj
try lost.lammpstrj -o x.h5
awk '/ITEM: TIMESTEP/ { frame++ } frame == 4 && /^20$/ { print 19; next } frame == 4 && /^7 1/ { next } { print }' $t >fewer.lammpstrj
try fewer.lammpstrj -o x.h5 --measure gr
printf '3\nwater\nO 0 0 0\nH 0.9 0 0\nH -0.2 0.9 0\n' >plain.xyz
try plain.xyz -o x.h5 --measure gr
try plain.xyz -o x.h5 --measure sq
try absent.lammpstrj -o x.h5
printf 'T\0\0\0CORD' >some.dcd
try some.dcd -o x.h5
airy atoms $t -o atoms.h5 -q >/dev/null
cp msd.tsv before
try $t -o atoms.h5
rm atoms.h5
try $t -o atoms.h5
cmp before msd.tsv
ls

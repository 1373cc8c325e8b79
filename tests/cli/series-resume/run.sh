# A series of ideal patterns: one shot cannot be read and does not stop the others; a second run finds them
# done; a changed option does them again if that is wanted; the same bytes for any threads.
mkdir sim
airy simulate --preset nib110 --pattern --size 256 --delays 0,6 --shots 1 --photons 1e7 -o sim/ideal.h5 -q
printf 'shot\tfile\tframe\tdelay_ps\n0\tideal.h5\t0\t0\n3\tideal.h5\t1\t6\n7\tabsent.h5\t0\t6\n' >sim/two.tsv
few='--search projections --starts 6 --iterations 150 --generations 1 --best 2 --bin 1 --no-pictures --no-model'
airy series sim/two.tsv -o one -t 1 $few >out.txt 2>talk
grep -c 'shot 7: .*absent.h5' talk
grep -c '1 failed' talk
grep -c 'no kinetics' talk
tail -n 1 out.txt
cut -f 1,2,18 one/shots.tsv | grep -v '^#'
ls one one/shot-0000
airy series sim/two.tsv -o one -t 3 $few --only shots 2>talk
grep -c 'was there' talk
airy series sim/two.tsv -o three -t 3 $few --only shots -q 2>talk
for f in shots.tsv shot-0000/branches.tsv; do
    grep -v '^#' one/$f >a; grep -v '^#' three/$f >b; cmp a b
done
airy compare one/shot-0000/image.cxi three/shot-0000/image.cxi -q >talk && echo same
airy series sim/two.tsv -o one $few --only shots --margin 1.3 2>talk && exit 1
sed 's/.*shot-0000/shot-0000/' talk
airy series sim/two.tsv -o one $few --only shots --margin 1.3 -f 2>talk
grep -c 'was there' talk || true
airy view one/shot-0000/bands.h5 -o bands.png
airy series sim/two.tsv -o one --only kinetics

# Profiles of frames of any kind: one by one and their mean, sectors, errors; and what cannot be.
cp "$CASE/../../../data/sphere.cxi" .
column() { grep -v '^#' "$1" | cut -f "$2"; }
airy rings sphere.cxi --bins 60 --split bbox -o sphere.h5 2>talk.txt
cat talk.txt
column sphere.tsv 1-5 | sed -n '1p;3p;31p'
# Geometry by numbers, in another unit, the same light.
airy rings -q sphere.cxi --bins 60 --split bbox --unit s_inv_nm --sectors 4 -o sectors.tsv
column sectors.tsv 1-7 | sed -n '1p;10,13p'
# Every frame of two files, and the mean; threads make no difference.
pixels() { # their photons
    printf '# airy pixels 1 4\nrow\tcolumn\tphotons\tmask\n'
    for i in 0 1 2 3; do
        printf '0\t%s\t%s\t0\n' $i "$1"
        shift
    done
}
pixels 1 2 3 5 >one.tsv
pixels 2 4 6 nan >two.tsv
place="--beam 0,0 --per-pixel 1 --range=-0.5:3.5 --bins 4"
for t in 1 3; do
    airy rings -q one.tsv two.tsv $place --each --variance pooled -t $t -o each-$t.h5 >/dev/null
    column each-$t.tsv 1- >rows-$t.tsv
done
cmp rows-1.tsv rows-3.tsv
h5diff each-1.h5 each-3.h5 /entry/each /entry/each
cat rows-1.tsv
h5dump -d /entry/each/intensity -m %g each-1.h5 | grep '^ *(.*:'
airy rings -q one.tsv two.tsv $place --frames 0 --background one.tsv:0.5 --dark one.tsv -o less.tsv
column less.tsv 1-3
airy info --replay less.tsv
# What cannot be.
refused() {
    airy rings "$@" >talk.txt 2>&1 && echo "not refused: $*"
    tail -n 1 talk.txt
}
refused one.tsv --per-pixel 1 -o no.h5
refused one.tsv --beam 0,0 -o no.h5
refused one.tsv --beam 0,0 --pixel 1e-4 --distance 1 -o no.h5
refused one.tsv $place --range 7:9 -o no.h5
refused one.tsv $place --background one.tsv:-1 -o no.h5
refused one.tsv $place --flat sphere.cxi -o no.h5
refused one.tsv $place --poni one.tsv -o no.h5
refused one.tsv --poni one.tsv -o no.h5
refused one.tsv $place --variance re --split bbox -o no.h5
refused one.tsv $place --each -o no.tsv
refused one.tsv $place --variance sum -o no.h5
refused one.tsv sphere.cxi $place -o no.h5
refused one.tsv $place -o less.tsv
refused nothing.h5 $place -o no.h5
ls no.* 2>/dev/null || column less.tsv 1 | sed -n '$p'
# Harder photons than images are made with; of images, they are doubted.
airy simulate -q --preset glass-rings -o hard --frames 1 --size 64 --photons 4000 >talk.txt
airy rings -q hard/frames.h5 --distance 0.1 --pixel 0.0006 --energy 68500 --beam 31,31 --bins 4 -o hard.h5 2>&1
refused hard/frames.h5 --distance 0.1 --pixel 0.0006 --energy 685000 --beam 31,31 --bins 4 -o no.h5

# Regions of a correlation and rows of a scan done by several runs, or by ranks, give the bytes of
# one; a piece that is damaged or of other options is done again.
airy simulate --preset speckle -o s --frames 120 --rows 24 --columns 24 --tau 20 --photons 0.3 -q
airy simulate --preset scan -o m --rows 6 --columns 4 --side 14 --frames 40 --tau 6 -q >/dev/null
awk 'BEGIN { for (i = 0; i < 576; i++) printf "%d\t%d\t%d\t0\n", i / 24, i % 24, 1 + int(i / 150) }' >map
{ printf '# airy pixels 24 24\nrow\tcolumn\tphotons\tmask\n'; cat map; } >map.tsv
correlate() { airy correlate ../s/frames.h5 --roi ../map.tsv --period 1 --kernel $kernel $more -o o.h5 -q "$@"; }
scan() { airy scan ../m/scan.u2 --shape 40,6,4,14,14 --ring 2.6:6.4 --period 2 --pixel 1 -o o.h5 -q "$@"; }

# alone RUN, and in parts PART of RUN: the same files
same() {
    rm -rf one parts
    mkdir one parts
    (cd one && $1 -t 1 >out)
    (cd parts && $1 $2 2:4 -t 2 && ls o.h5.pieces && $1 $2 1:2 && $1 --resume >out)
    diff -r one parts && echo "$1 $2: the same"
}
kernel=dense more=--steps && same correlate --regions
kernel=events more= && same correlate --regions
same scan --rows

cd parts
rm -f o.h5 o.tsv out
scan --rows 0:3
printf x | dd of=o.h5.pieces/1 bs=1 seek=200 conv=notrunc 2>/dev/null
scan --resume --quantum 1 >other
rm -r o.h5 o.tsv
scan --rows 0:3
cp o.h5.pieces/2 o.h5.pieces/4
printf x | dd of=o.h5.pieces/1 bs=1 seek=200 conv=notrunc 2>/dev/null
scan --resume >out
cmp out ../one/out && cmp o.h5 ../one/o.h5 && echo "a damaged piece is done again"
cmp -s other out || echo "other options, other maps"
scan --drift on --rows 0:1 -f 2>&1 | sed 's/.*: //'
cd ..
[ -z "${MPIEXEC-}" ] || {
    mkdir ranks
    for ranks in 2 3; do
        for what in "scan" "correlate dense --steps" "correlate events" "correlate small"; do
            # shellcheck disable=SC2086 # words on purpose
            set -- $what
            run="$1 ../s/frames.h5 --roi ../map.tsv --period 1 --kernel ${2-} ${3-}"
            [ "$1" != scan ] || run="scan ../m/scan.u2 --shape 40,6,4,14,14 --ring 2.6:6.4 --period 2 --pixel 1"
            rm -rf one/* ranks/*
            # shellcheck disable=SC2086
            (cd one && airy $run -o o.h5 -q >out)
            # shellcheck disable=SC2086
            (cd ranks && "$MPIEXEC" -n $ranks "$AIRY" $run -o o.h5 -q >out)
            diff -r one ranks || echo "$what on $ranks ranks"
        done
    done
}

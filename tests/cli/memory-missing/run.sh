# At one place after the other an allocation finds no memory: the same output or a sentence, never a
# crash, and never a part of the output left away. tests/sweep/sweep.py alloc has more commands.
cc -shared -fPIC -o fail.so "$AIRY_SOURCE/tests/sweep/failing_malloc.c" 2>cc.txt || exit 77
LD_PRELOAD=./fail.so airy version >/dev/null 2>&1 || exit 77 # sanitizers come first, and alone
export FAIL_OUTSIDE="libhdf5 libz. libpopt" OMP_NUM_THREADS=1
printf '# airy pixels 4 4\nrow\tcolumn\tphotons\tmask\n1\t1\t2\t0\n2\t1\t3\t0\n2\t2\t4\t0\n' >p.tsv
airy convert -q p.tsv p.cxi >path.txt
printf 'x\ty\n1\t2\n2\t4.1\n3\t5.9\n4\t8.2\n5\t9.9\n' >line.tsv
printf '2theta;counts\n1;2\n2;4,1\n3;5,9\n4;8,2\n' >other.csv
printf '# airy history\n# step 1\n#   command: rings\n#   parameters:\n#     bins = 9\n' >iq.tsv
awk 'BEGIN { print "q_inv_a\tintensity"; for (q = 1; q < 12; q += 0.5) print q "\t" 9 + sin(3 * q) }' \
    >>iq.tsv
sweep() { # sweep OUTPUT COMMAND...: OUTPUT is told, too
    output=$1
    shift
    airy "$@" >whole.txt 2>/dev/null || echo "$1: it fails with memory"
    mv "$output" whole.out 2>/dev/null || : >whole.out
    rm -f o-*
    LD_PRELOAD=./fail.so FAIL_AT=0 FAIL_PLACES=places airy "$@" >/dev/null 2>&1
    rm -f o.* o-*
    while read -r k; do
        status=0
        LD_PRELOAD=./fail.so FAIL_AT=$k airy "$@" >told.txt 2>talk.txt </dev/null || status=$?
        [ -e "$output" ] || : >"$output"
        case $status in
        0) cmp -s "$output" whole.out && cmp -s told.txt whole.txt || echo "$1 $k: another output" ;;
        1 | 2) [ -s talk.txt ] || echo "$1 $k: no sentence"
            [ ! -s "$output" ] || cmp -s "$output" whole.out || echo "$1 $k: half an output" ;;
        *) echo "$1 $k: exit $status" ;;
        esac
        rm -f o.* o-*
    done <places
}
sweep o.h5 mask -q p.cxi --edges 1 -o o.h5
sweep o.npy convert -q p.cxi o.npy
sweep o.cxi convert -q p.tsv o.cxi
sweep none info p.cxi
sweep none fit -q line.tsv --model line
sweep none fit -q other.csv --model line
sweep o.tsv pdf -q iq.tsv --composition Zr50Cu50 --density 0.055 -o o.tsv

# Existing files are kept, damaged and missing ones are one sentence, endings have to be known.
printf '# airy pixels 2 2\nrow\tcolumn\tphotons\tmask\n0\t0\t1\t0\n0\t1\t2\t0\n1\t0\t3\t0\n1\t1\t4\t0\n' >p.tsv
airy convert p.tsv p.h5
cp p.h5 before.h5
try() { "$@" && echo "it should have failed" || echo "exit $?"; }
try airy convert p.tsv p.h5
cmp p.h5 before.h5
airy convert p.tsv p.h5 -f
cmp -s p.h5 before.h5 || echo "the history tells the -f"
try airy convert p.tsv p.xyz
try airy convert p.tsv folder/p.h5
try airy convert absent.h5 q.h5
head -c 700 p.h5 >cut.h5
try airy convert cut.h5 q.h5
printf 'a\tb\n1\t2\n' >table.tsv
try airy convert table.tsv q.h5
try airy convert p.h5 q.fits --frame 1
try airy convert p.tsv
# numbers beyond an int are not taken for what is left of them
sed '1s/ 2 2/ 4294967298 2/' p.tsv >wrapped.tsv
try airy convert wrapped.tsv q.h5
cp "$CASE/../../fuzz/corpus/fuzz_cbf/i32.cbf" .
try airy convert i32.cbf:/4294967296 q.h5
ls

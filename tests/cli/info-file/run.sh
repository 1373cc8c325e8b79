# What a file holds, for a pattern, a table and files that are neither.
printf '# airy pixels 2 2\nrow\tcolumn\tphotons\tmask\n0\t0\tnan\t16\n0\t1\t2\t0\n1\t0\t3\t0\n1\t1\t4\t4096\n' >p.tsv
airy convert p.tsv p.h5 >/dev/null
airy info p.h5 | grep -v -e version: -e commit: -e hdf5 -e libpng -e cfitsio -e matio -e libtiff -e nettle -e libdeflate -e fftw -e gsl
printf '# mine\nshot\tdelay_ps\n1\t0.5\n2\t1\n' >t.tsv
airy info t.tsv
airy info --history t.tsv
try() { "$@" && echo "it should have failed" || echo "exit $?"; }
try airy info --replay t.tsv
try airy info absent.h5
: >empty.h5
try airy info empty.h5
try airy info p.h5:/absent
# A replay is a line for a shell, whatever the names.
cp p.tsv "it's ours.tsv"
airy convert "it's ours.tsv" "it's ours.h5" >/dev/null
airy info --replay "it's ours.h5" >again.sh
cat again.sh
rm "it's ours.h5"
sh again.sh >/dev/null && ls it*.h5

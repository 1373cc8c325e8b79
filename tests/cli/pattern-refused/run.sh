# What cannot be done is one sentence and leaves no file.
printf '# airy pixels 2 2\nrow\tcolumn\tphotons\tmask\n0\t0\t1\t0\n0\t1\t2\t0\n1\t0\t3\t0\n1\t1\t4\t0\n' >p.tsv
airy convert p.tsv p.h5 >/dev/null
try() { "$@" 2>talk.txt && echo "it should have failed" || echo "exit $?: $(wc -l <talk.txt)"; }
try airy mask p.h5 -o m.h5 --circle 1,2
try airy mask p.h5
try airy mask p.h5 -o m.h5 --file absent.h5
try airy mask p.h5 -o ./p.h5 -f --circle 1,1,1
try airy bin p.h5 -o b.h5 --factor 3
try airy bin p.h5 -o b.h5 --factor 0
try airy center p.h5 -o c.h5 --center 1,2,3
try airy condense p.h5 -o d.h5
try airy condense p.h5 -o d.h5 --margin 0.1
try airy size p.h5 --least-q 5 --most-q 3
ls

# Exit 3 says that files differ by more than the tolerance.
pixels() { printf '# airy pixels 2 2\nrow\tcolumn\tphotons\tmask\n0\t0\t%s\t0\n0\t1\t2\t0\n1\t0\t3\t0\n1\t1\t4\t0\n' "$1"; }
pixels 1 >a.tsv
pixels 1 >b.tsv
pixels 1.5 >c.tsv
pixels nan >d.tsv
printf '# airy pixels 1 2\nrow\tcolumn\tphotons\tmask\n0\t0\t1\t0\n0\t1\t2\t0\n' >e.tsv
airy compare a.tsv b.tsv
airy compare a.tsv c.tsv && echo same || echo "exit $?"
airy compare a.tsv c.tsv --tolerance 0.1 >/dev/null
airy compare a.tsv d.tsv && echo same || echo "exit $?"
airy compare a.tsv e.tsv && echo same || echo "exit $?"
airy compare a.tsv absent.tsv && echo same || echo "exit $?"

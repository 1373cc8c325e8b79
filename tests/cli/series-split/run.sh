# A series done in parts and merged has the bytes of an unsplit run, history included; what a merge
# does not find is listed; other gates are judged anew without doing a shot again.
mkdir sim whole parts
airy simulate --preset nib110 --pattern --size 128 --delays 0,1,2 --shots 1 --photons 1e7 -o sim/ideal.h5 -q
printf 'shot\tfile\tframe\tdelay_ps\n0\tideal.h5\t0\t0\n1\tideal.h5\t1\t1\n2\tideal.h5\t2\t2\n5\tabsent.h5\t0\t2\n' \
    >sim/series.tsv
few='--search projections --starts 3 --iterations 30 --generations 1 --best 2 --bin 1 --no-pictures --no-model --draws 20'
series() { (cd "$1" && shift && airy series ../sim/series.tsv -o out $few -q "$@") }

series whole >whole.txt 2>talk
series parts --part 2:9 -t 3 2>>talk
ls parts/out
series parts --collect --only shots 2>&1 | sed 's/^airy series: //'
cut -f 1-3,7 parts/out/gates.tsv | grep -v '^#' | grep chain
series parts --part 0:2 -t 1
series parts --collect >parts.txt 2>>talk
cmp whole.txt parts.txt
diff -r whole/out parts/out && echo same

series parts --collect --most-r 0.001 >parts.txt 2>>talk
grep -v '^#' parts/out/shots.tsv | cut -f 1,18
grep -c '^#.*most-r 0.001' parts/out/shots.tsv
grep -c 'most-r' parts/out/shot-0000/row.tsv || true
series parts --part 4:5 || echo exit $?
series parts --part 2:2 2>/dev/null || echo exit $?
series parts --collect --part 0:1 2>/dev/null || echo exit $?
printf 'shot\tfile\tframe\tdelay_ps\n1\ta.h5\t0\t0\n01\ta.h5\t1\t3\n' >sim/twice.tsv
airy series sim/twice.tsv -o twice 2>&1 || echo exit $?

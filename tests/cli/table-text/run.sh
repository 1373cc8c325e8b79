# Tables as spreadsheets write them: a mark before the first name, lines ended by CR or both, commas.
awk 'BEGIN { OFS = "\t"; print "delay_ps", "shot", "r_par_nm", "r_perp_nm"
    for (i = 0; i < 18; i++) print int(i / 2) * 2, i, 50 + i + i % 2, 50 + i }' >plain.tsv
{ printf '\357\273\277'; cat plain.tsv; } >mark.tsv
tr '\n' '\r' <plain.tsv >cr.tsv
sed 's/$/\r/' plain.tsv >crlf.tsv
{ printf '\357\273\277# a note\r\r'; tr '\n' '\r' <plain.tsv; } >all.tsv
for f in plain mark cr crlf all; do
    airy kinetics -q $f.tsv --draws 20 -o k.tsv -f | cksum
done | uniq | wc -l
tr '\t' , <plain.tsv >comma.tsv
tr '\t' ';' <plain.tsv >semicolon.tsv
for f in comma semicolon; do
    airy kinetics -q $f.tsv -o k.tsv -f 2>&1 && exit 1
    airy series -q $f.tsv -o out 2>&1 && exit 1
done
printf '\357\273\277shot\tfile\tframe\tdelay_ps\r1\tabsent.h5\t0\t0\r' >series.tsv
airy series -q series.tsv -o out 2>&1 || echo "exit $?"
printf '# airy pixels 2 3\rrow\tcolumn\tphotons\tmask\r0\t0\t1\t0\r0\t1\t2\t0\r1\t0\t3\t0\r1\t2\t4\t0\r' >p.tsv
airy convert -q p.tsv p.npy
airy info p.tsv | grep ^photons

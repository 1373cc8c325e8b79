# An output keeps who may read it, is no link to nowhere, and what killed runs left is swept.
printf '# airy pixels 2 3\nrow\tcolumn\tphotons\tmask\n0\t0\tnan\t512\n0\t1\t2\t0\n1\t0\t3\t0\n1\t2\t4\t0\n' >p.tsv
umask 022
for f in o.cxi o.fits o.npy o.png o.tsv; do
    airy convert -q p.tsv $f >/dev/null
    chmod 600 $f
    airy convert -q -f p.tsv $f >/dev/null
    ls -l $f | cut -c1-10
    ln -s nowhere to-$f
    airy convert -q p.tsv to-$f 2>&1 && exit 1
done
rm to-*
[ ! -e nowhere ]
sh -c 'echo $$' >gone # of no process any more
touch ".o.cxi.part-$(hostname)-$(cat gone)-0" ".o.cxi.part-elsewhere-$(cat gone)-0" ".o.cxi.part-$(hostname)-$$-0"
airy convert -q -f p.tsv o.cxi >/dev/null
ls -A | grep part | sed "s/$(hostname)/here/; s/-$$-/-me-/; s/-$(cat gone)-/-gone-/"

# A full disk where writing is the first that HDF5 does, and elsewhere: one sentence, no output.
printf '# airy pixels 2 3\nrow\tcolumn\tphotons\tmask\n0\t1\t2\t0\n1\t0\t3\t0\n1\t2\t4\t0\n' >p.tsv
for blocks in 0 1; do # of 512 bytes that a file may have
    for f in o.h5 o.cxi o.fits o.npy o.png o.tsv; do
        status=0
        talk=$(trap '' XFSZ; ulimit -f $blocks; exec airy convert -q p.tsv $f 2>&1) || status=$?
        case "$status $talk" in
        0*) [ $blocks = 1 ] && [ -s $f ] || echo "$f with $blocks: done" ;;
        1*"airy convert: "*) [ ! -e $f ] || echo "$f is there" ;;
        *) echo "$f with $blocks: exit $status, $talk" ;;
        esac
        rm -f $f
    done
done
# cfitsio does not see that its last blocks found no room
airy convert -q p.tsv whole.fits
size=$(wc -c <whole.fits)
for blocks in $((size / 512)) $((size / 512 - 1)) $((size / 512 - 5)) $((size / 512 - 11)); do
    (trap '' XFSZ; ulimit -f $blocks; exec airy convert -q p.tsv o.fits 2>&1) >talk.txt &&
        [ "$(wc -c <o.fits)" -lt "$size" ] && echo "o.fits with $blocks: cut short"
    rm -f o.fits
done
# what is made beside an output that cannot be made
head -c 6272 /dev/zero | tr '\000' '\001' >scan.u1
(trap '' XFSZ; ulimit -f 0; exec airy scan scan.u1 --type u1 --shape 8,2,2,14,14 --ring 2:6 -o maps.h5) 2>&1 | tail -n 1 | cut -d: -f 1-2
rm -f whole.fits talk.txt scan.u1
ls -A

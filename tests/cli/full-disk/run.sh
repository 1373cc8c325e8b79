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
ls -A

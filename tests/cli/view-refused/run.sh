# What cannot be drawn is one sentence, and no file.
says() { wanted=$1; shift; status=0; airy "$@" >out 2>talk || status=$?
    [ $status -eq "$wanted" ] && [ ! -s out ] && [ "$(wc -l <talk)" -eq 1 ] || { echo "exit $status: $*"; cat talk; }; }
airy montecarlo --runs 1 --sweeps 1 --snapshots 2 --cells 16 -o mc.h5 -q >/dev/null
says 1 view mc.h5 -o picture.gif
says 1 view mc.h5 -o a.png --what bands
says 1 view mc.h5 -o a.png --frame 7
says 1 view talk -o a.png
head -c 3000 mc.h5 >short.h5
says 1 view short.h5 -o a.png
printf 'shot\tdelay_ps\n0\t1\n' >other.tsv
says 1 view other.tsv -o a.png
says 2 view mc.h5 -o a.png --what everything
says 2 view mc.h5 -o a.png --colors rainbow
says 2 view mc.h5 -o a.png --size 10
says 2 view mc.h5 -o a.png --range 3,1
says 2 view mc.h5 -o a.png --crop small
says 2 view mc.h5 -o a.png --log --linear
echo old >a.png
says 1 view mc.h5 -o a.png
cat a.png
ls -A | sort | tr '\n' ' '

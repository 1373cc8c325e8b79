# Without gnuplot the sentence names its package.
airy montecarlo --runs 1 --sweeps 1 --snapshots 2 --cells 16 -o mc.h5 -q >/dev/null
PATH=$(dirname "$AIRY") $AIRY view mc.h5 -o a.png

# One row a snapshot; mass stays; the same bytes for any threads, others for another seed.
airy montecarlo --runs 3 --cells 32 --sweeps 8 --snapshots 3 -t 1 -o one.h5 -q >one
airy montecarlo --runs 3 --cells 32 --sweeps 8 --snapshots 3 -t 3 -o three.h5 -q >three
airy montecarlo --runs 3 --cells 32 --sweeps 8 --snapshots 3 -s 9 -o nine.h5 -q >nine
cmp one three
airy compare one.h5 three.h5 -q >/dev/null && echo same
cmp -s one nine && echo "the seed does nothing"
cut -f 1 one
airy montecarlo --depth 2 -o x.h5

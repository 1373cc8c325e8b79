# SPDX-License-Identifier: GPL-3.0-or-later
# The truth scores as its noise lets it, better for more photons; the result of a search scores what
# the search said, to a percent since its scale is fitted.
shot="simulate --pattern --size 96 --delays 10 --seed 3 -q"
airy $shot --photons 1e7 -o many.cxi --truth truth.h5
airy $shot --photons 1e5 -o few.cxi
airy score many.cxi truth.h5 --support circle:30 -q >many
airy score few.cxi truth.h5 --support circle:30 -q >few
head -n 1 many
r() { awk 'NR == 2 { print $2 }' "$1"; }
awk -v a="$(r many)" -v b="$(r few)" 'BEGIN { exit !(a < 0.2 && 2 * a < b) }' && echo better
airy retrieve many.cxi -o recon.h5 --search projections --support circle:30 --starts 3 --iterations 60 --generations 1 --keep 2 -s 5 -q >table
airy score many.cxi recon.h5 --support circle:30 -q >found
awk 'NR == 2 { print NF }' found
wc -l <found
awk -v a="$(r found)" -v b="$(awk 'NR == 2 { print $3 }' table)" 'BEGIN { d = a / b - 1; exit !(d * d < 1e-4) }' && echo same
airy score many.cxi recon.h5 --support circle:30 --hold-out 0.05 -s 5 -q | awk 'NR == 2 { print ($4 > 0), ($6 > 0) }'
airy score absent.cxi truth.h5 --support circle:30 -q || echo "exit $?"

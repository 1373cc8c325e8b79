#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# How near retrieval comes to the truth: recovery.sh PHOTONS [SEED...] [-- OPTION...]
#
# Shots of the preset nib110 at 10 ps, condensed, phased as OPTIONs say, one row a seed: R of the
# average of the best five, its relative L2 to the truth after alignment, the same for the best
# start and for the average of all, median over the last generation's starts and the share of them
# within 6 %, what a run that begins at the truth reaches, and the seconds of the retrieval, by the
# clock and of processors. AIRY: the executable, KEEP: a folder in which everything stays.
set -eu
DELAY=${DELAY:-10} SIZE=${SIZE:-672}
photons=$1
shift
seeds=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    seeds="$seeds $1"
    shift
done
[ $# = 0 ] || shift
[ $# -gt 0 ] || set -- --starts 200 --iterations 1000 --generations 3
. "$(dirname "$0")/bench.sh"

printf 'photons\tseed\tr_factor\taverage_5\tbest\taverage_all\tmedian_start\twithin_6\tfrom_truth\tseconds\tprocessor\n'
for seed in ${seeds:-1 2 3 4 5}; do
    "$AIRY" simulate --pattern --size "$SIZE" --delays "$DELAY" --photons "$photons" -s "$seed" \
        -o pattern.cxi --truth truth.h5 -f -q
    "$AIRY" condense pattern.cxi -o condensed.cxi -f -q
    began=$(date +%s.%N)
    spent "$AIRY" retrieve condensed.cxi -o recon.h5 --keep 1000 -s "$seed" -f -q "$@" >table
    ended=$(date +%s.%N)
    "$AIRY" retrieve condensed.cxi -o known.h5 -s "$seed" -f -q "$@" --start truth.h5 --starts 1 \
        --generations 1 >/dev/null
    "$AIRY" average recon.h5 -o five.cxi --best 5 -f -q >numbers
    "$AIRY" average recon.h5 -o all.cxi --best 1000 -f -q >/dev/null 2>&1
    each recon.h5 "$(kept recon.h5)" |
        awk -v OFS='\t' -v photons="$photons" -v seed="$seed" \
            -v r="$(awk '$1 == 5 { print $2 }' numbers)" -v five="$(away five.cxi)" \
            -v best="$(away recon.h5)" -v all="$(away all.cxi)" -v known="$(away known.h5)" \
            -v spent="$(cat time)" -v began="$began" -v ended="$ended" '
        { e[NR] = $1; within += $1 < 0.06 }
        END { print photons, seed, r, five, best, all, e[int((NR + 1) / 2)], within / NR, known,
                    ended - began, spent }'
done

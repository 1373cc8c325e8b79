#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What helps where photons are few: lowdose.sh [PHOTONS [SEED...]]
#
# Shots of the preset nib110 at 10 ps, condensed, each phased in many ways; one row a seed and way:
# R of the average of the best five, correlation of its odd part with the true one, relative L2 to
# the truth after alignment of that average, of the average of all starts and of the median start,
# and how many solution clusters there are.
# AIRY: the executable, KEEP: a folder in which everything stays, LAYOUT: of the bands.
set -eu
photons=${1:-1e6}
[ $# = 0 ] || shift
. "$(dirname "$0")/bench.sh"

# judge NAME FILE: a row.
judge() {
    "$AIRY" average "$2" -o five.cxi --best 5 -f -q >numbers
    "$AIRY" average "$2" -o all.cxi --best 100000 -f -q >/dev/null 2>&1
    n=$(kept "$2")
    each "$2" "$n" >errors
    clusters=$("$AIRY" info all.cxi | awk '$1 ~ /result_1\/clusters$/ { print $3 }')
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$seed" "$1" \
        "$(awk '$1 == 5 { print $2 }' numbers)" "$(odd five.cxi)" "$(away five.cxi)" \
        "$(away all.cxi)" "$(sed -n $(((n + 1) / 2))p errors)" "$clusters"
}

# way NAME OPTION...: retrieves and judges.
way() {
    name=$1
    shift
    "$AIRY" retrieve condensed.cxi -o recon.h5 --starts 30 --iterations 500 --generations 1 \
        --keep 1000 -s "$seed" -f -q "$@" >/dev/null
    judge "$name" recon.h5
}

printf 'seed\tway\tr_factor\todd_corr\taverage_5\taverage_all\tmedian\tclusters\n'
for seed in ${*:-1 2 3}; do
    "$AIRY" simulate --pattern --size 672 --delays 10 --layout-of-bands "${LAYOUT:-random}" \
        --photons "$photons" -s "$seed" -o pattern.cxi --truth truth.h5 -f -q
    "$AIRY" condense pattern.cxi -o condensed.cxi -f -q
    way plain
    cp recon.h5 plain.h5
    way "rank by deviance" --score pattern.cxi --rank deviance
    way "rank by free R" --rank free
    way "ml from all" --begin-at plain.h5 --schedule ml:200
    way "ml at the end" --schedule gps-r:500,ml:100
    way "er at the end" --schedule gps-r:500,er:100
    way "expected amplitudes" --amplitude expected
    way "100 iterations" --iterations 100
    way "2000 iterations" --iterations 2000
    way "sigma to 10" --sigma 0.01,0.1,1,10 --sigma-from 0,0.4,0.6,0.8
    way "sigma 0.1, 1" --sigma 0.1,1 --sigma-from 0,0.4
    way "alpha 4 to 1" --alpha 4,1
    way "alpha 2 to 0.2" --alpha 2,0.2
    way "margin 1.06" --margin 1.06
    way "margin 1.3" --margin 1.3
    way "raar, er" --schedule raar:400,er:100
    way "hio, push" --schedule hio:400,push:100
    way "2 generations" --generations 2
    way "3 generations" --generations 3
    way "3 generations, free" --generations 3 --rank free
    way "3 generations, deviance" --generations 3 --rank deviance --score pattern.cxi
    way "5, stop early, r" --generations 5 --stop-early
    way "5, stop early, free" --generations 5 --stop-early --rank free
    way "200 starts" --starts 200
    "$AIRY" condense pattern.cxi -o filled.cxi --fill-center -f -q
    mv condensed.cxi open.cxi
    mv filled.cxi condensed.cxi
    way "filled center"
    mv open.cxi condensed.cxi
done

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What oversampling of a condensed pattern is worth: oversampling.sh [SEED...]
#
# Shots of the preset nib110, bands at random, condensed with each oversampling of OVER and phased
# by projections from the same starts. A row each: delay, photons, seed, oversampling asked for and
# the side that came of it; of the average of the best five relative L2 to the truth, correlation of
# the odd parts and R; processor seconds of `retrieve`. Then, after #, for each oversampling and number of photons:
# median of relative L2, mean of its logarithm over that of the default's in the same shot with its
# standard error, median of the odd correlation, median seconds.
#
# DATA: a folder with au-nanorod.h5 (measured, no truth: relative L2 is that to the image of the
# most oversampled pattern) and lenna.h5, which are condensed, too. The default has to be in OVER.
# AIRY: the executable, KEEP: a folder in which everything stays. STARTS, ITERATIONS, GENERATIONS:
# of each search.
set -eu
DELAYS=${DELAYS:-0 10 20} PHOTONS=${PHOTONS:-1e6 3e6 1e7} OVER=${OVER:-2.2 2.8 3.5 4.9}
STARTS=${STARTS:-40} ITERATIONS=${ITERATIONS:-500} GENERATIONS=${GENERATIONS:-2}
DEFAULT=2.8
[ $# -gt 0 ] || set -- 1 2 3 4 5
. "$(dirname "$0")/bench.sh"

# phase PATTERN TRUTH NAME OPTION...: rows of one pattern, one for each oversampling.
phase() {
    pattern=$1 truth=$2 name=$3
    shift 3
    for over in $OVER; do
        "$AIRY" condense "$pattern" --oversampling "$over" -o condensed.cxi -f -q 2>said
        side=$("$AIRY" info condensed.cxi | sed -n 's/^holds .* of \([0-9]*\) x .*/\1/p')
        spent "$AIRY" retrieve condensed.cxi --search projections --starts "$STARTS" \
            --iterations "$ITERATIONS" --generations "$GENERATIONS" -s 1 -t 1 -o recon.h5 -f \
            "$@" >table
        "$AIRY" average recon.h5 --best 5 -o image.cxi -f -q >numbers 2>said
        "$AIRY" compare --align "$truth" image.cxi >apart 2>said || [ $? = 3 ]
        awk -v OFS='\t' -v name="$name" -v over="$over" -v side="$side" -v time="$(cat time)" '
            FNR == NR { of[$1] = $2; next }
            $1 == 5 { r = $2 }
            END { print name, over, side, of["relative_l2"], of["odd_correlation"], r, time }' \
            apart numbers | tee -a rows
    done
}

: >rows
printf 'delay\tphotons\tseed\toversampling\tside\tl2\todd_corr\tr\tseconds\n'
for photons in $PHOTONS; do
    for delay in $DELAYS; do
        for seed; do
            "$AIRY" simulate --pattern --size 672 --delays "$delay" --photons "$photons" \
                -s "$seed" -o pattern.cxi --truth truth.h5 -f -q
            phase pattern.cxi truth.h5 "$delay	$photons	$seed"
        done
    done
done
awk -F '\t' -v default="$DEFAULT" '
    function sort(a, n,    i, j, v) {
        for (i = 2; i <= n; i++) {
            v = a[i]
            for (j = i - 1; j > 0 && a[j] > v; j--) a[j + 1] = a[j]
            a[j + 1] = v
        }
    }
    function median(over, photons, column,    i, a, n) {
        for (i = 1; i <= NR; i++)
            if (cell[i, 4] == over && cell[i, 2] == photons) a[++n] = cell[i, column]
        sort(a, n)
        return (a[int((n + 1) / 2)] + a[int(n / 2) + 1]) / 2
    }
    {
        for (i = 1; i <= NF; i++) cell[NR, i] = $i
        if (!($4 in seen)) { seen[$4] = 1; over[++overs] = $4 }
        if (!($2 in dose)) { dose[$2] = 1; photons[++doses] = $2 }
        if ($4 == default) at[$1, $2, $3] = $6
    }
    END {
        for (d = 1; d <= doses; d++)
            for (k = 1; k <= overs; k++) {
                sum = squares = n = 0
                for (i = 1; i <= NR; i++)
                    if (cell[i, 4] == over[k] && cell[i, 2] == photons[d]) {
                        x = log(cell[i, 6] / at[cell[i, 1], cell[i, 2], cell[i, 3]])
                        sum += x; squares += x * x; n++
                    }
                spread = n > 1 ? sqrt((squares - sum * sum / n) / (n - 1) / n) : 0
                printf "# %s photons, oversampling %s: l2 %.4f, log ratio %.3f +- %.3f, " \
                    "odd_corr %.3f, %.1f s\n", photons[d], over[k],
                    median(over[k], photons[d], 6), sum / n, spread,
                    median(over[k], photons[d], 7), median(over[k], photons[d], 9)
            }
    }' rows
[ -n "${DATA-}" ] || exit 0
"$AIRY" center "$DATA/lenna.h5:/2e7/photons" --center 256,256 -o pattern.cxi -f -q >numbers
phase pattern.cxi "$DATA/lenna.h5:/2e7/object" "lenna	2e7	-"
"$AIRY" center "$DATA/au-nanorod.h5:/pattern" -o pattern.cxi -f -q >numbers
"$AIRY" condense pattern.cxi --oversampling 8 -o fine.cxi -f -q 2>said
"$AIRY" retrieve fine.cxi --search projections --starts "$STARTS" --iterations "$ITERATIONS" \
    --generations 1 -s 1 -t 1 -o fine.h5 -f --support rectangle:34,24 -q >table
"$AIRY" average fine.h5 --best 5 -o fine.img.cxi -f -q >numbers 2>said
phase pattern.cxi fine.img.cxi "nanorod	2.3e6	-" --support rectangle:34,24

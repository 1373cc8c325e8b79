#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# How right images are, even and odd part apart: recovery.sh PHOTONS [SEED...] [-- OPTION...]
#
# One shot of the preset nib110 a seed, bands at random, on a 4M of 64 chips (chips.awk): raw
# words through the chain step by step, `retrieve` with the OPTIONs, against the truth. A row a
# shot: relative L2 in the measured band, errors of the even and the odd part and correlation of
# the odd parts, the last two of what lies beside the body, too; bands true, found, false, missed,
# those at least 20 % deep and which of them were missed, median error of the angles found; share
# of low density, true, found and its printed error; processor seconds of `retrieve`; searches
# that found the best solution, the next one's objective above it, and whether the output calls it
# doubtful; relative L2 of what the truth itself ends at by `polish`, and by how much the
# objective of what was found lies above that one's, both by `polish`. Then, after #, medians, and
# how many shots are right: an image is right whose odd part correlates with the true one by 0.9
# or more. Relative L2 alone does not tell: a wrong odd part changes it by a few per cent.
#
# AIRY: the executable that makes the shots and judges; the same seed gives the same shot.
# AIRY_OLD: one that does the chain in its stead, to have the table of another version (nan for
# what only airy with photons tells). KEEP: a folder in which everything stays. DELAY, BAND (q in
# 1/nm; the edge of the detector nearest to the beam unless given), CONDENSE, AVERAGE (options of
# `condense`, `average`).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
DELAY=${DELAY:-10} BAND=${BAND:-1.37} CONDENSE=${CONDENSE-} AVERAGE=${AVERAGE:---best 5}
photons=$1
shift
seeds=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    seeds="$seeds $1"
    shift
done
[ $# = 0 ] || shift
[ $# -gt 0 ] || set -- --starts 40 --iterations 400 --generations 2 --seed 1
. "$here/bench.sh"
old=${AIRY_OLD:-$AIRY}

# chain OPTION...: from raw words to bands.tsv, and what `difference` prints in `areas`.
# shellcheck disable=SC2086 # CONDENSE and AVERAGE hold options
chain() {
    "$old" bin shot/raw.h5 --gain shot/gain.h5 --pedestal shot/pedestal.h5 \
        --geometry chips.geom --factor 3 -o binned.cxi -f -q &&
        "$old" mask binned.cxi --beamstop 6 -o masked.cxi -f -q &&
        "$old" center masked.cxi -o centered.cxi -f -q >numbers &&
        "$old" size centered.cxi --model spheroid -q >sizes.tsv &&
        "$old" condense centered.cxi $CONDENSE -o condensed.cxi -f -q &&
        spent "$old" retrieve condensed.cxi -o recon.h5 -f "$@" >table &&
        "$old" average recon.h5 $AVERAGE -o image.cxi -f -q >numbers &&
        "$old" difference image.cxi --model spheroid -o diff.h5 -f -q >areas &&
        "$old" bands diff.h5 --polarization 0 --tsv found/branches.tsv -o bands.h5 -f -q >numbers
}

# bands: what bands.awk says of the shot, "name value" a line.
bands() {
    mkdir -p shot-0000
    cp found/branches.tsv shot-0000/branches.tsv
    awk '$1 == "low_fraction" { low = $2 } $1 == "low_fraction_error" { error = $2 }
        END { OFS = "\t"; print "shot", "low_fraction", "low_fraction_err"; print 0, low, error }' \
        areas >shots.tsv
    awk -f "$here/bands.awk" shot/bands.tsv shot/truth.tsv shots.tsv shot-0000/branches.tsv
}

# parts_of FILE: the truth beside it, part by part; a wrong image is an answer, too.
parts_of() {
    "$AIRY" compare --align shot/truth.h5 "$1" --band "$BAND" 2>/dev/null || [ $? = 3 ]
}

# search: what the search says of itself, and the basin of the truth, "name value" a line.
search() {
    [ "$old" = "$AIRY" ] || return 0
    sed -n '/found by/ { h; s/.*found by \([0-9]*\) of.*/found \1/p; g
        s/.*next differs by \([0-9]*\).*/next \1/p; }' talk
    grep -q doubtful talk && echo doubtful yes || echo doubtful no
    "$AIRY" polish shot/truth.h5 --raw condensed.cxi --resampled 0 -o basin.h5 -f -q >basin
    parts_of basin.h5 | awk '$1 == "band_l2" { print "basin_l2", $2 }'
    # what was found again, too: a search weighs its priors by images of its own
    "$AIRY" polish recon.h5 --raw condensed.cxi --resampled 0 -o polished.h5 -f -q >again
    for file in polished.h5 basin.h5; do
        h5dump -d /entry_1/result_1/search/objective -m %.3f -y -w 0 $file |
            sed -n 's/^ *\(-*[0-9][0-9.]*\).*/\1/p'
    done | awk 'NR == 1 { found = $1 } NR == 2 { print "above_basin", found - $1 }'
}

# row: one row of the table.
row() {
    search >basis
    parts_of image.cxi >parts
    bands >about
    awk -F '\t' '/^#/ { next } $1 == "shot" { for (i = 1; i <= NF; i++) col[$i] = i; next }
        { print "true_low\t" $col["a_low_nm2"] / $col["a_total_nm2"] }' shot/truth.tsv >low
    awk -v OFS='\t' -v seed="$seed" -v seconds="$(cat time)" '
        { of[$1] = $2 }
        function show(name) { return name in of ? sprintf("%.3f", of[name]) : "nan" }
        END {
            hits = int(of["detected_share"] * of["true_bands"] + 0.5)
            deep = of["deep_bands"] - int(of["deep_detected_share"] * of["deep_bands"] + 0.5)
            print seed, show("band_l2"), show("even_error"), show("odd_error"),
                show("odd_correlation"), show("d_odd_error"), show("d_odd_correlation"),
                of["true_bands"], hits, of["false_bands_per_shot"], of["true_bands"] - hits,
                of["deep_bands"] + 0, deep, show("angle_error_median_deg"), show("true_low"),
                show("low_fraction"), show("low_fraction_error"), seconds, of["found"] + 0,
                show("next"), "doubtful" in of ? of["doubtful"] : "nan", show("basin_l2"),
                show("above_basin")
        }' parts about areas low basis
}

awk -f "$here/chips.awk" /dev/null >chips.geom
mkdir -p found
: >rows
printf 'seed\tl2\teven\todd\todd_corr\td_odd\td_odd_corr\ttrue\tfound\tfalse\tmissed\tdeep\tdeep_missed\tangle\tlow_true\tlow\tlow_err\tseconds\tfound_by\tnext\tdoubtful\tbasin_l2\tabove_basin\n'
for seed in ${seeds:-101 102 103 104 105 106 107 108 109 110 111 112}; do
    "$AIRY" simulate --delays "$DELAY" --photons "$photons" -s "$seed" --geometry chips.geom \
        -o shot -f -q
    if chain "$@" 2>failure; then
        row | tee -a rows
    else
        printf '%s\tfailed\t%s\n' "$seed" "$(tail -n 1 failure)"
    fi
done
awk -F '\t' '
    function sort(a, n,    i, j, v) {
        for (i = 2; i <= n; i++) {
            v = a[i]
            for (j = i - 1; j > 0 && a[j] > v; j--) a[j + 1] = a[j]
            a[j + 1] = v
        }
    }
    function median(column,    i, a, n) {
        for (i = 1; i <= NR; i++) if (cell[i, column] != "nan") a[++n] = cell[i, column] + 0
        sort(a, n)
        return n ? (a[int((n + 1) / 2)] + a[int(n / 2) + 1]) / 2 : "nan"
    }
    {
        for (i = 1; i <= NF; i++) cell[NR, i] = $i
        right += $5 != "nan" && $5 >= 0.9
        unsaid += $5 != "nan" && $5 < 0.7 && $21 != "yes"
        doubtful += $21 == "yes"
        near += $22 != "nan" && $2 <= 1.5 * $22
        found += $9; bands += $8; wrong += $10; deep += $12; missed += $13
        low += ($16 - $15) ^ 2 <= (2 * $17) ^ 2
    }
    END {
        if (!NR) exit
        printf "# median l2 %.3f, even %.3f, odd %.3f, odd_corr %.3f, angle %.1f degrees, %.0f s\n",
            median(2), median(3), median(4), median(5), median(14), median(18)
        printf "# right %d of %d shots; bands found %d of %d, deep ones %d of %d, false %.2f a shot; ",
            right, NR, found, bands, deep - missed, deep, wrong / NR
        printf "low share within two errors in %d\n", low
        printf "# called doubtful %d; below 0.7 and not called so %d; ", doubtful, unsaid
        printf "l2 at most 1.5 of the basin of the truth in %d\n", near
    }' rows

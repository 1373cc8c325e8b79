#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a prior does to particles that it does not fit: classes.sh PHOTONS [SEED...] [-- OPTION...]
#
# Shots of classes.py, ideal pixels behind a beam stop, searched with each --prior and the OPTIONs of
# `retrieve`, against the truth. A row a class, seed and prior: relative L2 in the measured band,
# errors of the even and of the odd part, correlation of the odd parts, the odd part's share of the
# truth, searches that found the best solution, whether it is called doubtful, relative L2 of what
# the truth is polished to with this prior, and the bound of Cramer and Rao on it there.
#
# AIRY, KEEP: see bench.sh. CLASSES, PRIORS: which of them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
CLASSES=${CLASSES:-smooth dense facets} PRIORS=${PRIORS:-both power variation none} BAND=1.37
photons=$1
shift
seeds=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    seeds="$seeds $1"
    shift
done
[ $# = 0 ] || shift
[ $# -gt 0 ] || set -- --starts 4 --iterations 100 --generations 1 --seed 1
. "$here/bench.sh"
python=
for p in python3 /usr/bin/python3; do
    "$p" -c 'import h5py' 2>/dev/null && python=$p
done
[ -n "$python" ] || { echo "classes.sh wants a Python with h5py" >&2; exit 1; }

# parts_of FILE: the truth beside its first image; a wrong image is an answer, too.
parts_of() {
    "$AIRY" compare --align truth.h5 "$1" --frame 0 --other-frame 0 --band "$BAND" 2>/dev/null ||
        [ $? = 3 ]
}

# row: one row of the table.
row() {
    spent "$AIRY" retrieve condensed.cxi --prior "$prior" -o recon.h5 -f "$@" >table
    {
        sed -n 's/.*found by \([0-9]*\) of.*/found \1/p' talk
        grep -q doubtful talk && echo doubtful yes || echo doubtful no
        "$AIRY" polish truth.h5 --raw condensed.cxi --prior "$prior" --resampled 0 --bound-draws 4 \
            -o basin.h5 -f -q >table
        parts_of basin.h5 | awk '$1 == "band_l2" { print "basin_l2", $2 }'
        "$AIRY" info basin.h5 | awk '$1 == "/entry_1/result_1/bound_l2" { print "bound_l2", $3 }'
        parts_of recon.h5
    } | awk -v OFS='\t' -v class="$class" -v seed="$seed" -v prior="$prior" '
        { of[$1] = $2 }
        function show(name) { return name in of ? sprintf("%.3f", of[name]) : "nan" }
        END {
            print class, seed, prior, show("band_l2"), show("even_error"), show("odd_error"),
                show("odd_correlation"), show("odd_share"), of["found"] + 0, of["doubtful"],
                show("basin_l2"), show("bound_l2")
        }'
}

printf 'class\tseed\tprior\tl2\teven\todd\todd_corr\todd_share\tfound_by\tdoubtful\tbasin_l2\tbound_l2\n'
for class in $CLASSES; do
    for seed in ${seeds:-1 2 3 4 5 6}; do
        "$python" "$here/classes.py" "$class" "$seed" truth.h5
        "$AIRY" simulate --pattern --object truth.h5 --size 512 --photons "$photons" -s "$seed" \
            --beamstop 6 -o pattern.cxi -f -q
        "$AIRY" condense pattern.cxi -o condensed.cxi -f -q
        for prior in $PRIORS; do
            row "$@"
        done
    done
done

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What of the bands is found: simulated shots through the whole chain, against their truth.
#
#   tests/bench/bands.sh AIRY FOLDER [shots [options of `airy series`]]
#
# Three series of raw 4M frames at 1e7 photons: 10 ps with bands, 10 ps without, and all delays of
# the preset; then `airy validate` on three of the plain particles. A table of quantities each
# (docs/method/density.md has them, with LAYOUT=paper). What is in FOLDER is taken over: an interrupted run
# goes on.
set -eu
airy=$1 folder=$2 shots=${3:-20}
here=$(dirname "$0")
[ $# -gt 3 ] && shift 3 || set -- --starts 40 --iterations 500 --generations 2
mkdir -p "$folder"

# series NAME SEED OPTIONS-OF-SIMULATE...: the chain, and the table.
series() {
    name=$1 seed=$2 simulate=$3
    raw=$folder/$name.raw
    # shellcheck disable=SC2086 # options
    [ -e "$raw/series.tsv" ] ||
        "$airy" simulate --photons 1e7 --seed "$seed" --layout-of-bands "${LAYOUT:-random}" $simulate \
            -o "$raw" -q
    # shellcheck disable=SC2086 # options
    "$airy" series "$raw/series.tsv" -o "$folder/$name" --beamstop 15 $how --seed 1 \
        --no-pictures -q >/dev/null
    echo "# $name"
    awk -f "$here/bands.awk" "$raw/bands.tsv" "$raw/truth.tsv" "$folder/$name/shots.tsv" \
        "$folder/$name"/shot-*/branches.tsv
}

how=$*
series bands 1101 "--delays 10 --shots $shots"
series plain 1201 "--delays 10 --shots $shots --bands off"
series delays 1301 "--delays 0,1,3,5,6,10,14,16,20 --shots $(((shots + 6) / 7))"

# One plain shot's own prediction of false bands.
for shot in 0 1 2; do
    at=$folder/validate-$shot
    mkdir -p "$at"
    raw=$folder/plain.raw
    "$airy" calibrate "$raw/raw.h5" --gain "$raw/gain.h5" --pedestal "$raw/pedestal.h5" \
        --energy 9000 --frames "$shot" -o "$at/photons.h5" -f -q >/dev/null
    "$airy" bin "$at/photons.h5" --factor 3 -o "$at/binned.cxi" -f -q >/dev/null
    "$airy" center "$at/binned.cxi" -o "$at/centered.cxi" -f -q >/dev/null
    "$airy" mask "$at/centered.cxi" --beamstop 6 -o "$at/mask.h5" -f -q >/dev/null
    # shellcheck disable=SC2086 # options
    "$airy" validate "$at/centered.cxi" "$folder/plain/shot-000$shot/image.cxi" \
        -o "$at/validate.h5" --mask "$at/mask.h5" --condense $how --nulls 10 --recoveries 0 -f -q >"$at/numbers.tsv"
    echo "# validate-$shot"
    grep '^false_bands_per_shot' "$at/numbers.tsv"
done

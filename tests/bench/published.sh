#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Other people's test patterns: published.sh FOLDER [RULE...]
#
# FOLDER holds lenna.h5 (three doses, simulated, with truth and support), missing-centre.h5 (the
# same with a hole of 16 x 16 pixels) and esrf-logo.h5 (measured, with support). Each pattern is
# phased by each rule from the same 20 random starts, one generation. One row a pattern and rule:
# lowest and median R of the starts, Poisson deviance of the best, relative L2 to the truth of the
# best by R and of the average of the best five, median over the starts, and the processor time of
# an iteration over that of the first rule. The row `truth` scores the true object. AIRY: the
# executable, KEEP: a folder in which everything stays.
set -eu
data=$(cd "$1" && pwd)
shift
starts=20
. "$(dirname "$0")/bench.sh"
[ $# -gt 0 ] || set -- gps-r:500 hio:500 hio:400,er:100 raar:500 raar:400,er:100 oss:500 gps-r:400,ml:100

# one NAME PATTERN SUPPORT TRUTH RULE...: the rows of one pattern; TRUTH may be empty.
one() {
    name=$1 pattern=$2 support=$3 truth=$4
    shift 4
    if [ -n "$truth" ]; then
        "$AIRY" score "$pattern" "$truth" --support "$support" -q |
            awk -v OFS='\t' -v name="$name" 'NR == 2 { print name, "truth", $2, "", $5, "", "", "", "" }'
    fi
    first=
    for rule; do
        spent "$AIRY" retrieve "$pattern" -o recon.h5 --support "$support" --schedule "$rule" \
            --starts $starts --generations 1 --keep 1000 -s 1 -t 1 -f -q >table
        first=${first:-$(cat time)}
        "$AIRY" average recon.h5 -o five.cxi -f -q >numbers
        best= five= median=
        if [ -n "$truth" ]; then
            best=$(away recon.h5 0 "$truth") five=$(away five.cxi 0 "$truth")
            each recon.h5 $starts "$truth" >errors
            median=$(sed -n $((starts / 2))p errors)
        fi
        awk -v OFS='\t' -v name="$name" -v rule="$rule" -v best="$best" -v five="$five" \
            -v median="$median" -v time="$(cat time)" -v first="$first" '
            FNR == NR && FNR == 2 { r = $3; middle = $4 }
            FNR != NR && $1 == 1 { deviance = $5 }
            END { print name, rule, r, middle, deviance, best, five, median, time / first }' \
            table numbers
    done
}

printf 'pattern\trule\tr_factor\tr_median\tdeviance\tbest\taverage_5\tmedian\ttime\n'
for dose in 2e6 2e7 2e8; do
    "$AIRY" center "$data/lenna.h5:/$dose/photons" --center 256,256 -o pattern.cxi -f -q >/dev/null
    one "lenna $dose" pattern.cxi "$data/lenna.h5:/support" "$data/lenna.h5:/$dose/object" "$@"
done
"$AIRY" center "$data/missing-centre.h5:/photons" --center 256,256 -o pattern.cxi -f -q >/dev/null
one missing-center pattern.cxi "$data/missing-centre.h5:/support" \
    "$data/missing-centre.h5:/object" "$@"
# Blocks of exact zeros are pixels that were not measured.
"$AIRY" mask "$data/esrf-logo.h5:/intensity" --below 0.5 -o masked.cxi -f -q
"$AIRY" center masked.cxi -o pattern.cxi -f -q >/dev/null
one esrf-logo pattern.cxi "$data/esrf-logo.h5:/support" "" "$@"

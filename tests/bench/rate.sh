#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Frames a second from file to file: `airy bin` of raw JUNGFRAU 4M words, calibrated on the way,
# beside a plain copy of the same file.
#
# A table on stdout: how the words are stored, frames a second, milliseconds a frame (wall clock and
# processors), and the wall clock in units of the copy's. Differences of a long and a short run, so
# that starting up does not count. h5repack, where there is one, makes the uncompressed file.
set -eu
. "$(dirname "$0")/bench.sh"
SHOTS=${SHOTS:-24}
TIMES=${TIMES:-6} # the file is read so many times over, 2 to 64
raw=raw-$SHOTS

# seconds COMMAND...: its wall clock and processor time.
seconds() {
    LC_ALL=C bash -c 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>talk' seconds "$@" 2>&1 || {
        cat talk >&2
        return 1
    }
}

# bins FILE N: what binning it N times over takes.
bins() {
    list=
    i=0
    while [ $i -lt "$2" ]; do
        list="$list $1"
        i=$((i + 1))
    done
    # shellcheck disable=SC2086 # names without blanks
    seconds "$AIRY" bin $list --gain "$raw/gain.h5" --pedestal "$raw/pedestal.h5" --factor 3 -q -f \
        -o bin.cxi
}

# row NAME FILE: a row of the table.
row() {
    bins "$2" 1 >once
    bins "$2" "$TIMES" >often
    dd if="$2" of=copy.h5 bs=1M 2>/dev/null # not cp, which some file systems leave to clones
    seconds dd if="$2" of=copy.h5 bs=1M >copy
    paste -d ' ' once often copy | awk -v name="$1" -v shots="$SHOTS" -v times="$TIMES" '{
        n = shots * (times - 1)
        wall = ($4 - $1) / n
        printf "%s\t%.0f\t%.1f\t%.1f\t%.1f\n", name, 1 / wall, 1e3 * wall,
               1e3 * ($5 + $6 - $2 - $3) / n, wall / ($7 / shots)
    }'
}

[ -f "$raw/raw.h5" ] || "$AIRY" simulate --preset nib110 --delays 10 --shots "$SHOTS" \
    --photons 1e7 --seed 1 -o "$raw" -q
printf '# words\tframes_per_s\twall_ms\tcpu_ms\tcopies\n'
row gzip "$raw/raw.h5"
if command -v h5repack >/dev/null; then
    [ -f "$raw/plain.h5" ] || h5repack -f NONE "$raw/raw.h5" "$raw/plain.h5"
    row plain "$raw/plain.h5"
fi

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One pass over a full 5-D set, 106 x 30 x 60 x 66 x 66 numbers of 16 bits (1.66 GB), by `airy scan`
# beside a plain read of the file: from the disk, which the file is dropped from memory for, and out
# of memory. A table on stdout: what, wall seconds, processor seconds, and its wall over that of the
# plain read. THREADS: of the scan (1). The set is simulated first, which takes minutes; KEEP=FOLDER
# leaves it there for another time.
set -eu
. "$(dirname "$0")/bench.sh"
shape=106,30,60,66,66 file=set/scan.u2
[ -f $file ] || "$AIRY" simulate --preset scan -o set --frames 106 --rows 30 --columns 60 --side 66 \
    --tau 20 -q >/dev/null

drop() { sync && dd if=$file iflag=nocache count=0 2>/dev/null; }
stay() { cat $file >/dev/null; }

# seconds COMMAND...: wall and processor seconds, the best of three by wall; $before comes first.
seconds() {
    for round in 1 2 3; do
        $before
        LC_ALL=C bash -c 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>talk' seconds "$@" 2>&1
    done | awk '{ print $1, $2 + $3 }' | sort -n | head -n 1
}

scan() {
    seconds "$AIRY" scan $file --shape $shape --ring 12:14 --period 9.2 --pixel 1 -o maps.h5 -q -f -t "${THREADS:-1}"
}

printf '# what\twall_s\tcpu_s\tover_the_read\n'
for before in drop stay; do
    read=$(seconds cat $file)
    maps=$(scan)
    printf '%s\t%s\t%s\n' "$before" "$read" "$maps" | awk -F '\t' '{
        split($2, read, " "); split($3, scan, " ")
        what = $1 == "drop" ? "from the disk" : "out of memory"
        printf "read %s\t%s\t%s\t1\n", what, read[1], read[2]
        printf "scan %s\t%s\t%s\t%.2f\n", what, scan[1], scan[2], scan[1] / read[1] }'
done

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The table of speed: name, value, unit. `scripts/bench` runs it.
#
# AIRY: the executable. FLOOR: the program made of floor.c. KEEP: a folder in which the simulated
# shot stays, for the next run. STARTS, ITERATIONS: of the published job (200 starts of 2000
# iterations in 3 generations), of which a 75th is run and multiplied. Processor seconds where
# nothing else is said: walls mean something on a quiet machine only.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/bench.sh"
STARTS=${STARTS:-8} ITERATIONS=${ITERATIONS:-667}

# seconds COMMAND...: wall clock and processor seconds.
seconds() {
    LC_ALL=C bash -c 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>talk' seconds "$@" 2>&1 || {
        cat talk >&2
        return 1
    }
}

# timed NAME COMMAND...: a row of its processor time, nan where it fails.
timed() {
    name=$1
    shift
    spent=$(seconds "$@") || spent=
    echo "$spent" | awk -v name="$name" 'BEGIN { OFS = "\t" }
        { print name, NF == 3 ? sprintf("%.2f", $2 + $3) : "nan", "s" }'
}

# job THREADS: wall and processor seconds of the share of the published job that is run, as
# differences of runs, so that starting up does not count.
job() {
    for iterations in $((ITERATIONS / 4)) "$ITERATIONS"; do
        seconds "$AIRY" retrieve condensed.cxi --search projections --rule gps-r \
            --starts "$STARTS" --iterations "$iterations" --generations 3 --threads "$1" -q -f \
            -o job.h5 || break
    done | paste -s -d ' ' - | awk 'NF == 6 { print $4 - $1, $5 + $6 - $2 - $3 }'
}

# frames NAME FILE: frames a second of `bin`, as differences of a long and a short run.
frames() {
    for threads in 1 2; do
        for times in "" "$2 $2 $2"; do
            # shellcheck disable=SC2086 # names without blanks
            seconds "$AIRY" bin "$2" $times --gain shot/gain.h5 --pedestal shot/pedestal.h5 \
                --factor 3 --threads $threads -q -f -o many.cxi
        done | paste -s -d ' ' - | awk -v name="$1" -v threads=$threads '{
            n = 3 * 8
            printf "frames of %s, %d threads\t%.1f\tms wall\n", name, threads, 1e3 * ($4 - $1) / n
            printf "frames of %s, %d threads\t%.1f\tms\n", name, threads,
                   1e3 * ($5 + $6 - $2 - $3) / n }'
    done
}

rm -f floor.tsv
if [ -x "$FLOOR" ]; then "$FLOOR"; fi | tee floor.tsv
[ -f shot/raw.h5 ] || "$AIRY" simulate --preset nib110 --delays 10 --shots 8 --photons 1e7 --seed 1 \
    -o shot -q
timed "shot: bin" "$AIRY" bin shot/raw.h5 --frames 0 --gain shot/gain.h5 \
    --pedestal shot/pedestal.h5 --factor 3 --threads 1 -o binned.cxi -f -q
timed "shot: mask" "$AIRY" mask binned.cxi --beamstop 6 -o masked.cxi -f -q
timed "shot: center" "$AIRY" center masked.cxi -o centered.cxi -f -q
timed "shot: size" "$AIRY" size centered.cxi --model spheroid -q
timed "shot: condense" "$AIRY" condense centered.cxi -o condensed.cxi -f -q
timed "shot: retrieve 12 x 200" "$AIRY" retrieve condensed.cxi --search projections --starts 12 \
    --iterations 200 -o recon.h5 -f -q
timed "shot: average" "$AIRY" average recon.h5 -o image.cxi -f -q
timed "shot: difference" "$AIRY" difference image.cxi --model spheroid -o diff.h5 -f -q
timed "shot: bands" "$AIRY" bands diff.h5 -o bands.h5 -f -q
if [ -x /usr/bin/time ]; then
    /usr/bin/time -f 'peak memory of condense\t%M\tkB' -o peak "$AIRY" condense centered.cxi \
        -o condensed.cxi -f -q
    cat peak
fi
job 1 >one
job 2 >two
side=$("$AIRY" info condensed.cxi | sed -n 's/^holds .* of \([0-9]*\) x .*/\1/p')
lines=$(awk -F '\t' -v name="lines of an iteration at $side" '$1 == name { print $2 }' floor.tsv)
paste -d ' ' one two | awk -v share=$((200 * 2000 * 3)) -v lines="${lines:-nan}" \
    -v run=$((STARTS * (ITERATIONS - ITERATIONS / 4) * 3)) 'NF == 4 {
    job = $2 * share / run
    printf "published job\t%.1f\ts\n", job
    printf "published job\t%.2f\tlines\n", job / (1e-6 * lines * share)
    printf "published job, 1 thread over 2\t%.2f\twalls\n", $1 / $3 }'
frames gzip shot/raw.h5
if command -v h5repack >/dev/null; then
    [ -f plain.h5 ] || h5repack -f NONE shot/raw.h5 plain.h5
    frames "no filter" plain.h5
    for filter in "bitshuffle UD=32008,0,2,0,2" "LZ4 UD=32004,0,0"; do
        file=${filter%% *}.h5
        [ -f "$file" ] || h5repack -f "${filter#* }" shot/raw.h5 "$file" 2>/dev/null || continue
        frames "${filter%% *}" "$file"
    done
fi
seconds dd if=shot/raw.h5 of=copy.h5 bs=1M |
    awk '{ printf "copy of a frame, gzip\t%.1f\tms wall\n", 1e3 * $1 / 8 }'

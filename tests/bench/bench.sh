# SPDX-License-Identifier: GPL-3.0-or-later
# Read by the other scripts with `.`: the executable $AIRY, a folder to work in ($KEEP, or one that is
# removed at the end), and the distance to the truth.
AIRY=${AIRY:-$(cd "$(dirname "$0")/../.." && pwd)/build/release/airy}
work=${KEEP:-$(mktemp -d)}
[ -n "${KEEP-}" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
cd "$work"

# away FILE [FRAME [TRUTH]]: relative L2 between a frame and the truth, after alignment.
away() {
    "$AIRY" compare --align "${3:-truth.h5}" "$1" --frame 0 --other-frame "${2:-0}" 2>/dev/null |
        awk '$1 == "relative_l2" { printf "%.4f\n", $2 }'
}

# odd FILE [FRAME [TRUTH]]: correlation of its odd part with the true one; 0.9 and more is right.
odd() {
    "$AIRY" compare --align "${3:-truth.h5}" "$1" --frame 0 --other-frame "${2:-0}" 2>/dev/null |
        awk '$1 == "odd_correlation" { printf "%.3f\n", $2 }'
}

# each FILE N [TRUTH]: those of frames 0 .. N - 1, from near to far.
each() {
    i=0
    while [ $i -lt "$2" ]; do
        away "$1" $i ${3+"$3"}
        i=$((i + 1))
    done | sort -g
}

# kept FILE: how many images a reconstruction holds.
kept() {
    "$AIRY" info "$1" | awk '$1 == "/entry_1/result_1/kept_start" { print $3 }'
}

# spent COMMAND...: runs it; its processor time in seconds goes to the file `time`.
spent() {
    LC_ALL=C bash -c 'TIMEFORMAT="%U"; time "$@" 2>talk' spent "$@" 2>time
}

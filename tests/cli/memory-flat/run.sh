# A run of a thousand frames of the small detector stays within 300 MB, and ten times the frames take
# no more memory. The frames are few, but every one is read, calibrated and written by itself.
airy simulate -q -o run --frame-size small --delays 0,5,10,20 --photons 1e6 -s 4
cal="--gain run/gain.h5 --pedestal run/pedestal.h5 --energy 9000"
list() { # N frames: the four again and again
    printf 'file\tframe\n' >"$1.tsv"
    awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "run/raw.h5\t%d\n", i % 4 }' >>"$1.tsv"
}
list 100
list 1000
measure() { # command, then its options
    name=$1
    few=$(python3 "$CASE/peak.py" airy "$@" -q -f -t 2 run/raw.h5 $cal --frames 100.tsv)
    many=$(python3 "$CASE/peak.py" airy "$@" -q -f -t 2 run/raw.h5 $cal --frames 1000.tsv)
    echo "$name: $few MB for 100 frames, $many MB for 1000" >&2
    [ "$many" -le 300 ] || echo "$name: 1000 frames take $many MB"
    [ "$many" -le $((few + 20)) ] || echo "$name: memory grows from $few to $many MB"
}
measure bin --factor 3 -o binned.cxi
measure calibrate -o photons.h5
measure hits --cut 1 -o hits.tsv
measure mask --run -o mask.h5

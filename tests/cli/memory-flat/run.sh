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
# Measures of one frame take no more for 64 frames of a trajectory than for 8: fifty frames of 5324 atoms, 36
# bytes each, would be 10 MB. Displacements do: they keep all positions, which shows that it would be seen.
airy simulate -q --preset lattice --cells 11 --noise 0.1 -o lattice
for n in 8 64; do
    awk -v n=$n '{ line[NR] = $0 }
        END { for (f = 0; f < n; f++) for (i = 1; i <= NR; i++) print i == 2 ? f : line[i] }' \
        lattice/trajectory.lammpstrj >$n.lammpstrj
done
atoms() { # N measures
    python3 "$CASE/peak.py" airy atoms -q -f -t 2 $1.lammpstrj --timestep 1 --measure $2 --r-max 4 --q-max 3 \
        -o atoms.h5 2>talk | tail -n 1
}
for measure in gr sq voronoi,order speckle msd; do
    few=$(atoms 8 $measure) many=$(atoms 64 $measure)
    echo "atoms $measure: $few MB for 8 frames, $many MB for 64" >&2
    case $measure in
    msd) [ "$many" -ge $((few + 5)) ] || echo "msd: $few MB, then $many: a frame too many would not be seen" ;;
    *) [ "$many" -le $((few + 2)) ] || echo "$measure: memory grows from $few to $many MB" ;;
    esac
done

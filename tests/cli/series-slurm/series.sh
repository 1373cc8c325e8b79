# Read by run.sh: a small series, and how it is done. A shot that cannot be read is among its five.
workflow=$(cd "$CASE/../../../workflow" && pwd)
options='--search projections --starts 3 --iterations 30 --generations 1 --best 2 --bin 1 --draws 20 --no-model'
series="../sim/series.tsv -o out $options"
make_series() {
    mkdir -p sim alone jobs
    airy simulate --preset nib110 --pattern --size 128 --delays 0 --shots 1 --photons 1e7 -o sim/ideal.h5 -q
    printf 'shot\tfile\tframe\tdelay_ps\n' >sim/series.tsv
    for shot in 0 1 2 3; do printf '%d\tideal.h5\t0\t%d\n' $shot $((3 * shot)); done >>sim/series.tsv
    printf '7\tabsent.h5\t0\t6\n' >>sim/series.tsv
}

# Heating curves of a model glass: their fictive temperatures come back from noisy curves within the limits.
airy simulate --preset glass-heat -o glass --cooling 1,16 --noise 0.002 -s 3
airy simulate --preset glass-heat -o again --cooling 1,16 --noise 0.002 -s 3
for f in truth curves; do
    grep -v '^#' glass/$f.tsv >$f; grep -v '^#' again/$f.tsv | cmp - $f
done
cat truth; head -n 2 curves
airy thermal glass/curves.tsv --what fictive --x temperature_K --y Cp_J_per_gK --by cooling_K_per_min \
    --low-line 0.15,0.0005 --high-line 0.60,0.0005 -o known.tsv -q | sed 's/\.[0-9]* K.*/ K/'
airy thermal glass/curves.tsv --what fictive --x temperature_K --y Cp_J_per_gK --by cooling_K_per_min \
    --low 270:285 --high 335:345 -o tf.tsv -q >talk
grep -v '^#' tf.tsv | cut -f 1,4 | paste truth - | sed 1d | awk '{ off = $4 - $2; print $1, (off < 0.6 && off > -0.6 ? "within 0.6 K" : "off by " off) }'
airy info glass/curves.tsv | grep -c 'airy simulate --preset glass-heat'
refused() {
    "$@" && echo "not refused: $*"
    return 0
}
{
    refused airy simulate --preset glass-heat -o glass
    refused airy simulate --preset glass-heat -o other --cooling 0
    refused airy simulate --preset glass-heat -o other --cooling fast
    refused airy simulate --preset glass-heat -o other --to 400
    refused airy simulate --preset glass-heat -o other --photons 1
} 2>&1

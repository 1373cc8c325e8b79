# Trajectory -> speckle -> correlate -> fit: walkers of D = 0.01 A^2/ps at q = 2 1/A (periods of a ps called a
# second) give exp(-2 q^2 D t), so tau = 1 / (q^2 D) = 25, within three errors by parts of the wave vectors,
# since lags share their noise: the record is eight tau long.
airy simulate --preset walk --atoms 400 --frames 200 --diffusion 0.01 --box 25 -s 4 -o walk -q
airy atoms walk/trajectory.lammpstrj --drift kept --measure speckle --q 1.95:2.05 -o atoms.h5 -q | cut -f 1,2
airy correlate speckle.h5 --roi roi.h5 -o corr.h5 --period 1 -q >/dev/null
airy fit g2.tsv --model kww2 --x delay_s --y g2 --dy g2_err --fix beta=1,baseline=1 --range 0.5:50 \
    -o fit.tsv -q >/dev/null
grep -v '^#' fit.tsv | awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    function holds(name, truth, off) {
        off = ($at["value"] - truth) / $at["error"]
        print name, (off < 3 && off > -3 && $at["error"] < 0.06 * truth) ? "holds" : "is off by " off " errors"
    }
    $at["parameter"] == "tau" { holds("tau", 25) }
    $at["parameter"] == "contrast" { holds("contrast", 1) }'
for region in plane spot; do
    airy atoms walk/trajectory.lammpstrj --measure speckle --region $region --q 1.5:2.5 --frames 0:3 -o $region.h5 -q | awk -F '\t' '$2 == "wave vectors" { print $4 }'
done

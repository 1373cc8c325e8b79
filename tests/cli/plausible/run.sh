# Inputs that give a plausible number and a wrong one: each is told of, or left out.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
good = np.minimum(rings(), 60000)
bright = good > np.sort(good.ravel())[-40]
for name, value in (("none", good.min()), ("filled", -999), ("far", -1e10), ("most", 3.4e38), ("word", 65535)):
    cxi(name + ".cxi", np.where(bright, value, good).astype("f4"))
cxi("masked.cxi", np.where(bright, -999, good).astype("f4"), mask=bright.astype("u4"))
cxi("left.cxi", (good - 7).astype("f4")) # a background is off: steps down to -7
# a run that stopped: of four frames the first was written, of another file's last a half
frames = np.stack([good] * 4).astype("f4")
with h5py.File("whole.h5", "w") as h:
    h["data"] = frames[:1]
for name, rows, kind in (("stopped", 96, None), ("packed", 48, "gzip")):
    with h5py.File(name + ".h5", "w") as h:
        data = h.create_dataset("data", frames.shape, "f4", chunks=(1, rows, 128), compression=kind)
        data[0] = frames[0]
        if kind:
            data[3, :48] = frames[3, :48]
with h5py.File("begun.h5", "w") as h:
    h.create_dataset("data", frames.shape, "f4")
noise = np.random.default_rng(1).poisson(5, (40, 12, 12)).astype("u2")
np.save("noise.npy", noise)
np.save("roi.npy", np.ones((12, 12), "u1"))
P
told() { grep -o 'warning.*' talk.txt || echo "nothing is asked"; }
echo "== numbers for no value"
for f in none filled far most word masked left; do
    echo "$f: $(airy bin $f.cxi --factor 1 -o b.cxi -f 2>talk.txt; told | sed 's/warning: [a-z]*.cxi: //')"
done
echo "== frames never written"
place="--distance 0.1 --pixel 0.0006 --energy 50000 --beam 64,48 --bins 4"
for f in whole stopped packed begun; do
    airy rings $f.h5 $place -o $f.tsv -q >talk.txt 2>&1 || cat talk.txt
    [ ! -e $f.tsv ] || grep -v '^#' $f.tsv | awk -F '\t' 'NR == 4 { printf "%.5g\n", $2 }'
done
airy info --no-datasets packed.h5 | grep -o 'never written'
airy info --no-datasets stopped.h5 | grep -o '[0-9]* of its chunks'
echo "== what is named twice by other names"
ln -s whole.h5 again.h5
airy rings whole.h5 again.h5 $place -o no.tsv 2>&1 || true
airy rings whole.h5 ./whole.h5 $place -o no.tsv 2>&1 || true
echo "== speckle without contrast has no time"
airy correlate noise.npy --roi roi.npy --period 1 -o corr.h5 -q | awk -F '\t' 'NR > 1 { print ($6 < 2 * $7), $10 }'
echo "== tables of shots"
awk -v OFS='\t' 'BEGIN { print "shot", "delay_ps", "r_par_nm", "r_par_err_nm", "r_perp_nm", "r_perp_err_nm"
    for (i = 0; i < 24; i++) print i, int(i / 3), 50 + i * .3 + i % 3, .1, 50 + i * .2 + i % 2, .1 }' >shots.tsv
{ cat shots.tsv; tail -n 2 shots.tsv; } >joined.tsv
awk -F '\t' -v OFS='\t' 'NR > 1 { $2 *= 1e-12 } 1' shots.tsv >seconds.tsv
awk -F '\t' -v OFS='\t' 'NR > 1 { $3 /= 1e9; $5 /= 1e9 } 1' shots.tsv >meters.tsv
for f in joined seconds meters; do airy kinetics $f.tsv --draws 20 -o no.tsv 2>&1 || true; done
airy kinetics shots.tsv --draws 20 -o k.tsv -q | grep -c differ
[ ! -e no.tsv ]
echo "== atoms far outside of their box"
for x in 0.5 1.2 4.5; do
    printf 'ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9\nITEM: ATOMS id type xs ys zs\n1 1 %s 0.5 0.5\n' $x >a.lammpstrj
    airy atoms a.lammpstrj --measure gr -o a.h5 -f -q 2>&1 | grep -v '^measure' | cut -f 1-2
    sed 's/xs ys zs/xsu ysu zsu/' a.lammpstrj >u.lammpstrj
    airy atoms u.lammpstrj --measure gr -o a.h5 -f -q 2>&1 | grep -c edges || true
done
echo "== steps in other words"
for step in 1000 1e3 1000.5; do
    for k in 0 1 2 3; do
        printf '1\nLattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3 step=%s\nCu %s 1 1\n' \
            "$(echo $k $step | awk '{ print $1 ? ($1 == 1 ? $2 : $1 * $2) : 0 }')" "1.$k"
    done >s.xyz
    airy atoms s.xyz --measure msd --timestep 1 -o a.h5 -f -q 2>&1 | grep -o 'step is no.*' || true
    [ ! -e a-msd.tsv ] || grep -v '^#' a-msd.tsv | cut -f 1 | sed -n 2p
    rm -f a-msd.tsv
done
echo "== numbers of another type, and one frame as two shots"
airy simulate -q --preset scan -o sc --rows 2 --columns 2 --side 14 --frames 16 --tau 6 >talk.txt
airy scan sc/scan.u2 --shape 8,2,2,14,14 --type f4 --ring 2.6:6.4 --period 2 -o no.h5 2>&1 || true
printf 'shot\tfile\tframe\tdelay_ps\n1\tnone.cxi\t0\t0\n2\tnone.cxi\t1\t0\n3\tnone.cxi\t0\t5\n' >series.tsv
airy series series.tsv -o series --collect --only shots -q 2>&1 | grep 'one frame'

# Two-time map, g2 by age, maps of a scan and their joint density are recognised and drawn.
command -v gnuplot >/dev/null || { echo "no gnuplot" >&2; exit 77; }
airy simulate --preset speckle -o s --frames 120 --rows 8 --columns 8 --tau 10 -q
airy correlate s/frames.h5 --roi s/roi.h5 --period 2 --age-bin 60 -o corr.h5 -q >/dev/null
airy simulate --preset scan -o m --rows 5 --columns 6 --side 12 --frames 20 --tau 4 -q >/dev/null
airy scan m/scan.u2 --shape 20,5,6,12,12 --ring 2.5:5.5 --period 1 --step 0.5 -o scan.h5 -q >/dev/null 2>&1
airy view corr.h5 -o two.svg --keep-script two
airy view corr.h5 --what ages -o ages.svg --keep-script ages
awk '/^set .?range/ { print }' ages/*.gp
# row = lag, column = earlier time; without h5py nobody looks
python=/usr/bin/python3
$python -c 'import h5py' 2>/dev/null || { python='cat >/dev/null; echo sheared: []; :'; }
eval "$python -" <<'P'
import glob, h5py, numpy as np
with h5py.File("corr.h5") as h:
    two = h["/entry/twotime/two_time_corr_func"][()]
two = two.reshape(-1, *two.shape[-2:])[0]
drawn = np.fromfile(glob.glob("ages/*.f32")[0], "<f4").reshape(two.shape)
wrong = [(lag, t) for lag in range(1, len(two)) for t in range(len(two))
         if not (np.isnan(drawn[lag, t]) if t + lag >= len(two) else abs(drawn[lag, t] - two[t, t + lag]) < 1e-6)]
print("sheared:", wrong[:3])
P
airy view g2.tsv -o g2.svg --keep-script g2
airy view scan.h5 -o maps.svg --keep-script maps
airy view scan.h5 --what joint -o joint.svg --keep-script joint
cat two/*.gp g2/*.gp maps/*.gp joint/*.gp | grep -o 't}_1 (s)\|delay (s)\|age [0-9.]* s\|{/Symbol t} (s)\|places\|x (nm)' | sort | uniq -c | sed 's/^ *//'
airy view g2.tsv --what joint -o x.svg 2>&1 | head -n 1

# Walkers of known diffusion: MSD and D hold the truth, any number of threads gives the same bytes, packed
# files and every second frame too.
airy simulate --preset walk --atoms 150 --frames 60 --box 20 -o walk -q -s 3
run="airy atoms walk/trajectory.lammpstrj --drift kept"
$run -o atoms.h5 --measure msd,isf,overlap,gr,sq,strings,waits,vanhove,speckle,order --fit 1:12 --q-max 3 -t 1 -q >one
mkdir three
$run -o three/atoms.h5 --measure msd,isf,overlap,gr,sq,strings,waits,vanhove,speckle,order --fit 1:12 --q-max 3 -t 3 -q >three.txt
cmp one three.txt
for f in msd isf overlap gr sq strings waits vanhove distinct waves order diffusion tails; do
    grep -v '^#' $f.tsv >a; grep -v '^#' three/$f.tsv >b; cmp a b
done
airy compare speckle.h5 three/speckle.h5 >compared
for f in msd strings waits; do grep -v '^#' $f.tsv | head -n 1; done
# D 0.05 within three errors; the MSD of each lag within 3.5 (16 of them)
awk -F '\t' '$2 == "diffusion" && $3 == "all" { d = ($4 - 0.05) / $5; print (d < 3 && d > -3) ? "D holds" : "D misses by " d }' one
awk -F '\t' '!/^#/ && $2 == "all" { d = ($3 - 0.3 * $1) / $4; if (d > 3.5 || d < -3.5) print "misses at", $1, d; n++ } END { print n, "lags" }' msd.tsv
# F_s at 2.7 / A is exp(-q^2 D t), so that 1/e is reached after 1 / (q^2 D) = 2.7435 ps
awk -F '\t' '$1 == "isf" && $3 == "all" { d = ($4 - 2.7435) / $5; print (d < 3 && d > -3) ? "F_s holds" : "F_s misses by " d }' one
awk -F '\t' '$1 == "speckle" && $2 ~ /I.2/ { print ($4 > 1.9 && $4 < 2.1) ? "developed speckle" : "contrast " $4 }' one
# within 100 A all atoms stay: nothing is known of how origins differ
$run -o stay.h5 --measure overlap --overlap 100 -q 2>&1 >stay | sed 's/^airy atoms: //'
awk -F '\t' '!/^#/ { print $5, $6 }' stay-overlap.tsv | sort -u
gzip -k walk/trajectory.lammpstrj
xz -k -1 walk/trajectory.lammpstrj
for packed in gz xz; do
    airy atoms walk/trajectory.lammpstrj.$packed --drift kept -o $packed.h5 --measure msd -q >/dev/null
    grep -v '^#' msd.tsv >a; grep -v '^#' $packed-msd.tsv >b; cmp a b
done
airy atoms walk/trajectory.lammpstrj -o half.h5 --frames 10:50 --every 2 --measure msd --per-decade 0 -q >/dev/null
grep -c all half-msd.tsv
airy info atoms.h5 | grep -c 'airy atoms'
# a gas: where others were means nothing (g of the distinct part is 1 from 5 A on, within 3 %)
awk -F '\t' '!/^#/ && $2 > 5 && $2 < 9.9 { n[$1]++; s[$1] += $3 } END { for (t in n) if (s[t] / n[t] < 0.97 || s[t] / n[t] > 1.03) print "g at", t, "is", s[t] / n[t] }' distinct.tsv

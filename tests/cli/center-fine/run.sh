# Fringes of three to four cells about an unmasked stop, as looks of `watch` are: the usual smoothings
# lead to a root between two fringes, or away, others to the center (592, 545). Cells are FACTOR wide.
airy simulate --preset nib110 --frame-size small --delays 17 --shots 2 --photons 1e7 --seed 2 -o s -q
for of in "1 4" "0 5" "1 5"; do
    set -- $of
    airy bin s/raw.h5 --frames "$1:$(($1 + 1))" --gain s/gain.h5 --pedestal s/pedestal.h5 \
        --factor "$2" -o cells.cxi -f -q
    airy center cells.cxi -q | awk -v n="$2" 'NR > 1 {
        y = $2 - (592 - (n - 1) / 2) / n; x = $3 - (545 - (n - 1) / 2) / n
        print n, (y * y + x * x < 0.15 ^ 2 ? "there" : "elsewhere"), ($6 < 2 ? "agrees" : "doubtful") }'
done

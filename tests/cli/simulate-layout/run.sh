# Bands at random, each shot another particle, whatever -t; or where published images have them.
make() { out=$1; shift; airy simulate -q -o $out --frame-size small --delays 10 --shots 3 --photons 1e5 -s 5 "$@"; }
make default -t 1
make random --layout-of-bands random -t 3
make paper --layout-of-bands paper
for layout in default random paper; do grep -v '^#' $layout/bands.tsv >$layout.tsv; done
for layout in random paper; do cmp -s default.tsv $layout.tsv && echo same || echo other; done
airy compare default/truth.h5 random/truth.h5 >/dev/null
awk -F '\t' '/^#/ || $1 == "shot" { next }
    { n[$1]++; angles += $11 >= 20 && $11 <= 40; up += ($5 - $3) * ($6 - $4) > 0 }
    END { print n[0], n[1], n[2], "of them at 20-40 degrees", angles, "to the left", up }' default/bands.tsv
airy simulate -q -o no --layout-of-bands grid 2>talk.txt || echo "exit $?"
grep -c "random|paper" talk.txt

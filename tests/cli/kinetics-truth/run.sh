# The truth of a simulated series, as shots and as stages: kinetics of its own shots, particles of one
# size, find the stages, and what is known stands beside what was found.
airy simulate --preset nib110 --frame-size small --delays 0,3,5,6,10,14,16,20 --shots 1 --photons 1e5 \
    --spread 0 --layout-of-bands paper -o sim -q
airy kinetics sim/truth.tsv --truth sim/truth-kinetics.tsv --draws 20 -o k.tsv -q >sentences
grep -v '^#' k.tsv | head -n 1
awk -F '\t' '$2 == "delay" && $8 != "nan" && ($4 - $8) ^ 2 > 1e-14 * $8 ^ 2' k.tsv
awk -F '\t' '$1 == "r_perp" && $2 == "segments-2" && $8 != "nan" { printf "%s %.3f %.3f\n", $3, $4 + 1e-6, $8 }' k.tsv
awk -F '\t' '$1 == "r_mean" && $2 == "segments-2" && $8 != "nan" { print $3, $8 }' k.tsv
awk -F '\t' '$1 == "aspect" && $3 ~ /^(6|20) ps/ { print $3, $8 }' k.tsv
awk -F '\t' '$1 == "r_par" && $2 == "parabola" && $3 == "quadratic" { printf "%.3f\n", $4 }' sim/truth-kinetics.tsv
awk -F '\t' '$1 == "low_fraction" && $3 ~ /I|ps$/ { printf "%s %.2f\n", $3, $4 }' sim/truth-kinetics.tsv
grep -c "^Truth: 6[0-9] of 67 intervals" sentences
airy kinetics sim/truth.tsv --truth absent.tsv -o x.tsv -q >out 2>talk || echo "exit $?"
airy kinetics sim/truth.tsv --truth sim/truth.tsv -o x.tsv -q >out 2>>talk || echo "exit $?"
sed 's/^airy kinetics: //' talk
ls

# SPDX-License-Identifier: GPL-3.0-or-later
# From a simulated pattern to the bands that were put into it, through files.
airy simulate -q --pattern --size 128 --delays 10 --photons 1e7 -s 4 --beamstop 2 -o pattern.cxi --truth truth.h5
airy retrieve pattern.cxi -o recon.h5 --search projections --support ellipse:68,65nm --iterations 200 --starts 12 --generations 3 -s 1 -q >/dev/null
airy average recon.h5 --best 5 -o image.cxi --ring-table rings.tsv -q >quality.tsv
airy difference image.cxi -o diff.h5 --model spheroid -q >numbers.tsv
airy bands diff.h5 -o bands.h5 --polarization 0 --tsv branches.tsv -q >table.tsv
head -n 1 quality.tsv
awk 'NR > 1 {print $1, ($2 < 0.12 ? "fits" : "R is " $2)}' quality.tsv
grep -v '^#' rings.tsv | head -n 1
grep -v '^#' branches.tsv | cmp - table.tsv
head -n 1 table.tsv
# Four bands at 22 to 38 degrees on the particle; five degrees is what noise may turn one by.
awk 'NR > 1 {n++; if ($10 > 15 && $10 < 45) good++} END {print (n >= 4 && n <= 5), (good >= 4)}' table.tsv
awk '$1 == "radius_par_nm" {print ($2 > 61 && $2 < 68)}
     $1 == "radius_perp_nm" {print ($2 > 57 && $2 < 64)}
     $1 == "low_fraction" {print ($2 > 0.4 && $2 < 0.55)}' numbers.tsv
airy compare --align --tolerance 0.15 truth.h5 image.cxi >/dev/null && echo "the image is the object"
# Turning the polarisation turns the angles; files are kept unless -f is given.
airy bands diff.h5 -o turned.h5 --polarization 90 -q | awk 'NR > 1 && $10 < 45' | wc -l
airy bands diff.h5 -o bands.h5 -q >/dev/null 2>&1 || echo "kept: $?"
airy bands diff.h5 -o bands.h5 -f -q >again.tsv
cmp again.tsv table.tsv

# SPDX-License-Identifier: GPL-3.0-or-later
# What is as likely within noise is handed on: so few photons leave several solutions, and the low
# share's error, the bands and the picture know of them. The numbers are those of the seed.
airy simulate -q --pattern --size 160 --delays 10 --photons 3e4 --seed 4 --beamstop 3 -o pattern.cxi
airy condense pattern.cxi -q -o condensed.cxi
airy retrieve condensed.cxi -q -o recon.h5 --starts 2 --iterations 20 --generations 1 -s 6 --groups 3 --islands 2 \
    --rivals 2 --members 5 --children 10,8,6 --descent-steps 15 --resampled 3 >table 2>talk
grep "as likely" talk
grep -o "the odd part of the image comes back" talk
airy average recon.h5 -o image.cxi 2>&1 >table | grep "as likely"
airy difference image.cxi -o diff.h5 -q >numbers
airy bands diff.h5 -o bands.h5 --tsv branches.tsv 2>&1 >table | grep "as likely" | sed 's/bands* [0-9, ]*:/bands:/'
for file in image.cxi diff.h5 bands.h5; do
    airy info $file | grep -o -E '/entry_1/[^ ]*(rivals|/rival_branches/held|/branches/held|/branches/redrawn|resampled|redrawn) .*' | tr -s ' '
done | sed 's/ [0-9.]*$/ N/'
awk '$1 ~ /_(redrawn|rivals)$/ { print $1, ($2 > 0) } $1 == "low_fraction_error" { error = $2 }
    $1 == "low_fraction_rivals" { print "told", (error > $2) }' numbers
airy view bands.h5 -q -o bands.png --keep-script kept >name
grep -c -E "[0-9][?]" kept/* | grep -v :0 | wc -l

# an image of projections knows of none, and does not say that its bands are held
airy retrieve condensed.cxi -q -o projections.h5 --search projections --starts 8 --iterations 200 --generations 1 >table
airy average projections.h5 -q -o image.cxi -f --best 4 >table
airy difference image.cxi -o diff.h5 -q -f | grep -E "^rivals"
airy bands diff.h5 -o bands.h5 -q -f | awk -F '\t' 'NR > 1 { print $(NF - 1), $NF }' | sort -u

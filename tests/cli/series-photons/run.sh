# SPDX-License-Identifier: GPL-3.0-or-later
# A series by likelihood of the photons: any number of threads gives the same bytes, the gates know
# how many searches agreed, and the image of a shot is that of the commands' own files. So small a
# search need not agree: its gates are open.
mkdir sim one three
airy simulate --preset nib110 --pattern --size 128 --delays 0 --shots 1 --photons 3e5 -o sim/ideal.h5 -q
printf 'shot\tfile\tframe\tdelay_ps\n0\tideal.h5\t0\t10\n' >sim/series.tsv
few="--starts 2 --iterations 20 --generations 1 --bin 1 --groups 2 --children 2 --least-agree 0 --most-misfit 0
    --retrieve.islands 2 --retrieve.members 3 --retrieve.rivals 2 --retrieve.descent-steps 5 --retrieve.resampled 2"
(cd one && airy series ../sim/series.tsv -o out $few --only shots -t 1 -q 2>talk)
(cd three && airy series ../sim/series.tsv -o out $few --only shots -t 3 -q 2>talk)
diff -r one three && echo same
grep -v '^#' one/out/gates.tsv | cut -f 2,3,6 | grep -e agree -e misfit | sed 's/\t[0-9.]*\t/\tX\t/'
airy info one/out/shot-0000/image.cxi | grep -c image_1/spread

# SPDX-License-Identifier: GPL-3.0-or-later
# Two ranks write what one process writes, and find it done.
[ -n "${MPIEXEC-}" ] || exit 77
mkdir sim one two
airy simulate --preset nib110 --pattern --size 128 --delays 0 --shots 1 --photons 1e7 -o sim/ideal.h5 -q
printf 'shot\tfile\tframe\tdelay_ps\n0\tideal.h5\t0\t0\n1\tideal.h5\t0\t3\n2\tideal.h5\t0\t6\n5\tabsent.h5\t0\t6\n' \
    >sim/series.tsv
run='series ../sim/series.tsv --search projections -o out --starts 3 --iterations 30 --generations 1 --best 2 --bin 1 --draws 20 -t 1 -q --no-model --no-pictures'
(cd one && airy $run >table 2>talk)
(cd two && "$MPIEXEC" -n 2 "$AIRY" $run >table 2>talk)
cmp one/table two/table
diff -r one/out two/out && echo same
(cd two && stat -c '%n %i %y' out/shot-000[012]/row.tsv >before && "$MPIEXEC" -n 2 "$AIRY" $run >table 2>talk &&
    stat -c '%n %i %y' out/shot-000[012]/row.tsv | cmp - before && echo "were there")
diff -r one/out two/out && echo same

# SPDX-License-Identifier: GPL-3.0-or-later
# Three ranks write what one process writes.
[ -n "${MPIEXEC-}" ] || exit 77
{
    printf 'shot\tdelay_ps\tr_par_nm\tr_par_err_nm\tr_perp_nm\tr_perp_err_nm\tgate\n'
    awk 'BEGIN { for (i = 0; i < 30; i++) {
        t = i % 10; r = 55 + (t > 4 ? 2 * (t - 4) : 0) + 0.2 * (i % 3)
        printf "%d\t%g\t%g\t0.1\t%g\t0.1\t1\n", i, t, r, r } }'
} >shots.tsv
run="kinetics ../shots.tsv -o curve.tsv --draws 100 -t 1 -q"
mkdir one three
(cd one && airy $run >table)
(cd three && "$MPIEXEC" -n 3 "$AIRY" $run >table)
cmp one/table three/table
cmp one/curve.tsv three/curve.tsv
ls three

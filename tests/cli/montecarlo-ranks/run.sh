# SPDX-License-Identifier: GPL-3.0-or-later
# Three ranks write what one process writes.
[ -n "${MPIEXEC-}" ] || exit 77
run="montecarlo --runs 5 --cells 32 --sweeps 4 --snapshots 3 -o model.h5 -t 1 -q"
mkdir one three
(cd one && airy $run >table)
(cd three && "$MPIEXEC" -n 3 "$AIRY" $run >table)
cmp one/table three/table
cmp one/model.h5 three/model.h5
ls three

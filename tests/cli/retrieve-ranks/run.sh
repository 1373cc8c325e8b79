# SPDX-License-Identifier: GPL-3.0-or-later
# Two and three ranks write what one process writes, once; an output that exists ends all of them.
[ -n "${MPIEXEC-}" ] || exit 77

airy simulate --pattern --size 96 --delays 0 --photons 1e7 --seed 3 -o pattern.cxi -q
run="retrieve ../pattern.cxi -o image.h5 --search projections --support circle:18 --iterations 60 --shrink-wrap 20
     --starts 7 --generations 2 --keep 3 --seed 5 -t 1 -q"
mkdir one two three
(cd one && airy $run >table)
(cd two && "$MPIEXEC" -n 2 "$AIRY" $run >table)
(cd three && "$MPIEXEC" -n 3 "$AIRY" $run >table)
for ranks in two three; do
    cmp one/table $ranks/table
    cmp one/image.h5 $ranks/image.h5
done
ls three

cd three
if "$MPIEXEC" -n 3 "$AIRY" $run 2>talk; then
    echo "an existing file was not kept"
fi
grep -c "image.h5 exists and is kept" talk
ls

# SPDX-License-Identifier: GPL-3.0-or-later
# Starts and populations on disk belong to one run: a second one into the same output is refused,
# another seed does not take them, and what is no file of ours stays. Populations of a search by
# likelihood are taken over, and give the same bytes.
airy simulate -q --pattern --size 160 --delays 10 --photons 3e6 --seed 3 --beamstop 3 -o pattern.cxi
airy condense pattern.cxi -q -o condensed.cxi
few="--starts 2 --generations 1 --groups 2 --islands 2 --rivals 2 --members 4 --children 6,6,2 --descent-steps 8 --resampled 1 -t 1"
mkdir whole cut
run="airy retrieve ../condensed.cxi -o recon.h5 --iterations 20 $few --resume"
(cd whole && $run -s 5 >table 2>talk)
cd cut
$run -s 5 >table 2>talk & pid=$!
# the two starts have 80,320 bytes, what comes then are populations
while kill -0 $pid && [ "$(wc -c <recon.h5.part 2>/dev/null || echo 0)" -lt 85000 ]; do sleep 0.02; done
kill -STOP $pid
$run -s 5 2>&1 | grep -o "recon.h5.part is in use by another run"
$run -s 5 -f 2>&1 | grep -o "recon.h5.part is in use by another run"
kill -9 $pid
wait $pid || true
$run -s 6 2>&1 | grep -o "belongs to a run with another"
$run -s 5 >table 2>talk
grep -o -e "2 finished and 0 unfinished starts" -e "[1-9] finished populations" talk | sed 's/[1-9] f.*pop/some pop/'
cd ..
cmp whole/table cut/table && cmp whole/recon.h5 cut/recon.h5 && ls cut

# not ours, and not followed
how="condensed.cxi $few -q --search projections"
echo precious words of somebody >mine.h5.part
airy retrieve $how -o mine.h5 -f 2>&1 || cat mine.h5.part
ln -s mine.h5.part linked.h5.part
airy retrieve $how -o linked.h5 -f 2>&1 | grep -o "linked.h5.part: cannot write" && cat mine.h5.part

# what appeared under the name meanwhile is kept
airy retrieve $how -o late.h5 --iterations 2000 >/dev/null 2>talk & pid=$!
while kill -0 $pid && [ ! -s late.h5.part ]; do sleep 0.01; done
echo mine >late.h5
wait $pid || cat talk late.h5

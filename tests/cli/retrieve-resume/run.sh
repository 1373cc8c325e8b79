# SPDX-License-Identifier: GPL-3.0-or-later
# A run that was killed goes on from its finished starts, one that was asked to stop from inside a
# start, and writes the same bytes.
airy simulate --pattern --size 96 --delays 0 --photons 1e7 --seed 3 -o pattern.cxi -q
mkdir whole cut
run="retrieve ../pattern.cxi -o recon.h5 --search projections --support circle:18 --iterations 150 --starts 40 --generations 2 -s 5 -q -t 1 --resume"
(cd whole && airy $run >table)
cd cut
airy $run >table 2>talk & pid=$!
while [ "$(wc -c <recon.h5.part 2>/dev/null || echo 0)" -lt 100000 ]; do sleep 0.02; done
kill -9 $pid
wait $pid || true
[ ! -e recon.h5 ] || echo "a killed run left recon.h5"
printf torn >>recon.h5.part # the record that the kill cut
# other options must not take these starts
airy retrieve ../pattern.cxi -o recon.h5 --search projections --support circle:18 --iterations 151 --starts 40 --generations 2 -s 5 -q -t 1 --resume 2>talk && echo "another run took over"
grep -c "belongs to a run with another" talk
airy $run >table
cd ..
cmp whole/table cut/table && cmp whole/recon.h5 cut/recon.h5 && ls cut

# the same by three threads, which tell their progress of what was taken over and what is new; what
# ThreadSanitizer says of that: ctest --preset threads -R retrieve-resume
mkdir three
cd three
run3="retrieve ../pattern.cxi -o recon.h5 --search projections --support circle:18 --iterations 150 --starts 40 --generations 2 -s 5 -t 3 --resume"
airy $run3 >table 2>talk & pid=$!
while [ "$(wc -c <recon.h5.part 2>/dev/null || echo 0)" -lt 100000 ]; do sleep 0.02; done
kill -9 $pid
wait $pid || true
airy $run3 >table 2>talk
grep -o "starts taken over" talk
grep -c "ThreadSanitizer" talk || true
cd ..
cmp whole/table three/table && airy compare whole/recon.h5 three/recon.h5 >same.txt || cat same.txt

# asked to stop after the first start
mkdir long stopped
run="retrieve ../pattern.cxi -o recon.h5 --search projections --support circle:18 --iterations 1500 --starts 4 --generations 1 -s 5 -t 1 --resume"
(cd long && airy $run >table 2>talk)
cd stopped
airy $run >table 2>talk & pid=$!
while [ "$(wc -c <recon.h5.part 2>/dev/null || echo 0)" -lt 1000 ]; do sleep 0.02; done
kill -TERM $pid
wait $pid || echo "exit $?"
grep -o "go on with --resume: stopped in start" talk
# nobody's work is dropped unasked
airy retrieve ../pattern.cxi -o recon.h5 --search projections --support circle:18 --iterations 10 --starts 1 --generations 1 -q 2>talk && echo "it was"
grep -o "recon.h5.part holds .*" talk
airy $run >table 2>talk
grep -o "and 1 unfinished starts taken over" talk
cd ..
cmp long/table stopped/table && cmp long/recon.h5 stopped/recon.h5 && ls stopped

# SPDX-License-Identifier: GPL-3.0-or-later
# A plain body shows no bands, the image's bands are found again; any number of threads, same numbers.
airy simulate -q --pattern --size 128 --delays 10 --photons 1e7 -s 4 --beamstop 2 -o pattern.cxi
how="--search projections --support ellipse:68,65nm --iterations 100 --starts 6 --generations 2 -s 1 -q"
# shellcheck disable=SC2086 # options
airy retrieve pattern.cxi -o recon.h5 $how >/dev/null
airy average recon.h5 -o image.cxi -q >/dev/null
# shellcheck disable=SC2086 # options
airy validate pattern.cxi image.cxi -o validate1.h5 --nulls 1 --recoveries 1 --half-trials 1 $how -t 1 --tsv branches.tsv >numbers1.tsv
# Stopped after the first trial, and gone on with in three threads: the same numbers.
# shellcheck disable=SC2086 # options
airy validate pattern.cxi image.cxi -o validate3.h5 --nulls 1 --recoveries 1 --half-trials 1 $how -t 3 >never.tsv 2>talk.txt &
run=$!
while kill -0 $run 2>/dev/null && [ "$(wc -c <validate3.h5.trials 2>/dev/null || echo 0)" -lt 1000 ]; do sleep 0.05; done
kill -TERM $run; status=0; wait $run || status=$?
echo "stopped: $status, $(wc -c <never.tsv) bytes"; grep -c "go on with --resume" talk.txt
ls -A | grep -e trials -e part
# shellcheck disable=SC2086 # options
airy validate pattern.cxi image.cxi -o validate3.h5 --nulls 1 --recoveries 1 --half-trials 1 $how -t 3 >never.tsv 2>talk.txt || echo "refused: $?"
grep -c "trials of a run that was not finished" talk.txt
status=0; airy validate pattern.cxi image.cxi -o validate3.h5 --nulls 1 --support ellipse:60,60nm --resume -q 2>talk.txt || status=$?
echo "other parameters: $status"; grep -c "another input, seed or options" talk.txt
flock validate3.h5.trials airy validate pattern.cxi image.cxi -o validate3.h5 --nulls 1 -f -q 2>&1 | grep -o "validate3.h5.trials is in use by another run"
# shellcheck disable=SC2086 # options
airy validate pattern.cxi image.cxi -o validate3.h5 --nulls 1 --recoveries 1 --half-trials 1 $how -t 3 --resume >numbers3.tsv
cmp numbers1.tsv numbers3.tsv
grep -v '^#' branches.tsv | awk -F '\t' 'NR == 1 {print $NF} NR > 1 && $NF ~ /^seen in [01] of 1 recovery; / {n++} END {print (n >= 4)}'
airy compare validate1.h5 validate3.h5 >same.txt || cat same.txt
awk -F '\t' '{v[$1] = $2}
    END {
        print v["null_trials"], v["recovery_trials"], (v["bands"] >= 4)
        print "false bands", (v["false_bands_per_shot"] <= 1)
        print "found again", (v["bands_found_share"] >= 0.75)
        print "angle", (v["angle_error_deg"] < 6)
        print "radius", (v["radius_par_bias_nm"]^2 < 1)
    }' numbers1.tsv
ls
status=0; airy validate pattern.cxi absent.cxi -o no.h5 2>talk.txt || status=$?
echo "absent image: $status, $(wc -l <talk.txt) line"
airy simulate -q --pattern --size 256 --delays 10 --photons 1e6 -s 4 -o wide.cxi
airy condense wide.cxi -o condensed.cxi -q
status=0; airy validate condensed.cxi image.cxi -o no.h5 2>talk.txt || status=$?
echo "condensed: $status"
grep -c "is condensed" talk.txt
# A mask's contents are part of what a trial is of.
airy mask pattern.cxi --edges 1 -q -o mask.h5 >never.tsv
masked() {
    # shellcheck disable=SC2086 # options
    exec airy validate pattern.cxi image.cxi -o masked.h5 --nulls 1 --recoveries 1 $how --mask mask.h5 --resume
}
masked >never.tsv 2>talk.txt & run=$!
while kill -0 $run 2>/dev/null && [ "$(wc -c <masked.h5.trials 2>/dev/null || echo 0)" -lt 1000 ]; do sleep 0.05; done
kill -TERM $run; wait $run || echo "stopped: $?"
airy mask pattern.cxi --edges 2 -q -f -o mask.h5 >never.tsv
(masked) 2>&1 | grep -c "another input, seed or options"

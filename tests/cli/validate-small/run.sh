# SPDX-License-Identifier: GPL-3.0-or-later
# A plain body shows no bands, the image's bands are found again; any number of threads, same numbers.
airy simulate -q --pattern --size 128 --delays 10 --photons 1e7 -s 4 --beamstop 2 -o pattern.cxi
how="--support ellipse:68,65nm --iterations 150 --starts 8 --generations 3 -s 1 -q"
# shellcheck disable=SC2086 # options
airy retrieve pattern.cxi -o recon.h5 $how >/dev/null
airy average recon.h5 -o image.cxi -q >/dev/null
for threads in 1 3; do
    # shellcheck disable=SC2086 # options
    airy validate pattern.cxi image.cxi -o validate$threads.h5 --nulls 1 --recoveries 1 $how -t $threads >numbers$threads.tsv
done
cmp numbers1.tsv numbers3.tsv
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

# SPDX-License-Identifier: GPL-3.0-or-later
# A search by likelihood, the default: one thread and three give the same bytes, the file tells what
# each search found, and an average takes images of one solution only. So small a search is not
# expected to be right; tests/unit/test_search is about that.
airy simulate -q --pattern --size 160 --delays 10 --photons 3e6 --seed 3 --beamstop 3 -o pattern.cxi
airy condense pattern.cxi -q -o condensed.cxi
few="--starts 2 --iterations 20 --generations 1 -s 5"
small="--groups 3 --islands 2 --rivals 2 --members 5 --children 10,8,6 --descent-steps 15 --resampled 3"
mkdir one three
(cd one && airy retrieve ../condensed.cxi -o recon.h5 $few $small -t 1 >table 2>talk)
(cd three && airy retrieve ../condensed.cxi -o recon.h5 $few $small -t 3 >table 2>talk)
cmp one/table three/table
for n in one three; do grep -v ' left' $n/talk >$n/said; done # progress is of the clock
cmp one/said three/said
airy compare one/recon.h5 three/recon.h5 >same.txt || cat same.txt
for set in image_1/resampled result_1/search/objective result_1/search/agreement; do
    for n in one three; do (cd $n && h5dump -d /entry_1/$set recon.h5 >set); done
    cmp one/set three/set
done
# numbers of the search are those of its seed, not a matter of this test
grep -e searches -e doubtful one/talk | sed 's/[0-9][0-9.]* in objective/X in objective/; s/deviance [0-9.]*/deviance X/'
airy info one/recon.h5 | grep -o -E '/entry_1/(image_1/resampled|result_1/(search|odd)[^ ]*).*' |
    sed 's/  *\(float64\|float32\) */ \1 /; s/\(found\|next\|bins\|misfit\|power\|fall\|redrawn\) float64 .*/\1/'

# an average is of the best solution, and its spread that of photons drawn again
airy average one/recon.h5 -o image.cxi 2>talk | cut -f 1
grep -e averaged -e "left out" talk
airy average one/recon.h5 -o all.cxi --best 9 -q >/dev/null 2>talk
cat talk
airy info image.cxi | grep -c /entry_1/image_1/spread

# projections alone leave the table as it is, and no search
airy retrieve condensed.cxi -o projections.h5 --search projections --border 1.15 $few -q | cmp - one/table
airy retrieve condensed.cxi -o unpolished.h5 --no-polish --border 1.15 $few -q | cmp - one/table
airy compare projections.h5 unpolished.h5 >same.txt || cat same.txt
airy info projections.h5 | grep -c -e /search -e resampled || true

# --quick is small where nothing else was asked for
airy retrieve condensed.cxi -o quick.h5 --quick $few --groups 1 --islands 1 --rivals 2 --members 2 --children 2 --descent-steps 2 -q >table
cmp table one/table
airy info quick.h5 | grep -o -e 'search_groups .*' -e 'image_1/resampled.*' | tr -s ' '

# before a search few starts are enough; alone there are the generations of the paper
tiny="--groups 1 --islands 1 --rivals 2 --members 2 --children 2 --descent-steps 2 --resampled 0"
airy retrieve condensed.cxi -o few.h5 $tiny -q | cut -f 1,2
airy retrieve condensed.cxi -o many.h5 --search projections --starts 2 --iterations 1 -q | cut -f 1,2

# polish: images of projections as the photons make them, the lowest objective first; what was found
# stays, and photons must be named
airy polish projections.h5 --raw condensed.cxi --descent-steps 20 --resampled 0 -q -o polished.h5 >table
awk 'NR > 1 && $3 < last { print "not in order" } { last = NR > 1 ? $3 : 0 } END { print NR - 1, "polished" }' table
airy polish projections.h5 --raw pattern.cxi --descent-steps 2 --resampled 0 -q -o raw.h5 | wc -l
airy polish projections.h5 -o none.h5 2>&1 | head -1

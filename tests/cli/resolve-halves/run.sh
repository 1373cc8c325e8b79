# SPDX-License-Identifier: GPL-3.0-or-later
# Two halves of one shot's photons: the same bytes for any number of threads and after a stop, finer
# for more photons, and no word on patterns that hold no counts.
shot="simulate --pattern --size 96 --delays 10 --seed 3 -q"
airy $shot --photons 1e7 -o many.cxi
airy $shot --photons 1e4 -o few.cxi
run="resolve ../many.cxi -o resolve.h5 --search projections --support circle:30 --starts 6 --iterations 100 --generations 1 --no-condense -s 5 -q"
mkdir one three stopped
(cd one && airy $run -t 1 --ring-table rings.tsv >table)
(cd three && airy $run -t 3 --ring-table rings.tsv >table)
cmp one/table three/table
grep -v '^#' one/rings.tsv >one/rings
grep -v '^#' three/rings.tsv | cmp - one/rings
head -n 1 one/rings
cut -f 1 one/table

cd stopped
long="$(echo "$run" | sed 's/100/2000/') -t 1 --resume"
airy $long >table 2>talk & pid=$!
while [ "$(wc -c <resolve.h5.half1.part 2>/dev/null || echo 0)" -lt 1000 ]; do sleep 0.02; done
kill -TERM $pid
wait $pid || echo "exit $?"
airy $long >table
ls
mkdir again
(cd again && airy $(echo "$long" | sed 's,\.\./many,../../many,') >table)
cmp table again/table
cd ..

airy resolve few.cxi -o few.h5 --search projections --support circle:30 --starts 6 --iterations 100 --generations 1 --no-condense -s 5 -q >few.table
half_bit() { awk '$1 == "resolution_half_bit_nm" { print $2 }' "$1"; }
awk -v few="$(half_bit few.table)" -v many="$(half_bit one/table)" 'BEGIN { exit !(2 * many < few) }' && echo finer
airy view one/resolve.h5 --what rings -o rings.svg
airy condense many.cxi -o condensed.cxi -q
airy resolve condensed.cxi -o none.h5 -q 2>&1 | sed 's/^airy resolve: //'
ls none.h5 2>/dev/null || true

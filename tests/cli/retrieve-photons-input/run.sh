# SPDX-License-Identifier: GPL-3.0-or-later
# What a search by likelihood begins with: counts of an uncondensed pattern are made on the way, a
# pattern without counts is phased by projections alone, wrong options are a sentence.
airy simulate -q --pattern --size 160 --delays 10 --photons 3e6 --seed 3 --beamstop 3 -o pattern.cxi
airy condense pattern.cxi -q -o condensed.cxi
small="--starts 1 --iterations 10 --generations 1 --groups 2 --islands 1 --rivals 2 --members 3 --children 3 --descent-steps 5 --resampled 0 -s 5"
search() {
    rm -f recon.h5
    airy retrieve "$@" $small -o recon.h5 2>talk >table || { tail -n 1 talk | cut -d : -f 2-; return; }
    grep -o -e "no search by likelihood.*" -e "best solution was found by . of 2" talk || echo "no word"
    airy info recon.h5 | grep -c /search/objective || true
}
search pattern.cxi
search pattern.cxi --no-merge
search condensed.cxi --size 150
search condensed.cxi --support ellipse:68,65nm --prior power --variation 0
search condensed.cxi --prior none
search condensed.cxi --complex
search pattern.cxi --complex # by projections: the likelihood is that of real densities

try() { airy retrieve condensed.cxi -o no.h5 -q "$@" 2>talk || echo "exit $?"; sed 's/^airy retrieve: //; s/;.*//; s/ (.airy.*//' talk; }
try --search photon
try --prior smooth
try --groups 0
try --members 1
try --members 3 --islands 4
try --children 1,2,3,4
try --children many
try --children 1e9
try --children=-1
try --same 2
try --variation -1
try --border 0.5
ls no.h5 2>/dev/null || true

# Counts that somebody took out: a pattern of former versions has none.
python=
for p in python3 /usr/bin/python3; do
    "$p" -c 'import h5py' 2>/dev/null && python=$p
done
[ -n "$python" ] || { echo "no Python with h5py" >&2; exit 77; }
"$python" -c 'import h5py; del h5py.File("condensed.cxi", "r+")["/entry_1/counts_1"]'
search condensed.cxi

# Without a search the array has no border: it is as wide as the pattern.
side() { airy info "$1" | sed -n 's/.*float32 .* x \([0-9]*\)$/\1/p' | head -n 1; }
[ "$(side recon.h5)" = "$(side condensed.cxi)" ] && echo "no border"

# SPDX-License-Identifier: GPL-3.0-or-later
# The first starts begin at given images, whatever their pixel and scale; the others at random phases.
airy simulate --pattern --size 96 --delays 10 --photons 1e7 --seed 3 -o pattern.cxi --truth truth.h5 -q
run="airy retrieve pattern.cxi --search projections --support circle:33 --iterations 10 --generations 1 -s 5 -q"
$run --begin-at truth.h5 --starts 2 --keep 2 -o two.h5 >/dev/null
$run --starts 2 --keep 2 -o random.h5 >/dev/null
near() { airy compare --align --tolerance 0.06 "$@" -q >/dev/null && echo near || echo far; }
near truth.h5 two.h5 --frame 0 --other-frame 0
near truth.h5 two.h5 --frame 0 --other-frame 1
near truth.h5 random.h5 --frame 0 --other-frame 0
# what a run has found goes on under another rule, here to a lower R
airy retrieve pattern.cxi --search projections --support circle:33 --begin-at two.h5 --starts 1 --schedule er:50 --generations 1 -s 5 -q -o next.h5 >after
airy retrieve pattern.cxi --search projections --support circle:33 --begin-at two.h5 --starts 1 --schedule er:1 --generations 1 -s 5 -q -o same.h5 >before
awk 'NR == 2 { print $3 }' before after | sort -c -g -r && echo lower
# every file that was read is named with its hash, a support's too
airy retrieve pattern.cxi --search projections --support truth.h5 --begin-at two.h5 --iterations 1 --starts 1 --generations 1 -q -o all.h5 >/dev/null
airy info all.h5 | grep -cE '^ +[0-9a-f]{64}  (pattern.cxi|truth.h5|two.h5)$'

# SPDX-License-Identifier: GPL-3.0-or-later
# What retrieve refuses, in one sentence each.
try() { airy retrieve "$@" -q 2>talk || echo "exit $?"; sed 's/^airy retrieve: //; s/;.*//' talk; }
airy simulate --pattern --size 96 --delays 0 --photons 1e6 --seed 3 -o pattern.cxi -q
head -c 3000 pattern.cxi >cut.cxi
try absent.cxi -o out.h5
try cut.cxi -o out.h5
try pattern.cxi -o out.h5 --schedule hio:20,foo:3
try pattern.cxi -o out.h5 --support square:3
try pattern.cxi -o out.h5 --support nonsense
try pattern.cxi -o out.h5 --support circle:-3
try pattern.cxi -o out.h5 --begin-at absent.h5
try pattern.cxi -o out.h5 --begin-at pattern.cxi --complex
try pattern.cxi -o out.h5 --frame 7
try pattern.cxi -o out.h5 --sigma 1,2
try pattern.cxi -o out.h5 --beta 7
try pattern.cxi -o folder-that-is-not/out.h5
echo "no wisdom of anybody" >foreign.txt
: >empty.txt
head -c 300 pattern.cxi >binary.txt
for w in foreign empty binary; do try pattern.cxi -o out.h5 --support circle:18 --starts 1 --wisdom $w.txt; done
ls

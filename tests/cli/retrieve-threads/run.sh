# SPDX-License-Identifier: GPL-3.0-or-later
# One thread and three give the same bytes; the file holds what average and other readers want.
airy simulate --pattern --size 96 --delays 0 --photons 1e7 --seed 3 -o pattern.cxi -q
run="../pattern.cxi -o recon.h5 --search projections --support circle:18 --iterations 40 --starts 5 --generations 2 -s 5 -q"
mkdir one three
(cd one && airy retrieve $run -t 1 >table)
(cd three && airy retrieve $run -t 3 >table)
cmp one/table three/table
# the command line in the history differs, as it should; no number does
airy compare one/recon.h5 three/recon.h5 >same.txt || cat same.txt
awk '{print $1, $2, NF}' one/table
airy info one/recon.h5 | grep -o -E '/entry_1/(image_1/(data|mask)|result_1/(r_factor|r_free|deviance|convergence|diversity)|instrument_1/detector_1/data)( |$)' | sed 's/ *$//' | sort -u
# --schedule of one rule is that rule; --params gives the same again
airy retrieve pattern.cxi -o a.h5 --search projections --support circle:18 --schedule gps-r:40 --starts 5 --generations 2 -s 5 -q >table
cmp table one/table

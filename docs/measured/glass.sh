#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Numbers of docs/measured/glass.md that follow from stated inputs: glass.sh prints them, one a line,
# by airy on PATH, in a scratch folder. With the folder of sample data as $1 those of other people's
# measurements, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
data=${1-}
cd "$folder"

# value NAME TABLE WHAT...: the value and error of a parameter of a fit, to six digits.
value() {
    name=$1
    parameter=$2
    shift 2
    airy fit "$@" -q | awk -F'\t' -v name="$name" -v parameter="$parameter" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        NR > 1 && $at["parameter"] == parameter {
            printf "%s\t%.6g\t%s\t%s\n", name, $at["value"], $at["error"] + 0 > 0 ? sprintf("%.2g", $at["error"]) : "-", $at["unit"] }'
}

printf 'q_rel\tpressure_GPa\n1\t7\n' >seven.tsv
airy fit seven.tsv --model bm3-q --fix b0=102,bp=3.6 -q |
    awk -F'\t' '$2 == "q0" { printf "density at 7 GPa over that at 0, less 1\t%.5f\t-\t1\n", 1 / $3 ^ 3 - 1 }'
airy fit seven.tsv --model murnaghan-q --fix b0=102,bp=3.6 -q |
    awk -F'\t' '$2 == "q0" { printf "the same by Murnaghan\t%.5f\t-\t1\n", 1 / $3 ^ 3 - 1 }'

printf 'peak_K\trate_K_per_s\n681.6951\t100\n700\t200\n725.6973\t500\n746.3712\t1000\n' >beta.tsv
printf 'peak_K\trate_K_per_s\n687.3760\t100\n700\t200\n717.3971\t500\n731.1266\t1000\n' >alpha.tsv
value "28 R 596 K, by Kissinger" energy beta.tsv --model kissinger
value "42 R 596 K, by Kissinger" energy alpha.tsv --model kissinger

printf 'temperature_K\ttau_s\n633\t2.990\n673\t1\n' >ratio.tsv
value "energy of a ratio of 2.990" energy ratio.tsv --model arrhenius
value "the same in eV" energy_ev ratio.tsv --model arrhenius
printf 'x\ty\n300\t1\n' >ev.tsv
for energy in 57.9 44.4 45.3; do
    value "$energy kJ/mol in eV" energy_ev ev.tsv --model arrhenius --fix energy=$energy
done

airy simulate --preset glass-heat -o glass --cooling 1,16 -q
grep -v '^#' glass/truth.tsv | awk -F'\t' 'NR > 1 {
    printf "fictive temperature after %s K/min, truth\t%.3f\t-\tK\n", $1, $2 }'
airy thermal glass/curves.tsv --what fictive --x temperature_K --y Cp_J_per_gK --by cooling_K_per_min \
    --low-line 0.15,0.0005 --high-line 0.60,0.0005 --draws 0 -o known.tsv -q >talk
airy thermal glass/curves.tsv --what fictive --x temperature_K --y Cp_J_per_gK --by cooling_K_per_min \
    --low 271:285 --high 338:345 --draws 0 -o windows.tsv -q >talk
for how in known windows; do
    grep -v '^#' $how.tsv | awk -F'\t' -v how=$how 'NR > 1 {
        printf "the same by areas, baselines %s, %s K/min\t%.3f\t-\tK\n", how, $1, $4 }'
done

[ -n "$data" ] || exit 0
value "MgO: B0, V0 free" b0 "$data/glass/eos-mgo-300K.tsv" --model bm3 --x V_A3 --y P_GPa
value "MgO: B'" bp "$data/glass/eos-mgo-300K.tsv" --model bm3 --x V_A3 --y P_GPa
value "SiC: B0, V0 82.8042" b0 "$data/glass/eos-sic-3c.tsv" --model bm3 --x V_A3 --y P_GPa --fix v0=82.8042
value "SiC: B'" bp "$data/glass/eos-sic-3c.tsv" --model bm3 --x V_A3 --y P_GPa --fix v0=82.8042
airy thermal "$data/glass/kinetics-e75.tsv" --what peak --derive --x temperature_C --y mass_mg \
    --by rate_K_per_min --around 9 --draws 0 -o peaks.tsv -q >talk
value "first-order reaction, E 75 kJ/mol" energy peaks.tsv --where what=peak --model kissinger --x value --y rate_K_per_min --x-unit K
value "ln A of it, 12" ln_a peaks.tsv --where what=peak --model kissinger --x value --y rate_K_per_min --x-unit K
airy thermal "$data/glass/dma-pvb.tsv" --what peak --x T_C --y E_loss_MPa --by f_Hz --range 290:360 --draws 0 \
    -o loss.tsv -q >talk
value "loss peaks of a polymer against frequency" energy loss.tsv --where what=peak --model arrhenius-rate --x value --y f_Hz

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Numbers of docs/measured/glass.md that follow from stated inputs: glass.sh prints them, one a line,
# by the airy on PATH, in a scratch folder. With the folder of sample data as $1 also those of other
# people's measurements.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
data=${1-}
cd "$folder"

# fitted NAME PARAMETER TABLE OPTIONS...: a parameter of a fit with its error, to six digits.
fitted() {
    name=$1
    parameter=$2
    shift 2
    airy fit "$@" -q | awk -F'\t' -v name="$name" -v parameter="$parameter" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        NR > 1 && $at["parameter"] == parameter {
            error = ""
            if ($at["error"] ~ /[1-9]/)
                error = sprintf(" +- %.2g", $at["error"])
            unit = $at["unit"] == "1" ? "" : " " $at["unit"]
            printf "%s: %.6g%s%s\n", name, $at["value"], error, unit }'
}

# compressed NAME MODEL [B0]: how much denser at 7 GPa, from (q/q0)^3 of a peak that was at q0.
compressed() {
    airy fit seven.tsv --model "$2" --fix b0="${3-102}",bp=3.6 -q |
        awk -F'\t' -v name="$1" '$2 == "q0" { printf "%s: %.5f\n", name, 1 / $3 ^ 3 - 1 }'
}
printf 'q_rel\tpressure_GPa\n1\t7\n' >seven.tsv
compressed "compression at 7 GPa, B0 102 GPa, B' 3.6" bm3-q
compressed "the same with B0 99 GPa" bm3-q 99
compressed "the same with B0 105 GPa" bm3-q 105
compressed "the same by Murnaghan" murnaghan-q

# A row of 101 pixels that hold their own numbers: fitted against q, they tell what a pixel is worth.
awk 'BEGIN { print "# airy pixels 1 101\nrow\tcolumn\tphotons\tmask"
    for (i = 0; i < 101; i++) printf "0\t%d\t%d\t0\n", i, i }' >row.tsv
# seen GEOMETRY...: q of the middle pixel and of one pixel, 1/A.
seen() {
    airy rings row.tsv "$@" --bins 40000 -o seen.h5 -q -f >talk
    airy fit seen.tsv --model line --x q_inv_a --y intensity -q |
        awk -F'\t' '$2 == "intercept" { a = $3 } $2 == "slope" { printf "%.9g %.9g\n", (50 - a) / $3, 1 / $3 }'
}
# 13 keV, 75 um pixels 81.6 mm away, the middle one at 22.97 degrees; the glass is 30 um thick.
faced="--pixel 75e-6 --beam -411.18,0 --energy 13000 --range 2.5:2.76"
{
    seen --distance 0.0816 $faced
    seen --distance 0.08163 $faced
} | awk 'NR == 1 { printf "q of a pixel at 22.97 degrees: %.4f 1/A\n", $2; q = $1 }
    NR == 2 { printf "q from front to back of the glass: %.5f 1/A\n", q - $1 }'
awk 'BEGIN { printf "q1 without pressure, 2.624 0.17 %% below it: %.4f 1/A\n", 2.624 / (1 - 0.0017)
    printf "q1^3 at 7 GPa, 0.0008 1/A a GPa: %.2f %% more\n", 100 * ((1 + 0.0008 * 7 / 2.6285) ^ 3 - 1)
    printf "Tg at 7 GPa, between 625 and 643 K: %.0f K, %.1f K/GPa\n", (625 + 643) / 2, ((625 + 643) / 2 - 596) / 7 }'

printf 'peak_K\trate_K_per_s\n681.6951\t100\n700\t200\n725.6973\t500\n746.3712\t1000\n' >beta.tsv
printf 'peak_K\trate_K_per_s\n687.3760\t100\n700\t200\n717.3971\t500\n731.1266\t1000\n' >alpha.tsv
fitted "28 R 596 K, Kissinger" energy beta.tsv --model kissinger
fitted "42 R 596 K, Kissinger" energy alpha.tsv --model kissinger

printf 'temperature_K\ttau_s\n633\t2.990\n673\t1\n' >ratio.tsv
fitted "tau(633 K) / tau(673 K) = 2.990, Arrhenius" energy ratio.tsv --model arrhenius
fitted "the same in eV" energy_ev ratio.tsv --model arrhenius
printf 'x\ty\n300\t1\n' >ev.tsv
for energy in 57.9 44.4 45.3; do
    fitted "$energy kJ/mol" energy_ev ev.tsv --model arrhenius --fix energy=$energy
done

awk 'BEGIN { printf "106 frames of 9.2 s: %.0f s\n", 106 * 9.2
    printf "1.6 mrad at 200 kV: %.2f 1/nm\n", 1.6e-3 / 2.508e-3 }'

# The loss peak at 1 GHz and the anelastic time of an indentation, as one law.
printf 'temperature_K\ttau_s\n528\t1.5915e-10\n293\t0.70e-3\n' >joined.tsv
fitted "1 GHz at 528 K and 0.70 ms at 293 K as one Arrhenius law" energy_ev joined.tsv --model arrhenius
awk 'BEGIN { printf "12 k Tg, Tg 580 K: %.2f eV\n", 12 * 8.617333e-5 * 580
    printf "Tg from the hump at 0.83 and the peak at 0.48 Tg: %.0f and %.0f K\n", 470 / 0.83, 270 / 0.48
    printf "viscosity, measured over predicted: %.1f\n", 10 ^ (6.93 - 6.44)
    printf "time of 1 GHz: %.3f ns\n", 0.5 / atan2(0, -1) }'

# 7.32 keV, 55 um pixels 1.1 m away on an arm at 41.52 degrees.
cat >arm.poni <<END
poni_version: 2
Detector: Detector
Detector_config: {"pixel1": 55e-6, "pixel2": 55e-6}
Distance: 1.1
Poni1: 27.5e-6
Poni2: 2777.5e-6
Rot1: 0.724660706
Rot2: 0
Rot3: 0
Wavelength: 1.693770e-10
END
seen --poni arm.poni --range 2.61:2.65 |
    awk '{ printf "q of a pixel on an arm at 41.52 degrees: %.3e 1/A, of 345: %.3f to %.3f 1/A\n", $2, $1 - 172.5 * $2, $1 + 172.5 * $2
        printf "5 pi / 2 q: %.3f A\n", 2.5 * atan2(0, -1) / $1 }'

# E_b(-(t / tau)^b) at 25 times, fitted by exp(-2 (t / tau)^beta).
awk 'BEGIN { print "time_s\tr"; for (i = 0; i < 25; i++) printf "%.9g\t%d\n", 2.5 * exp(log(6e4) * i / 24), i % 2 }' >times.tsv
for law in 0.6,3000 0.7,3000 0.8,10000 0.9,10000; do
    airy fit times.tsv --model ml --fix contrast=1,baseline=0,beta=${law%,*},tau=${law#*,} --points law.tsv -q -f >talk
    airy fit law.tsv --model kww2 --x time_s --y fit --fix contrast=1,baseline=0 -q |
        awk -F'\t' -v law=$law '$2 == "tau" { tau = $3 } $2 == "beta" { split(law, of, ",")
            printf "Mittag-Leffler %s, %s s, by a stretched exponential: beta %.3f, %.0f s\n", of[1], of[2], $3, tau }'
done
airy simulate --preset speckle --frames 400 --tau 4 --modes 30 --photons 200 --flat-spread 0.049 -o flat -q -s 2
airy correlate flat/frames.h5 --roi flat/roi.h5 --period 1 -o corr.h5 -q |
    awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        NR == 2 { printf "g2 after all is forgotten, pixels that differ by 4.9 %%: %.5f +- %.2g\n", $at["baseline"], $at["baseline_err"] }'

# told MEASURE QUANTITY TYPE FILE: value and error of a line of the summary of airy atoms.
told() {
    awk -F'\t' -v measure="$1" -v quantity="$2" -v type="$3" '
        $1 == measure && $2 == quantity && $3 == type {
            printf "%.6g%s%s\n", $4, $5 == "nan" ? "" : sprintf(" +- %.2g", $5), $6 == "" ? "" : " " $6 }' "$4"
}

for lattice in fcc hcp bcc sc icosahedron; do
    airy simulate --preset lattice --lattice $lattice --cells 3 -o $lattice -q
    airy atoms $lattice/trajectory.lammpstrj --measure order --cutoff 3 -o $lattice/atoms.h5 -q >talk
    awk -F'\t' -v lattice=$lattice '/^1\t/ { printf "%s: q4 %.5f, q6 %.5f, w6 %.5f\n", lattice, $3, $4, $6 }' $lattice/order.tsv
done
airy simulate --preset walk --atoms 4000 --box 41.0 --frames 2 --diffusion 50 -o gas -q # 0.058 atoms / A^3
airy atoms gas/trajectory.lammpstrj --drift kept --measure strings -o gas/atoms.h5 -q >strings.txt 2>talk
echo "places hit by chance, 0.3 A, 0.058 / A^3: $(told strings "ratio by chance" all strings.txt)"
echo "of atoms that land anywhere: $(told strings "largest ratio" all strings.txt)"

airy simulate --preset glass-heat -o glass --cooling 1,16 -q
heat="glass/curves.tsv --what fictive --x temperature_K --y Cp_J_per_gK --by cooling_K_per_min --draws 0 -q"
airy thermal $heat --low-line 0.15,0.0005 --high-line 0.60,0.0005 -o known.tsv >talk
airy thermal $heat --low 271:285 --high 338:345 -o windows.tsv >talk
awk -F'\t' '/^[0-9]/ { printf "fictive after %s K/min, truth: %.3f K\n", $1, $2 }' glass/truth.tsv
for how in known windows; do
    awk -F'\t' -v how=$how '/^[0-9]/ { printf "fictive after %s K/min, baselines by %s: %.3f K\n", $1, how, $4 }' $how.tsv
done

[ -n "$data" ] || exit 0
mgo="$data/glass/eos-mgo-300K.tsv --model bm3 --x V_A3 --y P_GPa"
sic="$data/glass/eos-sic-3c.tsv --model bm3 --x V_A3 --y P_GPa --fix v0=82.8042"
fitted "MgO, B0" b0 $mgo
fitted "MgO, B'" bp $mgo
fitted "3C-SiC, B0 with V0 82.8042" b0 $sic
fitted "3C-SiC, B' with V0 82.8042" bp $sic
airy thermal "$data/glass/kinetics-e75.tsv" --what peak --derive --x temperature_C --y mass_mg \
    --by rate_K_per_min --around 9 --draws 0 -o peaks.tsv -q >talk
tops="peaks.tsv --where what=peak --model kissinger --x value --y rate_K_per_min --x-unit K"
fitted "mass loss of first order, E 75" energy $tops
fitted "mass loss of first order, ln A 12" ln_a $tops
airy thermal "$data/glass/dma-pvb.tsv" --what peak --x T_C --y E_loss_MPa --by f_Hz --range 290:360 --draws 0 \
    -o loss.tsv -q >talk
fitted "PVB, loss peaks, Arrhenius" energy loss.tsv --where what=peak --model arrhenius-rate --x value --y f_Hz

liquid="$data/glass/md-cuzr-liquid-1100K.lammpstrj.xz --timestep 0.002 --types Cu,Zr --masses 63.546,91.224"
airy atoms $liquid --measure msd,strings,speckle --fit 10:30 --per-decade 0 --origins 9 --q 2.6:2.8 -o liquid.h5 -q >liquid.txt 2>talk
for type in all Cu Zr; do
    echo "D of a liquid of CuZr, $type: $(told msd diffusion $type liquid.txt)"
done
awk -F'\t' '$1 == 10 { printf "its strings after 10 ps: %.4f of %d fast atoms, by chance %.4f\n", $4, $2, $5 }' liquid-strings.tsv
echo "its speckle, <I^2> / <I>^2: $(told speckle "<I^2> / <I>^2" all liquid.txt)"
airy atoms "$data/glass/md-cuzr-b2-950K.lammpstrj.xz" --timestep 0.002 --types Cu,Zr --masses 63.546,91.224 \
    --measure lindemann,voronoi -o crystal.h5 -q >crystal.txt
echo "Lindemann ratio of a crystal of CuZr: $(told lindemann ratio all crystal.txt)"

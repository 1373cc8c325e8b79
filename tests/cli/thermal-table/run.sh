# Two glass transitions and a peak that are known, told apart by a column; what is refused.
awk 'BEGIN {
    printf "rate_K_per_min\ttemperature_C\tCp_J_per_gK\n"
    for (r = 1; r <= 2; r++) for (i = 0; i <= 300; i++) {
        t = 26.85 + 0.5 * i; share = (t + 273.15 - 350 - 10 * r) / 20
        share = share < 0 ? 0 : share > 1 ? 1 : share
        printf "%d\t%.9g\t%.9g\n", 10 * r, t, 0.1 + 1e-3 * t + 0.5 * share + ((i * 7) % 5 - 2) * 1e-4 } }' >cp.tsv
glass="airy thermal cp.tsv --x temperature_C --y Cp_J_per_gK --by rate_K_per_min --low 300:350 --high 395:450"
$glass --what onset -o one.tsv -t 1 --around 11 --drawing drawing.tsv -q >one.txt
$glass --what onset -o three.tsv -t 3 --around 11 -q >three.txt
cmp one.txt three.txt
grep -v '^#' one.tsv >one; grep -v '^#' three.tsv >three; cmp one three
head -n 1 one
awk -F'\t' 'NR > 1 { printf "%s %s %s %.1f %s %s %s\n", $1, $2, $3, $4, $7, $8, $9 }' one
awk -F'\t' 'NR > 1 && !($5 < $4 && $4 < $6) { print "limits without the value: " $0 }' one
cut -f 2,3 drawing.tsv | grep -v '^#' | sort | uniq -c | awk '{ print $1, $NF }'
airy info one.tsv | grep -c 'airy thermal'
$glass --what fictive -o tf.tsv -q --draws 50
awk 'BEGIN { printf "time_s\theat_flow_mW\n"; for (i = 0; i <= 400; i++)
    printf "%g\t%.9g\n", i, 5 + 0.01 * i + 20 * exp(-((i - 200.3) / 30) ^ 2 / 2) }' >melt.tsv
airy thermal melt.tsv --what peak --low 0:60 --high 340:400 -o peak.tsv -q --draws 0
airy thermal melt.tsv --what area --low 0:60 --high 340:400 -o area.tsv -q --draws 0
awk 'BEGIN { printf "time_s\tstress_MPa\tstrain\n"; for (i = 0; i < 500; i++) { w = 2 * 3.14159265358979 * 2.5 * i / 500
    printf "%.9g\t%.9g\t%.9g\n", i / 500, 3 * sin(w + 0.5) + 1, 0.01 * sin(w) } }' >load.tsv
airy thermal load.tsv --what modulus --strain strain --frequency 2.5 -o e.tsv -q --draws 0

refused() {
    "$@" && echo "not refused: $*"
    return 0
}
echo "== refused"
{
    refused airy thermal cp.tsv --what onset -o x.tsv
    refused airy thermal cp.tsv --what onset --low 300 -o x.tsv
    refused airy thermal cp.tsv --what onset --x temperature_C --y Cp_J_per_gK --by rate_K_per_min --low 300:301.2 -o x.tsv
    refused airy thermal cp.tsv --what fictive --low 300:350 -o x.tsv
    refused airy thermal cp.tsv --what fictive --low 300:350 --high 340:400 -o x.tsv
    refused airy thermal cp.tsv --what peak --x temperature_C --y none -o x.tsv
    refused airy thermal load.tsv --what modulus -o x.tsv
    refused airy thermal load.tsv --what mass --low 0:0.2 --high 0.8:1 -o x.tsv
    refused airy thermal none.tsv --what peak -o x.tsv
    refused airy thermal cp.tsv --what peak --around 4 -o x.tsv
    refused airy thermal cp.tsv --what onset --low 300:350 --high 395:450 --x temperature_C --y Cp_J_per_gK --by rate_K_per_min --around 999 -o x.tsv
    refused airy thermal cp.tsv --what area-conversion --low 300:350 --high 395:450 --x temperature_C --y Cp_J_per_gK --by rate_K_per_min -o x.tsv
    printf 'temperature_K\ty\n1\tnan\n2\tnan\n' >nan.tsv
    refused airy thermal nan.tsv --what peak -o x.tsv
    refused airy thermal melt.tsv --what peak -o peak.tsv
} 2>&1

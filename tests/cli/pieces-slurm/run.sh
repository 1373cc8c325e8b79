# A job array of workflow/pieces.sbatch makes what one run makes, byte for byte: rows of a scan,
# regions of a correlation.
. "$CASE/../slurm.sh"
workflow=$(cd "$CASE/../../../workflow" && pwd)
airy simulate --preset speckle -o s --frames 200 --rows 24 --columns 24 --tau 20 --photons 0.3 -q
airy simulate --preset scan -o m --rows 6 --columns 4 --side 14 --frames 40 --tau 6 -q >/dev/null
{
    printf '# airy pixels 24 24\nrow\tcolumn\tphotons\tmask\n'
    awk 'BEGIN { for (i = 0; i < 576; i++) printf "%d\t%d\t%d\t0\n", i / 24, i % 24, 1 + int(i / 100) }'
} >map.tsv
scan="scan ../m/scan.u2 --shape 40,6,4,14,14 --ring 2.6:6.4 --period 2 --pixel 1 -o scan.h5"
correlate="correlate ../s/frames.h5 --roi ../map.tsv --period 1 -o corr.h5"
start_slurm
mkdir jobs alone
cd jobs
for run in "$scan" "$correlate"; do
    sbatch --wait -Q --cpus-per-task=1 --array=0-2 "$workflow/pieces.sbatch" 2 $run
done
sbatch --wait -Q --wrap "airy $scan --resume -q && airy $correlate --resume -q"
rm -f slurm-*.out
cd ../alone
airy $scan -q >/dev/null && airy $correlate -q >/dev/null
cd ..
diff -r alone jobs && echo "the same bytes"

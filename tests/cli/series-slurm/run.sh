# A job array under Slurm (munge, slurmctld and slurmd on the loopback, as root, all in this folder)
# makes what one call of airy makes, byte for byte; so does Snakemake with the profile for Slurm.
. "$CASE/series.sh"
. "$CASE/../slurm.sh"

make_series
start_slurm
cd jobs
sbatch --wait -Q --cpus-per-task=1 --array=0-2 "$workflow/series.sbatch" 2 $series
sbatch --wait -Q --wrap "airy series $series --collect -q"
cd ..
(cd alone && airy series $series -q >../alone.txt 2>../talk)
diff -r alone/out jobs/out && echo "the same bytes"

if command -v snakemake >/dev/null; then
    export XDG_CACHE_HOME=$PWD/cache
    rm -r jobs/out
    (cd jobs && snakemake -s "$workflow/Snakefile" --profile "$workflow/slurm" --config \
        table=../sim/series.tsv out=out options="$options" each=2 >../snakemake.txt 2>&1) || cat snakemake.txt
    diff -r -x .parts alone/out jobs/out
fi

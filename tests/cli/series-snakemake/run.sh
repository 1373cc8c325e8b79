# Snakemake with two jobs at a time makes what one call of airy makes, byte for byte; a second run has
# nothing to do.
command -v snakemake >/dev/null || { echo "no snakemake here (Debian: snakemake)" >&2; exit 77; }
. "$CASE/../series-slurm/series.sh"
export XDG_CACHE_HOME=$PWD/cache
make_series
(cd alone && airy series $series -q >../alone.txt 2>../talk)
(cd jobs && snakemake -s "$workflow/Snakefile" -j 2 --config table=../sim/series.tsv out=out \
    options="$options" each=2 >../snakemake.txt 2>&1) || cat snakemake.txt
diff -r -x .parts alone/out jobs/out && echo "the same bytes"
(cd jobs && snakemake -s "$workflow/Snakefile" -j 2 --config table=../sim/series.tsv out=out \
    options="$options" each=2 2>&1 | grep -c 'Nothing to be done')

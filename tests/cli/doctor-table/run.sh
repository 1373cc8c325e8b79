# Versions and what is missing as a table; plans for transforms go to a file.
airy doctor >table.tsv
awk -F'\t' 'NF != 3 { print "row " NR " has " NF " cells"; exit 1 }' table.tsv
cut -f 1 table.tsv | grep -x -e airy -e threads -e fftw -e hdf5 -e gsl -e "hdf5 filter 32008 bitshuffle"
grep -q '^hdf5 filter 1 gzip	yes' table.tsv
airy doctor --plan 16,20 -o wisdom.txt
grep -c fftw wisdom.txt >/dev/null
airy doctor --plan 16 && echo "it should have failed" || echo "exit $?"
airy doctor --plan 1 -o w.txt && echo "it should have failed" || echo "exit $?"
airy doctor --plan 16 -o wisdom.txt && echo "it should have failed" || echo "exit $?"

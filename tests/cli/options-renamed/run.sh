# A word means one thing in all commands: where it meant another, its error tells the option's name now.
told() { s=0; "$@" 2>&1 || s=$?; echo "exit $s"; }
told airy polish r.h5 --raw c.cxi --bound 3 -o p.h5
told airy hits a.h5 --by=photons -o hits.tsv
told airy series s.tsv -o out --average.rings r.tsv
told airy bands diff.h5 --no-high -o bands.h5
printf 'strain = 3\n' >p.txt
told airy montecarlo --params p.txt -o mc.h5
# What the word means elsewhere stays.
airy simulate --preset walk -q -o w --atoms 2 --frames 2
told airy fit w/truth.tsv --by none --model line

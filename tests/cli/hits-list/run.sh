# Frames with a particle and without are told apart, and the list chooses frames for other commands.
airy simulate -q -o hit --frame-size small --delays 0,5 --photons 1e6 --background 0.01 -s 4
airy simulate -q -o miss --frame-size small --delays 0,1,3,5 --photons 1 --background 0.01 -s 4
cal="--gain hit/gain.h5 --pedestal hit/pedestal.h5 --energy 9000"
airy hits miss/raw.h5 hit/raw.h5 $cal -o hits.tsv --mean mean.h5 2>talk.txt -t 1
sed 's/than .* lit/than N lit/' talk.txt
grep -v '^#' hits.tsv | cut -f 1-3,10
airy hits -q miss/raw.h5 hit/raw.h5 $cal -o three.tsv --mean three.h5 -t 3
grep -v '^#' hits.tsv >a; grep -v '^#' three.tsv | cmp - a
airy compare mean.h5 three.h5 | grep ^same
# The mean holds the level that was put in, as far as the frames tell: 4 frames x 1e6 pixels x 0.01.
airy hits -q mean.h5 --cut 1 -o level.tsv
awk '!/^#/ && $1 != "file" { off = $4 / $9 - 0.01; print off * off < 2.5e-7 ? "as put in" : off }' level.tsv
# The list, in order of the inputs, by name alone where the folder is another.
airy calibrate -q miss/raw.h5 hit/raw.h5 $cal --frames hits.tsv -o photons.h5
airy calibrate -q hit/raw.h5 $cal -o all.h5
airy compare photons.h5 all.h5 | grep ^same
airy bin -q hit/raw.h5 $cal --frames hits.tsv --factor 4 -o binned.cxi
airy info binned.cxi --no-datasets | grep ^holds
# The mean is taken off each frame: the flat background that the rings' fit finds goes from 16 times
# 0.01 photons a cell to near nothing; the cells keep what was taken off.
airy bin -q hit/raw.h5 $cal --frames 0 --factor 4 -o in.cxi
airy bin -q hit/raw.h5 $cal --frames 0 --background mean.h5 --factor 4 -o off.cxi
airy size -q in.cxi 2>talk.txt | awk 'NR == 2 { print ($12 > 0.15) }'
airy size -q off.cxi 2>talk.txt | awk 'NR == 2 { print ($12 < 0.05) }'
airy info off.cxi | grep -o 'detector_1/background .*'
# Photons go the same way as raw words, and one of them is chosen by its number.
airy hits -q photons.h5 -o again.tsv --hits-by photons --cut 5e5
grep -v '^#' again.tsv | cut -f 1-3
airy calibrate -q photons.h5 --frames 1 -o one.h5
airy bin -q one.h5 --factor 4 -o one.cxi
airy bin -q photons.h5 --frames 1:2 --factor 4 -o chosen.cxi
airy compare one.cxi chosen.cxi | grep ^same
# What cannot be.
wrong() { s=0; "$@" 2>talk.txt || s=$?; echo "exit $s"; cat talk.txt; }
wrong airy hits photons.h5 -q -o no.tsv --cut many
wrong airy hits photons.h5 -q -o hits.tsv
wrong airy hits photons.h5 -q -o no.tsv --cut 1 --mean no.h5
wrong airy calibrate -q hit/raw.h5 $cal --frames gone.tsv -o no.h5
wrong airy calibrate -q hit/raw.h5 $cal --frames again.tsv -o no.h5
wrong airy calibrate -q hit/raw.h5 $cal --frames 9: -o no.h5
wrong airy calibrate -q hit/raw.h5 $cal --frames 1:1 -o no.h5
sed 's/^hit.raw.h5\t1/hit\/raw.h5\t7/' hits.tsv >beyond.tsv
wrong airy calibrate -q hit/raw.h5 $cal --frames beyond.tsv -o no.h5
printf 'file\tframe\thit\nraw.h5\t0\t0\n' >none.tsv
wrong airy calibrate -q hit/raw.h5 $cal --frames none.tsv -o no.h5
[ ! -e no.tsv ] && [ ! -e no.h5 ]

# A job that is submitted again after its work was done has nothing to do, which is no failure; one
# that would make something else of the same name is.
sphere=$AIRY_SOURCE/data/sphere.cxi
common="$sphere --search projections --starts 2 --iterations 20 --generations 1 --keep 2 -o r.h5"
airy retrieve $common --resume -q >first.tsv
cp r.h5 kept.h5
airy retrieve $common --resume
cmp r.h5 kept.h5
airy retrieve $common --resume -t 2
# What a run that was killed behind its output has left is cleared away; what is another's stays.
long="$sphere --search projections --starts 300 --iterations 20 --generations 1 -t 1 --resume -o r.h5 -q"
killed() {
    airy retrieve $long >talk &
    while [ "$(cat r.h5.part 2>/dev/null | wc -c)" -lt 1000 ]; do sleep 0.01; done
    kill -9 $! && wait $! || true
}
mkdir again
cd again
killed
cp r.h5.part left
cp r.h5.part ../r.h5.part
airy retrieve $long >talk
mv left r.h5.part
airy retrieve $long
ls r.h5*
cd ..
airy retrieve $common --resume -q
ls r.h5*
rm r.h5.part
wrong() { s=0; "$@" 2>&1 || s=$?; echo "exit $s"; }
wrong airy retrieve $common
wrong airy retrieve $common --resume --seed 1
wrong airy retrieve $common --resume --iterations 21
cp "$AIRY_SOURCE/data/banded.cxi" other.cxi
wrong airy retrieve other.cxi --search projections --starts 2 --iterations 20 --generations 1 --keep 2 -o r.h5 --resume
cmp r.h5 kept.h5

# A job that is submitted again after its work was done has nothing to do, which is no failure; one
# that would make something else of the same name is.
sphere=$AIRY_SOURCE/data/sphere.cxi
common="$sphere --search projections --starts 2 --iterations 20 --generations 1 --keep 2 -o r.h5"
airy retrieve $common --resume -q >first.tsv
cp r.h5 kept.h5
airy retrieve $common --resume
cmp r.h5 kept.h5
airy retrieve $common --resume -t 2
wrong() { s=0; "$@" 2>&1 || s=$?; echo "exit $s"; }
wrong airy retrieve $common
wrong airy retrieve $common --resume --seed 1
wrong airy retrieve $common --resume --iterations 21
cp "$AIRY_SOURCE/data/banded.cxi" other.cxi
wrong airy retrieve other.cxi --search projections --starts 2 --iterations 20 --generations 1 --keep 2 -o r.h5 --resume
cmp r.h5 kept.h5

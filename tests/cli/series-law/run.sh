# SPDX-License-Identifier: GPL-3.0-or-later
# The law of one chain: `series` gives the bytes of the commands, one after the other, with the same
# options, from raw words on a CrystFEL geometry and from a pattern.
python=
for candidate in python3 /usr/bin/python3; do
    if [ -z "$python" ] && $candidate -c 'import h5py' 2>/dev/null; then python=$candidate; fi
done
[ -n "$python" ] || { echo "python3 has no h5py"; exit 77; }
data=$CASE/../../../data
few='--starts 2 --iterations 10 --generations 1 --best 2 --bands.turns 2 --bands.isotropic 2'
law() { "$python" -B "$CASE/law.py" "$@"; }

mkdir raw pattern
cd raw
cp "$data"/raw/*.h5 "$data/half-module.geom" .
printf 'shot\tfile\tframe\tdelay_ps\tgain\tpedestal\n7\traw.h5\t0\t10\tgain.h5\tpedestal.h5\n' >series.tsv
airy series series.tsv -o out --only shots --keep-files -q -s 7 --bin.geometry half-module.geom --bin 4 \
    --energy 9000 --distance 1.25 --bin.beam 513,128 --bin.wide keep --mask.beamstop 8 \
    --condense.margin 1.1 --polarization 10 --search projections --margin 1.3 $few
law raw.h5 0 7 --gain gain.h5 --pedestal pedestal.h5

cd ../pattern
airy simulate -q --pattern --size 128 --delays 0 --shots 1 --photons 1e7 -o ideal.h5
printf 'shot\tfile\tframe\tdelay_ps\n3\tideal.h5\t0\t0\n' >series.tsv
printf 'condense.margin = 1.2\nretrieve.islands = 2\nretrieve.members = 4\nchildren = 6,4,3\n' >params
airy series series.tsv -o out --only shots --keep-files -q --params params --retrieve.descent-steps 5 \
    --retrieve.resampled 2 --bin 1 $few
law ideal.h5 0 3

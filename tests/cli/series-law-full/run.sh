# SPDX-License-Identifier: GPL-3.0-or-later
# The law of one chain on a full-size shot; see ../series-law.
python=
for candidate in python3 /usr/bin/python3; do
    if [ -z "$python" ] && $candidate -c 'import h5py' 2>/dev/null; then python=$candidate; fi
done
[ -n "$python" ] || { echo "python3 has no h5py"; exit 77; }
airy simulate -q --preset nib110 --frame-size full --delays 10 --shots 1 --photons 1e7 -s 3 -o run
airy series run/series.tsv -o out --only shots --keep-files -q -s 5 --beamstop 0 --mask.beamstop 12 \
    --groups 2 --children 30,30,30 --starts 4 --iterations 200
"$python" -B "$CASE/../series-law/law.py" run/raw.h5 0 0 --gain run/gain.h5 --pedestal run/pedestal.h5

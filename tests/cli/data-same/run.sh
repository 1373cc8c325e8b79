# SPDX-License-Identifier: GPL-3.0-or-later
# The files of data/ are what its command makes: every number, all but the history.
data=$CASE/../../../data
mkdir new
AIRY=$AIRY "$data/make" "$PWD/new"
for file in $(cd "$data" && find . -name '*.h5' -o -name '*.cxi' | sort); do
    h5diff --exclude-path /entry_1/process_1 "$data/$file" "new/$file" || echo "$file differs"
done
for file in $(cd "$data" && find . -name '*.tsv' | sort); do
    grep -v '^#' "$data/$file" >old.txt
    grep -v '^#' "new/$file" | cmp - old.txt
done
[ "$(du -sk "$data" | cut -f 1)" -le 3072 ] || echo "data/ is larger than 3 MB"
airy size "$data/sphere.cxi" --no-pixel-area -q | tail -n 1 |
    awk '{ printf "%d\t%.4f\t%.2g\t%.4f\n", $1, $2, $3, $4 }'
airy bin "$data/raw/raw.h5" --gain "$data/raw/gain.h5" --pedestal "$data/raw/pedestal.h5" --energy 9000 \
    --distance 1.25 --geometry "$data/half-module.geom" --factor 2 -q -o binned.cxi
airy mask binned.cxi --beamstop 9 -q -o masked.cxi
airy center masked.cxi -q -o centered.cxi | cut -f 2,3 | tail -n 1 | cut -c 1-4

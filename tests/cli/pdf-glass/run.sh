# Measured and computed structure factors and pair distributions come out as others have them.
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import h5py, scipy' 2>/dev/null && { python=$candidate; break; }
done
[ -n "$python" ] || { echo "python3 has no h5py and scipy" >&2; exit 77; }
[ -f "${SHARED_DATA:-}/glass/sq-gallium.h5" ] || { echo "no sample files" >&2; exit 77; }
glass=$SHARED_DATA/glass
"$python" -B "$CASE/samples.py" make "$glass"
gallium() { airy pdf gallium.tsv --density 0.048 "$@" >/dev/null; }
gallium --composition Ga --tables tables.tsv -o gr-ga.tsv
gallium --composition Ga -o gr-xraylib.tsv
gallium --composition CaSiO3 --tables tables.tsv -o gr-fz.tsv
gallium --composition CaSiO3 --tables tables.tsv --formalism eggert -o gr-eggert.tsv
airy pdf argon.tsv --input sq --density 0.02138 --r-max 64 --r-step 0.025 -o gr-argon.tsv >/dev/null
for kind in xray neutron; do
    airy pdf $kind.tsv --input sq --density 0.0914 --r-max 8 -o gr-$kind.tsv >/dev/null
done
silicate() {
    airy pdf mg2sio4.xy --background empty.xy --composition Mg2SiO4 --mass-density 2.9 --q-max 20 \
        --r-cut 1.4 "$@"
}
for way in krogh-moe tail; do
    silicate --normalise $way -o gr-$way.tsv | sed -n 's/^scale.//p' >scale-$way
done
silicate --iterate eggert --rounds 5 --r-max 30 -o gr-silicate.tsv >/dev/null
"$python" -B "$CASE/samples.py" check "$glass"

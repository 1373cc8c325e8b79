# corr.h5 by the names of NXxpcs, read by h5py.
python=/usr/bin/python3
$python -c "import h5py" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
airy simulate --preset speckle -o s --frames 300 --rows 12 --columns 12 -q
airy correlate s/frames.h5 --roi s/roi.h5 --period 2.5 --age-bin 250 --map 30 --kernel dense -o corr.h5 -q >/dev/null
$python - <<'P'
import h5py
text = lambda v: v.decode() if isinstance(v, bytes) else v
with h5py.File("corr.h5") as f:
    print(text(f["entry/definition"][()]), text(f.attrs["default"]), text(f["entry"].attrs["NX_class"]))
    for group in ("data", "twotime", "instrument/masks"):
        print(group, text(f["entry/" + group].attrs["NX_class"]))
        for name, item in f["entry/" + group].items():
            print("  %s %s %s" % (name, item.shape, text(item.attrs.get("units", "-"))))
    c = f["entry/twotime/two_time_corr_func"]
    print({k: text(v) for k, v in sorted(c.attrs.items())})
    print((c[0] == c[0].T).all(), f["entry/instrument/detector/frame_time"][()])
P

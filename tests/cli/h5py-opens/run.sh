# h5py and h5dump open what airy writes, along the way viewers take.
python=
for p in python3 /usr/bin/python3; do
    "$p" -c 'import h5py' 2>/dev/null && python=$p
done
[ -n "$python" ] || { echo "no Python with h5py" >&2; exit 77; }
printf '# airy pixels 2 3\nrow\tcolumn\tphotons\tmask\n0\t0\tnan\t512\n0\t1\t2\t0\n1\t0\t3\t0\n1\t2\t4\t0\n' >p.tsv
airy convert p.tsv p.cxi >/dev/null
"$python" - <<'END'
import h5py
text = lambda s: s.decode() if isinstance(s, bytes) else str(s)
with h5py.File("p.cxi") as f:
    entry = f[text(f.attrs["default"])]
    group = entry[text(entry.attrs["default"])]
    data = group[text(group.attrs["signal"])]
    print(f["cxi_version"][()], text(entry.attrs["NX_class"]), text(group.attrs["NX_class"]))
    print(data.shape, data.dtype, text(data.attrs["interpretation"]))
    detector = f["entry_1/instrument_1/detector_1"]
    print(detector["mask"][()].tolist(), detector["mask"].dtype)
    print(detector["mask_binary"][()].tolist(), detector["mask_binary"].dtype)
    print(text(f["entry_1/process_1/command"][()]))
END
if command -v h5dump >/dev/null; then h5dump -H p.cxi >/dev/null; fi

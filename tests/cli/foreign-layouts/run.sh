# In a file of another program every command sees what the others do: mask, sentinels, modules, energy.
export PYTHONPATH="$CASE/.." PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
$python -c "import h5py, numpy" 2>/dev/null || { echo "Python without h5py" >&2; exit 77; }
$python - <<'P'
from inputs import *
good, mask = rings(), np.zeros((96, 128), "u4")
mask[40:44], mask[10, 10] = 1, 2
frames = np.stack([good] * 2).astype("i4")
frames[:, mask == 1], frames[:, 10, 10] = -2**31, 2**31 - 1
nexus("nexus.h5", frames, pixel_mask=mask, saturation_value=1000000)
# an Eiger's master: frames in linked files, the mask among its own things, the energy elsewhere
for k in range(2):
    with h5py.File(f"part_{k}.h5", "w") as file:
        file["/entry/data/data"] = np.where(mask, 2**32 - 1, frames[:k + 1]).astype("u4")
nexus("eiger_master.h5", None)
with h5py.File("eiger_master.h5", "a") as file:
    for k in range(2):
        file[f"/entry/data/data_00000{k + 1}"] = h5py.ExternalLink(f"part_{k}.h5", "/entry/data/data")
    file["/entry/instrument/detector/detectorSpecific/pixel_mask"] = mask
    file.move("/entry/instrument/beam", "/entry/sample/beam")
# an image of CXI alone, and one mask for all frames
with h5py.File("image.cxi", "w") as file:
    file["cxi_version"] = 140
    file["/entry_1/image_1/data"] = np.stack([good] * 2).astype("i4")
    file["/entry_1/image_1/mask"] = mask.astype("i4")
cxi("shared.cxi", np.stack([good] * 2).astype("f4"), mask=mask[None])
# zero frequency in the corner, as transforms leave it
with h5py.File("corner.cxi", "w") as file:
    centered = rings(y=48, x=64)
    file["/entry_1/image_1/data"] = np.fft.ifftshift(centered).astype("f4")
    file["/entry_1/image_1/mask"] = np.fft.ifftshift(centered == centered[10, 10]).astype("u4")
    file["/entry_1/image_1/is_fft_shifted"] = 1
    file["/entry_1/data_1/data"] = h5py.SoftLink("/entry_1/image_1/data")
    np.save("centered.npy", np.where(centered == centered[10, 10], np.nan, centered))
# modules as a dimension of their own, put together virtually
with h5py.File("module.h5", "w") as file:
    file["data"] = np.ones((2, 512, 1024), "f4")
with h5py.File("modules.h5", "w") as file:
    virtual = h5py.VirtualLayout((2, 8, 512, 1024), "f4")
    for m in range(8):
        virtual[:, m] = h5py.VirtualSource("module.h5", "data", (2, 512, 1024))
    file.create_virtual_dataset("/data", virtual)
with h5py.File("raw.h5", "w") as file:
    file["/data/JF06T08V01/data"] = np.full((1, 512, 1024), 3000, "u2")
# a frame of the SLS receiver: all of its 128 packets have come
with open("run_d0_f0_0.raw", "wb") as file:
    file.write(bytes([1] + [0] * 11 + [128] + [0] * 35 + [255] * 16 + [0] * 48))
    file.write(np.full((512, 1024), 3000, "u2").tobytes())
with open("run_master_0.json", "w") as file:
    file.write('{"Detector Type": "Jungfrau", "Geometry": {"x": 1, "y": 1}, '
               '"Image Size in bytes": 1048576, "Max Frames Per File": 1, "Frames in File": 1}')
P
for f in nexus.h5 eiger_master.h5 image.cxi shared.cxi; do
    echo "== $f"
    airy mask -q $f --show | awk '$2 == "excluded" {print $1, $3}'
    airy bin -q $f --factor 1 --unit photons -o bin.h5 -f
    airy mask -q bin.h5 --show | awk '$2 == "excluded" {print $1, $3}'
    airy convert -q $f out.h5 -f >/dev/null
    airy compare -q out.h5 bin.h5 | grep ^same
    airy center -q $f | awk 'NR > 1 {printf "%d %.1f %.1f\n", $1, $2, $3}'
    airy info --no-datasets $f | grep ^energy || true
done
airy convert -q corner.cxi corner.npy >/dev/null
airy compare -q corner.npy centered.npy
airy center -q corner.cxi | awk 'NR > 1 {printf "%d %.1f %.1f\n", $1, $2, $3}'
airy convert -q modules.h5 plane.h5 >/dev/null
airy info --no-datasets plane.h5 | grep -e ^holds -e ^photons
for c in center "convert --frame 0 -o out.npy" "view -o out.png" size; do
    airy $c raw.h5 2>&1 && exit 1
done | cut -c1-110
for f in run_master_0.json run_d0_f0_0.raw; do
    airy info $f
    airy info --history $f
    airy center $f 2>&1 && exit 1
done | cut -c1-110
# What a master names and is not there is not left out without a word.
rm part_1.h5
airy center eiger_master.h5 2>&1 || echo "exit $?"

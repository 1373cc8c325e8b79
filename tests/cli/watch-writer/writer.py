# Writes frames of a SwissFEL-like file as a detector does: writer.py FROM TO FRAMES HZ FIRST LAYOUT
# Appends frames FIRST .. FIRST + FRAMES - 1 (modulo those of FROM) to TO, HZ a second (0: at once),
# so that a reader sees each as it comes (SWMR). With `append` an existing file goes on. Prints when
# each frame was on disk.
import sys
import time

import h5py
import numpy

source, target, frames, hz, first, mode = sys.argv[1:7]
frames, hz, first = int(frames), float(hz), int(first)
DETECTOR = "/data/JF01T08V01"


def copy_rest(old, new):
    """All that is not a number a frame."""
    old.copy("/entry_1", new["/"], name="entry_1")
    old.copy(DETECTOR + "/meta", new[DETECTOR], name="meta")


with h5py.File(source, "r") as old:
    group = [n for n in old["/data"]][0]
    DETECTOR = "/data/" + group
    data = old[DETECTOR + "/data"][...]
    if mode == "append":
        new = h5py.File(target, "r+", libver="latest")
    else:
        new = h5py.File(target, "w", libver="latest")
        new.create_group(DETECTOR)
        copy_rest(old, new)
        shape = (0,) + data.shape[1:]
        new.create_dataset(DETECTOR + "/data", shape, data.dtype, maxshape=(None,) + shape[1:],
                           chunks=(1,) + shape[1:])
        for name, kind in (("pulse_id", "f8"), ("is_good_frame", "i4"), ("frame_index", "i4"),
                           ("daq_rec", "i4")):
            new.create_dataset(DETECTOR + "/" + name, (0, 1), kind, maxshape=(None, 1))
        new.create_dataset("/pump", (0,), "i4", maxshape=(None,))
    group = new[DETECTOR]
    pump = new["/pump"]
    new.swmr_mode = True
    begun = time.time()
    for k in range(frames):
        i = first + k
        n = group["data"].shape[0]
        for name, value in (("pulse_id", 1000 + i), ("is_good_frame", 1), ("frame_index", i),
                            ("daq_rec", 0)):
            group[name].resize(n + 1, axis=0)
            group[name][n, 0] = value
        pump.resize(n + 1, axis=0)
        pump[n] = i % 2
        pump.flush()
        for name in ("pulse_id", "is_good_frame", "frame_index", "daq_rec"):
            group[name].flush()
        group["data"].resize(n + 1, axis=0)
        group["data"][n] = data[i % len(data)]
        group["data"].flush()
        print(i, time.time(), flush=True)
        if hz > 0:
            time.sleep(max(0, begun + (k + 1) / hz - time.time()))
    new.close()

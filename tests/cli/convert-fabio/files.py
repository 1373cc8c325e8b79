# SPDX-License-Identifier: GPL-3.0-or-later
"""make: images of several types as fabio writes them; compare: what airy read of them."""
import sys

import fabio
import numpy as np

VALUES = (np.arange(40 * 60).reshape(40, 60) * 7919 % 100003 - 5).astype("i8")
TYPES = {"cbf": ("i4",), "edf": ("u1", "u2", "i4", "u4", "f4", "f8"),
         "tif": ("u1", "u2", "i4", "u4", "f4")}
WRITERS = {"cbf": fabio.cbfimage.CbfImage, "edf": fabio.edfimage.EdfImage,
           "tif": fabio.tifimage.TifImage}

for ending, types in TYPES.items():
    for kind in types:
        array, name = VALUES.astype(kind), f"{kind}.{ending}"
        if sys.argv[1] == "make":
            WRITERS[ending](data=array).write(name)
            continue
        wanted = array.astype("f4")
        if ending == "cbf":
            wanted[array < 0] = np.nan
        same = np.array_equal(np.load(name + ".npy"), wanted, equal_nan=True)
        print(name, "the same" if same else "differs")

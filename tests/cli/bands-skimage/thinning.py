# SPDX-License-Identifier: GPL-3.0-or-later
"""make IMAGE: diff.h5 whose low density is the image's dark text; compare IMAGE: bands.h5 with skimage."""
import sys

import h5py
import numpy
import skimage.io
import skimage.morphology
from scipy import ndimage

text = skimage.io.imread(sys.argv[2])
text = text.reshape(text.shape[0], text.shape[1], -1)[..., 0] < 128
if text.mean() > 0.5:
    text = ~text
text = numpy.pad(text, 8)
if sys.argv[1] == "make":
    ny, nx = text.shape
    with h5py.File("diff.h5", "w") as file:
        file["entry_1/image_1/data"] = numpy.where(text, -0.2, 0.1).astype("f4")
        file["entry_1/image_1/x_pixel_size"] = 1e-9
        rows = dict(body_kind=0, center_y=ny / 2, center_x=nx / 2, axis_deg=0, body_rho0=1,
                    body_radius_par_nm=2 * nx, body_radius_perp_nm=2 * nx, body_blur_nm=0)
        for name, value in rows.items():
            file[f"entry_1/result_1/{name}"] = float(value)
else:
    with h5py.File("bands.h5") as file:
        ours = file["entry_1/image_1/data"][:] > 0
        region = file["entry_1/result_1/region"][:] > 0
    theirs = skimage.morphology.skeletonize(text)
    far = lambda a, b: (ndimage.distance_transform_edt(~b)[a] > 2).mean()
    eight = numpy.ones((3, 3))
    print("region is the text", bool((region == text).all()))
    labels, n = ndimage.label(text, eight)
    missed = set(range(1, n + 1)) - set(labels[ours])  # dots have no length and no branch
    print("components", all(theirs[labels == i].sum() <= 3 for i in missed) and len(missed) < 5)
    print("ours far from theirs", far(ours, theirs) < 0.01)
    print("theirs far from ours", far(theirs, ours) < 0.05)  # short spurs, which we prune

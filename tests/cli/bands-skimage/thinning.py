# SPDX-License-Identifier: GPL-3.0-or-later
"""make: diff.h5 whose low density is a sheet of shapes; compare: bands.h5 with scikit-image's thinning."""
import sys

import h5py
import numpy
import skimage.morphology
from scipy import ndimage

CELL = 60
EIGHT = numpy.ones((3, 3))


def bar(y, x, degrees, length, width):
    """Pixels within width / 2 of a line through the middle (y, x) of a cell."""
    v, u = numpy.mgrid[:CELL, :CELL]
    c, s = numpy.cos(numpy.radians(degrees)), numpy.sin(numpy.radians(degrees))
    along = numpy.clip((u - x) * c + (v - y) * s, -length / 2, length / 2)
    return numpy.hypot(v - y - along * s, u - x - along * c) <= width / 2


def star(arms, degrees, width):
    """Arms of 24 pixels around the middle."""
    out = numpy.zeros((CELL, CELL), bool)
    for k in range(arms):
        a = numpy.radians(degrees + 360 / arms * k)
        out |= bar(30 + 12 * numpy.sin(a), 30 + 12 * numpy.cos(a), numpy.degrees(a), 24, width)
    return out


def ring(radius, width):
    v, u = numpy.mgrid[:CELL, :CELL]
    return abs(numpy.hypot(v - 30, u - 30) - radius) <= width / 2


def blobs(seed):
    """A few smooth regions with branches and holes, none so small that it thins to a dot."""
    noise = numpy.random.default_rng(seed).normal(size=(CELL, CELL))
    out = numpy.pad((ndimage.gaussian_filter(noise, 2.5) > 0)[3:-3, 3:-3], 3)
    labels, n = ndimage.label(out, EIGHT)
    return out & (ndimage.sum(out, labels, range(n + 1))[labels] > 80)


def sheet():
    cells = [bar(30, 30, a, 40, 4) for a in (0, 15, 30, 45, 60, 75, 90)]
    cells += [star(3, a, 4) for a in (0, 20, 45)] + [star(4, a, 3) for a in (0, 30, 45)]
    cells += [ring(20, 3), ring(12, 5), blobs(1), blobs(2), blobs(3)]
    rows = [numpy.hstack(cells[i:i + 6]) for i in range(0, 18, 6)]
    return numpy.pad(numpy.vstack(rows), 2)


def length(skeleton):
    """Links between neighbours, diagonal ones where no straight way exists."""
    s = skeleton.astype(int)
    straight = (s[:, 1:] & s[:, :-1]).sum() + (s[1:] & s[:-1]).sum()
    a, b, c, d = s[:-1, :-1], s[:-1, 1:], s[1:, :-1], s[1:, 1:]
    return straight + 2**0.5 * ((a & d & ~b & ~c).sum() + (b & c & ~a & ~d).sum())


def topology(image):
    components = ndimage.label(image, EIGHT)[1]
    holes = ndimage.label(numpy.pad(~image, 1, constant_values=True))[1] - 1
    return components, holes


shapes = sheet()
if sys.argv[1] == "make":
    ny, nx = shapes.shape
    with h5py.File("diff.h5", "w") as file:
        file["entry_1/image_1/data"] = numpy.where(shapes, -0.2, 0.1).astype("f4")
        file["entry_1/image_1/x_pixel_size"] = 1e-9
        rows = dict(body_kind=0, center_y=ny / 2, center_x=nx / 2, body_axis_deg=0, body_rho0=1,
                    body_radius_par_nm=2 * nx, body_radius_perp_nm=2 * nx, body_blur_nm=0)
        for name, value in rows.items():
            file[f"entry_1/result_1/{name}"] = float(value)
else:
    with h5py.File("bands.h5") as file:
        ours = file["entry_1/image_1/data"][:] > 0
        region = file["entry_1/result_1/region"][:] > 0
    theirs = skimage.morphology.skeletonize(shapes)
    far = lambda a, b: (ndimage.distance_transform_edt(~b)[a] > 2).mean()
    print("region is the shapes", bool((region == shapes).all()))
    print("topology of the shapes", topology(shapes) == topology(theirs))
    print("the same topology", topology(ours) == topology(theirs))
    ratio = length(ours) / length(theirs)
    print("the same length", abs(ratio - 1) < 0.05 or ratio)
    print("ours far from theirs", far(ours, theirs) < 0.01)
    print("theirs far from ours", far(theirs, ours) < 0.03)  # short spurs, which we prune

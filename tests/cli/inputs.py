# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of other programs for the command-line tests: small, without noise, made anew each time."""
import struct
import zlib

import h5py
import numpy as np

JOULE = 1.602176634e-19  # an electron volt


def rings(ny=96, nx=128, y=47, x=66, cycles=0.07, photons=2e4):
    """Whole photons of a sphere's pattern about (y, x); its radius in cycles a pixel."""
    row, column = np.mgrid[:ny, :nx]
    t = 2 * np.pi * cycles * np.hypot(row - y, column - x) + 1e-9
    return np.rint(photons * (3 * (np.sin(t) - t * np.cos(t)) / t**3) ** 2)


def put(file, path, value, units=None):
    file[path] = value
    if units:
        file[path].attrs["units"] = units


def nexus(name, frames, energy=(1.3776, None), distance=(2.5, None), pixel=(75e-6, None), **more):
    """NXmx: the wavelength in angstrom unless a unit stands beside it. more: mask, path=value."""
    detector = "/entry/instrument/detector/"
    with h5py.File(name, "w") as file:
        if frames is not None:
            file["/entry/data/data"] = frames
        put(file, "/entry/instrument/beam/incident_wavelength", *energy)
        put(file, detector + "detector_distance", *distance)
        put(file, detector + "x_pixel_size", *pixel)
        for path, value in more.items():
            file[detector + path] = value


def cxi(name, frames, mask=None, energy=(9000 * JOULE, None), distance=(2.5, None),
        pixel=(75e-6, None), center=None):
    detector = "/entry_1/instrument_1/detector_1/"
    with h5py.File(name, "w") as file:
        file["cxi_version"] = 160
        file[detector + "data"] = frames
        if mask is not None:
            file[detector + "mask"] = mask
        put(file, "/entry_1/instrument_1/source_1/energy", *energy)
        put(file, detector + "distance", *distance)
        put(file, detector + "x_pixel_size", *pixel)
        if center is not None:
            file["/entry_1/image_1/image_center"] = np.array([center[1] + .5, center[0] + .5, 0])
        file["/entry_1/data_1/data"] = h5py.SoftLink(detector + "data")


def png(name, grey):
    """8-bit grey."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    ny, nx = grey.shape
    rows = b"".join(b"\0" + row.tobytes() for row in grey.astype("u1"))
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", nx, ny, 8, 0, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def fits(name, image, **keys):
    """int32 or float32 with these keys."""
    def card(key, value):
        return f"{key:8}= {value!s:>20}".ljust(80)
    bits = {"i": 32, "f": -32}[image.dtype.kind]
    cards = [card("SIMPLE", "T"), card("BITPIX", bits), card("NAXIS", 2),
             card("NAXIS1", image.shape[1]), card("NAXIS2", image.shape[0])]
    head = "".join(cards + [card(k, v) for k, v in keys.items()] + ["END".ljust(80)])
    data = image.astype(image.dtype.newbyteorder(">")).tobytes()
    with open(name, "wb") as file:
        file.write(head.encode().ljust(-(-len(head) // 2880) * 2880))
        file.write(data.ljust(-(-len(data) // 2880) * 2880, b"\0"))

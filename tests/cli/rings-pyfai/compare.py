# SPDX-License-Identifier: GPL-3.0-or-later
"""make: frames and geometries; compare: airy's profiles beside pyFAI's of the same files."""
import logging
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import h5py
import numpy as np
import pyFAI
from pyFAI import units
from pyFAI.ext import splitBBoxCSR

PONI = """poni_version: 2
Detector: Detector
Detector_config: {"pixel1": 0.000172, "pixel2": 0.000172, "max_shape": [400, 380]}
Distance: 0.12
Poni1: 0.031
Poni2: 0.042
Rot1: 0.27
Rot2: -0.14
Rot3: 0.3
Wavelength: 6e-11
"""
SHAPE, BINS, LOW, HIGH = (400, 380), 300, 0.4, 6.0


def make():
    with open("tilted.poni", "w", encoding="ascii") as file:
        file.write(PONI)
    q = 0.1 * pyFAI.load("tilted.poni").qArray(SHAPE)  # of 1/nm
    mean = 300 * np.exp(-q / 4) + 900 * np.exp(-((q - 2.6) / 0.25) ** 2)
    frame = np.random.RandomState(7).poisson(mean).astype(np.int32)
    frame[np.random.RandomState(8).rand(*SHAPE) < 0.002] = -1
    with h5py.File("frame.h5", "w") as file:
        file["image"] = frame


def load(name):
    with h5py.File(name) as file:
        return file["entry/data/intensity"][()], file["entry/data/pixels"][()]


def places(ai):
    """q of pixel centres and how far the farthest corner is, all in double."""
    t3, t1, t2 = ai.calc_pos_zyx(corners=False)
    radial = lambda z, y, x: 4e-10 * np.pi / ai.wavelength * np.sin(0.5 * np.arctan2(np.hypot(y, x), z))
    d1, d2 = np.mgrid[:SHAPE[0] + 1, :SHAPE[1] + 1] - 0.5
    z, y, x = ai.calc_pos_zyx(d1=d1.astype(float), d2=d2.astype(float))
    centre, corner = radial(t3, t1, t2), radial(z, y, x)
    around = [corner[:-1, :-1], corner[1:, :-1], corner[:-1, 1:], corner[1:, 1:]]
    return centre, np.max([abs(c - centre) for c in around], axis=0)


def judge(name, mine, pixels, theirs, count):
    """Relative difference in bins of more than 10 pixels; the outermost two hold what pyFAI puts
    there from beyond the range. Shares are single precision in pyFAI: 0.01 of a pixel in hundreds."""
    inner = slice(1, -1)
    many = (count > 10)[inner]
    off = (abs(mine - theirs) / theirs)[inner][many]
    print(f"{name}: {'within' if off.max() < 1e-5 else off.max()} 1e-5,",
          "pixels agree" if abs(pixels - count)[inner].max() < 0.01 else "pixels differ")


def compare():
    ai = pyFAI.load("tilted.poni")
    with h5py.File("frame.h5") as file:
        frame = file["image"][()]
    good = frame >= 0
    q, reach = places(ai)
    norm = ai.polarization(SHAPE, 0.95) * ai.solidAngleArray(SHAPE)
    edges = np.linspace(LOW, HIGH, BINS + 1)
    total = lambda weights: np.histogram(q[good], edges, weights=weights[good])[0]
    count = total(np.ones(SHAPE))
    judge("none", *load("none.h5"), total(frame) / total(norm), count)
    engine = splitBBoxCSR.HistoBBox1d(q, reach, bins=BINS, pos0_range=(LOW, HIGH), mask=~good,
                                      allow_pos0_neg=False, unit=units.to_unit("q_A^-1"))
    # The shares of pyFAI's own engine, summed in double.
    share = np.repeat(np.arange(BINS), np.diff(engine.indptr))
    summed = lambda values: np.bincount(share, engine.data * values.ravel()[engine.indices], BINS)
    judge("bbox", *load("bbox.h5"), summed(frame) / summed(norm), summed(np.ones(SHAPE)))
    # The whole of pyFAI, which works in single precision: pixels at the border of two bins.
    whole = ai.integrate1d_ng(frame, BINS, unit="q_A^-1", radial_range=(LOW, HIGH), mask=~good,
                              polarization_factor=0.95, method=("bbox", "csr", "cython"))
    off = abs(load("bbox.h5")[0] / whole.intensity - 1)[1:-1]
    print("whole:", "half within 1e-6," if np.median(off) < 1e-6 else np.median(off),
          "all within 1e-4" if off.max() < 1e-4 else off.max())


make() if sys.argv[1] == "make" else compare()

# SPDX-License-Identifier: GPL-3.0-or-later
"""read.py PATTERN TABLE: a file of airy's in h5py and a table of airy's in plain Python.

Every array file leads to its main array by /entry_1/data_1/data; every table is TSV with its history
in lines that begin with '#'.
"""
import csv
import sys

import h5py
import numpy

with h5py.File(sys.argv[1], "r") as file:
    photons = file["/entry_1/data_1/data"][...]
    mask = file["/entry_1/instrument_1/detector_1/mask"][...]
    energy_j = file["/entry_1/instrument_1/source_1/energy"][()]
    steps = [name for name in file["/entry_1"] if name.startswith("process_")]
excluded = 0x5F0069F  # docs/conventions.md: the bits that mean "not measured"
good = (mask & excluded) == 0
print(f"{photons.shape[0]} x {photons.shape[1]} pixels, {photons[good].sum():.6g} photons in "
      f"{good.sum()}, {energy_j / 1.602176634e-19:.0f} eV, made in {len(steps)} steps")
assert numpy.isnan(photons[~good]).all()

with open(sys.argv[2], encoding="utf-8") as file:
    rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))
print(f"{len(rows)} rows of {len(rows[0])} columns, the first: {list(rows[0])[:3]}")

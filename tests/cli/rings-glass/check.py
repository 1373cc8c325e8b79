# SPDX-License-Identifier: GPL-3.0-or-later
"""What airy found beside the numbers stored with the samples."""
import sys

import h5py
import numpy as np

glass = sys.argv[1]


def off(name, path, wanted, many):
    with h5py.File(name) as file:
        return abs(file[path][()] / wanted - 1)[many]


def say(what, differences, limit):
    print(what, f"within {limit:g}" if np.max(differences) <= limit else f"off by {np.max(differences):g}")


with h5py.File(glass + "/ceo2-pilatus.h5") as file:
    many = file["numpy/pixels_per_bin"][()] > 10
    plain, solid = file["numpy/no_split"][()], file["numpy/no_split_solid_angle"][()]
    bbox, single = file["pyfai/bbox_solid_angle_pol099"][()], file["pyfai/no_split"][()]
say("ceo2, beside a plain histogram:", off("plain.h5", "entry/data/intensity", plain, many), 1e-12)
say("ceo2, with solid angle:", off("solid.h5", "entry/data/intensity", solid, many), 1e-8)
# pyFAI works in single precision, which moves pixels at the border of bins.
print("ceo2, median beside pyFAI, bbox:",
      np.median(off("bbox.h5", "entry/data/intensity", bbox, many)) < 1e-6, "none:",
      np.median(off("plain.h5", "entry/data/intensity", single, many)) < 1e-7)

with h5py.File(glass + "/fem-stack-t3.h5") as file:
    table = file["reference/ring_k_n_mean_Vomega_Vring_Vimage"][()]
rows = slice(12, 47)
for name, column in (("omega", 3), ("ring", 4), ("re", 5)):
    say(f"fem, V {name}:", off("fem-1.h5", f"entry/variance/{name}_v", table[:, column], rows), 1e-9)
with h5py.File(glass + "/fem-zrcual.h5") as file, h5py.File("fem-1.h5") as mine:
    k, v = file["femsim_t3"][()].T
    here = mine["entry/data/q_inv_a"][()] / (2 * np.pi)
    ratio = mine["entry/variance/omega_v"][()] / np.interp(here, k, v)
    inner = (here > 0.31) & (here < 0.48)
    say("fem, V omega beside femsim's:", abs(ratio[inner] - 1), 0.08)

with open("peaks.tsv", encoding="ascii") as file:
    rows = [line.split("\t") for line in file if line[0] != "#"][1:]
found = np.array([float(row[2]) for row in rows if row[1] == "pvoigt"])
width = np.array([float(row[5]) for row in rows if row[1] == "pvoigt"])
planes = np.sqrt([3, 4, 8, 11, 16, 19, 24, 27])
say("ceo2, lattice constant 5.4109 A:", abs(np.mean(2 * np.pi * planes / found) - 5.4109), 5e-4)
say("ceo2, q(111), q(200), q(311):", abs(found[[0, 1, 3]] - (2.0113, 2.3226, 3.8518)).max(), 3e-4)
print("ceo2, widths 0.012 to 0.015:", bool(np.all((width > 0.0115) & (width < 0.0155))))

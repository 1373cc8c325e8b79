#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""series = commands: does a shot step by step with the options of a series, and compares.

law.py FILE FRAME SHOT [option...]: `series` did shot SHOT, frame FRAME of FILE, with --keep-files in the folder `out`; options go to `bin` (calibration files, which the table of a series names). Options of every step are those in
the history of bands.h5, without the step's name. Every dataset must have the same bytes.
"""
import os
import subprocess
import sys

try:
    import h5py
except ImportError:
    sys.exit(77)

file, frame, shot, *calibration = sys.argv[1:]
airy = os.environ.get("AIRY", "airy")
theirs = f"out/shot-{int(shot):04d}/"
one = ["--frames", f"{frame}:{int(frame) + 1}"] if calibration else ["--frame", frame]
STEPS = (
    ("bin", file, "binned.cxi", [*one, *calibration]),
    ("mask", "binned.cxi", "masked.cxi", []),
    ("center", "masked.cxi", "centered.cxi", []),
    ("condense", "centered.cxi", "pattern.cxi", []),
    ("retrieve", "pattern.cxi", "recon.h5", ["--score", "centered.cxi", "--shot", shot]),
    ("average", "recon.h5", "image.cxi", []),
    ("difference", "image.cxi", "diff.h5", []),
    ("bands", "diff.h5", "bands.h5", ["--tsv", "branches.tsv"]),
)


def parameters():
    """{step: its "name = value" lines} of the series, and its seed."""
    with h5py.File(theirs + "bands.h5") as h5:
        last = max((g for g in h5["entry_1"] if g.startswith("process_")), key=lambda g: int(g[8:]))
        step = h5[f"entry_1/{last}"]
        lines = step["configuration"][()].decode().splitlines()
        seed = step["seed"][()].decode()
    found = {}
    for line in lines:
        name, value = line.split(" =", 1)
        if "." in name:
            owner, name = name.split(".", 1)
            found.setdefault(owner, []).append(f"{name} ={value}\n")
    return found, seed


def datasets(path):
    """{name: its bytes} of all datasets but the history, whose steps are one a command."""
    found = {}

    def look(name, item):
        if isinstance(item, h5py.Dataset) and "/process_" not in name:
            value = item[()]
            found[name] = value.tobytes() if hasattr(value, "tobytes") else value
    with h5py.File(path) as h5:
        h5.visititems(look)
    return found


def main():
    of_step, seed = parameters()
    for step, source, output, more in STEPS:
        with open(f"{step}.params", "w", encoding="utf-8") as to:
            to.writelines(of_step[step])
        seeded = ["-s", seed] if step in ("retrieve", "bands") else []
        subprocess.run([airy, step, source, "-o", output, "--params", f"{step}.params", "-q", *seeded, *more],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    same = True
    for _, _, output, _ in STEPS:
        mine, other = datasets(output), datasets(theirs + output)
        wrong = sorted(n for n in mine.keys() | other.keys() if mine.get(n) != other.get(n))
        print(f"{output}: {len(mine) // 10}0 datasets and more, {len(wrong)} differ {' '.join(wrong[:5])}".rstrip())
        same = same and not wrong
    with open("branches.tsv", encoding="utf-8") as a, open(theirs + "branches.tsv", encoding="utf-8") as b:
        rows = [[line for line in text if not line.startswith("#")] for text in (a, b)]
    print("branches.tsv:", "same" if rows[0] == rows[1] else "differs")
    return 0 if same and rows[0] == rows[1] else 1


sys.exit(main())

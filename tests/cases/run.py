#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the inputs that go wrong, which lie beside the source folder in ../shared/cases.

run.py [--airy PROGRAM] [--shared FOLDER] [NAME...]: each case is copied into a fresh folder, makes
its input (make.py), runs what a user would type (cmd.sh), and what came out is held against a row
of WANTED: patterns that must be found, and after "!" such that must not. A case without a row is
run all the same and must not crash. Exit 0: all right; 1: not; 77: there are no such cases here.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PYTHON = "/usr/bin/python3"  # the one that make.py and cmd.sh use
CRASH = r"Segmentation fault|core dumped|AddressSanitizer|runtime error|Aborted"

WANTED = {
    "F01": [r"frame 0: 513 of 16384", r"0\s+dead\s+1\b", r"0\s+64\.000\d+\s+63\.999\d+",
            r"min max 0\.0 19\d{4}", r"shot 3, 6 ps: done", "!-2147483", "!every shot failed"],
    "F03": [r"(?s)(1280 of 16384.*){4}", "!fits no layout", "!there is no frame"],
    "F04": [r"mm detector_1/distance 2\.5$",
            r"mm detector_1/x_pixel_size 7\.5e-05$", r"nm source_1/energy 9000\.0",
            r"^m source_1/energy 9000\.0", "!Traceback"],
    "F05": [r"in eV and not in J\?", r"2500 m.*in mm\?", r"75 m.*in um\?", r"\n0\s+367\.4"],
    "F06": [r"u2\.h5\n.*\nmax 1\d\.0 masked 1 energy True", r"i2\.h5\n.*\nmax 1\d\.0 masked 1 ",
            r"spec\.h5\n.*\nmax 1\d\.0 masked 96 ", r"sample\.h5\n.*\nmax 1\d\.0 masked 0 energy True",
            r"m_master\.h5\n.*\nmax 1\d\.0 masked 96 energy True",
            r"data_000001\n.*\nmax 1\d\.0 masked 96 energy True"],
    "F07": [r"(?s)1280 of 16384.*bad\s+1280.*1280 of 16384"],
    "F08": [r"(?s)(96 of 6144.*){4}", r"good\.npy leaves 1\.56 %.*is 1 good"],
    "F09": [r"ratio \[1\.\]"],
    "F10": [r"nan 1280", r"masked about \[4[67]\.\d+ 6[567]\.\d+\]", "!pixel  ", "!row 0 "],
    "F11": [r"(?s)(filter 32015 \(zstd\), which is not installed.*){4}",
            r"(?s)(link to nowhere\.h5\S*, which is not there.*){3}"],
    "F13": [r"separated by tabs", r"(?s)(Intervals hold.*){2}", "!no column", "!there are 0 delays"],
    "F15": [r"-999 is no r_par_nm", r"-1 is no r_par_err_nm", r"0\.5 is no gate",
            r"none\.tsv: no shot .* has a quantity that can be used"],
    "F16": [r"p\.h5.* does not state the size of its pixels.*--pixel", r"shot 3, 6 ps: done",
            "!support is empty"],
    "F17": [r"0\s+20\.2\d+\s+100\.7\d+", "!rc 0\nframe.*\n0\\s+102"],
    "F18": [r"(?s)(chi2 of mates is 3\d(\.\d)?:.*unmasked|0\s+6[12]\.\d+\s+6(5\.9|6\.0))",
            r"chi2 of mates is 5\.\d+e\+03: .*unmasked"],
    "F19": [r"(?s)(lies outside of the pattern of 128 x 128.*){4}", "!rc 137"],
    "F20": [r"0\s+64\.00\d+\s+64\.00\d+", r"0\.0600\d+"],
    "F22": [r"nan, '0x[0-9a-f]*4[0-9a-f]{5}'.*nan, '0x.*nan, '0x", r"G0 is 0\.04 ADU/keV.*eV"],
    "F24": [r"m\d.* and m\d.* overlap in 524288 pixels"],
    "F26": [r"folded angle [23]\.\d+ \+- 1\.\d+ degrees"],
    "F27": [r"kinetics.*: ended [0-2] s after SIGINT", r"condense.*: ended [0-2] s after SIGINT"],
}

LIMIT_S = 1800


def run_case(folder, airy):
    """What the case printed, and its exit status."""
    name = os.path.basename(folder)
    with tempfile.TemporaryDirectory() as work:
        shutil.copy(os.path.join(os.path.dirname(folder), "common.py"), work)
        here = shutil.copytree(folder, os.path.join(work, name))
        for path in (here, *(os.path.join(here, f) for f in os.listdir(here))):
            os.chmod(path, 0o755)
        made = subprocess.run([PYTHON, "make.py"], cwd=here, capture_output=True, text=True,
                              check=False)
        if made.returncode:
            return made.stdout + made.stderr, None
        try:
            done = subprocess.run(["bash", "cmd.sh"], cwd=here, env={**os.environ, "AIRY": airy},
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  errors="replace", timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return f"no end in {LIMIT_S} s", None
        return done.stdout, done.returncode


def faults(name, text):
    """What is wrong with a case's output, one sentence each."""
    if re.search(CRASH, text):
        yield "it crashed"
    for pattern in WANTED.get(name.split("-")[0], []):
        if pattern.startswith("!"):
            if re.search(pattern[1:], text, re.M):
                yield f"should not say {pattern[1:]!r}"
        elif not re.search(pattern, text, re.M):
            yield f"should say {pattern!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--airy", default=os.environ.get("AIRY", ROOT + "/build/release/airy"))
    parser.add_argument("--shared", default=os.path.join(ROOT, "..", "shared"))
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    cases = os.path.join(options.shared, "cases")
    if not os.path.isdir(cases):
        print("skipped: there are no cases in ../shared/cases", file=sys.stderr)
        return 77
    probe = subprocess.run([PYTHON, "-c", "import h5py, numpy, scipy"], check=False)
    if probe.returncode:
        print("skipped: Python without h5py, numpy or scipy", file=sys.stderr)
        return 77
    bad = 0
    for name in sorted(os.listdir(cases)):
        folder = os.path.join(cases, name)
        wanted = not options.names or any(name.startswith(n) for n in options.names)
        if not wanted or not os.path.exists(os.path.join(folder, "cmd.sh")):
            continue
        text, status = run_case(os.path.abspath(folder), os.path.abspath(options.airy))
        wrong = list(faults(name, text)) if status is not None else ["it did not run"]
        print(f"{'WRONG' if wrong else 'right'} {name}", flush=True)
        if wrong:
            bad += 1
            print("\n".join("    " + w for w in wrong) + "\n" + text[-3000:], flush=True)
    print(f"{bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

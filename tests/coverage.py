#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of src/ that tests have run, by gcov, after

    cmake --preset coverage && cmake --build --preset coverage && ctest --preset coverage

coverage.py [BUILD]: one row a file that runs less than 90 %, then the whole. Exit 77 without counts.
"""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WANTED = 0.9


def counts(build):
    """Lines and lines that ran, by file of src/."""
    lines = {}
    for folder, _, names in os.walk(os.path.join(build, "CMakeFiles")):
        for name in (n for n in names if n.endswith(".gcda")):
            done = subprocess.run(["gcov", "--json-format", "--stdout", name], cwd=folder,
                                  capture_output=True, text=True, check=False)
            for text in filter(None, done.stdout.splitlines()):
                for file in json.loads(text)["files"]:
                    path = os.path.relpath(os.path.join(folder, file["file"]), ROOT)
                    if not path.startswith("src/"):
                        continue
                    ran = lines.setdefault(path, {})
                    for line in file["lines"]:
                        number = line["line_number"]
                        ran[number] = ran.get(number, False) or line["count"] > 0
    return lines


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ROOT + "/build/coverage")
    lines = counts(build)
    if not lines:
        print(f"{build} holds no counts", file=sys.stderr)
        return 77
    for path, ran in sorted(lines.items()):
        share = sum(ran.values()) / max(len(ran), 1)
        if share < WANTED:
            print(f"{path}\t{100 * share:.0f} %\tof {len(ran)}")
    every = [ran for of in lines.values() for ran in of.values()]
    print(f"all\t{100 * sum(every) / len(every):.1f} %\tof {len(every)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

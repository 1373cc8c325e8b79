#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of src/ that tests have run, by gcov, after

    cmake --preset coverage && cmake --build --preset coverage && ctest --preset coverage

coverage.py [BUILD]: one row a file that runs less than 90 %, with its functions that never ran; one row
a room; the whole. Exit 77 without counts.
"""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WANTED = 0.9


def counts(build):
    """Lines by file of src/, and functions by file: whether they ran."""
    lines, functions = {}, {}
    for folder, _, names in os.walk(os.path.join(build, "CMakeFiles")):
        for name in (n for n in names if n.endswith(".gcda")):
            done = subprocess.run(["gcov", "--json-format", "--stdout", name], cwd=folder,
                                  capture_output=True, text=True, check=False)
            for text in filter(None, done.stdout.splitlines()):
                for file in json.loads(text)["files"]:
                    path = os.path.relpath(os.path.join(build, file["file"]), ROOT)
                    if not path.startswith("src/"):
                        continue
                    ran = lines.setdefault(path, {})
                    for line in file["lines"]:
                        number = line["line_number"]
                        ran[number] = ran.get(number, False) or line["count"] > 0
                    called = functions.setdefault(path, {})
                    for of in file["functions"]:
                        called[of["name"]] = called.get(of["name"], 0) + of["execution_count"]
    return lines, functions


def row(name, ran, more=""):
    print(f"{name}\t{100 * sum(ran) / max(len(ran), 1):.1f} %\tof {len(ran)}{more}")


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ROOT + "/build/coverage")
    lines, functions = counts(build)
    if not lines:
        print(f"{build} holds no counts", file=sys.stderr)
        return 77
    rooms = {}
    for path, ran in sorted(lines.items()):
        rooms.setdefault(path.split("/")[1], []).extend(ran.values())
        if sum(ran.values()) < WANTED * len(ran):
            never = [name for name, count in functions[path].items() if count == 0]
            row(path, ran.values(), "\tnever: " + " ".join(never) if never else "")
    for room, ran in rooms.items():
        row(room, ran)
    row("all", [ran for of in rooms.values() for ran in of])
    return 0


if __name__ == "__main__":
    sys.exit(main())

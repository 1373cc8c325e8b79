#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the layout and the habits that CONTRIBUTING.md describes.

check.py [--compiler CC] FOLDER: one line `file:line: sentence` a finding; exit 1 if there are any.
A rule is one generator function and one row in RULES. test_check.py shows that each can fail.
"""
import argparse
import collections
import math
import os
import re
import statistics
import subprocess
import sys

import source

# Which rooms each room sees, besides itself; CONTRIBUTING.md says why it is drawn so.
SEES = {
    "base": "",
    "math": "base",
    "work": "base",
    "files": "base work",
    "detector": "base math",
    "source": "base math work files detector",
    "bins": "base math detector",
    "pattern": "base math work files detector source bins",
    "live": "base math files detector source bins pattern",
    "likelihood": "base math work detector",
    "retrieval": "base math work detector pattern likelihood",
    "image": "base math work files detector pattern likelihood retrieval",
    "density": "base math work files detector image",
    "kinetics": "base math work files",
    "curves": "base math work files",
    "thermal": "base math work files curves",
    "bandmodel": "base math work files detector source density",
    "chain": "base math work files detector source pattern likelihood retrieval image density kinetics",
    "scattering": "base math work files detector source bins pattern",
    "atoms": "base math work files detector source",
    "speckle": "base math work files detector source bins pattern",
    "scan": "base math work files detector source bins pattern speckle",
    "simulate": "*",
    "trials": "base math work files detector source pattern likelihood retrieval image density kinetics chain simulate",
    "report": "*",
}
ROOMS = tuple(SEES)
# A private header stays in its room, but for these, each with the rooms that may look at it.
SHARED = {
    "src/base/units.h": "*",
    "src/base/processor.h": "*",
    "src/detector/calibrator.h": "pattern",
    "src/detector/jungfrau.h": "simulate",
    "src/files/blocks.h": "source",
    "src/files/hdf5_pack.h": "source",
    "src/files/hdf5_sources.h": "source",
    "src/files/history.h": "source",
    "src/files/input.h": "source",
    "src/files/numbers.h": "source",
    "src/files/table.h": "source",
    "src/kinetics/kinetics.h": "simulate",
}

# Files of a room that call one another in a circle, and why they may. New ones are findings.
CIRCLES = {
    "atoms": ["near voronoi"],  # neighbours across faces are cells, cells are cut by what is near
    "files": ["hdf5 hdf5_filters hdf5_get hdf5_list hdf5_sources"],  # a dataset may be made of others
    "likelihood": ["convex level"],
    "pattern": ["prior solution"],
    "source": ["formats frames frames_read raw raw_facts raw_values"],  # layouts that are frames of ours
}

SOURCES = "src/"

# Which of our files may include a library's header.
OWNERS = {
    r"fftw3\.h": r"src/math/fft\.c",
    r"(hdf5|hdf5_hl|H5\w+)\.h": r"src/files/hdf5(_\w+)?\.[ch]",
    r"libdeflate\.h": r"src/files/hdf5_pack\.c",
    r"(zlib|lzma)\.h": r"src/files/lines\.c",
    r"gsl/.*": r"src/math/\w+\.c|src/base/(random|stats)\.c",
    r"fitsio2?\.h": r"src/source/fits\.c",
    r"png\.h": r"src/source/png\.c",
    r"tiffio\.h": r"src/source/tiff\.c",
    r"matio\.h": r"src/source/mat\.c",
    r"xraylib\.h": r"src/scattering/elements\.c",
    r"omp\.h": SOURCES + r"work/\w+\.c",
    r"mpi\.h": SOURCES + r"work/ranks\.c",
    r"(popt|getopt|argp)\.h": r"tools/\w+\.[ch]",
}
# What the library never says.
FORBIDDEN = {
    r"(?:exit|_exit|_Exit|quick_exit|abort|err|errx)\s*\(": "ends the program; return a status",
    r"(?:printf|vprintf|puts|putchar|perror)\s*\(": "prints; only tools/ print",
    r"(?:stdout|stderr)\b": "prints; only tools/ print",
    r"(?:getenv|secure_getenv|setenv|putenv)\s*\(": "is a hidden input; make it an option",
    r"(?:rand|srand|random|srandom|drand48|lrand48)\s*\(": "is a hidden state; use airy_random",
}
# A lock cannot be const; the planner of FFTW and the error handler of GSL need one each.
LOCKS = {("src/math/fft.c", "pthread_mutex_t"), ("src/math/gsl.c", "pthread_once_t"),
         ("src/files/hdf5_watch.c", "atomic_bool watching"),
         ("src/files/hdf5_reach.c", "atomic_bool anywhere")}  # and what a user may read: see there

# Verbs that mean the same everywhere and are explained once.
LIFETIME = re.compile(r"_(release|free|defaults|check)$")

LENGTH = {"median": 15, "p90": 40, "max": 80}
FILE = {"median": 200, "max": 700}
PARAMETERS = {"p90": 5, "max": 7}
NESTING = 4
WIDTH = 100
WINDOW, REPEATED = 8, 0.03

PLACES = re.compile(r"(?<![\w.])/(?:work|root|home|farm|tmp/bash_jobs)/")
LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


class Tree:
    """The C files of src, include and tools, and the paths of everything else."""

    def __init__(self, root, compiler):
        self.root, self.compiler = root, compiler
        self.paths = sorted(list_files(root))
        self.sources = {path: source.Source(path, self.read(path)) for path in self.paths
                        if re.fullmatch(r"(src|include|tools)/.*\.[ch]", path)}

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
            return file.read()

    def under(self, pattern):
        return [s for path, s in self.sources.items() if re.fullmatch(pattern, path)]

    def resolve(self, path, name):
        """The path of our own header that `path` includes as `name`, or None."""
        for folder in (os.path.dirname(path), "include", "src", "tools"):
            found = os.path.normpath(os.path.join(folder, name))
            if found in self.sources:
                return found
        return None

    def links(self, path):
        """(line, included path) of our own headers."""
        found = ((line, self.resolve(path, name)) for line, name, _ in self.sources[path].includes)
        return [(line, target) for line, target in found if target]


def list_files(root):
    """Files git knows or would add; without git, every file outside build/ and hidden folders."""
    git = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if os.path.exists(os.path.join(root, ".git")):
        done = subprocess.run(git, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return [p for p in done.stdout.split("\0") if p and os.path.isfile(os.path.join(root, p))]
    paths = []
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in ("build", "demo-out", "__pycache__") and f[0] != "."]
        paths += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    return paths


def room(path):
    """The room a file belongs to: its folder under src/, or its name under include/airy/."""
    match = re.fullmatch(r"src/([^/]+)/.+|include/airy/([^/]+)\.h", path)
    return (match.group(1) or match.group(2)) if match else None


def allowed(row, name):
    return row == "*" or name in row.split()


def may_see(mine, other):
    return mine == other or allowed(SEES[mine], other)


def percentile90(values):
    return sorted(values)[math.ceil(0.9 * len(values)) - 1]


# ------------------------------------------------------------------ rooms and arrows

def rooms_known(tree):
    for path in tree.sources:
        if room(path) and room(path) not in ROOMS:
            yield path, 1, f"'{room(path)}' is no room; the rooms are {' '.join(ROOMS)}"


def arrows(tree):
    for path in tree.sources:
        mine = room(path)
        if mine not in ROOMS:
            continue
        for line, target in tree.links(path):
            other = room(target)
            if other is None:
                yield path, line, f"{target} is not for rooms: include the room headers one needs"
            elif other in ROOMS and not may_see(mine, other):
                yield path, line, f"room {mine} looks at room {other}, which its row of SEES does not name"
            elif target.startswith("src/") and other != mine and not allowed(SHARED.get(target, ""), mine):
                yield path, line, f"{target} is private to room {other}"


def circles(tree):
    """No room sees one that sees it, over any number of rooms."""
    def reach(name, seen):
        for other in SEES[name].split():
            if other in SEES and other not in seen:
                seen.add(other)
                reach(other, seen)
        return seen

    for name, row in SEES.items():
        for other in row.split():
            if other in SEES and name in reach(other, set()):
                yield "tests/house/check.py", 1, f"in SEES, rooms {name} and {other} see one another"


def front_door(tree):
    if "include/airy.h" not in tree.sources:
        return
    door = tree.sources["include/airy.h"]
    named = {target for _, target in tree.links(door.path)}
    for path in tree.sources:
        if path.startswith("include/airy/") and path not in named:
            yield door.path, 1, f"does not include {path}"
    lines = [f.line for f in door.functions] + [line for _, line, _ in door.declarations]
    if lines:
        yield door.path, min(lines), "holds more than includes"


def loops(tree):
    state = {}

    def visit(path, trail):
        state[path] = "open"
        for line, target in tree.links(path):
            if state.get(target) == "open":
                ring = [*trail[trail.index(target):], target] if target in trail else [path, target]
                yield path, line, "include loop: " + " -> ".join(ring)
            elif target not in state:
                yield from visit(target, [*trail, target])
        state[path] = "done"

    for path in tree.sources:
        if path not in state:
            yield from visit(path, [path])


def calls(tree, name):
    """The files of a room, each with those of the room whose functions or tables it names."""
    files, owner = tree.under(rf"src/{name}/\w+\.c"), {}
    for file in files:
        names = [f.name for f in file.functions if not re.search(r"\bstatic\b", f.head)]
        found = [source.variable(text) for text, _, _ in file.declarations if not text.startswith("static")]
        owner.update({word: file.path for word in names + [f[0] for f in found if f]})
    return {file.path: {owner[word] for word in re.findall(r"\bairy_\w+", file.logic) if word in owner}
            for file in files}


def reached(graph, start):
    seen, open_ = set(), [start]
    while open_:
        fresh = graph[open_.pop()] - seen
        seen |= fresh
        open_ += fresh
    return seen


def file_circles(tree):
    for name in ROOMS:
        graph = calls(tree, name)
        reach = {path: reached(graph, path) for path in graph}
        rings = {frozenset(p for p in graph if p in reach[path] and path in reach[p]) for path in graph}
        rings = {frozenset(stem(p) for p in ring): min(ring) for ring in rings if len(ring) > 1}
        known = [frozenset(row.split()) for row in CIRCLES.get(name, ())]
        for ring, path in rings.items():
            if not any(ring <= row for row in known):
                yield path, 1, f"{' '.join(sorted(ring))} of room {name} call one another in a circle"
        for row in known:
            if row <= {stem(p) for p in graph} and not any(ring == row for ring in rings):
                yield "tests/house/check.py", 1, f"in CIRCLES, {' '.join(sorted(row))} are not one (any more)"


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]


def library_headers(tree):
    for path, file in tree.sources.items():
        for line, name, _ in file.includes:
            for header, owner in OWNERS.items():
                if re.fullmatch(header, name) and not re.fullmatch(owner, path):
                    where = owner.replace("\\", "")
                    yield path, line, f"<{name}> belongs to {where} alone"
        for match in re.finditer(r"^[ \t]*#[ \t]*pragma[ \t]+omp\b", file.code, re.M):
            if room(path) != "work":
                yield path, file.line(match.end()), "OpenMP belongs to src/work alone"


def headers_alone(tree):
    flags = subprocess.run(["pkg-config", "--cflags", "hdf5-serial"], capture_output=True, text=True,
                           check=False).stdout.split()
    for path in tree.sources:
        if not path.endswith(".h"):
            continue
        command = [tree.compiler, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-D_DEFAULT_SOURCE", "-Wall",
                   "-Wextra", "-Werror", "-fsyntax-only", "-Iinclude", "-Isrc", "-Itools", *flags,
                   "-x", "c", "-"]
        done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=False,
                              input=f'#include "{path}"\nextern int airy_not_empty;\n',
                              env={**os.environ, "LC_ALL": "C"})
        if done.returncode:
            reason = (re.findall(r"error: (.*)", done.stderr) or ["?"])[0]
            yield path, 1, f"does not compile alone: {reason}"


# ------------------------------------------------------------------ a library that keeps quiet

def quiet_library(tree):
    for file in tree.under(r"(src|include)/.*"):
        for pattern, reason in FORBIDDEN.items():
            for match in re.finditer(r"(?<![\w.>])" + pattern, file.logic):
                word = match.group().rstrip("( ")
                yield file.path, file.line(match.start()), f"{word} {reason}"


def unasked(tree):
    for file in tree.under(r"src/.*"):
        if file.path == "src/base/error.c": # where it is asked for
            continue
        for match in re.finditer(r"\berr->(message|code(?!\s*=[^=]))", file.logic):
            yield file.path, file.line(match.start()), (
                "err may be NULL: airy_error_code(err, OTHERWISE), or an airy_error of one's own")


def no_state(tree):
    for file in tree.under(r"src/.*"):
        for text, line, _ in file.declarations:
            found = source.variable(text)
            if found and not found[1] and not any(file.path == p and t in text for p, t in LOCKS):
                yield file.path, line, f"variable {found[0]} at file scope can change; the library has no state"
        for function in file.functions:
            for match in re.finditer(r"\bstatic\b(?!\s+inline)([^;=]*)", function.body):
                found = source.variable(match.group(1))
                if found and not found[1]:
                    line = function.end - function.body[match.start():].count("\n")
                    yield file.path, line, f"static variable {found[0]} can change; the library has no state"


def streams(tree):
    """Random numbers are drawn under a name of airy_stream, whose list is in base.h alone."""
    for file in tree.sources.values():
        for match in re.finditer(r"\bairy_random_init\s*\(([^;{]*)\)\s*;", file.logic):
            arguments = [a.strip() for a in re.split(r",(?![^()]*\))", match.group(1))]
            if not file.path.startswith(("src/base/", "include/")) and len(arguments) == 5 \
                    and not re.search(r"AIRY_STREAM_[A-Z]|\bstream$", arguments[3]):
                yield file.path, file.line(match.start()), \
                    f"random numbers of '{arguments[3]}': give them a name in airy_stream"
        for match in re.finditer(r"\b(AIRY_STREAM_\w+)\s*=[^=]", file.logic):
            if file.path != "include/airy/base.h":
                yield file.path, file.line(match.start()), f"{match.group(1)} is not in the list of airy_stream"
    yield from stream_values(tree.sources.get("include/airy/base.h"))


def stream_values(file):
    """Two names of one value would draw the same numbers."""
    match = file and re.search(r"typedef enum airy_stream \{([^}]*)\}", file.logic)
    value, seen = -1, {}
    for entry in match.group(1).split(",") if match else ():
        name, _, number = (part.strip() for part in entry.partition("="))
        if not name:
            continue
        value = int(number, 0) if number else value + 1
        if value in seen:
            yield file.path, file.line(match.start()), f"{name} and {seen[value]} are one stream"
        seen[value] = name


# ------------------------------------------------------------------ budgets

def function_lengths(tree):
    functions = [(f.length, s.path, f) for s in tree.sources.values() for f in s.functions]
    for length, path, f in functions:
        if length > LENGTH["max"]:
            yield path, f.line, f"{f.name} has {length} lines, at most {LENGTH['max']}"
    yield from spread(functions, LENGTH, "functions", "lines")


def file_lengths(tree):
    files = [(len(s.lines) - 1, s.path, None) for s in tree.sources.values()]
    for length, path, _ in files:
        if length > FILE["max"]:
            yield path, 1, f"the file has {length} lines, at most {FILE['max']}"
    yield from spread(files, FILE, "files", "lines")


def parameters(tree):
    functions = [(f.parameters, s.path, f) for s in tree.sources.values() for f in s.functions]
    for count, path, f in functions:
        if count > PARAMETERS["max"]:
            yield path, f.line, f"{f.name} has {count} parameters, at most {PARAMETERS['max']}"
    yield from spread(functions, PARAMETERS, "functions", "parameters")


def spread(measured, budget, what, unit):
    """The two budgets over all files: the median and the 90th percentile."""
    if not measured:
        return
    values = [m[0] for m in measured]
    worst = max(measured, key=lambda m: m[0])
    line = worst[2].line if worst[2] else 1
    if "median" in budget and statistics.median(values) > budget["median"]:
        yield worst[1], line, f"half of all {what} have more than {statistics.median(values):g} {unit}, " \
            f"wanted {budget['median']}; this is the longest"
    if "p90" in budget and percentile90(values) > budget["p90"]:
        yield worst[1], line, f"a tenth of all {what} have {percentile90(values)} {unit} or more, " \
            f"wanted {budget['p90']}; this is the worst"


def nesting(tree):
    for file in tree.sources.values():
        for f in file.functions:
            if f.nesting > NESTING:
                yield file.path, f.line, f"{f.name} is nested {f.nesting} deep, at most {NESTING}"


def line_widths(tree):
    for path in tree.paths:
        if re.fullmatch(r"(src|include|tools|tests)/.*\.[ch]", path):
            for number, line in enumerate(tree.read(path).split("\n"), 1):
                if len(line) > WIDTH:
                    yield path, number, f"the line has {len(line)} columns, at most {WIDTH}"


def page_widths(tree):
    """Lines of Markdown; tables, and words that cannot be broken, are as wide as they are."""
    for path in tree.paths:
        if not path.endswith(".md") or path == "CHANGES.md":  # a line an entry: branches merge
            continue
        fenced = False
        lines = tree.read(path).split("\n") + [""]
        for number, line in enumerate(lines[:-1], 1):
            fenced ^= line.lstrip().startswith("```")
            words = line.split()
            loose = not fenced and not line.startswith(("    ", "|", "#")) and len(words) > 1 \
                and not lines[number].startswith(": ")  # a term stands in one line
            if loose and len(line) > WIDTH and len(line) - len(words[-1]) > WIDTH / 2:
                yield path, number, f"the line has {len(line)} columns, at most {WIDTH}"


DOCUMENT = re.compile(r"(?<![\w./$[-])((?:\.\./)?(?:docs/)?[\w/-]+\.md)\b")


def documents(tree):
    """A document that a comment or a page names is there."""
    for path in tree.paths:
        if not re.search(r"\.(c|h|py|sh|md|cff)$", path) or path.startswith(("tests/house/", "tests/cli/")):
            continue
        for number, line in enumerate(tree.read(path).split("\n"), 1):
            for name in DOCUMENT.findall(line):
                beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
                if name.startswith("../shared/") or "airy-x." in name:
                    continue
                if name not in tree.paths and beside not in tree.paths \
                        and os.path.join("docs", name) not in tree.paths:
                    yield path, number, f"names {name}, which is not there"


def repetition(tree):
    """Share of code lines inside a window of 8 lines that stands somewhere else too."""
    windows, total = collections.defaultdict(list), 0
    for file in tree.sources.values():
        lines = [(n, " ".join(l.split())) for n, l in enumerate(file.plain.split("\n"), 1)]
        lines = [(n, l) for n, l in lines if len(l) > 1 and not l.startswith("#include")]
        total += len(lines)
        for i in range(len(lines) - WINDOW + 1):
            windows[tuple(l for _, l in lines[i:i + WINDOW])].append((file.path, [n for n, _ in lines[i:i + WINDOW]]))
    repeated, places = set(), []
    for where in windows.values():
        if len(where) > 1:
            fresh = not any((p, numbers[0]) in repeated for p, numbers in where)
            repeated.update((path, n) for path, numbers in where for n in numbers)
            if fresh:
                places.append(where)
    if total and len(repeated) > REPEATED * total:
        for where in places:
            (path, numbers), (twin, there) = where[:2]
            yield path, numbers[0], f"stands again at {twin}:{there[0]}; {len(repeated) / total:.1%} of all " \
                f"lines are repeated, at most {REPEATED:.0%}"


# ------------------------------------------------------------------ names and words

def public_names(tree):
    for file in tree.under(r"include/.*\.h"):
        for line, name in file.macros:
            if not name.startswith("AIRY_"):
                yield file.path, line, f"public macro {name} does not begin with AIRY_"
        for text, line, _ in file.declarations:
            for name in declared_names(text):
                if not re.match(r"airy_|AIRY_", name):
                    yield file.path, line, f"public name {name} does not begin with airy_"
    for file in tree.under(r"src/.*\.c"):
        for f in file.functions:
            if not re.search(r"\bstatic\b", f.head) and not f.name.startswith("airy_"):
                yield file.path, f.line, f"{f.name} is seen by the linker: static, or begin with airy_"


def declared_names(text):
    """Names a header's declaration gives to the world: function, type, tag, enumerators."""
    flat = source.collapse(text)
    names = re.findall(r"\b(?:struct|union|enum)\s+(\w+)\s*\{", flat)
    if source.is_prototype(text):
        names.append(source.signature(flat)[0])
    elif flat.startswith("typedef"):
        pointer = re.search(r"\(\s*\*\s*(\w+)\s*\)\s*\(", flat)
        last = re.search(r"(\w+)\s*(\[[^\]]*\])?(\([^()]*\))?$", flat)
        names.append(pointer.group(1) if pointer else last.group(1) if last else "?")
    enum = re.search(r"\benum\b[^{;]*\{(.*?)\}", text, re.S)
    if enum:
        names += re.findall(r"(?:^|,)\s*([A-Za-z_]\w*)", enum.group(1))
    return names


def public_comments(tree):
    """A prototype has a comment above it or above its group (prototypes without an empty line)."""
    for file in tree.under(r"include/.*\.h"):
        for text, line, end in file.declarations:
            name = source.signature(source.collapse(text))[0]
            if source.is_prototype(text) and not LIFETIME.search(name) \
                    and not commented(file.lines, line, end):
                yield file.path, line, f"{name} has no comment"


def commented(lines, line, end):
    first = line
    while first > 1 and lines[first - 2].strip():
        first -= 1
    block = lines[first - 1:line - 1] + lines[line - 1:end]
    return any(re.search(r"/[/*]\s*[^\s/*-]|^\s*\*", text) for text in block)


def licences(tree):
    for path in tree.paths:
        if re.fullmatch(r"(src|include|tools|tests)/.*\.[ch]", path):
            if "SPDX-License-Identifier: GPL-3.0-or-later" not in tree.read(path).split("\n")[0]:
                yield path, 1, "the first line is not the SPDX licence line"


def commands(tree):
    """Every command in the table of tools/airy.c has tests and a manual page, every file a row."""
    table = tree.sources.get("tools/airy.c")
    if not table:
        return
    rows = [(table.line(m.start()), m.group(1)) for m in
            re.finditer(r'\{\s*"([a-z][a-z0-9-]*)"\s*,[^{}]*\bcmd_\w+', table.plain)]
    if not rows:
        yield table.path, 1, 'no table of commands found (rows {"name", ... cmd_name ...})'
    scripts = "\n".join(tree.read(p) for p in tree.paths if re.fullmatch(r"tests/cli/[^/]+/run.sh", p))
    for line, name in rows:
        if not re.search(rf"(airy|\$AIRY\"?) {name}\b", scripts):
            yield table.path, line, f"command {name} has no test: no tests/cli/*/run.sh runs it"
        if f"docs/man/airy-{name}.1.md" not in tree.paths:
            yield table.path, line, f"command {name} has no page docs/man/airy-{name}.1.md"
    for path in tree.sources:
        match = re.fullmatch(r"tools/(cmd_\w+)\.c", path)
        if match and not re.search(rf"\b{match.group(1)}\b", table.plain):
            yield path, 1, f"{match.group(1)} has no row in tools/airy.c"


def words(tree):
    for path in tree.paths:
        if path == "LICENSE" or not is_text(os.path.join(tree.root, path)):
            continue
        for number, line in enumerate(tree.read(path).split("\n"), 1):
            if PLACES.search(line):
                yield path, number, "names a place on one machine"
            if LATER.search(line) and not path.startswith("tests/house/"):
                yield path, number, "puts something off: finish it, or say so in the docs"


def is_text(path):
    with open(path, "rb") as file:
        return b"\0" not in file.read(4096)


RULES = (rooms_known, arrows, circles, front_door, loops, file_circles, library_headers, headers_alone, quiet_library, unasked,
         no_state, streams, function_lengths, file_lengths, parameters, nesting, line_widths, page_widths,
         documents, repetition,
         public_names, public_comments, licences, commands, words)


def findings(root, compiler="cc"):
    tree = Tree(root, compiler)
    return sorted({found for rule in RULES for found in rule(tree)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("folder", nargs="?", default=".")
    options = parser.parse_args()
    found = findings(options.folder, options.compiler)
    for path, line, sentence in found:
        print(f"{path}:{line}: {sentence}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

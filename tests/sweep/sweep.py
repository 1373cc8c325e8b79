#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of airy under bad luck: a missing allocation, a full disk, a kill, a damaged input.

sweep.py KIND [--airy PROGRAM] [--runs N] [--seed S] [--limit SECONDS] [--only WORD]

  alloc   at one place after the other an allocation finds no memory (but those that HDF5 1.10, the
          zlib below it, and popt ask for): a sentence, or the same output
  units   the same inside of the unit programs beside the program: they may fail, not crash, but where
          a test goes on without what it did not get, which debug information tells
  disk    files may not grow beyond a limit: a sentence, or the same output
  kill    what can go on, a series, retrieve, resolve, correlate and scan, is killed (-9) again and
          again and goes on: the same bytes
  mutate  inputs of every reader with bytes changed, cut or doubled: never a crash, never for long

Exit 0: all right; 1: not, with the commands to repeat; 77: something that is needed is not there.
"""
import argparse
import glob
import itertools
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CRASHED = (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL, -signal.SIGABRT)
PIXELS = "# airy pixels {0} {0}\nrow\tcolumn\tphotons\tmask\n"


SCAN = "scan -q sc/scan.u2 --shape 16,4,4,14,14 --ring 2.6:6.4 --period 2 --quantum 1"
HEAT = "--x temperature_K --y Cp_J_per_gK --by cooling_K_per_min --draws 5"
THERMAL = "thermal -q heat/curves.tsv --what onset --low 275:290 --high 335:343 " + HEAT
FIT = "--model kww2 --x delay_s --y g2 --dy g2_err"


def run(airy, words, where, limit=None, **more):
    """Exit status and all that was said; None: it had no end."""
    try:
        done = subprocess.run([airy, *words], cwd=where, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=limit or run.limit_s, check=False,
                              **more)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return None, b""


run.limit_s = 60  # a whole series of one shot takes seconds; minutes with sanitizers


def make(airy, words, where):
    """A run that has to succeed."""
    status, talk = run(airy, words, where, limit=900)
    if status != 0:
        sys.exit(f"airy {' '.join(words)}: exit {status}: {talk.decode(errors='replace')}")


def make_inputs(airy, where):
    """Small files of every kind, made by airy itself."""
    with open(os.path.join(where, "p.tsv"), "w", encoding="ascii") as file:
        file.write(PIXELS.format(32))
        for i in range(32 * 32):
            y, x = divmod(i, 32)
            far = ((y - 16) ** 2 + (x - 16) ** 2) ** .5
            file.write(f"{y}\t{x}\t{int(900 / (1 + far * far)) * (1 + (int(far) % 5))}\t0\n")
    with open(os.path.join(where, "shots.tsv"), "w", encoding="ascii") as file:
        file.write("shot\tdelay_ps\tr_par_nm\tr_par_err_nm\tr_perp_nm\tr_perp_err_nm\n")
        for i in range(24):
            file.write(f"{i}\t{i // 3}\t{50 + i * .3 + i % 3}\t0.1\t{50 + i * .2 + i % 2}\t0.1\n")
    for name in ("p.cxi", "p.fits", "p.npy", "p.png"):
        make(airy, ["convert", "-q", "p.tsv", name], where)
    make(airy, ["center", "-q", "p.cxi", "-o", "c.cxi"], where)
    make(airy, ["retrieve", "-q", "c.cxi", "--search", "projections", "--support", "circle:5",
               "--starts", "2", "--iterations", "20", "--generations", "1", "-o", "r.h5"], where)
    make(airy, ["average", "-q", "r.h5", "-o", "a.cxi"], where)
    make(airy, ["simulate", "-q", "--preset", "nib110", "--frame-size", "small", "--delays", "0",
               "--shots", "1", "--photons", "1e5", "-o", "sim"], where)
    make_glasses(airy, where)


GEOMETRY = """clen = 0.1
photon_energy = 9000
res = 13333.3
p0/min_fs = 0
p0/max_fs = 31
p0/min_ss = 0
p0/max_ss = 31
p0/fs = +1.0x +0.0y
p0/ss = +0.0x +1.0y
p0/corner_x = -16
p0/corner_y = -16
bad0/min_x = 3
bad0/max_x = 5
bad0/min_y = 3
bad0/max_y = 5
"""


def make_glasses(airy, where):
    """What rings, pdf, correlate, scan, relate, atoms, thermal and fit read."""
    for words in (
            "simulate -q --pattern --size 48 --delays 0 --shots 1 --photons 1e5 -o pat.h5",
            "retrieve -q pat.h5 --search projections --support circle:8 --starts 2 --iterations 20 "
            "--generations 1 -o rp.h5",
            "simulate -q --preset glass-rings -o gl --frames 2 --size 48 --photons 4000",
            "rings -q gl/frames.h5 --poni gl/geometry.poni --bins 60 --range 0.5:20 -o iq.h5",
            "simulate -q --preset speckle -o sp --frames 100 --rows 10 --columns 10 --tau 8",
            "convert -q sp/frames.h5 ev.h5 --sparse --period 2",
            "simulate -q --preset scan -o sc --rows 4 --columns 4 --side 14 --frames 16 --tau 6",
            SCAN + " -o maps.h5",
            "simulate -q --preset lattice -o lat --cells 2",
            "simulate -q --preset walk -o walk --atoms 20 --frames 10",
            "simulate -q --preset glass-heat -o heat --step 2"):
        make(airy, words.split(), where)
    texts = {"a.geom": GEOMETRY, "p.txt": "factor = 2\nthreads = 1 # as ever\n",
             "a.xyz": '2\nLattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3 Time=0\n'
                      "Cu 1 1 1\nZr 3 1 1\n" * 3,
             "f.tsv": "delay_s\tg2\tg2_err\n" + "".join(
                 f"{2 ** i}\t{1 + .3 * .9 ** (2 ** i):.6f}\t0.01\n" for i in range(9))}
    for name, text in texts.items():
        with open(os.path.join(where, name), "w", encoding="ascii") as file:
            file.write(text)
    for name, _ in FOREIGN: # formats that airy reads and does not write
        shutil.copy(os.path.join(ROOT, "tests", "fuzz", "corpus", name), where)


def contents(path):
    """The bytes, or what stands for no file."""
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return file.read()


FOREIGN = (
    ("fuzz_tiff/deflate.tif", ["info", "convert -o o.npy -f"]),
    ("fuzz_tiff/float-big.tif", ["info", "convert -o o.npy -f"]),
    ("fuzz_tiff/tiles.tif", ["info", "convert -o o.npy -f"]),
    ("fuzz_cbf/i32.cbf", ["info", "convert -o o.npy -f"]),
    ("fuzz_edf/u16.edf", ["info", "convert -o o.npy -f"]),
    ("fuzz_mat/plain.mat", ["info", "convert -o o.npy -f"]),
    ("fuzz_mat/packed.mat", ["info", "convert -o o.npy -f"]),
    ("fuzz_sls/a_master_0.json", ["info", "view -o v.png -f"]),
    ("fuzz_trajectory/kinds.gz", ["atoms --measure gr -o a.h5 -f", "info"]),
    ("fuzz_trajectory/kinds.xz", ["atoms --measure gr -o a.h5 -f", "info"]),
)
COMMANDS = (
    (["center", "-q", "p.cxi", "-o", "out.cxi", "-f"], "out.cxi"),
    (["bin", "-q", "p.cxi", "-o", "out.cxi", "-f"], "out.cxi"),
    (["convert", "-q", "p.cxi", "out.fits", "-f"], "out.fits"),
    (["convert", "-q", "p.fits", "out.png", "-f"], "out.png"),
    (["mask", "-q", "p.cxi", "--edges", "1", "-o", "out.h5", "-f"], "out.h5"),
    (["kinetics", "-q", "shots.tsv", "--draws", "20", "-t", "1", "-o", "out.tsv", "-f"], "out.tsv"),
    (["retrieve", "-q", "c.cxi", "--search", "projections", "--support", "circle:5", "--starts", "2",
      "--iterations", "5", "--generations", "1", "-t", "1", "-o", "out.h5", "-f"], "out.h5"),
    (["average", "-q", "r.h5", "-o", "out.cxi", "-f"], "out.cxi"),
    (["difference", "-q", "a.cxi", "--pixel", "2", "-o", "out.h5", "-f"], "out.h5"),
    (["hits", "-q", "sim/raw.h5", "--gain", "sim/gain.h5", "--pedestal", "sim/pedestal.h5", "-t", "1",
      "-o", "out.tsv", "-f"], "out.tsv"),
    (["polish", "-q", "rp.h5", "--raw", "pat.h5", "--descent-steps", "3", "--resampled", "0", "-t", "1", "-o",
      "out.h5", "-f"], "out.h5"),
    ("rings -q gl/frames.h5 --poni gl/geometry.poni --bins 40 -t 1 -o out.h5 -f".split(), "out.h5"),
    ("pdf -q iq.tsv --composition Zr50Cu50 --density 0.055 -o out.tsv -f".split(), "out.tsv"),
    ("correlate -q sp/frames.h5 --roi sp/roi.h5 -t 1 -o out.h5 -f".split(), "out.h5"),
    ("correlate -q ev.h5 --roi sp/roi.h5 --steps -t 1 -o out.h5 -f".split(), "out.h5"),
    ((SCAN + " -t 1 -o out.h5 -f").split(), "out.h5"),
    ("relate -q maps.h5:tau_s maps.h5:v --shifts 19 --draws 19 -t 1".split(), None),
    ("atoms -q lat/trajectory.lammpstrj --measure gr,order,voronoi -t 1 -o out.h5 -f".split(),
     "out.h5"),
    ("atoms -q walk/trajectory.lammpstrj --measure msd,strings,waits,vanhove -t 1 -o out.h5 "
     "-f".split(), "out.h5"),
    ((THERMAL + " -t 1 -o out.tsv -f").split(), "out.tsv"),
    (("fit -q f.tsv " + FIT + " --bootstrap 20 -t 1 -o out.tsv -f").split(), "out.tsv"),
    (["info", "p.cxi"], None),
    (["compare", "a.cxi", "r.h5", "--align"], None),
    (["score", "-q", "c.cxi", "r.h5", "--support", "circle:5"], None),
)


def judge(words, wanted, where, result, problems, how):
    """One run under bad luck: no crash, no end-less run, and rc 0 (3: files differ) means the same
    bytes, of what is printed where there is no output. A run that fails leaves no output, or the
    whole one where only its table could not be told."""
    status, talk = result
    if words[1] is None:
        made = talk
    else:
        made = contents(os.path.join(where, words[1]))
    if status is None:
        problems.append(f"{how}: no end")
    elif status in CRASHED or b"AddressSanitizer" in talk or b"runtime error" in talk:
        problems.append(f"{how}: crash ({status})")
    elif status in (0, 3) and made != wanted:
        problems.append(f"{how}: exit 0 and another output")
    elif status not in (0, 3) and not talk.strip():
        problems.append(f"{how}: exit {status} without a sentence")
    elif status not in (0, 3) and words[1] and made not in (None, wanted):
        problems.append(f"{how}: exit {status} and another output")


def sweep_command(airy, where, command, chances, luck, problems, count):
    """Runs a command without trouble, then `chances` times with it. luck(k): arguments of run."""
    words, output = command
    path = os.path.join(where, output or "no output")
    status, talk = run(airy, words, where)
    if status not in (0, 3):
        problems.append(f"{' '.join(words)}: exit {status} without any bad luck: {talk[-200:]}")
    wanted = contents(path) if output else talk
    for k in chances:
        if os.path.exists(path):
            os.remove(path)
        result = run(airy, words, where, **luck(k))
        judge((words, output), wanted, where, result, problems, f"{' '.join(words)} [{k}]")
        count[0] += 1


# Whose own allocations do not fail: HDF5's start-up ends in a crash, a chunk that its zlib cannot pack
# is kept as it is, and popt writes into what it got without looking.
OUTSIDE = "libhdf5 libz. libpopt"


def without_memory(where, outside):
    """The environment in which allocation FAIL_AT fails; None without a compiler."""
    shim = os.path.join(where, "failing_malloc.so")
    made = subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, HERE + "/failing_malloc.c"],
                          check=False)
    return None if made.returncode else {**os.environ, "LD_PRELOAD": shim, "OMP_NUM_THREADS": "1",
                                         "FAIL_OUTSIDE": outside}


def places(program, words, where, base, share):
    """Numbers of allocations, each the first that came by its chain of calls; about `share` of them."""
    noted = os.path.join(where, "places")
    run(program, words, where, limit=600, env={**base, "FAIL_AT": "0", "FAIL_PLACES": noted})
    # a program that forks writes from two processes into one file
    numbers = [int(n) for n in (contents(noted) or b"").split() if n.isdigit()]
    return numbers[::max(1, len(numbers) // share)]


def calls(program, talk, what):
    """The library and our lines, innermost first and up to the test's, that led to what was told."""
    after = talk.decode(errors="replace").partition(f"\n{what}\n")[2].splitlines()
    chain = list(itertools.takewhile(re.compile(r".*\[0x[0-9a-f]+\]$").match, after))
    chain = [c for c in chain if "failing_malloc" not in c and "libc.so" not in c]
    own = [re.search(r"\(\+(0x[0-9a-f]+)\)", c) for c in chain if c.startswith(program)]
    # what is noted is where a call comes back to, which may be the next line
    at = [hex(int(o.group(1), 16) - 1) for o in own if o]
    found = subprocess.run(["addr2line", "-e", program, *at],
                           capture_output=True, text=True, check=False).stdout.split("\n")
    lines = [os.path.relpath(f.split(" ")[0], ROOT) for f in found if f.startswith("/")]
    to_test = next((i + 1 for i, line in enumerate(lines) if line.startswith("tests/")), len(lines))
    library = [os.path.basename(c.split("(")[0]) for c in chain[:1] if not c.startswith(program)]
    return [*library, *lines[:to_test]]


def is_the_test(crash, failure):
    """Whether a test went on without what an earlier call did not give it, or GSL did, for which
    nobody can do more."""
    return crash and ("libgsl" in crash[0] or not any(c.startswith("src/") for c in crash) or
                      failure and crash[-1].startswith("tests/") and crash[-1] != failure[-1])


def units(airy, options, where, problems, count):
    base = without_memory(where, OUTSIDE + " libcmocka")
    passed_over = []
    found = glob.glob(os.path.join(os.path.dirname(airy), "tests", "unit", f"test_*{options.only}*"))
    programs = sorted(p for p in found if os.path.isfile(p) and not p.endswith(("_long", "_search")))
    if not base or not programs:
        return 77
    for program in programs:
        for k in places(program, [], where, base, max(1, options.runs // len(programs))):
            status, talk = run(program, [], where, env={**base, "FAIL_AT": str(k), "FAIL_TRACE": "1"})
            count[0] += 1
            if status is None or status in CRASHED:
                crash, failure = (calls(program, talk, w) for w in ("crash:", "no memory:"))
                how = f"{status} in {' < '.join(crash)}, no memory in {' < '.join(failure)}"
                if is_the_test(crash, failure):
                    passed_over.append(f"{os.path.basename(program)} [{k}]: {how}")
                else:
                    problems.append(f"{os.path.basename(program)} [{k}]: {how}")
    print(f"passed over: {len(passed_over)} crashes of tests that went on, or of GSL", *passed_over,
          sep="\n  ")
    return 0


def alloc(airy, options, where, problems, count):
    base = without_memory(where, OUTSIDE)
    if not base:
        return 77
    commands = [c for c in COMMANDS if options.only in " ".join(c[0])]
    for command in commands:
        sweep_command(airy, where, command,
                      places(airy, command[0], where, base, max(1, options.runs // len(commands))),
                      lambda k: {"env": {**base, "FAIL_AT": str(k)}}, problems, count)
    return 0


def disk(airy, options, where, problems, count):
    def limit(k):
        def begin():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (k, k))
        return {"preexec_fn": begin}
    for command in COMMANDS:
        run(airy, command[0], where)
        size = len(contents(os.path.join(where, command[1])) or b"") if command[1] else 0
        step = max(1, (size + 2) * len(COMMANDS) // options.runs)
        sweep_command(airy, where, command, range(0, size, step), limit, problems, count)
    return 0


# What goes on after a kill: in a folder of its own, from inputs beside it.
SEARCH = "--search projections --iterations 60 --generations 1"
GO_ON = (
    f"series ../series.tsv --bin 1 --starts 6 --best 2 --only shots --no-pictures {SEARCH} -o out",
    f"series ../series.tsv --bin 1 --starts 3 --best 2 --draws 20 --no-pictures {SEARCH} -o out",
    f"retrieve ../c.cxi --support circle:5 --starts 60 -t 1 --resume {SEARCH} -o out.h5",
    "retrieve ../c.cxi --support circle:5 --starts 20 -t 1 --resume --search projections "
    "--iterations 40 --generations 3 -o out.h5",
    f"retrieve ../c.cxi --support circle:5 --starts 60 -t 3 --resume {SEARCH} -o out.h5",
    f"resolve ../c.cxi --support circle:5 --starts 10 --resume {SEARCH} -o out.tsv",
    "correlate ../sp/frames.h5 --roi ../sp/roi.h5 --steps --resume -o out.h5",
    SCAN.replace("sc/", "../sc/") + " --resume -o out.h5",
)


def files_of(folder):
    """Contents by name; not of what killed writers left, which the next ones sweep away."""
    return {os.path.relpath(os.path.join(at, name), folder): contents(os.path.join(at, name))
            for at, _, names in os.walk(folder) for name in names}


def kill(airy, options, where, problems, count):
    chance = random.Random(options.seed)
    make(airy, ["simulate", "-q", "--preset", "nib110", "--pattern", "--size", "128", "--delays",
                "0,6", "--shots", "1", "-o", "ideal.h5"], where)
    with open(os.path.join(where, "series.tsv"), "w", encoding="ascii") as file:
        file.write("shot\tfile\tframe\tdelay_ps\n1\tideal.h5\t0\t0\n2\tideal.h5\t1\t6\n")
    whole, parts = os.path.join(where, "whole"), os.path.join(where, "parts")
    for line in (c for c in GO_ON if options.only in c):
        words = [*line.split(), "-q"]
        shutil.rmtree(whole, ignore_errors=True)
        os.mkdir(whole)
        began = time.monotonic()
        make(airy, words, whole)
        long, wanted = time.monotonic() - began, files_of(whole)
        for _ in range(options.runs):
            shutil.rmtree(parts, ignore_errors=True)
            os.mkdir(parts)
            for _ in range(6):
                process = subprocess.Popen([airy, *words], cwd=parts, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
                try:
                    process.wait(chance.uniform(0.05, 1) * min(long, 2))
                    break # it is done
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    count[1] += 1
            status, talk = run(airy, words, parts, limit=900)
            count[0] += 1
            found = files_of(parts)
            wrong = [n for n in {*found, *wanted} if found.get(n) != wanted.get(n)]
            # a run that is done says so, and keeps what is there
            if wrong or status != 0 and b"exists" not in talk:
                problems.append(f"{line}: exit {status}, {sorted(wrong)} differ")
    print(f"{count[1]} kills")
    return 0


READERS = (
    ("p.cxi", ["info", "center", "mask --show --edges 1", "size", "view -o v.png -f"]),
    ("p.fits", ["info", "convert -o o.npy -f"]),
    ("p.npy", ["info", "convert -o o.tsv -f"]),
    ("p.png", ["info", "convert -o o.npy -f"]),
    ("p.tsv", ["info", "convert -o o.npy -f"]),
    ("shots.tsv", ["kinetics --draws 20 -o k.tsv -f", "info"]),
    ("sim/raw.h5", ["info", "hits --gain sim/gain.h5 --pedestal sim/pedestal.h5 -o h.tsv -f"]),
    ("sim/series.tsv", ["series -o out --bin 8 --only shots --search projections --starts 2 "
                        "--iterations 20 --generations 1 --best 1 --no-pictures", "info"]),
    ("r.h5", ["info", "average -o a.cxi -f", "view -o v.png -f",
              "score c.cxi r.h5 --support circle:5"]),
    ("rp.h5", ["polish --raw pat.h5 --descent-steps 2 --resampled 0 -o q.h5 -f"]),
    ("sim/gain.h5", ["info", "calibrate sim/raw.h5 --gain sim/gain.h5 --pedestal sim/pedestal.h5 "
                     "-o c.h5 -f"]),
    ("gl/geometry.poni", ["rings gl/frames.h5 --poni gl/geometry.poni --bins 9 -o i.h5 -f"]),
    ("gl/frames.h5", ["rings --poni gl/geometry.poni --bins 40 --variance ring -o i.h5 -f"]),
    ("iq.tsv", ["pdf --composition Zr50Cu50 --density 0.055 -o g.h5 -f", "info",
                "view -o v.svg -f"]),
    ("sp/frames.h5", ["correlate --roi sp/roi.h5 -o k.h5 -f"]),
    ("ev.h5", ["correlate --roi sp/roi.h5 -o k.h5 -f", "info"]),
    ("sp/roi.h5", ["correlate sp/frames.h5 --roi sp/roi.h5 -o k.h5 -f"]),
    ("maps.h5", ["relate maps.h5:tau_s maps.h5:v --shifts 19 --draws 19", "info",
                 "view -o v.png -f"]),
    ("lat/trajectory.lammpstrj", ["atoms --measure gr,order,voronoi -o a.h5 -f"]),
    ("walk/trajectory.lammpstrj", ["atoms --measure msd,lindemann,strings,waits -o a.h5 -f"]),
    ("a.xyz", ["atoms --measure gr -o a.h5 -f"]),
    ("heat/curves.tsv", ["thermal --what onset --low 275:290 --high 335:343 " + HEAT + " -o t.tsv -f",
                         "thermal --what peak --derive " + HEAT + " -o t.tsv -f", "info"]),
    ("f.tsv", ["fit " + FIT, "fit " + FIT + " --against exp --bootstrap 20", "info"]),
    ("a.geom", ["bin p.cxi --unit photons --geometry a.geom -o b.h5 -f"]),
    ("p.txt", ["bin p.cxi --params p.txt -o b.h5 -f"]),
    *((os.path.basename(name), commands) for name, commands in FOREIGN),
)


def damage(data, chance):
    """Bytes changed, cut, doubled, or set to what sizes and counts go wrong with."""
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(data)) if data else 0
        kind = chance.randrange(6)
        if kind == 0 and data:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1 and data:
            data[at] = chance.choice((0, 1, 0x7f, 0x80, 0xff, 9, 10, 13, 45, 46))
        elif kind == 2:
            del data[at:at + chance.randrange(1, 64)]
        elif kind == 3:
            data[at:at] = data[at:at + chance.randrange(1, 64)]
        elif kind == 4:
            data[at:at + 8] = chance.choice((b"\xff" * 8, b"\0" * 8, b"\x7f" * 8, b"1e309   "))
        elif kind == 5:
            del data[at:]
    return bytes(data)


def sanitized():
    """Sanitizers, where the program has them, about what damaged files make HDF5 do inside: sizes
    that no memory has, and parts that it leaves behind."""
    return {"ASAN_OPTIONS": "allocator_may_return_null=1", "OMP_NUM_THREADS": "1",
            "LSAN_OPTIONS": f"suppressions={ROOT}/tests/leaks.txt:print_suppressions=0", **os.environ}


def mutate(airy, options, where, problems, count):
    seed = options.seed
    readers = [r for r in READERS if options.only in r[0]]
    shutil.copytree(where, os.path.join(where, "sick"))
    kept = {name: contents(os.path.join(where, name)) for name, _ in readers}
    for k in range(options.runs):
        chance = random.Random(f"{seed} {k}")
        name, commands = readers[k % len(readers)]
        # most of a large HDF5 file is pixels: its beginning is where structure stands
        data, head = kept[name], 6000 if len(kept[name]) > 20000 else len(kept[name])
        sick = damage(data[:head], chance) + data[head:]
        with open(os.path.join(where, "sick", name), "wb") as file:
            file.write(sick)
        words = chance.choice(commands).split()
        whole = name in " ".join(words) or words[1:2] and os.path.exists(os.path.join(where, words[1]))
        line = words if whole else [words[0], name, *words[1:]]
        shutil.rmtree(os.path.join(where, "sick", "out"), ignore_errors=True)
        status, talk = run(airy, line, os.path.join(where, "sick"), env=sanitized())
        count[0] += 1
        if status is None or status in CRASHED or b"ERROR: " in talk or b"runtime error" in talk:
            problems.append(f"seed {seed}, {k}: {' '.join(line)}: {status}")
            shutil.copy(os.path.join(where, "sick", name),
                        f"sick-{seed}-{k}-{os.path.basename(name)}")
            with open(f"sick-{seed}-{k}.txt", "wb") as file:
                file.write(" ".join(line).encode() + b"\n" + talk)
        with open(os.path.join(where, "sick", name), "wb") as file:
            file.write(kept[name])
    return 0


KINDS = {"alloc": (alloc, 300), "units": (units, 300), "disk": (disk, 120), "kill": (kill, 3),
         "mutate": (mutate, 400)}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--airy", default=os.environ.get("AIRY", ROOT + "/build/release/airy"))
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60, help="seconds that no run may take")
    parser.add_argument("--only", default="", help="unit programs, commands or inputs whose name holds it")
    options = parser.parse_args()
    run.limit_s = options.limit
    sweep, runs = KINDS[options.kind]
    options.runs = options.runs or runs
    airy, problems, count = os.path.abspath(options.airy), [], [0, 0]
    with tempfile.TemporaryDirectory() as where:
        if sweep is not units:
            make_inputs(airy, where)
        try:
            status = sweep(airy, options, where, problems, count)
        except KeyboardInterrupt: # Ctrl-C: what was seen so far
            status = 1
    for problem in problems:
        print(problem)
    print(f"{options.kind}: {count[0]} runs, {len(problems)} wrong")
    return status or (1 if problems else 0)


if __name__ == "__main__":
    sys.exit(main())

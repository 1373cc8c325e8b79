#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far `airy watch` lags behind a detector: a process of its own writes frames of a 4M at a steady
rate into a file that is being read, and the time from a frame on disk to its row, and to the page that
shows it, is taken on the wall; CPU time is that of the watcher alone.

    watch_lag.py AIRY HZ FRAMES [options of watch...]

Works in a folder of its own, which goes with it: 20 shots are made there first (about a minute).
"""
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WRITER = os.path.join(HERE, "..", "cli", "watch-writer", "writer.py")


def simulate(airy):
    subprocess.run([airy, "simulate", "-q", "-o", "lag-sim", "--delays", "0", "--shots", "20",
                    "--photons", "3e6", "--bands", "off", "-s", "4"], check=True)


def rows(path):
    """Rows of the table that are whole."""
    try:
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")[:-1]
    except OSError:
        return 0
    return max(0, sum(not line.startswith(b"#") for line in lines) - 1)


def written_at(path):
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0


def observe(watcher, writer, frames):
    """When each row, and each page, was first seen."""
    seen, pages, page, quiet_since = [], [], 0, time.time()
    while len(seen) < frames and time.time() - quiet_since < 15 and watcher.poll() is None:
        count, at = rows("lag-out/watch.tsv"), time.time()
        if count > len(seen):
            seen += [at] * (count - len(seen))
            quiet_since = at
        if written_at("lag-out/index.html") != page:
            page = written_at("lag-out/index.html")
            pages.append((page, len(seen)))
        if writer.poll() is None:
            quiet_since = at
        time.sleep(0.003)
    return seen, pages


def tell(what, values):
    values = sorted(values)
    if values:
        print("%s s: median %.3f, nine tenths within %.3f, most %.3f (%d)"
              % (what, values[len(values) // 2], values[9 * len(values) // 10], values[-1], len(values)))


def measure(airy, hz, frames):
    simulate(airy)
    os.mkdir("lag-run")
    watcher = subprocess.Popen([airy, "watch", "lag-run", "--gain", "lag-sim/gain.h5", "--pedestal",
                                "lag-sim/pedestal.h5", "--pump-data", "/pump", "-o", "lag-out", "-q", "-f",
                                "--idle", "20"] + sys.argv[4:])
    while not rows("lag-out/watch.tsv") and not os.path.exists("lag-out/watch.tsv"):
        time.sleep(0.05)
    with open("lag-written.txt", "w") as told:
        writer = subprocess.Popen([sys.executable, WRITER, "lag-sim/raw.h5", "lag-run/a.h5",
                                   str(frames), hz, "0", "new"], stdout=told)
        seen, pages = observe(watcher, writer, frames)
        writer.wait()
    time.sleep(2.5)
    watcher.terminate()
    _, _, use = os.wait4(watcher.pid, 0)
    written = [float(line.split()[1]) for line in open("lag-written.txt")]
    print("%s Hz wanted, %.1f Hz written, %d frames, %d rows" %
          (hz, (len(written) - 1) / (written[-1] - written[0]), len(written), len(seen)))
    lag = [row - disk for row, disk in zip(seen, written)]
    half = len(lag) // 2
    tell("on disk to row, first half,", lag[:half])
    tell("second half,", lag[half:])
    tell("on disk to page,", [min((at for at, n in pages if n > k), default=float("nan")) - disk
                              for k, disk in enumerate(written[:-hzs(hz)])])
    print("CPU s of the watcher: %.1f, %.3f a frame" % (use.ru_utime + use.ru_stime,
                                                          (use.ru_utime + use.ru_stime) / len(written)))


def hzs(hz):
    """Frames of the last two seconds, whose page may be the one at the end."""
    return max(1, int(2 * float(hz)))


def main():
    airy, hz, frames = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    home = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            measure(airy, hz, frames)
        finally:
            os.chdir(home)


main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""make: tables of the samples; check: what airy made of them beside what is known."""
import sys

import h5py
import numpy as np
from scipy.interpolate import interp1d
from scipy.signal import argrelmax

glass = sys.argv[2]


def save(name, header, columns):
    np.savetxt(name, np.column_stack(tuple(columns)), delimiter="\t", header=header, comments="", fmt="%.15g")


def table(name):
    with open(name, encoding="ascii") as file:
        lines = [line.rstrip("\n").split("\t") for line in file if line[0] != "#"]
    return dict(zip(lines[0], np.array(lines[1:], dtype=float).T))


def make_gallium():
    """The grid, the form factors and the Compton tables of the program that made the sample."""
    with h5py.File(glass + "/sq-gallium.h5") as file:
        q, intensity = file["q_I"][()].T
        grid = file["expected/q"][()]
        at = interp1d(q, intensity, kind="cubic", fill_value="extrapolate")
        save("gallium.tsv", "q_inv_a\tintensity", (grid, at(grid)))
        with open("tables.tsv", "w", encoding="ascii") as out:
            out.write("element\tq_inv_a\tf\tcompton\n")
            for element in ("Ga", "Ca", "Si", "O"):
                a = file["form_factor_a1b1a2b2a3b3a4b4c/" + element][()]
                s = grid / (4 * np.pi)
                f = sum(a[2 * i] * np.exp(-a[2 * i + 1] * s**2) for i in range(4)) + a[8]
                compton = interp1d(*file["compton/" + element][()], kind="cubic",
                                   fill_value="extrapolate")(s)
                for row in zip(grid, f, compton):
                    out.write(element + "\t" + "\t".join(f"{x:.15g}" for x in row) + "\n")


def make():
    make_gallium()
    with h5py.File(glass + "/sq-gr-argon.h5") as file:
        q, s = file["Q_S_F_FK_DCS"][()].T[:2]
        save("argon.tsv", "q_inv_a\ts", (q, s))
    with h5py.File(glass + "/pdf-nickel.h5") as file:
        for kind in ("xray", "neutron"):
            r, g = file[kind + "_r_G"][()].T
            # Back to S(q) as far as the data went, 27 / A.
            q = np.arange(0.02, 27.0001, 0.02)
            f = np.array([np.trapz(g * np.sin(k * r), r) for k in q])
            save(kind + ".tsv", "q_inv_a\ts", (q, 1 + f / q))
    with h5py.File(glass + "/mg2sio4-glass.h5") as file:
        save("mg2sio4.xy", "# 2.9 g/cm3", file["q_I"][()].T)
        save("empty.xy", "# empty", file["background_q_I"][()].T)


def say(what, off, limit):
    print(what, f"within {limit:g}" if off <= limit else f"off by {off:.3g}")


def check_gallium():
    with h5py.File(glass + "/sq-gallium.h5") as file:
        q = file["expected/q"][()]
        for name, column in (("ga", "S_Ga"), ("fz", "S_as_if_CaSiO3_FZ"), ("eggert", "S_as_if_CaSiO3_AL")):
            wanted = np.interp(table(f"sq-{name}.tsv")["q_inv_a"], q, file["expected/" + column][()])
            say(f"{column}:", abs(table(f"sq-{name}.tsv")["s"] - wanted).max(), 1e-3)
        mine = table("sq-xraylib.tsv")
        wanted = np.interp(mine["q_inv_a"], q, file["expected/S_Ga"][()])
        say("S_Ga with xraylib's tables:", abs(mine["s"] - wanted).max(), 0.03)


def check_argon():
    with h5py.File(glass + "/sq-gr-argon.h5") as file:
        r, _, wanted, _ = file["r_g_G_GK"][()].T
    mine = table("gr-argon.tsv")
    off = (np.interp(r, mine["r_a"], mine["g"]) - wanted)[(r > 2) & (r < 60)]
    say("argon G(r), r > 2, rms:", np.sqrt(np.mean(off**2)), 0.0046)
    say("argon G(r), r > 2:", abs(off).max(), 0.0155)
    say("argon g(r), top at 3.675:", abs(mine["r_a"][np.argmax(mine["pair_g"])] - 3.675), 0.05)


def check_nickel():
    known = {"xray": (2.487, 3.521, 4.313, 4.980, 5.568), "neutron": (2.490, 3.526, 4.320, 4.984, 5.576)}
    for kind, shells in known.items():
        mine = table(f"gr-{kind}.tsv")
        tops = [i for i in argrelmax(mine["g"])[0] if 2 < mine["r_a"][i] < 5.8 and mine["g"][i] > 1]
        high = sorted(tops, key=lambda i: min(abs(mine["r_a"][i] - r) for r in shells))[:5]
        # Tops of parabolas through three points.
        at, g, r = np.sort(high), mine["g"], mine["r_a"]
        found = r[at] + (r[1] - r[0]) * (g[at + 1] - g[at - 1]) / (2 * g[at] - g[at + 1] - g[at - 1]) / 2
        say(f"nickel, {kind}, maxima of G(r):", abs(found - shells).max(), 0.003)


def check_silicate():
    """Two normalisations agree to two decimals; S survives the way to g(r) and back."""
    scale = [float(open(f"scale-{way}", encoding="ascii").read()) for way in ("krogh-moe", "tail")]
    say("mg2sio4, scales of two normalisations:", abs(scale[1] / scale[0] - 1), 0.01)
    s, g = table("sq-silicate.tsv"), table("gr-silicate.tsv")
    density = 0.086868086
    f = 4 * np.pi * density * g["r_a"] * (g["pair_g"] - 1)
    inner = (s["q_inv_a"] > 5) & (s["q_inv_a"] < 20)
    back = np.array([1 + np.trapz(f * np.sin(k * g["r_a"]), g["r_a"]) / k for k in s["q_inv_a"][inner]])
    say("mg2sio4, S(q) -> g(r) -> S(q), mean square:", np.mean((back - s["s"][inner]) ** 2), 1e-4)
    first = (g["r_a"] > 1.4) & (g["r_a"] < 1.85)
    say("mg2sio4, Si-O at 1.62 A:", abs(g["r_a"][first][np.argmax(g["g"][first])] - 1.62), 0.02)


def check():
    check_silicate()
    check_gallium()
    check_argon()
    check_nickel()


make() if sys.argv[1] == "make" else check()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""classes.py CLASS SEED FILE: a particle of 110 nm that is not what airy was made for, as its
projected density, 512 x 512 pixels of 2.2 nm, in FILE (CXI).

smooth: a spheroid whose density is a Gaussian random field, 8 % rms over 9 nm; dense: thirty
inclusions of 5 to 11 nm, 30 to 70 % either way; facets: an octahedron, turned at random, with one
empty sphere of 30 nm; plain: the spheroid alone.

What facets were not made for, turned at random and with the same void: cube; trunc, an octahedron
with a fifth of its corners cut off; rod, a cylinder half as wide as it is long; ellipsoid of three
axes; tetra, a tetrahedron; dimer, two touching spheres; shell, a sphere with a hollow of half its
radius.
"""
import sys

import h5py
import numpy as np

N, STEP = 1024, 1.1  # projected on pixels half as wide as those written
HALF = 80  # of the box around the particle, nm


def grid():
    axis = np.arange(-HALF, HALF, STEP)
    return np.meshgrid(axis, axis, axis, indexing="ij")


def ball(z, y, x, center, radius, soft=0.8):
    r = np.sqrt((z - center[0]) ** 2 + (y - center[1]) ** 2 + (x - center[2]) ** 2)
    return 1 / (1 + np.exp(np.clip((r - radius) / (soft / 2), -50, 50)))


def spheroid(z, y, x):
    r = np.sqrt(z**2 + y**2 + (x * 53.0 / 56.0) ** 2)
    return 1 / (1 + np.exp(np.clip((r - 53) / 0.4, -50, 50)))


def random_field(rng, shape, length):
    """Zero mean and unit variance, correlated over a Gaussian of this width."""
    k = [2 * np.pi * np.fft.fftfreq(n, STEP) for n in shape]
    k2 = k[0][:, None, None] ** 2 + k[1][None, :, None] ** 2 + k[2][None, None, :] ** 2
    field = np.fft.ifftn(np.fft.fftn(rng.standard_normal(shape)) * np.exp(-k2 * length**2 / 4)).real
    return (field - field.mean()) / field.std()


def smooth(rng, z, y, x):
    return spheroid(z, y, x) * (1 + 0.08 * random_field(rng, z.shape, 9.0))


def dense(rng, z, y, x):
    body = spheroid(z, y, x)
    factor = np.ones_like(body)
    for _ in range(30):
        place = rng.standard_normal(3)
        place *= 44 * rng.random() ** (1 / 3) / np.linalg.norm(place)
        depth = rng.uniform(0.3, 0.7) * rng.choice([-1, 1])
        factor += depth * ball(z, y, x, place, rng.uniform(5, 11))
    return body * factor


def plain(_, z, y, x):
    return spheroid(z, y, x)


def octahedron(a, b, c):
    return (np.abs(a) + np.abs(b) + np.abs(c)) / np.sqrt(3) - 36


def cube(a, b, c):
    return np.maximum(np.maximum(np.abs(a), np.abs(b)), np.abs(c)) - 38


def trunc(a, b, c):
    return np.maximum(octahedron(a, b, c) - 4, cube(a, b, c) - 10)


def rod(a, b, c):
    return np.maximum(np.hypot(a, b) - 29, np.abs(c) - 58)


def ellipsoid(a, b, c):
    return 46 * (np.sqrt((a / 58) ** 2 + (b / 46) ** 2 + (c / 38) ** 2) - 1)


def tetra(a, b, c):
    faces = [a + b + c, a - b - c, b - a - c, c - a - b]
    return np.maximum.reduce(faces) / np.sqrt(3) - 25


def dimer(a, b, c):
    return np.sqrt(a**2 + b**2 + (np.abs(c) - 29) ** 2) - 29


def shell(a, b, c):
    return np.abs(np.sqrt(a**2 + b**2 + c**2) - 40) - 13


def turned(distance):
    """A body whose surface is where distance(a, b, c) is 0 nm, with one void."""

    def density(rng, z, y, x):
        turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
        a, b, c = (turn[i, 0] * z + turn[i, 1] * y + turn[i, 2] * x for i in range(3))
        body = 1 / (1 + np.exp(np.clip(distance(a, b, c) / 0.4, -50, 50)))
        place = rng.standard_normal(3)
        return body * (1 - ball(z, y, x, 14 * place / np.linalg.norm(place), 15))

    return density


CLASSES = {"smooth": smooth, "dense": dense, "facets": turned(octahedron), "plain": plain,
           "cube": turned(cube), "trunc": turned(trunc), "rod": turned(rod),
           "ellipsoid": turned(ellipsoid), "tetra": turned(tetra), "dimer": turned(dimer),
           "shell": turned(shell)}


def project(density):
    """Along the beam, and band-limited to the pixels that are written."""
    image = np.zeros((N, N))
    flat = density.sum(axis=0) * STEP
    first = N // 2 - flat.shape[0] // 2
    image[first:first + flat.shape[0], first:first + flat.shape[1]] = flat
    f = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(image)))
    f = f[N // 4:3 * N // 4, N // 4:3 * N // 4]
    return np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(f))).real / 4


def main():
    kind, seed, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rng = np.random.default_rng([seed, list(CLASSES).index(kind)])
    with h5py.File(path, "w") as file:
        image = file.create_group("entry_1/image_1")
        image["data"] = project(CLASSES[kind](rng, *grid())).astype(np.float32)
        image["data_space"] = "real"
        for axis in "xy":
            image[f"{axis}_pixel_size"] = 2 * STEP * 1e-9
        file["cxi_version"] = 150


main()

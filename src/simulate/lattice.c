// SPDX-License-Identifier: GPL-3.0-or-later
// Crystal lattices and the icosahedron, with the order parameters that they are known to have.
#include "airy/simulate.h"
#include "lattice.h"

#include <math.h>

enum { SITES_MAX = 13 };

// A cell: edges and sites in units of the nearest distance.
typedef struct cell {
    double edge[3];
    int n;
    double site[SITES_MAX][3]; // shares of the edges
} cell;

#define ROOT2 1.41421356237309504880
#define ROOT3 1.73205080756887729353
#define GOLDEN 1.61803398874989484820

static const cell cells[] = {
    [AIRY_LATTICE_FCC] = {{ROOT2, ROOT2, ROOT2},
                          4,
                          {{0, 0, 0}, {0.5, 0.5, 0}, {0.5, 0, 0.5}, {0, 0.5, 0.5}}},
    [AIRY_LATTICE_HCP] = {{1, ROOT3, 2 * ROOT2 / ROOT3},
                          4,
                          {{0, 0, 0}, {0.5, 0.5, 0}, {0.5, 5.0 / 6, 0.5}, {0, 1.0 / 3, 0.5}}},
    [AIRY_LATTICE_BCC] = {{2 / ROOT3, 2 / ROOT3, 2 / ROOT3}, 2, {{0, 0, 0}, {0.5, 0.5, 0.5}}},
    [AIRY_LATTICE_SC] = {{1, 1, 1}, 1, {{0, 0, 0}}},
};

// Steinhardt, Nelson, Ronchetti 1983, Table I, recomputed to seven digits; of bcc the eight
// nearest. The icosahedron's cell is the regular dodecahedron around it, of inradius 1 / 2.
static const airy_lattice_truth known[] = {
    [AIRY_LATTICE_FCC] = {"fcc", 12, 0.1909407, -0.1593174, 0.5745243, -0.0131606, ROOT2 / 2},
    [AIRY_LATTICE_HCP] = {"hcp", 12, 0.0972222, 0.1340970, 0.4847617, -0.0124420, ROOT2 / 2},
    [AIRY_LATTICE_BCC] = {"bcc", 8, 0.5091751, -0.1593174, 0.6285394, 0.0131606, 4 / (3 * ROOT3)},
    [AIRY_LATTICE_SC] = {"sc", 6, 0.7637626, 0.1593174, 0.3535534, 0.0131606, 1},
    [AIRY_LATTICE_ICOSAHEDRON] = {"icosahedron", 12, 0, NAN, 0.6633250, -0.1697539, 0.6937864},
};

const airy_lattice_truth *airy_lattice_known(airy_lattice_kind kind)
{
    return &known[kind];
}

const airy_option airy_lattice_rows[] = {
    AIRY_OPTION(airy_lattice, kind, "lattice", .choices = AIRY_LATTICE_NAMES, .help = "which"),
    AIRY_OPTION(airy_lattice, cells, "cells", .low = 1, .high = 200,
                .help = "of the lattice along each edge"),
    AIRY_OPTION(airy_lattice, distance, "nearest", .low = 1e-3, .high = 1e3, .unit = "A",
                .help = "of nearest neighbours", .was = "distance"),
    AIRY_OPTION(airy_lattice, noise, "noise", .low = 0, .high = 1e3, .unit = "A",
                .help = "standard deviation of each coordinate"),
    AIRY_OPTION(airy_lattice, vacancies, "vacancies", .low = 0, .high = 0.99,
                .help = "share of sites without an atom"),
    AIRY_OPTION(airy_lattice, rotated, "rotate", .help = "turn it and its box any way"),
    {0},
};

void airy_lattice_defaults(airy_lattice *lattice)
{
    *lattice = (airy_lattice){.cells = 6, .distance = 2.8};
}

static void put(airy_atoms *atoms, double x, double y, double z, double scale)
{
    double *r = atoms->r + 3 * atoms->n++;
    r[0] = x * scale, r[1] = y * scale, r[2] = z * scale;
}

static void fill_cells(const airy_lattice *l, airy_atoms *atoms)
{
    const cell *of = &cells[l->kind];
    for (int z = 0; z < l->cells; z++)
        for (int y = 0; y < l->cells; y++)
            for (int x = 0; x < l->cells; x++)
                for (int i = 0; i < of->n; i++)
                    put(atoms, (x + of->site[i][0]) * of->edge[0],
                        (y + of->site[i][1]) * of->edge[1], (z + of->site[i][2]) * of->edge[2],
                        l->distance);
    for (int k = 0; k < 3; k++)
        atoms->box.a[k][k] = l->cells * of->edge[k] * l->distance;
}

// The corners (0, +-1, +-golden) and their turns, as far as 1 from the middle of a box of 10.
static void fill_icosahedron(const airy_lattice *l, airy_atoms *atoms)
{
    double far = sqrt(1 + GOLDEN * GOLDEN);
    put(atoms, 5, 5, 5, l->distance);
    for (int k = 0; k < 3; k++)
        for (int corner = 0; corner < 4; corner++) {
            double v[3] = {0};
            v[(k + 1) % 3] = (corner & 1 ? 1 : -1) / far;
            v[(k + 2) % 3] = (corner & 2 ? GOLDEN : -GOLDEN) / far;
            put(atoms, 5 + v[0], 5 + v[1], 5 + v[2], l->distance);
        }
    for (int k = 0; k < 3; k++)
        atoms->box.a[k][k] = 10 * l->distance;
}

// A rotation that favours no direction: a unit quaternion of four Gaussian numbers.
static void draw_rotation(airy_random *random, double m[3][3])
{
    double q[4], norm = 0;
    for (int i = 0; i < 4; i++) {
        q[i] = airy_random_normal(random);
        norm += q[i] * q[i];
    }
    for (int i = 0; i < 4; i++)
        q[i] /= sqrt(norm);
    for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3, k = (i + 2) % 3;
        m[i][i] = 1 - 2 * (q[j + 1] * q[j + 1] + q[k + 1] * q[k + 1]);
        m[i][j] = 2 * (q[i + 1] * q[j + 1] - q[0] * q[k + 1]);
        m[j][i] = 2 * (q[i + 1] * q[j + 1] + q[0] * q[k + 1]);
    }
}

static void turn(const double m[3][3], double v[3])
{
    const double u[3] = {v[0], v[1], v[2]};
    for (int i = 0; i < 3; i++)
        v[i] = m[i][0] * u[0] + m[i][1] * u[1] + m[i][2] * u[2];
}

static void remove_some(airy_atoms *atoms, double share, airy_random *random)
{
    int kept = 0;
    for (int i = 0; i < atoms->n; i++) {
        bool stays = !(airy_random_uniform(random) < share);
        for (int x = 0; stays && x < 3; x++)
            atoms->r[3 * kept + x] = atoms->r[3 * i + x];
        kept += stays;
    }
    atoms->n = kept;
}

airy_code airy_lattice_make(const airy_lattice *l, airy_atoms *atoms, airy_error *err)
{
    double m[3][3];
    airy_random random;
    bool crystal = l->kind != AIRY_LATTICE_ICOSAHEDRON;
    airy_code code = airy_options_check(airy_lattice_rows, l, err);
    if (code != AIRY_OK)
        return code;
    int n = crystal ? l->cells * l->cells * l->cells * cells[l->kind].n : SITES_MAX;
    code = airy_atoms_init(atoms, n, err);
    if (code != AIRY_OK)
        return code;
    atoms->n = 0;
    (crystal ? fill_cells : fill_icosahedron)(l, atoms);
    airy_random_init(&random, l->seed, 0, AIRY_STREAM_LATTICE, 0);
    draw_rotation(&random, m);
    if (l->vacancies > 0)
        remove_some(atoms, l->vacancies, &random);
    for (int i = 0; l->noise > 0 && i < 3 * atoms->n; i++)
        atoms->r[i] += l->noise * airy_random_normal(&random);
    for (int i = 0; l->rotated && i < atoms->n; i++)
        turn(m, atoms->r + 3 * i);
    for (int k = 0; k < 3; k++) {
        atoms->box.periodic[k] = true;
        if (l->rotated)
            turn(m, atoms->box.a[k]);
    }
    code = atoms->n > 0 ? airy_atom_box_complete(&atoms->box, err)
                        : airy_error_set(err, AIRY_EVALUE, "no atom is left of the lattice");
    if (code != AIRY_OK)
        airy_atoms_release(atoms);
    return code;
}

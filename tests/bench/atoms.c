// SPDX-License-Identifier: GPL-3.0-or-later
// Atoms: order of 1e5 atoms with Voronoi neighbours beside voro++ alone on the same atoms (the
// program voro++, when it is installed), on one core; and the MSD of 4,000 atoms in 1,000 frames
// over all origins.
//
//     bench/atoms [ATOMS]
#include "airy/atoms.h"
#include "airy/simulate.h"
#include "simulate/lattice.h"
#include "simulate/walk.h"
#include "atoms/lags.h"
#include "atoms/motion.h"
#include "atoms/order.h"
#include "atoms/tracks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Of this process.
static double cpu_s(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void failed(const airy_error *err)
{
    fprintf(stderr, "%s\n", err->message);
    exit(1);
}

static void write_for_voro(const airy_atoms *atoms, const char *path)
{
    FILE *file = fopen(path, "w");
    for (int i = 0; file && i < atoms->n; i++)
        fprintf(file, "%d %.17g %.17g %.17g\n", i, atoms->r[3 * i], atoms->r[3 * i + 1],
                atoms->r[3 * i + 2]);
    if (file)
        fclose(file);
}

// voro++ alone with volumes, faces, their areas and neighbours, as our order needs them.
static void time_voro(const airy_atoms *atoms, const char *what)
{
    char command[512];
    const double(*a)[3] = atoms->box.a;
    write_for_voro(atoms, "bench-voro.txt");
    printf("voro++ alone, -c \"%s\": ", what);
    snprintf(command, sizeof command,
             "bash -c 'TIMEFORMAT=\"%%U s\"; time voro++ -p -o -c \"%s\" 0 %.17g 0 %.17g 0 %.17g "
             "bench-voro.txt' 2>&1 || echo there is no voro++ to compare with",
             what, a[0][0], a[1][1], a[2][2]);
    fflush(stdout);
    if (system(command) != 0)
        puts("voro++ failed");
    remove("bench-voro.txt");
    remove("bench-voro.txt.vol");
}

static void time_order(int wanted)
{
    airy_lattice lattice;
    airy_atoms atoms;
    airy_order order;
    airy_order_options o;
    airy_error err = {0};
    airy_lattice_defaults(&lattice);
    lattice.cells = (int)rint(cbrt(wanted / 4.0));
    lattice.noise = 0.5; // as disordered as a liquid
    if (airy_lattice_make(&lattice, &atoms, &err) != AIRY_OK)
        failed(&err);
    for (int i = 0; i < 3 * atoms.n; i++) { // into the box, as voro++ wants them
        double side = atoms.box.a[i % 3][i % 3];
        atoms.r[i] -= floor(atoms.r[i] / side) * side;
    }
    airy_order_options_defaults(&o);
    o.threads = 1;
    double began = cpu_s();
    if (airy_order_find(&atoms, &o, &order, &err) != AIRY_OK)
        failed(&err);
    printf("q4, q6, w4, w6 of %d atoms: %.2f s\n", atoms.n, cpu_s() - began);
    time_voro(&atoms, "%v");
    time_voro(&atoms, "%v %s %f %n");
    airy_order_release(&order);
    airy_atoms_release(&atoms);
}

static void time_motion(void)
{
    airy_walk walk;
    airy_atoms atoms;
    airy_tracks tracks = {0};
    airy_lags lags;
    airy_motion motion;
    airy_error err = {0};
    airy_walk_defaults(&walk);
    walk.atoms = 4000, walk.frames = 1000;
    double *way = malloc(3 * (size_t)walk.frames * (size_t)walk.atoms * sizeof *way);
    if (!way || airy_atoms_init(&atoms, walk.atoms, &err) != AIRY_OK)
        failed(&err);
    for (int i = 0; i < walk.atoms; i++)
        airy_walk_atom(&walk, i, way + 3 * (size_t)walk.frames * (size_t)i);
    for (int frame = 0; frame < walk.frames; frame++) {
        atoms.time_ps = frame;
        for (int i = 0; i < 3 * walk.atoms; i++)
            atoms.r[i] =
                way[(size_t)(i / 3) * 3 * (size_t)walk.frames + (size_t)(3 * frame + i % 3)];
        if (airy_tracks_add(&tracks, &atoms, 1, &err) != AIRY_OK)
            failed(&err);
    }
    free(way);
    for (int per_decade = 0; per_decade < 21; per_decade += 10) {
        const airy_motion_options options = {.fast = 2, .threads = 1};
        if (airy_lags_init(&lags, &tracks, per_decade, &err) != AIRY_OK)
            failed(&err);
        double began = cpu_s();
        if (airy_motion_find(&tracks, &lags, &options, NULL, &motion, &err) != AIRY_OK)
            failed(&err);
        printf("MSD, alpha2, fast of 4000 atoms in 1000 frames, all origins, %d lags: %.2f s\n",
               lags.n, cpu_s() - began);
        airy_motion_release(&motion);
        airy_lags_release(&lags);
    }
    airy_tracks_release(&tracks);
    airy_atoms_release(&atoms);
}

int main(int argc, char **argv)
{
    time_order(argc > 1 ? atoi(argv[1]) : 100000);
    time_motion();
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset lattice and --preset walk: atoms of which everything is known.
#include "airy/simulate.h"
#include "say.h"
#include "simulations.h"

static airy_code write_lattice(void *what, const airy_simulation_output *output, airy_error *err)
{
    return airy_lattice_write(what, output, err);
}

static airy_code write_walk(void *what, const airy_simulation_output *output, airy_error *err)
{
    return airy_walk_write(what, output, err);
}

int simulate_lattice(invocation *call)
{
    airy_lattice lattice;
    airy_error err = {0};
    int preset = 1, kind = 0;
    airy_lattice_defaults(&lattice);
    const option table[] = {
        {"preset", OPTION_CHOICE, &preset, .choices = SIMULATE_PRESETS,
         .help = "atoms on a lattice, or an icosahedron of them"},
        {"lattice", OPTION_CHOICE, &kind, .choices = AIRY_LATTICE_NAMES, .help = "which"},
        {"cells", OPTION_INT, &lattice.cells, .low = 1, .high = 200,
         .help = "of the lattice along each edge"},
        {"nearest", OPTION_DOUBLE, &lattice.distance, .low = 1e-3, .high = 1e3, .unit = "A",
         .help = "of nearest neighbours", .was = "distance"},
        {"noise", OPTION_DOUBLE, &lattice.noise, .low = 0, .high = 1e3, .unit = "A",
         .help = "standard deviation of each coordinate"},
        {"vacancies", OPTION_DOUBLE, &lattice.vacancies, .low = 0, .high = 0.99,
         .help = "share of sites without an atom"},
        {"rotate", OPTION_FLAG, &lattice.rotated, .help = "turn it and its box any way"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    lattice.kind = (airy_lattice_kind)kind;
    lattice.seed = call->seed;
    return say_done(call, simulate_files(call, write_lattice, &lattice, &err), &err);
}

int simulate_walk(invocation *call)
{
    airy_walk walk;
    airy_error err = {0};
    int preset = 2, kind = 0;
    airy_walk_defaults(&walk);
    const option table[] = {
        {"preset", OPTION_CHOICE, &preset, .choices = SIMULATE_PRESETS,
         .help = "walkers that know nothing of each other"},
        {"walk", OPTION_CHOICE, &kind, .choices = AIRY_WALK_NAMES,
         .help = "diffusion; constant velocities; cages with hops between"},
        {"atoms", OPTION_INT, &walk.atoms, .low = 1, .high = 1e7, .help = "walkers"},
        {"frames", OPTION_INT, &walk.frames, .low = 1, .high = 1e6, .help = "one after another"},
        {"box", OPTION_DOUBLE, &walk.box, .low = 1e-3, .high = 1e6, .unit = "A",
         .help = "side of the cube"},
        {"period", OPTION_DOUBLE, &walk.dt_ps, .low = 1e-9, .high = 1e9, .unit = "ps",
         .help = "from frame to frame"},
        {"diffusion", OPTION_DOUBLE, &walk.diffusion, .low = 0, .high = 1e6, .unit = "A^2/ps",
         .help = "D of free walkers"},
        {"speed", OPTION_DOUBLE, &walk.speed, .low = 0, .high = 1e6, .unit = "A/ps",
         .help = "standard deviation of a component, of ballistic ones"},
        {"cage", OPTION_DOUBLE, &walk.cage, .low = 0, .high = 1e3, .unit = "A",
         .help = "standard deviation of a coordinate in its cage"},
        {"hop", OPTION_DOUBLE, &walk.hop, .low = 0, .high = 1e3, .unit = "A",
         .help = "length of a hop"},
        {"wait", OPTION_DOUBLE, &walk.wait_ps, .low = 1e-9, .high = 1e12, .unit = "ps",
         .help = "scale of the waits between hops"},
        {"beta", OPTION_DOUBLE, &walk.beta, .low = 0.01, .high = 1,
         .help = "their exponent: survival E_beta(-(t/wait)^beta), 1 is exponential"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    walk.kind = (airy_walk_kind)kind;
    walk.seed = call->seed;
    return say_done(call, simulate_files(call, write_walk, &walk, &err), &err);
}

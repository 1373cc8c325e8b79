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
    int preset = 1;
    airy_lattice_defaults(&lattice);
    const option table[] = {
        {"preset", OPTION_CHOICE, &preset, .choices = SIMULATE_PRESETS,
         .help = "atoms on a lattice, or an icosahedron of them"},
        {"options", OPTION_ROWS, &lattice, .rows = airy_lattice_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    lattice.seed = call->seed;
    return say_done(call, simulate_files(call, write_lattice, &lattice, &err), &err);
}

int simulate_walk(invocation *call)
{
    airy_walk walk;
    airy_error err = {0};
    int preset = 2;
    airy_walk_defaults(&walk);
    const option table[] = {
        {"preset", OPTION_CHOICE, &preset, .choices = SIMULATE_PRESETS,
         .help = "walkers that know nothing of each other"},
        {"options", OPTION_ROWS, &walk, .rows = airy_walk_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    walk.seed = call->seed;
    return say_done(call, simulate_files(call, write_walk, &walk, &err), &err);
}

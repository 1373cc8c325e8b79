// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset scan: patterns over a scan and time with known maps.
#include "say.h"
#include "simulations.h"

#include <stdio.h>

typedef struct wishes {
    airy_scan_simulation o;
    int preset;
    double period_s;
} wishes;

static airy_code write(void *what, const airy_simulation_output *output, airy_error *err)
{
    const wishes *w = what;
    return airy_scan_simulation_write(&w->o, w->period_s, output, err);
}

int simulate_scan(invocation *call)
{
    wishes w = {.period_s = 1, .preset = 2};
    airy_scan_simulation *o = &w.o;
    airy_error err = {0};
    airy_scan_simulation_defaults(o);
    const option table[] = {
        {"preset", OPTION_CHOICE, &w.preset, .choices = SIMULATE_PRESETS,
         .help = "patterns over a scan and time, of known relaxation time and variance"},
        {"frames", OPTION_INT, &o->frames, .low = 4, .high = 1e6, .help = "one after another"},
        {"rows", OPTION_INT, &o->ny, .low = 1, .high = 4096, .help = "of places"},
        {"columns", OPTION_INT, &o->nx, .low = 1, .high = 4096, .help = "of places"},
        {"side", OPTION_INT, &o->side, .low = 4, .high = 4096, .unit = "pixels",
         .help = "of a pattern; a pixel and its Friedel mate are a speckle"},
        {"period", OPTION_DOUBLE, &w.period_s, .low = 1e-9, .high = 1e6, .unit = "s",
         .help = "from frame to frame, for the truth"},
        {"tau", OPTION_DOUBLE, &o->tau, .low = 1e-3, .high = 1e9, .unit = "FRAMES",
         .help = "relaxation time of the median place"},
        {"tau-spread", OPTION_DOUBLE, &o->tau_spread, .low = 0, .high = 3,
         .help = "standard deviation of its logarithm over the scan"},
        {"v", OPTION_DOUBLE, &o->v, .low = 1e-6, .high = 1,
         .help = "speckle variance of the median place, without shot noise"},
        {"v-spread", OPTION_DOUBLE, &o->v_spread, .low = 0, .high = 3,
         .help = "standard deviation of its logarithm over the scan"},
        {"spearman", OPTION_DOUBLE, &o->spearman, .low = -0.99, .high = 0.99,
         .help = "rank correlation of both"},
        {"smooth", OPTION_DOUBLE, &o->smooth, .low = 0, .high = 100, .unit = "steps",
         .help = "standard deviation of a blur of both maps"},
        {"photons", OPTION_DOUBLE, &o->photons, .low = 1e-6, .high = 60000,
         .help = "mean of a pixel and frame"},
        {"poisson", OPTION_FLAG, &o->poisson, .help = "whole photons"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    if (airy_scan_simulation_check(o, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    o->seed = call->seed;
    o->threads = call->threads;
    airy_code code = simulate_files(call, write, &w, &err);
    const char *type = o->poisson ? "u2" : "f4";
    if (code == AIRY_OK)
        printf("%s/scan.%s --shape %d,%d,%d,%d,%d --type %s\n", call->output, type, o->frames,
               o->ny, o->nx, o->side, o->side, type);
    return say_done(call, code, &err);
}

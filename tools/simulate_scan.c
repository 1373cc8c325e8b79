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
        {"options", OPTION_ROWS, o, .rows = airy_scan_simulation_rows},
        {"period", OPTION_DOUBLE, &w.period_s, .low = 1e-9, .high = 1e6, .unit = "s",
         .help = "from frame to frame, for the truth"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    if (airy_options_check(airy_scan_simulation_rows, o, &err) != AIRY_OK)
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

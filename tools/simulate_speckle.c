// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset speckle: frames of speckle that changes in a known way.
#include "say.h"
#include "simulations.h"

typedef struct wishes {
    airy_speckle_simulation o;
    int preset;
    bool sparse;
    double period_s;
} wishes;

static airy_code write(void *what, const airy_simulation_output *output, airy_error *err)
{
    const wishes *w = what;
    return airy_speckle_simulation_write(&w->o, w->period_s, w->sparse, output, err);
}

int simulate_speckle(invocation *call)
{
    wishes w = {.period_s = 1, .preset = 1};
    airy_speckle_simulation *o = &w.o;
    airy_error err = {0};
    airy_speckle_simulation_defaults(o);
    const option table[] = {
        {"preset", OPTION_CHOICE, &w.preset, .choices = SIMULATE_PRESETS,
         .help = "speckle in pixels that know nothing of each other"},
        {"options", OPTION_ROWS, o, .rows = airy_speckle_simulation_rows},
        {"period", OPTION_DOUBLE, &w.period_s, .low = 1e-9, .high = 1e6, .unit = "s",
         .help = "from frame to frame, for the truth and for events"},
        {"sparse", OPTION_FLAG, &w.sparse, .help = "events.h5 instead of frames.h5"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    if (w.sparse && !o->poisson)
        return options_wrong(call, "--sparse wants whole photons: not with --no-poisson");
    if (airy_options_check(airy_speckle_simulation_rows, o, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    o->seed = call->seed;
    o->threads = call->threads;
    airy_code code = simulate_files(call, write, &w, &err);
    if (code == AIRY_OK)
        say_note(call, "%d frames of %d x %d pixels written to %s", o->frames, o->ny, o->nx,
                 call->output);
    return say_done(call, code, &err);
}

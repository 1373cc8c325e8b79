// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset speckle: frames of speckle that changes in a known way.
#include "say.h"
#include "simulations.h"

typedef struct wishes {
    airy_speckle_simulation o;
    int preset, dynamics;
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
        {"frames", OPTION_INT, &o->frames, .low = 2, .high = 1e7, .help = "one after another"},
        {"rows", OPTION_INT, &o->ny, .low = 1, .high = 8192, .help = "of pixels"},
        {"columns", OPTION_INT, &o->nx, .low = 1, .high = 8192, .help = "of pixels"},
        {"period", OPTION_DOUBLE, &w.period_s, .low = 1e-9, .high = 1e6, .unit = "s",
         .help = "from frame to frame, for the truth and for events"},
        {"dynamics", OPTION_CHOICE, &w.dynamics, .choices = "kww|ageing|ml",
         .help = "steady, of field correlation exp(-(t/tau)^beta), or ml: E_beta(-(t/tau)^beta); "
                 "or cells that are renewed after "
                 "Mittag-Leffler waits, ever more slowly"},
        {"tau", OPTION_DOUBLE, &o->tau, .low = 1e-3, .high = 1e9, .unit = "FRAMES",
         .help = "correlation time"},
        {"beta", OPTION_DOUBLE, &o->beta, .low = 0.01, .high = 2, .help = "its exponent"},
        {"modes", OPTION_INT, &o->modes, .low = 1, .high = 1000,
         .help = "speckles a pixel: the contrast is one over it"},
        {"cells", OPTION_INT, &o->cells, .low = 1, .high = 10000,
         .help = "that are renewed in a pixel that ages"},
        {"photons", OPTION_DOUBLE, &o->photons, .low = 1e-9, .high = 1e6,
         .help = "mean of a pixel and frame"},
        {"poisson", OPTION_FLAG, &o->poisson, .help = "whole photons"},
        {"flat-spread", OPTION_DOUBLE, &o->flat, .low = 0, .high = 0.3,
         .help = "relative standard deviation of the pixels' gains"},
        {"event", OPTION_INT, &o->event, .low = 0, .high = 1e7, .unit = "FRAME",
         .help = "first frame after a sudden change; 0 = none"},
        {"fraction", OPTION_DOUBLE, &o->fraction, .low = 0, .high = 1,
         .help = "of the field that the change replaces"},
        {"sparse", OPTION_FLAG, &w.sparse, .help = "events.h5 instead of frames.h5"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    if (w.sparse && !o->poisson)
        return options_wrong(call, "--sparse wants whole photons: not with --no-poisson");
    if (airy_speckle_simulation_check(o, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    o->seed = call->seed;
    o->threads = call->threads;
    o->dynamics = (airy_dynamics)w.dynamics;
    airy_code code = simulate_files(call, write, &w, &err);
    if (code == AIRY_OK)
        say_note(call, "%d frames of %d x %d pixels written to %s", o->frames, o->ny, o->nx,
                 call->output);
    return say_done(call, code, &err);
}

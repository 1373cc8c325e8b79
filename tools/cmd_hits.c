// SPDX-License-Identifier: GPL-3.0-or-later
// airy hits: which frames of a run saw a particle, and what the others saw.
#include "airy/pattern.h"
#include "commands.h"
#include "say.h"

int cmd_hits(invocation *call)
{
    airy_hits_step step;
    airy_error err = {0};
    airy_hits_step_defaults(&step);
    const option table[] = {
        {"options", OPTION_ROWS, &step, .rows = airy_hits_step_rows},
        {"calibration", OPTION_ROWS, &step.photons, .rows = airy_photons_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 64))
        return call->status;
    return say_done(call, airy_hits_run(&call->run, &step, &err), &err);
}

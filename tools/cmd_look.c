// SPDX-License-Identifier: GPL-3.0-or-later
// airy look: frames of any file at a glance: picture, photons, center, size.
#include "airy/report.h"
#include "commands.h"
#include "results.h"

int cmd_look(invocation *call)
{
    airy_look_step step = {.mask = NULL};
    airy_table seen = {0};
    airy_photons_defaults(&step.photons);
    step.photons.frames = "0:1";
    airy_look_options_defaults(&step.look);
    const option table[] = {
        {"options", OPTION_ROWS, &step.look, .rows = airy_look_rows},
        {"mask", OPTION_TEXT, &step.mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {"calibration", OPTION_ROWS, &step.photons, .rows = airy_photons_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OPTIONAL_OUTPUT | TAKES_THREADS, 1, 64))
        return call->status;
    airy_error err = {0};
    airy_code code = airy_look_run(&call->run, &step, &seen, &err);
    return results_done(call, code, &seen, &err);
}

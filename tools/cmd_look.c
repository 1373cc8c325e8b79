// SPDX-License-Identifier: GPL-3.0-or-later
// airy look: frames of any file at a glance: picture, photons, center, size.
#include "airy/report.h"
#include "commands.h"
#include "results.h"

int cmd_look(invocation *call)
{
    airy_look_step step = {.mask = NULL};
    airy_table seen = {0};
    airy_look_options *o = &step.look;
    int model = 0;
    airy_photons_defaults(&step.photons);
    step.photons.frames = "0:1";
    airy_look_options_defaults(o);
    const option table[] = {
        {"factor", OPTION_INT, &o->factor, .low = 0, .high = 64, .unit = "pixels",
         .help = "side of the cells that center and size are found on; 0 = as the rings need"},
        {"beamstop", OPTION_DOUBLE, &o->beamstop, .low = 0, .high = 1e4, .unit = "pixels",
         .help = "radius of the beam stop; 0 = its shadow is looked for"},
        {"model", OPTION_CHOICE, &model, .choices = "sphere|spheroid", .help = "what is fitted"},
        {"axis", OPTION_DOUBLE, &o->axis_deg, .low = -360, .high = 360, .unit = "degrees",
         .help = "of a spheroid, counter-clockwise from +x"},
        {"mask", OPTION_TEXT, &step.mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {"calibration", OPTION_ROWS, &step.photons, .rows = airy_photons_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OPTIONAL_OUTPUT | TAKES_THREADS, 1, 64))
        return call->status;
    o->spheroid = model == 1;
    airy_error err = {0};
    airy_code code = airy_look_run(&call->run, &step, &seen, &err);
    return results_done(call, code, &seen, &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy bin: n x n sums that know what was measured; raw words are calibrated on the way.
#include "airy/chain.h"
#include "commands.h"
#include "say.h"

int cmd_bin(invocation *call)
{
    airy_bin_step step;
    airy_error err = {0};
    airy_bin_step_defaults(&step);
    const option table[] = {
        {"bin", OPTION_ROWS, &step, .rows = airy_bin_step_rows},
        {"calibration", OPTION_ROWS, &step.photons, .rows = airy_photons_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 64))
        return call->status;
    if (airy_options_check(airy_bin_step_rows, &step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    bool frames = false;
    airy_code code = airy_photons_are_frames(&call->run, &step.photons, &frames, &err);
    if (code == AIRY_OK && !frames && call->n_inputs > 1)
        return options_wrong(call, "'%s' is one input too many", call->inputs[1]);
    if (code == AIRY_OK)
        code = airy_bin_step_run(&call->run, &step, NULL, &err);
    return say_done(call, code, &err);
}

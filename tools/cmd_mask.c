// SPDX-License-Identifier: GPL-3.0-or-later
// airy mask: reasons not to use pixels, built, combined and counted.
#include "airy/chain.h"
#include "commands.h"
#include "results.h"

int cmd_mask(invocation *call)
{
    airy_mask_step step;
    airy_table counts = {0};
    airy_error err = {0};
    airy_mask_step_defaults(&step);
    const option table[] = {
        {"mask", OPTION_ROWS, &step, .rows = airy_mask_step_rows},
        {"calibration", OPTION_ROWS, &step.photons, .rows = airy_photons_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OPTIONAL_OUTPUT | TAKES_THREADS, 1, 64))
        return call->status;
    if (!step.run && call->n_inputs > 1)
        return options_wrong(call, "'%s' is one input too many without --run", call->inputs[1]);
    if (!call->output && !step.show)
        return options_wrong(call, "give -o FILE, --show or both");
    if (airy_options_check(airy_mask_step_rows, &step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    airy_code code = airy_mask_step_run(&call->run, &step, &counts, &err);
    return results_done(call, code, &counts, &err);
}

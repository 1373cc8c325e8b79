// SPDX-License-Identifier: GPL-3.0-or-later
// airy mask: reasons not to use pixels, built, combined and counted.
#include "commands.h"
#include "photons.h"
#include "results.h"
#include "steps.h"

int cmd_mask(invocation *call)
{
    airy_mask_step step;
    airy_table counts = {0};
    airy_error err = {0};
    option own[STEP_ROWS], rows[PHOTONS_ROWS];
    airy_mask_step_defaults(&step);
    mask_rows(&step, own);
    photons_rows(&step.photons, rows);
    const option table[] = {
        {"mask", OPTION_ROWS, .at = own}, {"calibration", OPTION_ROWS, .at = rows}, {0}};
    if (!photons_parse(call, table, TAKES_OPTIONAL_OUTPUT, &step.photons))
        return call->status;
    if (!step.run && call->n_inputs > 1)
        return options_wrong(call, "'%s' is one input too many without --run", call->inputs[1]);
    if (!call->output && !step.show)
        return options_wrong(call, "give -o FILE, --show or both");
    if (airy_mask_step_check(&step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    airy_code code = airy_mask_step_run(&call->run, &step, &counts, &err);
    return results_done(call, code, &counts, &err);
}

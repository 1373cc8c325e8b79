// SPDX-License-Identifier: GPL-3.0-or-later
// airy bands: low-density regions as lines, their lengths, widths, depths and angles.
#include "airy/chain.h"
#include "commands.h"
#include "results.h"

int cmd_bands(invocation *call)
{
    airy_bands_step step;
    airy_bands_found found;
    airy_error err = {0};
    airy_bands_step_defaults(&step);
    if (!options_parse(call, OPTIONS_OF(airy_bands_step_rows, &step),
                       TAKES_OUTPUT | TAKES_SEED | TAKES_THREADS, 1, 1))
        return call->status;
    airy_code code = airy_bands_step_run(&call->run, &step, &found, &err);
    int status = results_done(call, code, &found.table, &err);
    airy_bands_found_release(&found);
    return status;
}

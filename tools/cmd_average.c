// SPDX-License-Identifier: GPL-3.0-or-later
// airy average: the best starts of a retrieval as one image, with spread and quality.
#include "airy/chain.h"
#include "commands.h"
#include "results.h"

int cmd_average(invocation *call)
{
    airy_average_step step;
    airy_average_result found;
    airy_error err = {0};
    airy_average_step_defaults(&step);
    if (!options_parse(call, OPTIONS_OF(airy_average_step_rows, &step), TAKES_OUTPUT, 1, 1))
        return call->status;
    airy_code code = airy_average_step_run(&call->run, &step, &found, &err);
    int status = results_done(call, code, &found.table, &err);
    airy_average_result_release(&found);
    return status;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy average: the best starts of a retrieval as one image, with spread and quality.
#include "commands.h"
#include "results.h"
#include "steps.h"

int cmd_average(invocation *call)
{
    airy_average_step step;
    airy_average_result found;
    airy_error err = {0};
    option rows[STEP_ROWS];
    airy_average_step_defaults(&step);
    average_rows(&step, rows);
    if (!options_parse(call, rows, TAKES_OUTPUT, 1, 1))
        return call->status;
    airy_code code = airy_average_step_run(&call->run, &step, &found, &err);
    int status = results_done(call, code, &found.table, &err);
    airy_average_result_release(&found);
    return status;
}

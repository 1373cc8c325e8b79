// SPDX-License-Identifier: GPL-3.0-or-later
// airy size: radius of a sphere or spheroid from the rings of its pattern.
#include "airy/chain.h"
#include "commands.h"
#include "results.h"
#include "say.h"

static airy_code run(const airy_call *one, const void *step, airy_table *table, airy_error *err)
{
    airy_size_found found = {0};
    airy_code code = airy_size_step_run(one, step, &found, err);
    *table = found.table;
    return code;
}

int cmd_size(invocation *call)
{
    airy_size_step step;
    airy_error err = {0};
    airy_size_step_defaults(&step);
    if (!options_parse(call, OPTIONS_OF(airy_size_step_rows, &step), TAKES_OPTIONAL_OUTPUT, 1,
                       RESULTS_INPUTS))
        return call->status;
    if (airy_options_check(airy_size_step_rows, &step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    if (call->n_inputs > 1 && call->output)
        return options_wrong(call, "-o is for one input, not for %d", call->n_inputs);
    return say_done(call, results_of_inputs(&call->run, run, &step, &err), &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy size: radius of a sphere or spheroid from the rings of its pattern.
#include "commands.h"
#include "results.h"
#include "say.h"
#include "steps.h"

enum { INPUTS_MOST = 10000 };

// One table of all inputs.
static airy_code run(const invocation *call, const airy_size_step *step, airy_error *err)
{
    airy_table all = {0};
    airy_code code = AIRY_OK;
    for (int i = 0; i < call->n_inputs && code == AIRY_OK; i++) {
        airy_size_found found = {0};
        airy_call one = call->run;
        one.n_inputs = 1;
        one.inputs = &call->inputs[i];
        code = airy_size_step_run(&one, step, &found, err);
        if (code == AIRY_OK && call->n_inputs == 1)
            code = results_print_table(&found.table, err);
        else if (code == AIRY_OK)
            code = results_join(&all, call->inputs[i], &found.table, err);
        airy_table_release(&found.table);
    }
    if (code == AIRY_OK && all.columns)
        code = results_print_table(&all, err);
    airy_table_release(&all);
    return code;
}

int cmd_size(invocation *call)
{
    airy_size_step step;
    airy_error err = {0};
    option rows[STEP_ROWS];
    airy_size_step_defaults(&step);
    size_rows(&step, rows);
    if (!options_parse(call, rows, TAKES_OPTIONAL_OUTPUT, 1, INPUTS_MOST))
        return call->status;
    if (airy_size_step_check(&step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    if (call->n_inputs > 1 && call->output)
        return options_wrong(call, "-o is for one input, not for %d", call->n_inputs);
    return say_done(call, run(call, &step, &err), &err);
}

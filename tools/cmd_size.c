// SPDX-License-Identifier: GPL-3.0-or-later
// airy size: radius of a sphere or spheroid from the rings of its pattern.
#include "commands.h"
#include "results.h"
#include "say.h"
#include "steps.h"

int cmd_size(invocation *call)
{
    airy_size_step step;
    airy_size_found found = {0};
    airy_error err = {0};
    option rows[STEP_ROWS];
    airy_size_step_defaults(&step);
    size_rows(&step, rows);
    if (!options_parse(call, rows, TAKES_OPTIONAL_OUTPUT, 1, 1))
        return call->status;
    if (airy_size_step_check(&step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    airy_code code = airy_size_step_run(&call->run, &step, &found, &err);
    if (code == AIRY_OK)
        code = results_print_table(&found.table, &err);
    airy_table_release(&found.table);
    return say_done(call, code, &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy condense: the same pattern on as few pixels as the object's size allows.
#include "commands.h"
#include "say.h"
#include "steps.h"

int cmd_condense(invocation *call)
{
    airy_condense_step step;
    airy_condense_result did;
    airy_error err = {0};
    option rows[STEP_ROWS];
    airy_condense_step_defaults(&step);
    condense_rows(&step, rows);
    if (!options_parse(call, rows, TAKES_OUTPUT, 1, 1))
        return call->status;
    if (airy_condense_step_check(&step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    return say_done(call, airy_condense_step_run(&call->run, &step, &did, &err), &err);
}

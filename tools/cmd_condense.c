// SPDX-License-Identifier: GPL-3.0-or-later
// airy condense: the same pattern on as few pixels as the object's size allows.
#include "airy/chain.h"
#include "commands.h"
#include "say.h"

int cmd_condense(invocation *call)
{
    airy_condense_step step;
    airy_condense_result did;
    airy_error err = {0};
    airy_condense_step_defaults(&step);
    if (!options_parse(call, OPTIONS_OF(airy_condense_step_rows, &step), TAKES_OUTPUT, 1, 1))
        return call->status;
    if (airy_options_check(airy_condense_step_rows, &step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    return say_done(call, airy_condense_step_run(&call->run, &step, &did, &err), &err);
}

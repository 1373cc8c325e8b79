// SPDX-License-Identifier: GPL-3.0-or-later
// airy difference: an image minus the round body in it, and how much of the particle lies below.
#include "airy/chain.h"
#include "commands.h"
#include "results.h"
#include "say.h"

int cmd_difference(invocation *call)
{
    airy_difference_step step;
    airy_difference_found found;
    airy_error err = {0};
    airy_difference_step_defaults(&step);
    if (!options_parse(call, OPTIONS_OF(airy_difference_step_rows, &step), TAKES_OUTPUT, 1, 1))
        return call->status;
    airy_code code = airy_difference_step_run(&call->run, &step, &found, &err);
    if (!code)
        code = results_print(&found.numbers, &err);
    airy_difference_found_release(&found);
    return say_done(call, code, &err);
}

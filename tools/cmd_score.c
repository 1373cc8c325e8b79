// SPDX-License-Identifier: GPL-3.0-or-later
// airy score: how well any images, a truth for one, explain a pattern.
#include "airy/chain.h"
#include "commands.h"
#include "results.h"

int cmd_score(invocation *call)
{
    airy_prepare_options prepare;
    airy_table found = {0};
    airy_error err = {0};
    airy_prepare_defaults(&prepare);
    if (!options_parse(call, OPTIONS_OF(airy_prepare_rows, &prepare), TAKES_SEED, 2, 2))
        return call->status;
    prepare.start = call->inputs[1];
    if (prepare.complex_object)
        return options_wrong(call, "--complex: the images are real densities");
    if (airy_options_check(airy_prepare_rows, &prepare, &err))
        return options_wrong(call, "%s", err.message);
    airy_code code = airy_score_step_run(&call->run, &prepare, &found, &err);
    return results_done(call, code, &found, &err);
}

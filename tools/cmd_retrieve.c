// SPDX-License-Identifier: GPL-3.0-or-later
// airy retrieve: phases of a pattern, from many starts and generations.
#include "airy/chain.h"
#include "commands.h"
#include "results.h"

int cmd_retrieve(invocation *call)
{
    airy_retrieve_step step;
    airy_retrieve_found found = {0};
    airy_error err = {0};
    airy_retrieve_step_begin(&step, &call->run);
    if (!options_parse(call, OPTIONS_OF(airy_retrieve_step_rows, &step),
                       TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    if (airy_retrieve_step_read(&step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    airy_table generations = {0};
    bool done = false;
    airy_code code = airy_retrieve_is_done(&call->run, &step, &done, &err);
    if (code == AIRY_OK && !done)
        code = airy_retrieve_do(&call->run, &step, &found, &err);
    if (code == AIRY_OK && !done)
        code = airy_retrieve_generations(&found.result, &generations, &err);
    airy_retrieve_found_release(&found);
    airy_retrieve_step_release(&step);
    return results_done(call, code, &generations, &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy resolve: how fine one shot resolves, by two halves of its photons.
#include "airy/trials.h"
#include "commands.h"
#include "results.h"
#include "say.h"

int cmd_resolve(invocation *call)
{
    airy_resolve_step step;
    airy_results numbers = {0};
    airy_error err = {0};
    airy_resolve_step_defaults(&step, &call->run);
    const option table[] = {
        {"search", OPTION_ROWS, &step.search, .rows = airy_retrieve_step_rows},
        {"best", OPTION_INT, &step.average.best, 1, 100000, "images",
         .help = "images averaged for each half, from the best on"},
        {"ring-table", OPTION_TEXT, &step.rings, .unit = "FILE.tsv",
         .help = "also write ring correlation, and PRTF if any, as a table", .was = "rings"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    if (airy_retrieve_step_read(&step.search, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    if (step.search.prepare.complex_object)
        return options_wrong(call, "--complex: halves are compared as real densities");
    airy_code code = airy_resolve_step_run(&call->run, &step, &numbers, &err);
    if (code == AIRY_OK)
        code = results_print(&numbers, &err);
    airy_resolve_step_release(&step);
    return say_done(call, code, &err);
}

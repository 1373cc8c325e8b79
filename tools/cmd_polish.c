// SPDX-License-Identifier: GPL-3.0-or-later
// airy polish: images, by whatever they were made, as the photons make them most likely nearby.
#include "airy/chain.h"
#include "commands.h"
#include "results.h"

int cmd_polish(invocation *call)
{
    airy_polish_step step = {0};
    airy_table found = {0};
    airy_retrieve_step *s = &step.search;
    airy_search_options *o = &s->photons;
    airy_error err = {0};
    airy_retrieve_step_begin(s, &call->run);
    const option table[] = {
        {"raw", OPTION_TEXT, &step.raw, .unit = "FILE",
         .help = "the shot's photons: the pattern before condensing, or the condensed one"},
        {"frame", OPTION_INT, &s->prepare.frame, 0, 1e9, .help = "of FILE"},
        {"bound-draws", OPTION_INT, &o->bound, 0, 1000, .unit = "N",
         .help = "errors drawn for the bound of Cramer and Rao on the best image's; 0: none",
         .was = "bound"},
        {"descent-steps", OPTION_INT, &o->final_steps, 1, 1e6, .help = "of the descent, at most",
         .was = "steps"},
        {"priors", OPTION_ROWS, s, .rows = airy_retrieve_priors_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    if (!step.raw)
        return options_wrong(call, "--raw FILE: the photons that decide are missing");
    if (airy_retrieve_step_read(s, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    airy_code code = airy_polish_step_run(&call->run, &step, &found, &err);
    airy_retrieve_step_release(s);
    return results_done(call, code, &found, &err);
}

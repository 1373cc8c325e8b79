// SPDX-License-Identifier: GPL-3.0-or-later
// airy kinetics: stages, rates and onsets from a table of shots.
#include "airy/kinetics.h"
#include "commands.h"
#include "say.h"

#include <stdio.h>

int cmd_kinetics(invocation *call)
{
    airy_kinetics_options options;
    airy_kinetics_options_defaults(&options);
    airy_error err = {0};
    const char *truth = NULL;
    const option table[] = {
        {"options", OPTION_ROWS, &options, .rows = airy_kinetics_rows},
        {"truth", OPTION_TEXT, &truth, .unit = "FILE",
         .help = "what a simulation knows (truth-kinetics.tsv), beside what was found"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    airy_kinetics found = {0};
    airy_code code = airy_kinetics_run(&call->run, &options, truth, &found, &err);
    say_progress_end();
    if (code == AIRY_OK)
        fputs(found.sentences.text, stdout);
    airy_kinetics_release(&found);
    return say_done(call, code, &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy info: what is in a file, how it was recognised, and the commands it came from.
#include "airy/source.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <stdio.h>

// What is known of it is told even when the rest fails.
static airy_code print(const airy_info_step *step, airy_error *err)
{
    airy_text text = {0};
    airy_code code = airy_info_run(step, &text, err);
    if (text.text) {
        say_plain(text.text);
        fputs(text.text, stdout);
    }
    airy_text_release(&text);
    return code;
}

int cmd_info(invocation *call)
{
    airy_info_step step;
    airy_info_step_defaults(&step);
    const option table[] = {
        {"replay", OPTION_FLAG, &step.replay, .help = "print the commands that made the file"},
        {"history", OPTION_FLAG, &step.history_only, .help = "print the history alone"},
        {"datasets", OPTION_FLAG, &step.datasets, .help = "list the datasets of HDF5 files"},
        {"frame", OPTION_INT, &step.frame, .low = 0, .high = 1e9,
         .help = "frame whose pixels are counted, from 0"},
        {0},
    };
    if (!options_parse(call, table, 0, 1, RESULTS_INPUTS))
        return call->status;
    int status = 0;
    for (int i = 0; i < call->n_inputs; i++) { // one that fails does not hide the others
        airy_error err = {0};
        printf("%s", i ? "\n" : "");
        step.spec = call->inputs[i];
        if (say_done(call, print(&step, &err), &err) != 0)
            status = 1;
    }
    return status;
}

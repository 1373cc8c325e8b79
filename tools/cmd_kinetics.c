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
        {"breaks", OPTION_INT, &options.breaks, .low = 0, .high = 2,
         .help = "most break points tried"},
        {"draws", OPTION_INT, &options.draws, .low = 20, .high = 1e6, .help = "bootstrap draws"},
        {"level", OPTION_DOUBLE, &options.level, .low = 0.5, .high = 0.9999,
         .help = "of the intervals"},
        {"stage-one", OPTION_DOUBLE, &options.curve_until, .low = 0, .high = 1e6, .unit = "ps",
         .help = "end of stage I for line and parabola; 0: the first break point found"},
        {"unpumped", OPTION_DOUBLE, &options.spread_delay, .low = -1e6, .high = 1e6, .unit = "ps",
         .help = "shots at or before this delay count as unpumped"},
        {"spread", OPTION_CHOICE, &options.spread, .choices = "auto|unpumped|all",
         .help = "shots that tell how particles differ"},
        {"jitter", OPTION_DOUBLE, &options.jitter_ps, .low = 0, .high = 1e6, .unit = "ps",
         .help = "standard deviation of the true delays around the stated ones"},
        {"delay-bin", OPTION_DOUBLE, &options.bin_ps, .low = 0, .high = 1e6, .unit = "ps",
         .help = "width of delay bins; 0: every delay apart, or 40 bins where many shots have one "
                 "each"},
        {"truth", OPTION_TEXT, &truth, .unit = "FILE",
         .help = "what a simulation knows (truth-kinetics.tsv), beside what was found"},
        {"all-shots", OPTION_FLAG, &options.all_shots,
         .help = "use shots that failed their gates too"},
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

// SPDX-License-Identifier: GPL-3.0-or-later
// airy fit: a model of the table fitted to the curves of a table.
#include "airy/curves.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <stdio.h>

// What the command line says, in its own words.
typedef struct wishes {
    airy_curves_step step;
    option_texts fix, start, bound, free;
    const char *range;
    bool profile;
    int bootstrap;
} wishes;

static airy_code list_models(airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_curves_models(&table, err);
    if (!code)
        code = results_print_table(&table, err);
    airy_table_release(&table);
    return code;
}

static airy_curves_words words(const option_texts *texts)
{
    return (airy_curves_words){texts->n, texts->text};
}

// What the options' texts mean; false: wrong usage, which was explained.
static bool settle(invocation *call, wishes *work)
{
    airy_curves_options *options = &work->step.options;
    if (call->n_inputs == 0)
        call->status = options_wrong(call, "which table? (--list-models lists the models)");
    else if (work->range &&
             !airy_text_limits(work->range, &options->columns.low, &options->columns.high))
        call->status = options_wrong(call, "--range '%s' is no range A:B", work->range);
    else if (work->profile && work->bootstrap)
        call->status = options_wrong(call, "limits come from --profile or from --bootstrap");
    options->fix = words(&work->fix);
    options->free = words(&work->free);
    options->start = words(&work->start);
    options->bound = words(&work->bound);
    options->limits = work->profile     ? AIRY_LIMITS_PROFILE
                      : work->bootstrap ? AIRY_LIMITS_BOOTSTRAP
                                        : AIRY_LIMITS_COVARIANCE;
    options->draws = work->bootstrap ? work->bootstrap : options->draws;
    return call->status == 0;
}

// The parameters, or with a file for them what they mean.
static int run(const invocation *call, const airy_curves_step *step)
{
    airy_curves_found found = {0};
    airy_error err = {0};
    airy_code code = airy_curves_step_run(&call->run, step, &found, &err);
    if (!code && call->output) {
        fputs(found.sentences.text ? found.sentences.text : "", stdout);
    } else if (!code) {
        code = results_print_table(&found.table, &err);
        if (found.failed > 0 || found.left_out > 0)
            say_note(call, "fits that failed: %d; rows without numbers, left out: %d", found.failed,
                     found.left_out);
    }
    airy_curves_found_release(&found);
    return say_done(call, code, &err);
}

int cmd_fit(invocation *call)
{
    wishes work = {.range = NULL};
    airy_error err = {0};
    airy_curves_options *options = &work.step.options;
    bool list = false;
    airy_curves_options_defaults(options);
    const option table[] = {
        {"options", OPTION_ROWS, options, .rows = airy_curves_rows},
        {"range", OPTION_TEXT, &work.range, .unit = "A:B", .help = "of x that is fitted"},
        {"fix", OPTION_TEXTS, &work.fix, .unit = "NAME=X", .help = "parameters held"},
        {"free", OPTION_TEXTS, &work.free, .unit = "NAME",
         .help = "parameters that the model holds by itself"},
        {"start", OPTION_TEXTS, &work.start, .unit = "NAME=X", .help = "first guesses"},
        {"bound", OPTION_TEXTS, &work.bound, .unit = "NAME=A:B", .help = "limits of parameters"},
        {"bootstrap", OPTION_INT, &work.bootstrap, .low = 0, .high = 1e6,
         .help = "draws of residuals for errors and limits; 0: none"},
        {"profile", OPTION_FLAG, &work.profile, .help = "limits by the rise of chi^2"},
        {"points", OPTION_TEXT, &work.step.points, .unit = "FILE",
         .help = "points with fit and residual, for airy view"},
        {"list-models", OPTION_FLAG, &list, .help = "prints the table of models and ends"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OPTIONAL_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 1))
        return call->status;
    if (list)
        return say_done(call, list_models(&err), &err);
    if (!settle(call, &work))
        return call->status;
    return run(call, &work.step);
}

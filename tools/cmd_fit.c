// SPDX-License-Identifier: GPL-3.0-or-later
// airy fit: a model of the table fitted to the curves of a table.
#include "airy/curves.h"
#include "commands.h"
#include "say.h"

#include <stdio.h>
#include <string.h>

struct work {
    invocation *call;
    airy_curves_options options;
    option_texts fix, start, bound, free;
    const char *range;
    bool profile;
    int bootstrap;
    const char *points; // file of points and fitted curves, or NULL
    airy_table from;
    airy_curves curves;
    airy_curves_fits fits;
};

// A table with the history of the input and this run, into a file; without one to stdout.
static airy_code write_table(const struct work *work, airy_table *table, const char *path,
                             airy_error *err)
{
    airy_text text = {0};
    airy_code code = airy_history_copy(&table->history, &work->from.history, err);
    if (!code)
        code = airy_call_record(&work->call->run, NULL, NULL, &table->history, err);
    if (!code && path)
        code = airy_table_write(path, table, work->call->overwrite, err);
    else if (!code) {
        airy_table_format(table, false, &text);
        fputs(text.text ? text.text : "", stdout);
    }
    airy_text_release(&text);
    return code;
}

static airy_code write_fits(const struct work *work, airy_error *err)
{
    airy_table table = {0}, points = {0};
    airy_code code =
        airy_curves_to_table(&work->curves, &work->from, &work->fits, &work->options, &table, err);
    if (!code)
        code = write_table(work, &table, work->call->output, err);
    if (!code && work->points)
        code = airy_curves_points(&work->curves, &work->from, &work->fits, &points, err);
    if (!code && work->points)
        code = write_table(work, &points, work->points, err);
    airy_table_release(&table);
    airy_table_release(&points);
    return code;
}

static void talk(const struct work *work)
{
    enum { MOST = 12 };
    airy_text text = {0};
    airy_curves_sentences(&work->curves, &work->from, &work->fits, &work->options, MOST, &text);
    if (work->call->output)
        fputs(text.text ? text.text : "", stdout);
    else if (work->fits.failed > 0 || work->curves.left_out > 0)
        say_note(work->call, "fits that failed: %d; rows without numbers, left out: %d",
                 work->fits.failed, work->curves.left_out);
    airy_text_release(&text);
}

static void question(const struct work *work)
{
    double worst;
    int n = airy_curves_misfits(&work->fits, &worst);
    if (n > 0)
        say_warning(
            work->call,
            "%d of %d fits miss%s points by more than their errors (chi2 up to %.3g a degree "
            "of freedom): another model, or larger errors; --scatter takes them from the "
            "scatter",
            n, work->fits.curves * work->fits.models - work->fits.failed, n == 1 ? "es" : "",
            worst);
}

static airy_code run(struct work *work, airy_error *err)
{
    const char *input = work->call->inputs[0];
    airy_code code = airy_curves_options_check(&work->options, err);
    if (!code)
        code = airy_call_outputs(&work->call->run, work->call->output, work->points, err);
    if (!code)
        code = airy_curves_table_read(input, &work->from, err);
    if (code)
        return code;
    code = airy_curves_read(&work->from, &work->options.columns, &work->curves, err);
    if (!code)
        code = airy_curves_check_x(&work->curves, &work->from, &work->options, err);
    if (!code)
        code = airy_curves_fit(&work->curves, &work->options, say_progress(work->call, "fit"),
                               &work->fits, err);
    say_progress_end();
    if (code)
        return airy_error_prefix(err, "%s", input);
    code = write_fits(work, err);
    if (!code) {
        question(work);
        talk(work);
    }
    return code;
}

static airy_code list_models(airy_error *err)
{
    airy_table table = {0};
    airy_text text = {0};
    airy_code code = airy_curves_models(&table, err);
    airy_table_format(&table, false, &text);
    if (!code)
        fputs(text.text ? text.text : "", stdout);
    airy_text_release(&text);
    airy_table_release(&table);
    return code;
}

// "A:B", "A:" or ":B" of x.
static bool read_range(const char *text, airy_curves_columns *columns)
{
    char low[64] = "";
    const char *colon = text ? strchr(text, ':') : NULL;
    if (!text)
        return true;
    if (!colon || (size_t)(colon - text) >= sizeof low)
        return false;
    memcpy(low, text, (size_t)(colon - text));
    return (!low[0] || airy_text_double(low, &columns->low, NULL) == AIRY_OK) &&
           (!colon[1] || airy_text_double(colon + 1, &columns->high, NULL) == AIRY_OK);
}

static airy_curves_words words(const option_texts *texts)
{
    return (airy_curves_words){texts->n, texts->text};
}

// What the options' texts mean; false: wrong usage, which was explained.
static bool settle(struct work *work)
{
    airy_curves_options *options = &work->options;
    invocation *call = work->call;
    if (call->n_inputs == 0)
        call->status = options_wrong(call, "which table? (--list-models lists the models)");
    else if (!read_range(work->range, &options->columns))
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
    options->threads = call->threads;
    options->seed = call->seed;
    return call->status == 0;
}

int cmd_fit(invocation *call)
{
    struct work work = {.call = call};
    airy_error err = {0};
    airy_curves_options *options = &work.options;
    bool list = false;
    airy_curves_options_defaults(options);
    const option table[] = {
        {"model", OPTION_TEXT, &options->model, .unit = "NAME", .help = "of --list-models"},
        {"x", OPTION_TEXT, &options->columns.x, .unit = "COLUMN", .help = "default: the first"},
        {"y", OPTION_TEXT, &options->columns.y, .unit = "COLUMN", .help = "default: the second"},
        {"dy", OPTION_TEXT, &options->columns.dy, .unit = "COLUMN",
         .help = "standard errors of y; without it they are all alike, by the scatter"},
        {"dx", OPTION_TEXT, &options->columns.dx, .unit = "COLUMN",
         .help = "standard errors of x, which count by the slope of the curve"},
        {"by", OPTION_TEXT, &options->columns.by, .unit = "COLUMNS",
         .help = "rows of the same cells there are one curve each"},
        {"where", OPTION_TEXT, &options->columns.where, .unit = "COLUMN=TEXT",
         .help = "rows with these cells alone, with commas"},
        {"range", OPTION_TEXT, &work.range, .unit = "A:B", .help = "of x that is fitted"},
        {"fix", OPTION_TEXTS, &work.fix, .unit = "NAME=X", .help = "parameters held"},
        {"free", OPTION_TEXTS, &work.free, .unit = "NAME",
         .help = "parameters that the model holds by itself"},
        {"start", OPTION_TEXTS, &work.start, .unit = "NAME=X", .help = "first guesses"},
        {"bound", OPTION_TEXTS, &work.bound, .unit = "NAME=A:B", .help = "limits of parameters"},
        {"against", OPTION_TEXT, &options->against, .unit = "MODELS",
         .help = "rivals, compared by AICc and Akaike weights"},
        {"scale", OPTION_CHOICE, &options->scale, .choices = "habit|linear|log",
         .help = "residuals of y or of ln y; habit: as --list-models says"},
        {"scatter", OPTION_FLAG, &options->rescale,
         .help = "errors dy only weigh: their size comes from the scatter"},
        {"bootstrap", OPTION_INT, &work.bootstrap, .low = 0, .high = 1e6,
         .help = "draws of residuals for errors and limits; 0: none"},
        {"block", OPTION_INT, &options->block, .low = 0, .high = 1e6,
         .help = "neighbours drawn together; 1: each by itself, 0: cube root of their number"},
        {"profile", OPTION_FLAG, &work.profile, .help = "limits by the rise of chi^2"},
        {"level", OPTION_DOUBLE, &options->level, .low = 0.01, .high = 0.9999,
         .help = "of the limits"},
        {"correlations", OPTION_FLAG, &options->correlations, .help = "rows of them"},
        {"points", OPTION_TEXT, &work.points, .unit = "FILE",
         .help = "points with fit and residual, for airy view"},
        {"x-unit", OPTION_TEXT, &options->x_unit, .unit = "UNIT", .help = "if not by its name"},
        {"y-unit", OPTION_TEXT, &options->y_unit, .unit = "UNIT", .help = "if not by its name"},
        {"list-models", OPTION_FLAG, &list, .help = "prints the table of models and ends"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OPTIONAL_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 1))
        return call->status;
    if (list)
        return say_done(call, list_models(&err), &err);
    if (!settle(&work))
        return call->status;
    airy_code code = run(&work, &err);
    airy_curves_fits_release(&work.fits);
    airy_curves_release(&work.curves);
    airy_table_release(&work.from);
    return say_done(call, code, &err);
}

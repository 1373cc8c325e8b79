// SPDX-License-Identifier: GPL-3.0-or-later
// A fit as a step: a table of curves in, tables of parameters and of points out.
#include "airy/curves.h"
#include "sentences.h"
#include "rows.h"
#include "fits.h"

#include <math.h>

struct work {
    const airy_call *call;
    const airy_curves_step *step;
    airy_curves_options options;
    airy_table from;
    airy_curves curves;
    airy_curves_fits fits;
    airy_curves_found *found;
};

enum { SENTENCES = 12 }; // most curves that are told in words

// Both tables have the history of the input and of this run, whose input is hashed once.
static airy_code write_fits(const struct work *work, airy_error *err)
{
    const airy_call *call = work->call;
    airy_table points = {0}, *table = &work->found->table;
    const char *to = work->step->points;
    airy_code code =
        airy_curves_to_table(&work->curves, &work->from, &work->fits, &work->options, table, err);
    if (!code)
        code = airy_history_copy(&table->history, &work->from.history, err);
    if (!code)
        code = airy_call_record(call, NULL, NULL, &table->history, err);
    if (!code && call->output)
        code = airy_table_write(call->output, table, call->overwrite, err);
    if (!code && to)
        code = airy_curves_points(&work->curves, &work->from, &work->fits, &points, err);
    if (!code && to)
        code = airy_table_write_under(to, &points, &table->history, call->overwrite, err);
    airy_table_release(&points);
    return code;
}

static void question(const struct work *work)
{
    double worst;
    int n = airy_curves_misfits(&work->fits, &worst);
    if (n > 0)
        airy_call_warn(
            work->call,
            "%d of %d fits miss%s points by more than their errors (chi2 up to %.3g a degree "
            "of freedom): another model, or larger errors; --scatter takes them from the "
            "scatter",
            n, work->fits.curves * work->fits.models - work->fits.failed, n == 1 ? "es" : "",
            worst);
}

// Of n points whose neighbours correlate by r there are n (1 - r) / (1 + r).
static void question_neighbours(const struct work *work)
{
    double worst;
    int n = airy_curves_alike(&work->fits, &worst);
    if (n > 0)
        airy_call_warn(work->call,
                       "%d of %d fits leave%s neighbouring points alike (residuals correlate by up "
                       "to %.2f): they share noise, or the curve has another shape; errors are too "
                       "small, at worst by a factor of about %.2g: compare fits of several records",
                       n, work->fits.curves * work->fits.models - work->fits.failed,
                       n == 1 ? "s" : "", worst, sqrt((1 + worst) / fmax(1 - worst, 0.01)));
}

static airy_code read_curves(struct work *work, const char *input, airy_error *err)
{
    airy_code code = airy_curves_read(&work->from, &work->options.columns, &work->curves, err);
    if (!code)
        code = airy_curves_check_x(&work->curves, &work->from, &work->options, err);
    if (!code)
        code =
            airy_curves_fit(&work->curves, &work->options, work->call->progress, &work->fits, err);
    return code ? airy_error_prefix(err, "%s", input) : AIRY_OK;
}

static airy_code run(struct work *work, airy_error *err)
{
    const airy_call *call = work->call;
    airy_code code = airy_options_check(airy_curves_rows, &work->options, err);
    if (!code)
        code = airy_call_outputs(call, call->output, work->step->points, err);
    if (!code)
        code = airy_curves_table_read(call->inputs[0], &work->from, err);
    if (!code)
        code = read_curves(work, call->inputs[0], err);
    if (!code)
        code = write_fits(work, err);
    if (code)
        return code;
    question(work);
    question_neighbours(work);
    airy_curves_sentences(&work->curves, &work->from, &work->fits, &work->options, SENTENCES,
                          &work->found->sentences);
    work->found->failed = work->fits.failed;
    work->found->left_out = work->curves.left_out;
    return airy_text_whole(&work->found->sentences, err);
}

airy_code airy_curves_step_run(const airy_call *call, const airy_curves_step *step,
                               airy_curves_found *found, airy_error *err)
{
    struct work work = {.call = call, .step = step, .options = step->options, .found = found};
    *found = (airy_curves_found){0};
    work.options.threads = call->threads;
    work.options.seed = call->seed;
    airy_code code = run(&work, err);
    airy_curves_fits_release(&work.fits);
    airy_curves_release(&work.curves);
    airy_table_release(&work.from);
    return code;
}

void airy_curves_found_release(airy_curves_found *found)
{
    airy_table_release(&found->table);
    airy_text_release(&found->sentences);
}

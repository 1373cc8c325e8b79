// SPDX-License-Identifier: GPL-3.0-or-later
// airy retrieve: phases of a pattern, from many starts and generations.
#include "airy/image.h"
#include "airy/files.h"
#include "airy/retrieval.h"
#include "commands.h"
#include "results.h"
#include "say.h"
#include "search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Everything of one run.
struct work {
    invocation *call;
    airy_retrieve_step search;
    airy_prepared input;
    airy_reconstruction result;
    airy_support_fit fit; // of the best image
};

// ------------------------------------------------------------------ the table on stdout

// Lowest and median of a generation's numbers.
static double low(const double *values, int n)
{
    return airy_stats_quantile_double(values, n, 0);
}

static airy_code add_generation(airy_table *table, const airy_reconstruction *r, int g,
                                airy_error *err)
{
    size_t at = (size_t)g * (size_t)r->starts;
    const struct {
        const char *name;
        double value;
    } cells[] = {
        {"generation", g},
        {"starts", r->starts},
        {"r_factor", low(r->r_factor + at, r->starts)},
        {"r_factor_median", airy_stats_quantile_double(r->r_factor + at, r->starts, 0.5)},
        {"r_free", low(r->r_free + at, r->starts)},
        {"deviance", low(r->deviance + at, r->starts)},
        {"diversity", r->diversity[g]},
        {"ambiguous", r->ambiguous[g]},
    };
    airy_code code = airy_table_add(table, err);
    for (size_t i = 0; code == AIRY_OK && i < sizeof cells / sizeof cells[0]; i++)
        code = airy_table_put_double(table, g, cells[i].name, cells[i].value, err);
    return code;
}

static airy_code print_generations(const airy_reconstruction *r, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_init(&table,
                                     "generation starts r_factor r_factor_median r_free deviance "
                                     "diversity ambiguous",
                                     err);
    for (int g = 0; code == AIRY_OK && g < r->generations; g++)
        code = add_generation(&table, r, g, err);
    if (code == AIRY_OK)
        code = results_print_table(&table, err);
    airy_table_release(&table);
    return code;
}

// ------------------------------------------------------------------ the command

static airy_code judge_support(struct work *work, airy_error *err)
{
    airy_image best = airy_stack_image(&work->result.images, 0);
    airy_code code = airy_support_judge(&best, &work->result.support, &work->fit, err);
    if (code == AIRY_OK && work->fit.tight)
        say_warning(work->call,
                    "density at the edge of the support is %.2g of its mean: is the support too "
                    "tight?",
                    work->fit.edge);
    if (code == AIRY_OK && work->fit.loose)
        say_warning(work->call,
                    "%.0f %% of the support is empty: a tighter one, or --shrink-wrap, would help",
                    100 * work->fit.empty);
    return code;
}

static airy_code run(struct work *work, airy_error *err)
{
    airy_retrieve_step *s = &work->search;
    const char *more[AIRY_PREPARE_FILES];
    airy_prepare_files(&s->prepare, more);
    airy_code code = airy_output_check(work->call->output, NULL, work->call->overwrite, err);
    if (code == AIRY_OK)
        code = airy_prepare_problem(&work->call->run, &s->prepare, &work->input, err);
    if (code == AIRY_OK)
        code = airy_retrieve_step_plan(s, work->input.pattern.photons.nx, err);
    if (code == AIRY_OK)
        code = airy_call_record(&work->call->run, more, s->wisdom, &work->input.history, err);
    if (code == AIRY_OK)
        code = airy_retrieve_step_run(s, work->call->output, &work->input, &work->result, err);
    if (code == AIRY_OK)
        code = judge_support(work, err);
    if (code == AIRY_OK)
        code = airy_recon_write(&work->call->run, &work->input, &work->fit, &work->result, err);
    if (code != AIRY_OK)
        return code;
    airy_retrieve_step_forget(s);
    const airy_reconstruction *r = &work->result;
    airy_recon_tell(&work->call->run, &work->result.search);
    say_note(work->call, "%d best images of generation %d (R %.4f) in %s", r->images.n, r->chosen,
             r->r_factor[(size_t)r->chosen * (size_t)r->starts + (size_t)r->kept[0]],
             work->call->output);
    return print_generations(r, err);
}

int cmd_retrieve(invocation *call)
{
    struct work work = {.call = call};
    option rows[SEARCH_ROWS];
    airy_error err = {0};
    airy_retrieve_step_begin(&work.search, &call->run);
    search_table(&work.search, rows);
    const option table[] = {{"search", OPTION_ROWS, .at = rows}, {0}};
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    if (airy_retrieve_step_read(&work.search, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    int status = say_done(call, run(&work, &err), &err);
    airy_reconstruction_release(&work.result);
    airy_prepare_release(&work.input);
    airy_retrieve_step_release(&work.search);
    return status;
}

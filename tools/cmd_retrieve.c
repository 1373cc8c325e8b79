// SPDX-License-Identifier: GPL-3.0-or-later
// airy retrieve: phases of a pattern, from many starts and generations.
#include "airy/image.h"
#include "airy/io.h"
#include "airy/retrieval.h"
#include "commands.h"
#include "results.h"
#include "say.h"
#include "search.h"
#include "trail.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULT "/entry_1/result_1/"
#define IMAGE "/entry_1/image_1/"
#define DETECTOR "/entry_1/instrument_1/detector_1/"

#define MISFIT 1.1 // deviance over what noise makes expect, from which on it is told

// Everything of one run.
struct work {
    invocation *call;
    search search;
    prepared input;
    airy_reconstruction result;
    airy_support_fit fit; // of the best image
};

// ------------------------------------------------------------------ writing

static void put_generations(airy_h5 *h5, const airy_reconstruction *r, airy_error *err)
{
    const int all[] = {r->generations, r->starts};
    const struct {
        const char *path;
        const double *values;
        int rank;
    } rows[] = {
        {RESULT "r_factor", r->r_factor, 2},   {RESULT "r_free", r->r_free, 2},
        {RESULT "deviance", r->deviance, 2},   {RESULT "diversity", r->diversity, 1},
        {RESULT "ambiguous", r->ambiguous, 1}, {RESULT "deviance_free", r->deviance_free, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        airy_h5_put_doubles(h5, rows[i].path, rows[i].values, rows[i].rank, all, err);
    airy_image convergence = {.ny = r->samples, .nx = r->starts, .px = r->convergence};
    airy_h5_put_image(h5, RESULT "convergence", &convergence, err);
    airy_h5_put_ints(h5, RESULT "convergence_iteration", r->iterations, 1, &r->samples, err);
    airy_h5_put_ints(h5, RESULT "kept_start", r->kept, 1, &r->images.n, err);
    airy_h5_put_int(h5, RESULT "generation", r->chosen, err);
}

// The pattern as it was used, for whoever scores an image later. airy reads it back as any pattern.
static void put_pattern(airy_h5 *h5, const airy_pattern *p, airy_error *err)
{
    airy_h5_put_image(h5, DETECTOR "data", &p->photons, err);
    airy_h5_put_mask(h5, DETECTOR "mask", &p->mask, err);
    if (p->variance.px)
        airy_h5_put_image(h5, DETECTOR "variance", &p->variance, err);
    airy_h5_put_int(h5, IMAGE "friedel_merged", p->merged, err);
    airy_h5_put_int(h5, IMAGE "condensed", p->condensed, err);
}

// What the search by likelihood has to say, one row a group, best first.
static const struct {
    const char *name;
    size_t offset;
    bool whole;
} candidate_columns[] = {
    {"group", offsetof(airy_candidate, group), true},
    {"cluster", offsetof(airy_candidate, cluster), true},
    {"objective", offsetof(airy_candidate, objective), false},
    {"deviance", offsetof(airy_candidate, deviance), false},
    {"variation", offsetof(airy_candidate, variation), false},
    {"power", offsetof(airy_candidate, power), false},
    {"odd_share", offsetof(airy_candidate, odd_share), false},
    {"agreement", offsetof(airy_candidate, agreement), false},
};
enum { CANDIDATE_COLUMNS = sizeof candidate_columns / sizeof candidate_columns[0] };

static double candidate_value(const airy_candidate *candidate, int column)
{
    const void *at = (const char *)candidate + candidate_columns[column].offset;
    return candidate_columns[column].whole ? *(const int *)at : *(const double *)at;
}

static void put_search(airy_h5 *h5, const airy_search_result *s, airy_error *err)
{
    double values[64];
    if (s->groups == 0)
        return;
    for (int c = 0; c < CANDIDATE_COLUMNS; c++) {
        for (int i = 0; i < s->groups; i++)
            values[i] = candidate_value(&s->candidate[i], c);
        results_put_column(h5, "search", candidate_columns[c].name, values, s->groups, err);
    }
    const result_row rows[] = {
        {"search_groups", s->groups},
        {"search_found", s->found},
        {"search_next", s->next},
        {"search_bins", s->bins},
        {"search_misfit", s->candidate[0].deviance / s->expected_deviance},
        {"odd_power", s->power_odd},
        {"odd_fall", s->power_fall},
    };
    results_put(h5, rows, sizeof rows / sizeof rows[0], err);
    if (s->resampled.n)
        airy_h5_put_stack(h5, IMAGE "resampled", &s->resampled, err);
}

static void tell_search(const struct work *work)
{
    const airy_search_result *s = &work->result.search;
    if (s->groups == 0)
        return;
    double misfit = s->candidate[0].deviance / s->expected_deviance;
    if (isnan(s->next))
        say_note(work->call, "the best solution was found by %d of %d searches: no other one",
                 s->found, s->groups);
    else
        say_note(work->call,
                 "the best solution was found by %d of %d searches; the next differs by %.0f in "
                 "objective",
                 s->found, s->groups, s->next);
    if (s->groups > 1 && s->found < 2)
        say_warning(work->call, "doubtful: no other search ended at the best solution; the odd "
                                "part of the image is not known (more --groups, more --children)");
    if (misfit > MISFIT)
        say_warning(work->call,
                    "doubtful: deviance %.2f times what photon noise makes expect: the particle "
                    "is not inside the support, or the mask, centre or background is wrong",
                    misfit);
}

static airy_code write_result(struct work *work, airy_error *err)
{
    const prepared *in = &work->input;
    const airy_reconstruction *r = &work->result;
    airy_h5 *h5 = airy_h5_create(work->call->output, work->call->overwrite, err);
    if (!h5)
        return err->code;
    airy_cxi_begin(h5, &in->pattern.beam, &in->history, err);
    airy_cxi_put_images(h5, r->search.groups ? &r->search.images : &r->images, in->pixel_nm * 1e-9,
                        err);
    airy_h5_put_mask(h5, IMAGE "mask", &r->support, err);
    if (r->phases.px)
        airy_h5_put_stack(h5, IMAGE "phase", &r->phases, err);
    if (work->search.prepare.free_share > 0)
        airy_h5_put_mask(h5, IMAGE "measured", &in->problem.measured, err);
    put_generations(h5, r, err);
    put_search(h5, &r->search, err);
    const result_row fit[] = {{"support_edge", work->fit.edge}, {"support_empty", work->fit.empty}};
    results_put(h5, fit, 2, err);
    put_pattern(h5, &in->pattern, err);
    airy_code code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

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
        results_print_table(&table);
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
    search *s = &work->search;
    const char *more[PREPARE_FILES];
    prepare_files(&s->prepare, more);
    airy_code code = airy_output_check(work->call->output, NULL, work->call->overwrite, err);
    if (code == AIRY_OK)
        code = prepare_problem(work->call, &s->prepare, &work->input, err);
    if (code == AIRY_OK)
        code = search_plan(s, work->input.pattern.photons.nx, err);
    if (code == AIRY_OK)
        code = trail_append(work->call, more, s->wisdom, &work->input.history, err);
    if (code == AIRY_OK)
        code = search_run(s, work->call->output, &work->input, &work->result, err);
    if (code == AIRY_OK)
        code = judge_support(work, err);
    if (code == AIRY_OK)
        code = write_result(work, err);
    if (code != AIRY_OK)
        return code;
    search_forget(work->call->output);
    const airy_reconstruction *r = &work->result;
    tell_search(work);
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
    search_begin(&work.search, call);
    search_table(&work.search, rows);
    const option table[] = {{"search", OPTION_ROWS, .at = rows}, {0}};
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    if (search_read(&work.search, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    int status = say_done(call, run(&work, &err), &err);
    airy_reconstruction_release(&work.result);
    prepare_release(&work.input);
    search_release(&work.search);
    return status;
}

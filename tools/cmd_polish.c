// SPDX-License-Identifier: GPL-3.0-or-later
// airy polish: images, by whatever they were made, as the photons make them most likely nearby.
#include "airy/image.h"
#include "airy/files.h"
#include "commands.h"
#include "results.h"
#include "say.h"
#include "search.h"

#include <string.h>

struct work {
    invocation *call;
    airy_retrieve_step search; // of which only the likelihood's options are the user's
    const char *raw;
    airy_prepared input;
    airy_reconstruction result;
    airy_support_fit fit;
};

// R and deviance of every image against the pattern, as one generation of n starts.
static airy_code score_all(struct work *work, airy_error *err)
{
    airy_reconstruction *r = &work->result;
    int n = r->search.groups;
    double **columns[] = {&r->r_factor,      &r->r_free,    &r->deviance,
                          &r->deviance_free, &r->diversity, &r->ambiguous};
    r->generations = 1;
    r->starts = n;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (!(*columns[i] = airy_memory_new((size_t)n, sizeof **columns[i])))
            return airy_error_set(err, AIRY_EMEMORY, "no memory for the scores of %d images", n);
    if (!(r->kept = airy_memory_new((size_t)n, sizeof *r->kept)))
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d images", n);
    for (int i = 0; i < n; i++) {
        airy_score score;
        airy_image image = airy_stack_image(&r->search.images, i);
        airy_code code = airy_problem_score(&work->input.problem, &image, &score, err);
        if (code != AIRY_OK)
            return code;
        r->kept[i] = r->search.candidate[i].group;
        r->r_factor[i] = score.r_factor;
        r->r_free[i] = score.r_free;
        r->deviance[i] = score.deviance;
        r->deviance_free[i] = score.deviance_free;
    }
    return AIRY_OK;
}

static airy_code print_candidates(const airy_search_result *s, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_init(
        &table, "image cluster objective deviance variation power odd_share agreement", err);
    for (int i = 0; i < s->groups && code == AIRY_OK; i++) {
        const airy_candidate *c = &s->candidate[i];
        const double values[] = {c->group,     c->cluster, c->objective, c->deviance,
                                 c->variation, c->power,   c->odd_share, c->agreement};
        code = airy_table_add(&table, err);
        for (int k = 0; k < table.columns && code == AIRY_OK; k++)
            code = airy_table_put_double(&table, i, table.name[k], values[k], err);
    }
    if (code == AIRY_OK)
        code = results_print_table(&table, err);
    airy_table_release(&table);
    return code;
}

static airy_code polish(struct work *work, airy_error *err)
{
    airy_retrieve_step *s = &work->search;
    airy_prepared *in = &work->input;
    if (!in->problem.counts.photons.px)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s holds no counts of photons; give --raw the pattern before it was "
                              "merged, or condense it anew",
                              work->raw);
    airy_code code = airy_retrieve_photons(&in->problem, &s->photons, &in->first, NULL,
                                           say_progress(work->call, "polish"), &work->result, err);
    say_progress_end();
    if (code == AIRY_OK)
        code = airy_mask_copy(&work->result.support, &in->problem.support, err);
    if (code == AIRY_OK)
        code = score_all(work, err);
    airy_image best = airy_stack_image(&work->result.search.images, 0);
    return code == AIRY_OK ? airy_support_judge(&best, &work->result.support, &work->fit, err)
                           : code;
}

static airy_code run(struct work *work, airy_error *err)
{
    airy_retrieve_step *s = &work->search;
    const char *more[] = {work->raw, NULL}, *inputs[] = {work->raw};
    airy_call of_pattern = work->call->run;
    of_pattern.inputs = inputs;
    s->prepare.start = work->call->inputs[0];
    s->prepare.condense = true;
    airy_code code = airy_output_check(work->call->output, NULL, work->call->overwrite, err);
    if (code == AIRY_OK)
        code = airy_prepare_problem(&of_pattern, &s->prepare, &work->input, err);
    if (code == AIRY_OK)
        code = airy_call_record(&work->call->run, more, NULL, &work->input.history, err);
    if (code == AIRY_OK)
        code = polish(work, err);
    if (code == AIRY_OK)
        code = airy_recon_write(&work->call->run, &work->input, &work->fit, &work->result, err);
    if (code != AIRY_OK)
        return code;
    airy_recon_tell_bound(&work->call->run, &work->result.search.bound);
    return print_candidates(&work->result.search, err);
}

int cmd_polish(invocation *call)
{
    struct work work = {.call = call};
    airy_retrieve_step *s = &work.search;
    airy_search_options *o = &s->photons;
    airy_error err = {0};
    airy_retrieve_step_begin(s, &call->run);
    option priors[SEARCH_PRIORS + 1] = {{0}};
    search_priors(s, priors);
    const option table[] = {
        {"raw", OPTION_TEXT, &work.raw, .unit = "FILE",
         .help = "the shot's photons: the pattern before condensing, or the condensed one"},
        {"frame", OPTION_INT, &s->prepare.frame, 0, 1e9, .help = "of FILE"},
        {"bound", OPTION_INT, &o->bound, 0, 1000, .unit = "N",
         .help = "errors drawn for the bound of Cramer and Rao on the best image's; 0: none"},
        {"steps", OPTION_INT, &o->final_steps, 1, 1e6, .help = "of the descent, at most"},
        {"priors", OPTION_ROWS, .at = priors},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    if (!work.raw)
        return options_wrong(call, "--raw FILE: the photons that decide are missing");
    if (airy_retrieve_step_read(s, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    int status = say_done(call, run(&work, &err), &err);
    airy_reconstruction_release(&work.result);
    airy_prepare_release(&work.input);
    airy_retrieve_step_release(s);
    return status;
}

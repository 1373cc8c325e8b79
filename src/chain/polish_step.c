// SPDX-License-Identifier: GPL-3.0-or-later
// The step `polish`: images, by whatever they were made, as the photons make them most likely.
#include "airy/chain.h"
#include "recon.h"

struct work {
    const airy_call *call;
    airy_polish_step *step;
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

static airy_code polish(struct work *work, airy_error *err)
{
    airy_retrieve_step *s = &work->step->search;
    airy_prepared *in = &work->input;
    if (!in->problem.counts.photons.px)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s holds no counts of photons; give --raw the pattern before it was "
                              "merged, or condense it anew",
                              work->step->raw);
    airy_code code = airy_retrieve_photons(&in->problem, &s->photons, &in->first, NULL,
                                           work->call->progress, &work->result, err);
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
    airy_retrieve_step *s = &work->step->search;
    const char *more[] = {work->step->raw, NULL}, *inputs[] = {work->step->raw};
    airy_call of_pattern = *work->call;
    of_pattern.inputs = inputs;
    s->prepare.start = work->call->inputs[0];
    s->prepare.condense = true;
    airy_code code = airy_output_check(work->call->output, NULL, work->call->overwrite, err);
    if (code == AIRY_OK)
        code = airy_prepare_problem(&of_pattern, &s->prepare, &work->input, err);
    if (code == AIRY_OK)
        code = airy_call_record(work->call, more, NULL, &work->input.history, err);
    if (code == AIRY_OK)
        code = polish(work, err);
    if (code == AIRY_OK)
        code = airy_recon_write(work->call, &work->input, &work->fit, &work->result, err);
    if (code == AIRY_OK)
        airy_recon_tell_bound(work->call, &work->result.search.bound);
    return code;
}

// As the numbers of a search are, of images instead of searches.
static const airy_number image[] = {
    AIRY_NUMBER(airy_candidate, group, "image", "1", "of the file, from 0"),
};
static const airy_described images = AIRY_DESCRIBED("polish", image);

static airy_code list_images(const airy_search_result *s, airy_table *table, airy_error *err)
{
    const airy_described rest = {images.product, airy_candidate_numbers.number + 1,
                                 airy_candidate_numbers.n - 1};
    airy_text names = {0};
    airy_described_names(&images, &names);
    airy_described_names(&rest, &names);
    airy_code code = airy_text_whole(&names, err);
    if (code == AIRY_OK)
        code = airy_table_init(table, names.text, err);
    airy_text_release(&names);
    for (int i = 0; i < s->groups && code == AIRY_OK; i++) {
        code = airy_table_add(table, err);
        if (code == AIRY_OK)
            code = airy_described_put_row(table, i, &images, &s->candidate[i], err);
        if (code == AIRY_OK)
            code = airy_described_put_row(table, i, &rest, &s->candidate[i], err);
    }
    return code;
}

airy_code airy_polish_step_run(const airy_call *call, airy_polish_step *step, airy_table *found,
                               airy_error *err)
{
    struct work work = {.call = call, .step = step};
    airy_code code = run(&work, err);
    if (code == AIRY_OK)
        code = list_images(&work.result.search, found, err);
    airy_reconstruction_release(&work.result);
    airy_prepare_release(&work.input);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The options of a search for phases, and the search with what it leaves on disk.

#include "airy/chain.h"
#include "airy/files.h"
#include "airy/math.h"
#include "airy/work.h"
#include "recon.h"
#include "starts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHILDREN_MOST 1e6

// ------------------------------------------------------------------ options

static airy_code read_pair(const char *name, const char *text, double *first, double *last,
                           airy_error *err)
{
    double values[2];
    int n = 0;
    airy_code code = airy_text_doubles(text, values, 2, &n, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--%s", name);
    *first = values[0];
    *last = values[n - 1];
    return AIRY_OK;
}

static airy_code read_sigmas(airy_retrieve_step *s, airy_error *err)
{
    airy_retrieve_options *o = &s->options;
    int from = 0;
    airy_code code = airy_text_doubles(s->sigma, o->sigma, AIRY_SIGMAS_MAX, &o->sigmas, err);
    if (code == AIRY_OK)
        code = airy_text_doubles(s->sigma_from, o->sigma_from, AIRY_SIGMAS_MAX, &from, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--sigma and --sigma-from");
    if (from != o->sigmas)
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "--sigma holds %d values and --sigma-from %d; they belong together",
                              o->sigmas, from);
    return code;
}

// How much is done by projections where nothing was asked for.
struct effort {
    int starts, iterations, generations;
};
static const struct effort alone = {200, 2000, 3};          // the paper's
static const struct effort before_likelihood = {8, 100, 1}; // which begins anew: R to compare with

static airy_code read_effort(airy_retrieve_step *s, const struct effort *usual, airy_error *err)
{
    char text[64];
    s->options.starts = s->starts ? s->starts : usual->starts;
    s->options.generations = s->generations ? s->generations : usual->generations;
    snprintf(text, sizeof text, "%s:%d", s->rule,
             s->iterations ? s->iterations : usual->iterations);
    return airy_schedule_parse(s->schedule ? s->schedule : text, &s->options.schedule, err);
}

// A look in seconds; what was given stays.
static void hurry(airy_retrieve_step *s)
{
    airy_retrieve_step usual;
    airy_retrieve_step_begin(&usual, s->call);
    const struct {
        int *value, usual, quick;
    } rows[] = {
        {&s->starts, usual.starts, before_likelihood.starts},
        {&s->generations, usual.generations, before_likelihood.generations},
        {&s->iterations, usual.iterations, before_likelihood.iterations},
        {&s->photons.groups, usual.photons.groups, 2},
        {&s->photons.islands, usual.photons.islands, 2},
        {&s->photons.resampled, usual.photons.resampled, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (*rows[i].value == rows[i].usual)
            *rows[i].value = rows[i].quick;
    if (strcmp(s->children, usual.children) == 0)
        s->children = "60,60,40";
}

// "A,B,C": a number for each level of the search, the last for all that follow.
static airy_code read_children(const char *text, airy_search_options *options, airy_error *err)
{
    double values[AIRY_LEVELS];
    int n = 0;
    airy_code code = airy_text_doubles(text, values, AIRY_LEVELS, &n, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--children");
    for (int i = 0; i < AIRY_LEVELS; i++) {
        double value = values[i < n ? i : n - 1];
        if (!(value >= 0 && value <= CHILDREN_MOST))
            return airy_error_set(err, AIRY_EARGUMENT, "--children: %g must be 0 to %g", value,
                                  CHILDREN_MOST);
        options->children[i] = (int)value;
    }
    return AIRY_OK;
}

static airy_code read_photons(airy_retrieve_step *s, airy_error *err)
{
    enum { LAST = 10 }; // times as many steps as for a child: what is left then does not matter
    s->photons.final_steps = LAST * s->photons.steps;
    s->photons.prior = (airy_prior)s->prior;
    s->photons.seed = s->options.seed;
    s->photons.shot = s->options.shot;
    s->photons.threads = s->options.threads;
    airy_code code = read_children(s->children, &s->photons, err);
    return code == AIRY_OK ? airy_search_options_check(&s->photons, err) : code;
}

airy_code airy_retrieve_step_read(airy_retrieve_step *s, airy_error *err)
{
    airy_retrieve_options *o = &s->options;
    if (s->quick)
        hurry(s);
    airy_code code = read_effort(s, &alone, err);
    if (code == AIRY_OK)
        code = read_sigmas(s, err);
    if (code == AIRY_OK)
        code = read_pair("beta", s->beta, &o->beta, &o->beta_last, err);
    if (code == AIRY_OK)
        code = read_pair("alpha", s->alpha, &o->alpha_first, &o->alpha_last, err);
    if (code == AIRY_OK)
        code = read_pair("shrink-sigma", s->shrink_sigma, &o->shrink_sigma_first,
                         &o->shrink_sigma_last, err);
    o->rank = (airy_rank)s->rank;
    o->shrink_of = (airy_shrink_of)s->shrink_of;
    o->seed = s->call->seed;
    o->threads = s->call->threads;
    o->complex_object = s->prepare.complex_object;
    o->shot = (uint32_t)(s->shot >= 0 ? s->shot : s->prepare.frame);
    if (o->rank == AIRY_RANK_FREE && s->prepare.free_share <= 0)
        s->prepare.free_share = 0.05;
    if (code == AIRY_OK && s->prepare.start && o->complex_object)
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "--begin-at gives real densities and does not go with --complex");
    s->prepare.photons = s->method == 0 && s->polish && !o->complex_object;
    if (code == AIRY_OK)
        code = airy_options_check(airy_prepare_rows, &s->prepare, err);
    if (code == AIRY_OK)
        code = read_photons(s, err);
    return code == AIRY_OK ? airy_retrieve_options_check(o, err) : code;
}

// Whether the text is wisdom of this library for this size: before any thread plans with it.
static airy_code check_wisdom(const airy_retrieve_step *s, int side, airy_error *err)
{
    airy_fft_line *line = airy_fft_line_new(side, s->wisdom, err);
    if (!line)
        return airy_error_prefix(err, "%s", s->wisdom_path);
    airy_fft_line_free(line);
    return AIRY_OK;
}

airy_code airy_retrieve_step_plan(airy_retrieve_step *s, int side, airy_error *err)
{
    int sizes[] = {side};
    airy_code code = AIRY_OK;
    if (!s->wisdom_path)
        return AIRY_OK;
    if (airy_file_exists(s->wisdom_path)) {
        code = airy_file_read_text(s->wisdom_path, &s->wisdom, err);
        if (code == AIRY_OK)
            code = check_wisdom(s, side, err);
    } else if (airy_farm_ranks() > 1) { // each would measure, and compute, something else
        code = airy_error_set(err, AIRY_EMISSING,
                              "%s is not there; make it before several ranks use it (airy doctor "
                              "--plan, or one start on one rank)",
                              s->wisdom_path);
    } else {
        airy_call_note(s->call, "measuring transforms of %d x %d for %s", sizes[0], sizes[0],
                       s->wisdom_path);
        s->wisdom = airy_fft_wisdom(sizes, 1, err);
        code =
            s->wisdom ? airy_file_write_text(s->wisdom_path, s->wisdom, false, err) : AIRY_ENUMERIC;
    }
    s->options.wisdom = s->wisdom;
    return code;
}

// ------------------------------------------------------------------ running

// Gives OUTPUT.part up; the file stays.
static void leave(airy_retrieve_step *s)
{
    airy_starts_close(s->saved);
    s->saved = NULL;
}

// Opens OUTPUT.part and says what was in it.
static airy_code open_saved(airy_retrieve_step *s, const char *output, const airy_prepared *input,
                            airy_error *err)
{
    char key[65];
    airy_starts_found found;
    const airy_starts_run run = {.key = key,
                                 .mode = airy_store_mode_of(s->resume, s->call->overwrite),
                                 .problem = &input->problem,
                                 .options = &s->options,
                                 .photons = &s->photons};
    airy_code code = airy_starts_key(&input->history, s->call->seed, key, err);
    if (code != AIRY_OK)
        return code;
    leave(s);
    s->saved = airy_starts_open(output, &run, &found, err);
    if (s->saved && s->resume)
        airy_call_note(s->call, "%d finished and %d unfinished starts taken over from %s.part",
                       found.finished, found.parked, output);
    if (s->saved && found.populations)
        airy_call_note(s->call, "%d finished populations taken over", found.populations);
    return s->saved ? AIRY_OK : AIRY_EIO;
}

airy_code airy_retrieve_step_run(airy_retrieve_step *s, const char *output,
                                 const airy_prepared *input, airy_reconstruction *result,
                                 airy_error *err)
{
    s->options.first = input->first.px ? &input->first : NULL;
    // Ctrl-C is heard from before the checkpoint is there.
    const airy_progress *progress = s->call->progress;
    bool searched = input->problem.counts.photons.px != NULL;
    airy_code code = read_effort(s, searched ? &before_likelihood : &alone, err);
    if (code == AIRY_OK)
        code = open_saved(s, output, input, err);
    if (code != AIRY_OK)
        return code;
    const airy_checkpoint callbacks = airy_starts_callbacks(s->saved);
    const airy_search_keeper keeper = airy_starts_keeper(s->saved);
    code = airy_retrieve(&input->problem, &s->options, &callbacks, progress, result, err);
    if (code == AIRY_OK && searched)
        code = airy_retrieve_photons(&input->problem, &s->photons, NULL, &keeper, progress, result,
                                     err);
    if (code == AIRY_ESTOPPED)
        airy_error_prefix(err, "what was done is in %s.part, go on with --resume", output);
    return code;
}

void airy_retrieve_step_forget(airy_retrieve_step *s)
{
    airy_starts_remove(s->saved);
    s->saved = NULL;
}

void airy_retrieve_step_begin(airy_retrieve_step *s, const airy_call *call)
{
    *s = (airy_retrieve_step){.call = call};
    airy_retrieve_options_defaults(&s->options);
    airy_prepare_defaults(&s->prepare);
    s->rule = "gps-r";
    s->polish = true;
    s->sigma = "0.01,0.1,1";
    s->sigma_from = "0,0.4,0.7";
    s->beta = "0.9";
    s->alpha = "0";
    s->shrink_sigma = "3,1.5";
    s->shot = -1;
    airy_search_options_defaults(&s->photons);
    s->children = "300,300,500";
}

void airy_retrieve_step_release(airy_retrieve_step *s)
{
    leave(s);
    free(s->wisdom);
    s->wisdom = NULL;
}

// ------------------------------------------------------------------ the step

static airy_code judge_support(const airy_call *call, airy_retrieve_found *found, airy_error *err)
{
    const airy_search_result *search = &found->result.search;
    airy_image best = airy_stack_image(search->groups ? &search->images : &found->result.images, 0);
    airy_code code = airy_support_judge(&best, &found->result.support, &found->fit, err);
    if (code == AIRY_OK && found->fit.tight)
        airy_call_warn(call,
                       "density at the edge of the support is %.2g of its mean: is the support too "
                       "tight?",
                       found->fit.edge);
    if (code == AIRY_OK && found->fit.loose)
        airy_call_warn(
            call, "%.0f %% of the support is empty: a tighter one, or --shrink-wrap, would help",
            100 * found->fit.empty);
    return code;
}

void airy_retrieve_found_release(airy_retrieve_found *found)
{
    airy_reconstruction_release(&found->result);
    airy_prepare_release(&found->input);
    *found = (airy_retrieve_found){0};
}

airy_code airy_retrieve_do(const airy_call *call, airy_retrieve_step *s, airy_retrieve_found *found,
                           airy_error *err)
{
    const char *more[AIRY_PREPARE_FILES];
    airy_prepare_files(&s->prepare, more);
    *found = (airy_retrieve_found){0};
    s->call = call;
    airy_code code = airy_output_check(call->output, NULL, call->overwrite, err);
    if (code == AIRY_OK)
        code = airy_prepare_problem(call, &s->prepare, &found->input, err);
    if (code == AIRY_OK)
        code = airy_retrieve_step_plan(s, found->input.pattern.photons.nx, err);
    if (code == AIRY_OK)
        code = airy_call_record(call, more, s->wisdom, &found->input.history, err);
    if (code == AIRY_OK)
        code = airy_retrieve_step_run(s, call->output, &found->input, &found->result, err);
    if (code == AIRY_OK)
        code = judge_support(call, found, err);
    if (code == AIRY_OK)
        code = airy_recon_write(call, &found->input, &found->fit, &found->result, err);
    if (code != AIRY_OK)
        return code;
    airy_retrieve_step_forget(s);
    airy_recon_tell(call, &found->result.search);
    const airy_reconstruction *r = &found->result;
    airy_call_note(call, "%d best images of generation %d (R %.4f) in %s", r->images.n, r->chosen,
                   r->r_factor[(size_t)r->chosen * (size_t)r->starts + (size_t)r->kept[0]],
                   call->output);
    return AIRY_OK;
}

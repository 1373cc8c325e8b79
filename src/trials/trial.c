// SPDX-License-Identifier: GPL-3.0-or-later
// One trial: photons, search, average; finished ones are kept beside the output.
#include "trials.h"

#include "airy/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

const char *const airy_trial_names[TRIAL_KINDS] = {"null", "recovery", "half"};

// ------------------------------------------------------------------ finished trials

airy_code airy_trial_store_open(trial_run *run, const char *key, airy_error *err)
{
    static const airy_store_shelf shelves[TRIAL_KINDS] = {
        {1, AIRY_TRIALS_MAX}, {1, AIRY_TRIALS_MAX}, {1, AIRY_TRIALS_MAX}};
    airy_text path = {0};
    airy_text_append(&path, "%s.trials", run->call->output);
    airy_code code = airy_text_whole(&path, err);
    if (!code) {
        const airy_store_run store = {
            path.text, "trials",
            key,       airy_store_mode_of(run->search->resume, run->call->overwrite),
            shelves,   TRIAL_KINDS};
        run->store = airy_store_open(&store, err);
        code = run->store ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    }
    airy_text_release(&path);
    return code;
}

// ------------------------------------------------------------------ photons

// The object's photons on the pattern's measured pixels, as many as were measured. A merged pixel
// is the mean of two counts.
static airy_code expose(const trial_run *run, trial_kind kind, int number, airy_pattern *out,
                        airy_error *err)
{
    airy_code code = airy_pattern_copy(out, &run->pattern, err);
    if (!code)
        code = airy_diffract_image(&run->object[kind], run->pixel_nm, &out->setup, out->center_y,
                                   out->center_x, &out->photons, err);
    if (code)
        return code;
    int n = out->photons.ny * out->photons.nx;
    float *px = out->photons.px;
    for (int i = 0; i < n; i++)
        if (out->mask.bits[i] & AIRY_MASK_EXCLUDES)
            px[i] = NAN;
    double mates = out->merged ? 2 : 1, scale = mates * run->photons / airy_stats_sum(px, n);
    for (int i = 0; i < n; i++)
        px[i] = (float)(scale * (double)px[i]);
    airy_random random;
    airy_random_init(&random, run->call->seed, (uint32_t)kind, AIRY_STREAM_TRIAL, (uint32_t)number);
    airy_simulate_poisson(&out->photons, &random);
    for (int i = 0; i < n; i++) {
        px[i] /= (float)mates;
        if (out->variance.px)
            out->variance.px[i] = px[i] / (float)mates;
    }
    return AIRY_OK;
}

// One of the two halves of the measured photons.
static airy_code halve(const trial_run *run, int number, airy_pattern *out, airy_error *err)
{
    airy_pattern halves[2];
    airy_random random;
    airy_random_init(&random, run->call->seed, (uint32_t)(number / 2), AIRY_STREAM_SPLIT, 0);
    airy_code code = airy_pattern_split(&run->pattern, &random, halves, err);
    if (code)
        return code;
    *out = halves[number % 2];
    airy_pattern_release(&halves[1 - number % 2]);
    return AIRY_OK;
}

// ------------------------------------------------------------------ from photons to an image

// What a trial came to.
typedef struct outcome {
    airy_average average;
    double pixel_nm, r_factor;
} outcome;

// Retrieves the pattern in a file as `airy retrieve` would, from starts of its own (`shot`), and
// averages as `airy average`.
static airy_code reconstruct(const trial_run *run, const char *path, uint32_t shot, outcome *out,
                             airy_error *err)
{
    const char *inputs[] = {path};
    airy_call quiet = *run->call;
    airy_prepared input = {0};
    airy_reconstruction result = {0};
    airy_quality quality = {0};
    quiet.inputs = inputs;
    quiet.n_inputs = 1;
    quiet.quiet = quiet.overwrite = true;
    airy_prepare_options prepare = run->search->prepare;
    prepare.frame = 0;
    prepare.mask = NULL; // it is in the pattern already
    airy_retrieve_step own = *run->search;
    own.call = &quiet;
    own.resume = false; // trials are whole or not
    own.saved = NULL;
    own.options.shot = own.photons.shot = shot;
    airy_code code = airy_prepare_problem(&quiet, &prepare, &input, err);
    airy_history_release(&input.history);
    if (!code)
        code = airy_history_copy(&input.history, &run->history, err);
    if (!code)
        code = airy_retrieve_step_run(&own, path, &input, &result, err);
    if (!code)
        code = airy_average_found(&result, run->average, &out->average, err);
    if (!code)
        code = airy_quality_mean(&out->average.aligned, out->average.best, &input.problem, &quality,
                                 err);
    airy_retrieve_step_forget(&own);
    out->r_factor = quality.score.r_factor;
    out->pixel_nm = input.pixel_nm;
    airy_reconstruction_release(&result);
    airy_prepare_release(&input);
    return code;
}

// Lays the mean on the image in question, whatever its pixels: its twin is another answer to the
// same question.
static airy_code place(const trial_run *run, const outcome *found, airy_image *out, airy_error *err)
{
    const airy_image *mean = &found->average.mean;
    airy_image centered = {0};
    airy_alignment how;
    airy_code code = airy_image_init(&centered, run->place->ny, run->place->nx, err);
    if (!code && fabs(found->pixel_nm - run->pixel_nm) > 1e-6 * run->pixel_nm)
        code = airy_grid_resample(mean, found->pixel_nm, &centered, run->pixel_nm, err);
    else if (!code)
        airy_grid_recenter(mean, &centered, 0);
    if (!code)
        code = airy_align(run->place, &centered, &run->average->align, out, &how, err);
    airy_image_release(&centered);
    return code;
}

static airy_code do_trial(const trial_run *run, trial_kind kind, int number, airy_image *image,
                          double *r_factor, airy_error *err)
{
    airy_pattern pattern = {0};
    outcome found = {0};
    airy_text scratch = {0};
    char *stem = airy_temporary_stem(run->call->output, "part");
    airy_text_append(&scratch, "%s%d%04d.cxi", stem ? stem : "", kind, number);
    scratch.failed = scratch.failed || !stem;
    airy_code code = airy_text_whole(&scratch, err);
    if (!code)
        code = kind == TRIAL_HALF ? halve(run, number, &pattern, err)
                                  : expose(run, kind, number, &pattern, err);
    if (!code)
        code = airy_pattern_write(scratch.text, &pattern, NULL, true, err);
    if (!code)
        code = reconstruct(run, scratch.text, (uint32_t)(kind + 1) << 24 | (uint32_t)number, &found,
                           err);
    if (!scratch.failed)
        unlink(scratch.text);
    if (!code)
        code = place(run, &found, image, err);
    *r_factor = found.r_factor;
    free(stem);
    airy_text_release(&scratch);
    airy_average_release(&found.average);
    airy_pattern_release(&pattern);
    return code;
}

airy_code airy_trial_make(trial_run *run, trial_kind kind, int number, airy_image *image,
                          double *r_factor, airy_error *err)
{
    const airy_store_place at = {kind, 0, number};
    airy_code code = airy_image_init(image, run->place->ny, run->place->nx, err);
    if (code)
        return code;
    const airy_store_part parts[] = {
        {image->px, sizeof *image->px * (size_t)image->ny * (size_t)image->nx},
        {r_factor, sizeof *r_factor}};
    if (airy_store_take(run->store, at, parts, 2))
        return AIRY_OK;
    code = do_trial(run, kind, number, image, r_factor, err);
    return code ? code : airy_store_put(run->store, at, parts, 2, err);
}

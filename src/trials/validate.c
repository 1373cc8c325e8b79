// SPDX-License-Identifier: GPL-3.0-or-later
// The step `validate`: what is read, and the trials one after the other.
#include "trials.h"

#include <math.h>

#define BAND_APART 1.5 // of image and pattern, from which on they do not belong together

void airy_validate_step_defaults(airy_validate_step *step, const airy_call *call)
{
    *step = (airy_validate_step){.nulls = 5, .recoveries = 5};
    airy_retrieve_step_begin(&step->search, call);
    airy_average_options_defaults(&step->average);
    airy_body_options_defaults(&step->body);
    step->body.kind = AIRY_BODY_SPHEROID;
    airy_bands_options_defaults(&step->bands);
    step->bands.draws = 0;
}

void airy_validate_step_release(airy_validate_step *step)
{
    airy_retrieve_step_release(&step->search);
}

// ------------------------------------------------------------------ reading

static airy_code read_image(validation *v, airy_error *err)
{
    double pitch_m = 0;
    const char *path = v->call->inputs[1];
    airy_h5 *h5 = airy_h5_open(path, err);
    if (!h5)
        return AIRY_EIO;
    airy_code code = airy_cxi_get_images(h5, &v->images, &pitch_m, err);
    if (!code)
        code = airy_history_read(h5, &v->run.history, err);
    airy_h5_close(h5);
    v->run.pixel_nm = pitch_m * 1e9;
    if (!code && !(pitch_m > 0))
        code = airy_error_set(
            err, AIRY_EVALUE,
            "%s does not tell its pixel size: the pattern it was retrieved from has to "
            "tell photon energy, distance and pixel size (`airy bin` states them)",
            path);
    if (!code)
        v->first = airy_stack_image(&v->images, 0);
    return code;
}

// Whether the image can be one of the pattern: its pixels say how far out its transform reaches.
// Cutting about the center makes them larger, the free border of condensing smaller.
static airy_code check_pixels(const validation *v, airy_error *err)
{
    const airy_pattern *p = &v->run.pattern;
    double ny = p->photons.ny, nx = p->photons.nx, image = v->run.pixel_nm;
    double inner =
        2 * fmin(fmin(p->center_y, ny - p->center_y), fmin(p->center_x, nx - p->center_x));
    double side = v->step->search.prepare.size, nm = airy_object_pixel_nm(&p->setup, 1);
    double most = side > 0 ? side : fmax(ny, nx), least = side > 0 ? side : fmax(inner, 1);
    if (image * most * BAND_APART >= nm && image * least <= nm * BAND_APART)
        return AIRY_OK;
    return airy_error_set(
        err, AIRY_EVALUE,
        "%s has pixels of %.4g nm, but images of %s have %.4g nm: it is not one of "
        "them",
        v->call->inputs[1], image, v->call->inputs[0], nm / most);
}

static airy_code read_pattern(validation *v, airy_error *err)
{
    const char *path = v->call->inputs[0];
    const airy_prepare_options *prepare = &v->step->search.prepare;
    airy_pattern *p = &v->run.pattern;
    airy_code code = airy_pattern_read(path, prepare->frame, p, NULL, err);
    if (!code)
        code = airy_setup_check(&p->setup, AIRY_FOR_IMAGES, err);
    if (!code)
        code = airy_frames_use_mask(v->call, prepare->mask, p, err);
    if (!code && p->condensed)
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s is condensed: its noise is not that of photons; give the pattern "
                              "that was condensed, and --condense",
                              path);
    if (!code && !(p->setup.energy_ev > 0 && p->setup.distance_m > 0 && p->setup.pitch_m > 0))
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s does not tell photon energy, distance and pixel size", path);
    if (!code && p->merged)
        airy_pattern_set_center(p, p->photons.ny / 2, p->photons.nx / 2, 0, 0);
    if (!code && !p->has_center)
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s: the center of the pattern is not known; run `airy center` first",
                              path);
    if (!code)
        code = check_pixels(v, err);
    double photons = code ? 0 : airy_stats_sum(p->photons.px, p->photons.ny * p->photons.nx);
    v->run.photons = photons;
    if (!code && !(photons > 0))
        code = airy_error_set(err, AIRY_EVALUE, "%s holds no photons", path);
    return code;
}

// ------------------------------------------------------------------ the trials

static airy_code run_set(validation *v, trial_kind kind, airy_error *err)
{
    trial_set *s = &v->set[kind];
    for (int i = 0; i < s->wanted; i++) {
        airy_image image = {0};
        judged *found = &s->found[i];
        airy_call_note(v->call, "%s %d of %d", airy_trial_names[kind], i + 1, s->wanted);
        found->kind = kind;
        airy_code code = airy_trial_make(&v->run, kind, i, &image, &found->r_factor, err);
        if (!code)
            code = airy_judged_image(v, &image, found, &s->bands[i], err);
        airy_image_release(&image);
        if (code == AIRY_ESTOPPED)
            return airy_error_set(err, code,
                                  "stopped at %s %d; finished trials are in %s.trials, go on with "
                                  "--resume",
                                  airy_trial_names[kind], i + 1, v->call->output);
        if (code)
            return airy_error_prefix(err, "%s %d", airy_trial_names[kind], i + 1);
        s->n++;
    }
    return AIRY_OK;
}

// Room for what all trials come to.
static airy_code allocate(validation *v, airy_error *err)
{
    const int wanted[TRIAL_KINDS] = {v->step->nulls, v->step->recoveries, 2 * v->step->halves};
    int total = 0;
    for (int kind = 0; kind < TRIAL_KINDS; kind++)
        total += wanted[kind];
    if (total > AIRY_TRIALS_MAX)
        return airy_error_set(err, AIRY_EARGUMENT, "%d trials are more than %d", total,
                              AIRY_TRIALS_MAX);
    v->found = airy_memory_new((size_t)total + 1, sizeof *v->found);
    v->bands = airy_memory_new((size_t)total + 1, sizeof *v->bands);
    if (!v->found || !v->bands)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d trials", total);
    for (int kind = 0, first = 0; kind < TRIAL_KINDS; first += wanted[kind++])
        v->set[kind] = (trial_set){0, wanted[kind], v->found + first, v->bands + first};
    return AIRY_OK;
}

// ------------------------------------------------------------------ the step

// Opens the store of finished trials. A trial depends on the parameters that decide it and on the
// inputs.
static airy_code open_store(validation *v, airy_error *err)
{
    const char *more[AIRY_PREPARE_FILES];
    char key[65];
    airy_text text = {0};
    airy_prepare_files(&v->step->search.prepare, more);
    airy_text_append(&text, "%s %s\n%llu\n", v->call->version, v->call->commit,
                     (unsigned long long)v->call->seed);
    airy_code code = airy_call_hash(v->call, more, v->call->progress, &text, err);
    if (!code)
        code = airy_text_whole(&text, err);
    if (!code)
        code = airy_store_key(v->step->decides, text.text, key, err);
    airy_text_release(&text);
    return code ? code : airy_trial_store_open(&v->run, key, err);
}

static airy_code prepare_all(validation *v, airy_error *err)
{
    airy_code code = airy_options_check(airy_bands_rows, &v->step->bands, err);
    if (!code)
        code = allocate(v, err);
    if (!code)
        code = read_image(v, err);
    if (!code)
        code = read_pattern(v, err);
    if (!code)
        code = airy_judged_image(v, &v->first, &v->reference, &v->reference_bands, err);
    if (!code)
        code = airy_image_init(&v->plain, v->first.ny, v->first.nx, err);
    airy_body sharp = v->reference.body;
    sharp.blur = 0; // the chain blurs it
    if (!code)
        code = airy_body_draw(&sharp, &v->plain, err);
    v->run.object[TRIAL_NULL] = v->plain;
    v->run.object[TRIAL_RECOVERY] = v->first;
    v->run.place = &v->first;
    return code;
}

static airy_code run(validation *v, airy_results *numbers, airy_error *err)
{
    const char *more[AIRY_PREPARE_FILES];
    airy_prepare_files(&v->step->search.prepare, more);
    airy_code code = airy_call_outputs(v->call, v->call->output, v->step->tsv, err);
    if (!code)
        code = prepare_all(v, err);
    if (!code)
        code = airy_call_record(v->call, more, NULL, &v->run.history, err);
    if (!code)
        code = open_store(v, err);
    for (int kind = 0; !code && kind < TRIAL_KINDS; kind++)
        code = run_set(v, (trial_kind)kind, err);
    if (!code)
        code = airy_validation_write(v, numbers, err);
    if (!code) {
        airy_store_remove(v->run.store);
        v->run.store = NULL;
    }
    return code;
}

static void release(validation *v)
{
    for (int kind = 0; kind < TRIAL_KINDS; kind++)
        for (int i = 0; i < v->set[kind].n; i++) {
            airy_image_release(&v->set[kind].found[i].difference);
            airy_bands_release(&v->set[kind].bands[i]);
        }
    airy_memory_free(v->found);
    airy_memory_free(v->bands);
    airy_image_release(&v->reference.difference);
    airy_bands_release(&v->reference_bands);
    airy_stack_release(&v->images);
    airy_image_release(&v->plain);
    airy_pattern_release(&v->run.pattern);
    airy_history_release(&v->run.history);
    airy_store_close(v->run.store);
}

airy_code airy_validate_step_run(const airy_call *call, airy_validate_step *step,
                                 airy_results *numbers, airy_error *err)
{
    validation v = {.call = call, .step = step};
    v.run.call = call;
    v.run.search = &step->search;
    v.run.average = &step->average;
    airy_code code = run(&v, numbers, err);
    release(&v);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// One trial: photons, search, average, and its file in OUTPUT.trials, so that a run can go on.
#include "trials.h"

#include "airy/pattern.h"
#include "airy/simulate.h"
#include "airy/source.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RESULT "/entry_1/result_1/"

const char *const trial_names[TRIAL_KINDS] = {"null", "recovery", "half"};

// ------------------------------------------------------------------ finished trials

static void folder_name(const trial_run *run, airy_text *name)
{
    airy_text_append(name, "%s.trials", run->call->output);
}

static void file_name(const trial_run *run, trial_kind kind, int number, airy_text *name)
{
    folder_name(run, name);
    airy_text_append(name, "/%s-%04d.h5", trial_names[kind], number);
}

// Compares the key of a finished trial.
static airy_code check_trial(const char *path, const char *key, airy_error *err)
{
    char *found = NULL;
    airy_h5 *h5 = airy_h5_open(path, err);
    airy_code code = h5 ? airy_h5_get_text(h5, RESULT "key", &found, err) : AIRY_EIO;
    if (!code && strcmp(found, key) != 0)
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s is of a run with other parameters or inputs; -f without --resume "
                              "drops it",
                              path);
    airy_h5_close(h5);
    free(found);
    return code;
}

static airy_code remove_trial(const char *path, const char *key, airy_error *err)
{
    (void)key;
    (void)err;
    unlink(path);
    return AIRY_OK;
}

// Files of the folder; those whose names begin with a dot belong to a trial under way.
static airy_code each_trial(const char *folder, bool hidden, const char *key,
                            airy_code (*visit)(const char *path, const char *key, airy_error *err),
                            airy_error *err)
{
    airy_code code = AIRY_OK;
    DIR *directory = opendir(folder);
    for (struct dirent *entry; !code && directory && (entry = readdir(directory));) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (name[0] == '.' && !hidden))
            continue;
        airy_text path = {0};
        airy_text_append(&path, "%s/%s", folder, name);
        code = airy_text_whole(&path, err);
        if (!code)
            code = visit(path.text, key, err);
        airy_text_release(&path);
    }
    if (directory)
        closedir(directory);
    return code;
}

// Whether what is in the folder may stay, is to go, or is somebody's.
static airy_code look_at_trials(const trial_run *run, const char *folder, airy_error *err)
{
    if (run->search.resume)
        return each_trial(folder, false, run->key, check_trial, err);
    if (run->call->overwrite)
        return each_trial(folder, true, NULL, remove_trial, err);
    return airy_error_set(err, AIRY_EVALUE,
                          "%s holds trials of a run that was not finished; --resume goes on with "
                          "them, -f drops them",
                          folder);
}

airy_code trials_begin(trial_run *run, airy_error *err)
{
    airy_text name = {0};
    folder_name(run, &name);
    airy_code code = airy_text_whole(&name, err);
    bool there = !code && mkdir(name.text, 0777) != 0 && errno == EEXIST;
    if (!code && !there && !airy_file_exists(name.text))
        code = airy_error_set(err, AIRY_EIO, "%s: cannot make the folder: %s", name.text,
                              strerror(errno));
    if (!code)
        code = airy_claim_folder(name.text, &run->claim, err);
    if (!code && there)
        code = look_at_trials(run, name.text, err);
    airy_text_release(&name);
    return code;
}

void trials_forget(trial_run *run)
{
    airy_text name = {0};
    folder_name(run, &name);
    if (!name.failed && each_trial(name.text, true, NULL, remove_trial, NULL) == AIRY_OK)
        rmdir(name.text);
    airy_claim_drop(&run->claim);
    airy_text_release(&name);
}

static airy_code read_trial(const char *path, airy_image *image, double *r_factor, airy_error *err)
{
    airy_h5 *h5 = airy_h5_open(path, err);
    if (!h5)
        return AIRY_EIO;
    airy_code code = airy_h5_get_image(h5, "/entry_1/image_1/data", image, err);
    if (!code)
        code = airy_h5_get_double(h5, RESULT "r_factor", r_factor, err);
    airy_h5_close(h5);
    return code;
}

static airy_code write_trial(const trial_run *run, const char *path, const airy_image *image,
                             double r_factor, airy_error *err)
{
    airy_h5 *h5 = airy_h5_create(path, true, err);
    if (!h5)
        return AIRY_EIO;
    airy_stack one = {.n = 1, .ny = image->ny, .nx = image->nx, .px = image->px};
    airy_cxi_begin(h5, &run->pattern.setup, &run->history, err);
    airy_cxi_put_images(h5, &one, run->pixel_nm * 1e-9, err);
    airy_h5_put_double(h5, RESULT "r_factor", r_factor, err);
    airy_h5_put_text(h5, RESULT "key", run->key, err);
    airy_code code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
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

// Retrieves the pattern in a file as `airy retrieve` would, from starts of its own (`shot`), and
// averages as `airy average`.
static airy_code reconstruct(trial_run *run, const char *path, uint32_t shot, airy_average *average,
                             double *pixel_nm, double *r_factor, airy_error *err)
{
    const char *inputs[] = {path};
    airy_call quiet = run->call->run;
    airy_prepared input = {0};
    airy_reconstruction result = {0};
    airy_quality quality = {0};
    quiet.inputs = inputs;
    quiet.n_inputs = 1;
    quiet.quiet = quiet.overwrite = true;
    airy_prepare_options prepare = run->search.prepare;
    prepare.frame = 0;
    prepare.mask = NULL; // it is in the pattern already
    airy_retrieve_step own = run->search;
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
        code = airy_average_found(&result, &run->average, average, err);
    if (!code)
        code = airy_quality_mean(&average->aligned, average->best, &input.problem, &quality, err);
    airy_retrieve_step_forget(&own);
    *r_factor = quality.score.r_factor;
    *pixel_nm = input.pixel_nm;
    airy_reconstruction_release(&result);
    airy_prepare_release(&input);
    return code;
}

// Lays the mean on the image in question, whatever its pixels: its twin is another answer to the
// same question.
static airy_code place(const trial_run *run, const airy_image *mean, double pixel_nm,
                       airy_image *out, airy_error *err)
{
    airy_image centered = {0};
    airy_alignment how;
    airy_code code = airy_image_init(&centered, run->place->ny, run->place->nx, err);
    if (!code)
        code = airy_image_init(out, run->place->ny, run->place->nx, err);
    if (!code) {
        if (fabs(pixel_nm - run->pixel_nm) > 1e-6 * run->pixel_nm)
            code = airy_grid_resample(mean, pixel_nm, &centered, run->pixel_nm, err);
        else
            airy_grid_recenter(mean, &centered, 0);
    }
    if (!code) {
        code = airy_align(run->place, &centered, &run->average.align, out, &how, err);
    }
    airy_image_release(&centered);
    return code;
}

static airy_code do_trial(trial_run *run, trial_kind kind, int number, airy_image *image,
                          double *r_factor, airy_error *err)
{
    airy_pattern pattern = {0};
    airy_average average = {0};
    airy_text scratch = {0};
    double pixel_nm = 0;
    folder_name(run, &scratch);
    airy_text_append(&scratch, "/.%s-%04d.cxi", trial_names[kind], number);
    airy_code code = airy_text_whole(&scratch, err);
    if (!code)
        code = kind == TRIAL_HALF ? halve(run, number, &pattern, err)
                                  : expose(run, kind, number, &pattern, err);
    if (!code)
        code = airy_pattern_write(scratch.text, &pattern, NULL, true, err);
    if (!code)
        code = reconstruct(run, scratch.text, (uint32_t)(kind + 1) << 24 | (uint32_t)number,
                           &average, &pixel_nm, r_factor, err);
    if (!scratch.failed)
        unlink(scratch.text);
    if (!code)
        code = place(run, &average.mean, pixel_nm, image, err);
    airy_text_release(&scratch);
    airy_average_release(&average);
    airy_pattern_release(&pattern);
    return code;
}

airy_code trial_make(trial_run *run, trial_kind kind, int number, airy_image *image,
                     double *r_factor, airy_error *err)
{
    airy_text path = {0};
    file_name(run, kind, number, &path);
    airy_code code = airy_text_whole(&path, err);
    if (code) {
        airy_text_release(&path);
        return code;
    }
    if (airy_file_exists(path.text)) {
        code = read_trial(path.text, image, r_factor, err);
    } else {
        code = do_trial(run, kind, number, image, r_factor, err);
        if (!code)
            code = write_trial(run, path.text, image, *r_factor, err);
    }
    airy_text_release(&path);
    return code;
}

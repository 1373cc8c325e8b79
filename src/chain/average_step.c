// SPDX-License-Identifier: GPL-3.0-or-later
// The step `average`: the best starts of a retrieval as one image, with spread and quality.
#include "airy/chain.h"
#include "recon.h"

#include <math.h>
#include <stdlib.h>

#define PATTERN "/entry_1/instrument_1/detector_1/data"
#define FOUND "/entry_1/result_1/search_found"
#define RIVALS "/entry_1/result_1/search_rivals"
#define RESAMPLED "/entry_1/image_1/resampled"

enum { COUNTS = 4 };

// Everything of one run.
struct work {
    const airy_call *call;
    airy_average_options options;
    const char *rings_path;
    airy_stack images, resampled;
    airy_stack rivals; // borrowed: the images of other solutions as likely as the best within noise
    double odd_redrawn; // correlation of odd parts with those of redrawn photons; NaN: not known
    double search_body; // airy_search_body, NaN: not known
    int others;         // images that another solution was found in, and that are left out
    double pitch_m;
    airy_setup setup;
    airy_history history;
    airy_pattern pattern;
    airy_mask support;
    bool scored; // there is a pattern to score against
    airy_problem problem;
    airy_average average;
    airy_quality quality[COUNTS];
    int n_quality;
    airy_ring_table rings;
    airy_modes modes;
    bool modes_known;
};

// ------------------------------------------------------------------ reading

// The support as written by retrieve, or, for images from elsewhere, where the best image is not 0.
static airy_code read_support(struct work *work, airy_h5 *h5, airy_error *err)
{
    const char *path = "/entry_1/image_1/mask";
    if (airy_h5_has(h5, path))
        return airy_h5_get_mask(h5, path, &work->support, err);
    airy_code code = airy_mask_init(&work->support, work->images.ny, work->images.nx, err);
    for (int i = 0; !code && i < work->images.ny * work->images.nx; i++)
        work->support.bits[i] = work->images.px[i] > 0;
    return code;
}

// The pixels that the search did not see stay apart.
static airy_code read_held_out(struct work *work, airy_h5 *h5, airy_error *err)
{
    const char *path = "/entry_1/image_1/measured";
    airy_mask *mask = &work->problem.measured, found = {0};
    if (!airy_h5_has(h5, path))
        return AIRY_OK;
    airy_code code = airy_h5_get_mask(h5, path, &found, err);
    if (!code && (found.ny != mask->ny || found.nx != mask->nx))
        code = airy_error_set(err, AIRY_ESHAPE, "%s: %s is %d x %d, but the pattern %d x %d",
                              work->call->inputs[0], path, found.ny, found.nx, mask->ny, mask->nx);
    for (int i = 0; !code && i < mask->ny * mask->nx; i++)
        if (found.bits[i] == AIRY_HELD && mask->bits[i] == AIRY_USED)
            mask->bits[i] = AIRY_HELD;
    airy_mask_release(&found);
    return code;
}

// The measured pattern, when the file holds one.
static airy_code read_pattern(struct work *work, airy_h5 *h5, airy_error *err)
{
    const char *path = work->call->inputs[0];
    airy_text spec = {0};
    airy_text_append(&spec, "%s:" PATTERN, path);
    airy_code code = airy_text_whole(&spec, err);
    if (!code)
        code = airy_pattern_read(spec.text, 0, &work->pattern, NULL, err);
    airy_text_release(&spec);
    if (code)
        return code;
    double own = airy_object_pixel_nm(&work->pattern.setup, work->pattern.photons.nx);
    double stated = work->pitch_m * 1e9;
    if (own > 0 && stated > 0 && fabs(own - stated) > 1e-3 * own)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s: the images have pixels of %.5g nm, those of its pattern have "
                              "%.5g nm",
                              path, stated, own);
    code = airy_problem_init(&work->problem, &work->pattern, &work->support, err);
    work->problem.pixel_nm = work->pitch_m * 1e9;
    if (!code)
        code = read_held_out(work, h5, err);
    work->scored = !code;
    return code;
}

// Of a search by likelihood the images of the best solution come first; those of others are no part
// of a mean. Its scatter is that of photons drawn again, too.
static airy_code keep_solution(struct work *work, airy_h5 *h5, airy_error *err)
{
    int found = 0, rivals = 0;
    airy_code code = airy_h5_get_int(h5, FOUND, &found, err);
    if (!code && airy_h5_has(h5, RIVALS))
        code = airy_h5_get_int(h5, RIVALS, &rivals, err);
    if (!code && (found < 1 || found > work->images.n))
        code = airy_error_set(err, AIRY_EVALUE, "%s: " FOUND " is %d of %d images",
                              work->call->inputs[0], found, work->images.n);
    if (!code)
        code = airy_results_find(h5, "odd_redrawn", &work->odd_redrawn, err);
    if (!code)
        code = airy_results_find(h5, "search_body", &work->search_body, err);
    if (!code && airy_h5_has(h5, RESAMPLED))
        code = airy_h5_get_stack(h5, RESAMPLED, &work->resampled, err);
    if (code)
        return code;
    if (work->resampled.n &&
        (work->resampled.ny != work->images.ny || work->resampled.nx != work->images.nx))
        return airy_error_set(err, AIRY_ESHAPE, "%s: " RESAMPLED " is %d x %d, the images %d x %d",
                              work->call->inputs[0], work->resampled.ny, work->resampled.nx,
                              work->images.ny, work->images.nx);
    work->others = work->images.n - found;
    if (rivals < 0 || rivals > work->others)
        return airy_error_set(err, AIRY_EVALUE, "%s: " RIVALS " is %d of %d images",
                              work->call->inputs[0], rivals, work->others);
    work->rivals = work->images;
    work->rivals.px += (size_t)found * (size_t)work->images.ny * (size_t)work->images.nx;
    work->rivals.n = rivals;
    work->images.n = found;
    work->options.resampled = work->resampled.n ? &work->resampled : NULL;
    return AIRY_OK;
}

static airy_code read_all(struct work *work, airy_error *err)
{
    const char *path = work->call->inputs[0];
    airy_h5 *h5 = airy_h5_open(path, err);
    if (!h5)
        return AIRY_EIO;
    airy_code code = airy_cxi_get_images(h5, &work->images, &work->pitch_m, err);
    if (!code && airy_h5_has(h5, FOUND))
        code = keep_solution(work, h5, err);
    if (!code)
        code = airy_history_read(h5, &work->history, err);
    if (!code)
        code = airy_setup_read(h5, &work->setup, err);
    if (!code)
        code = read_support(work, h5, err);
    bool measured = !code && airy_h5_has(h5, PATTERN);
    if (measured)
        code = read_pattern(work, h5, err);
    if (!code)
        code = airy_h5_trust(h5, err);
    airy_h5_close(h5);
    if (!code && !measured && work->rings_path)
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s holds no measured pattern: there are no --ring-table", path);
    if (!code && !measured)
        airy_call_warn(work->call,
                       "%s holds no measured pattern: R, PRTF and deviance are not known", path);
    return code;
}

// ------------------------------------------------------------------ scoring

// The counts of the numbers table: 1, best, 10 and all, each once, in order.
static int list_counts(const struct work *work, int *counts)
{
    int n = 0, all = work->images.n, best = work->average.best;
    const int wanted[COUNTS] = {1, best < 10 ? best : 10, best < 10 ? 10 : best, all};
    for (int i = 0; i < COUNTS; i++)
        if (wanted[i] <= all && (n == 0 || wanted[i] > counts[n - 1]))
            counts[n++] = wanted[i];
    return n;
}

static airy_code score(struct work *work, airy_error *err)
{
    int counts[COUNTS];
    airy_code code = AIRY_OK;
    if (!work->scored)
        return AIRY_OK;
    work->n_quality = list_counts(work, counts);
    for (int i = 0; !code && i < work->n_quality; i++)
        code = airy_quality_mean(&work->average.aligned, counts[i], &work->problem,
                                 &work->quality[i], err);
    airy_error too_many = {0};
    work->modes_known = airy_modes_find(&work->problem, &work->modes, &too_many) == AIRY_OK;
    if (!code)
        code = airy_rings_make(&work->average.aligned, work->average.best, &work->problem,
                               &work->rings, err);
    return code;
}

// The row of the table that belongs to the image written.
static const airy_quality *best_quality(const struct work *work)
{
    for (int i = 0; i < work->n_quality; i++)
        if (work->quality[i].n == work->average.best)
            return &work->quality[i];
    return NULL;
}

// ------------------------------------------------------------------ the numbers table

static const airy_number qualities[] = {
    AIRY_NUMBER(airy_quality, n, "images", "1", "in the mean"),
    AIRY_NUMBER(airy_quality, score.r_factor, "r_factor", "1", "sum | |F| - b | / sum b"),
    AIRY_NUMBER(airy_quality, score.r_ratio, "r_ratio", "1", "mean of | |F| - b | / b"),
    AIRY_NUMBER(airy_quality, score.r_free, "r_free", "1", "R of pixels that were held out"),
    AIRY_NUMBER(airy_quality, score.deviance, "deviance", "1", "Poisson deviance a pixel"),
    AIRY_NUMBER(airy_quality, spread, "spread", "1", "of the images, relative to their mean"),
    AIRY_NUMBER(airy_quality, outside, "power_outside", "1",
                "share of the power outside the support when amplitudes are those measured"),
};
const airy_described airy_quality_numbers = AIRY_DESCRIBED("image.cxi averages", qualities);

static airy_rows rows_of(const struct work *work)
{
    return (airy_rows){work->quality, sizeof work->quality[0], work->n_quality};
}

// ------------------------------------------------------------------ image.cxi

// The means of 1, best, 10 and all images themselves.
static airy_code put_averages(const struct work *work, airy_h5 *h5, airy_error *err)
{
    const airy_stack *aligned = &work->average.aligned;
    airy_stack means = {0};
    airy_code code = airy_stack_init(&means, work->n_quality, aligned->ny, aligned->nx, err);
    for (int i = 0; !code && i < means.n; i++) {
        airy_image mean = airy_stack_image(&means, i);
        airy_average_mean(aligned, 0, 1, work->quality[i].n, &mean);
    }
    if (!code)
        airy_h5_put_stack(h5, "/entry_1/result_1/averages/data", &means, err);
    airy_stack_release(&means);
    return code;
}

// What image.cxi says of the whole; counts below 0 are not known.
typedef struct of_image {
    int images, clusters, ambiguous, open, weak, rivals;
    double odd_redrawn, search_body;
    airy_quality best; // of as many images as are in the mean
} of_image;

static const airy_number of_whole[] = {
    AIRY_NUMBER(of_image, images, "images", "1", "in the mean"),
    AIRY_NUMBER(of_image, clusters, "clusters", "1", "groups of images that are alike"),
    AIRY_NUMBER(of_image, ambiguous, "ambiguous_twins", "1",
                "images that fit as well turned by 180 degrees"),
    AIRY_NUMBER(of_image, best.score.r_factor, "r_factor", "1", "of the mean"),
    AIRY_NUMBER(of_image, best.score.r_ratio, "r_ratio", "1", "of the mean"),
    AIRY_NUMBER(of_image, best.score.r_free, "r_free", "1", "of the mean"),
    AIRY_NUMBER(of_image, best.score.deviance, "deviance", "1", "of the mean"),
    AIRY_NUMBER(of_image, best.spread, "spread", "1", "of the images, relative to their mean"),
    AIRY_NUMBER(of_image, best.outside, "power_outside", "1", "of the mean"),
    AIRY_NUMBER(of_image, open, "unconstrained_modes", "1", "that no measured pixel holds"),
    AIRY_NUMBER(of_image, weak, "weak_modes", "1", "that measured pixels hardly hold"),
    AIRY_NUMBER(of_image, rivals, "rivals", "1", "other solutions as likely within noise"),
    AIRY_NUMBER(of_image, odd_redrawn, "odd_redrawn", "1",
                "correlation of the odd part with those of photons drawn again"),
    AIRY_NUMBER(of_image, search_body, "search_body", "1",
                "1: spheroid, 2: the convex body that the image shows, 3: neither, doubtful"),
};
static const airy_described of_image_numbers = AIRY_DESCRIBED("image.cxi", of_whole);

static void put_numbers(const struct work *work, airy_h5 *h5, airy_error *err)
{
    const airy_quality *q = best_quality(work);
    of_image n = {.images = work->average.best,
                  .clusters = work->average.clusters,
                  .ambiguous = work->average.ambiguous,
                  .open = work->modes_known ? work->modes.open : -1,
                  .weak = work->modes_known ? work->modes.weak : -1,
                  .rivals = work->rivals.px ? work->rivals.n : -1,
                  .odd_redrawn = work->odd_redrawn,
                  .search_body = work->search_body};
    airy_result_row resolutions[AIRY_RINGS_RESOLUTIONS];
    airy_described_unknown(&airy_quality_numbers, &n.best);
    if (q)
        n.best = *q;
    airy_described_put_results(h5, &of_image_numbers, &n, 1, err);
    airy_ring_table_resolutions(&work->rings, resolutions);
    airy_results_put(h5, resolutions, AIRY_RINGS_RESOLUTIONS, err);
}

static airy_code write_image(struct work *work, airy_error *err)
{
    const airy_call *call = work->call;
    const airy_average *a = &work->average;
    airy_h5 *h5 = airy_h5_create(call->output, call->overwrite, err);
    if (!h5)
        return AIRY_EIO;
    airy_stack mean = {.n = 1, .ny = a->mean.ny, .nx = a->mean.nx, .px = a->mean.px};
    airy_cxi_begin(h5, &work->setup, &work->history, err);
    airy_cxi_put_images(h5, &mean, work->pitch_m, err);
    airy_cxi_title(h5, "projected density (arb. units)", err);
    airy_h5_put_image(h5, "/entry_1/image_1/spread", &a->spread, err);
    airy_h5_put_image(h5, "/entry_1/image_1/median", &a->median, err);
    if (work->resampled.n)
        airy_h5_put_stack(h5, RESAMPLED, &work->resampled, err);
    if (work->rivals.n)
        airy_h5_put_stack(h5, "/entry_1/image_1/rivals", &work->rivals, err);
    airy_h5_put_mask(h5, "/entry_1/image_1/mask", &work->support, err);
    put_numbers(work, h5, err);
    if (work->scored) {
        const airy_rows rows = rows_of(work);
        airy_described_put(h5, "/entry_1/result_1/averages", &airy_quality_numbers, &rows, err);
        airy_ring_table_put(h5, &work->rings, err);
    }
    airy_code code = work->scored ? put_averages(work, h5, err) : AIRY_OK;
    if (!code)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

// ------------------------------------------------------------------ the command

static void talk_of_rings(const struct work *work)
{
    const airy_ring_table *rings = &work->rings;
    char half[AIRY_RINGS_LENGTH], seventh[AIRY_RINGS_LENGTH], prtf[AIRY_RINGS_LENGTH];
    airy_ring_table_length(rings, rings->resolution_half_bit_nm, half);
    airy_ring_table_length(rings, rings->resolution_seventh_nm, seventh);
    airy_ring_table_length(rings, rings->resolution_prtf_nm, prtf);
    airy_call_note(
        work->call,
        "starts agree down to %s (half-bit), %s (1/7); PRTF reaches 1/e at %s (full periods)", half,
        seventh, prtf);
}

static void talk(const struct work *work)
{
    const airy_average *a = &work->average;
    airy_call_note(work->call, "%d of %d images averaged; %d cluster%s of solutions", a->best,
                   work->images.n, a->clusters, a->clusters == 1 ? "" : "s");
    if (work->others > 0)
        airy_call_note(work->call, "%d image%s of other solutions left out", work->others,
                       work->others == 1 ? "" : "s");
    airy_recon_tell_odd(work->call, work->odd_redrawn);
    if (work->rivals.n)
        airy_call_warn(work->call,
                       "doubtful: %d other solution%s as likely within noise; `difference` and "
                       "`bands` say what they have in common",
                       work->rivals.n, work->rivals.n == 1 ? " is" : "s are");
    if (a->best < work->options.best && !work->options.resampled)
        airy_call_warn(work->call, "--best %d was asked for, %s holds only %d images",
                       work->options.best, work->call->inputs[0], work->images.n);
    if (a->ambiguous > 0)
        airy_call_warn(work->call, "%d of the %d images fit as well turned by 180 degrees",
                       a->ambiguous, a->best);
    if (work->scored && a->best > 1)
        talk_of_rings(work);
}

static void release(struct work *work)
{
    airy_stack_release(&work->images);
    airy_stack_release(&work->resampled);
    airy_history_release(&work->history);
    airy_pattern_release(&work->pattern);
    airy_mask_release(&work->support);
    airy_problem_release(&work->problem);
    airy_average_release(&work->average);
    airy_ring_table_release(&work->rings);
}

const airy_option airy_average_step_rows[] = {
    AIRY_OPTION(airy_average_step, options.best, "best", .low = 1, .high = 100000, .unit = "images",
                .help = "images averaged, from the best on"),
    AIRY_OPTION(airy_average_step, options.cluster, "cluster", .low = 1e-6, .high = 1,
                .help = "distance sum|a-b| / sum|a+b| below which two images are one solution"),
    AIRY_OPTION(airy_average_step, options.align.twin, "twin",
                .help = "try images turned by 180 degrees too"),
    AIRY_OPTION(airy_average_step, options.align.step, "precision", .low = 1e-4, .high = 1,
                .unit = "pixels", .help = "precision of shifts", .was = "step"),
    AIRY_OPTION(airy_average_step, options.align.ambiguous, "ambiguous", .low = 0, .high = 1,
                .help = "difference of scores below which twins are flagged"),
    AIRY_OPTION(airy_average_step, rings, "ring-table", .unit = "FILE.tsv",
                .help = "also write ring correlation, and PRTF if any, as a table", .was = "rings"),
    {0},
};

void airy_average_step_defaults(airy_average_step *step)
{
    *step = (airy_average_step){0};
    airy_average_options_defaults(&step->options);
}

void airy_average_result_release(airy_average_result *found)
{
    airy_image_release(&found->mean);
    airy_mask_release(&found->support);
    airy_table_release(&found->table);
    *found = (airy_average_result){0};
}

static airy_code make(struct work *work, airy_error *err)
{
    const airy_call *call = work->call;
    airy_code code = airy_average_options_check(&work->options, err);
    if (!code)
        code = airy_call_outputs(call, call->output, work->rings_path, err);
    if (!code)
        code = read_all(work, err);
    if (!code)
        code = airy_average_make(&work->images, &work->options, &work->average, err);
    if (!code)
        code = score(work, err);
    if (!code)
        code = airy_call_record(call, NULL, NULL, &work->history, err);
    if (!code)
        code = write_image(work, err);
    if (!code && work->rings_path)
        code = airy_ring_table_write(work->rings_path, &work->rings, &work->history,
                                     call->overwrite, err);
    return code;
}

airy_code airy_average_step_run(const airy_call *call, const airy_average_step *step,
                                airy_average_result *found, airy_error *err)
{
    struct work work = {.call = call,
                        .options = step->options,
                        .rings_path = step->rings,
                        .odd_redrawn = NAN,
                        .search_body = NAN};
    *found = (airy_average_result){0};
    airy_code code = make(&work, err);
    if (!code) {
        talk(&work);
        const airy_rows rows = rows_of(&work);
        code = airy_described_table(&airy_quality_numbers, &rows, &found->table, err);
    }
    if (!code)
        code = airy_image_copy(&found->mean, &work.average.mean, err);
    const airy_quality *q = best_quality(&work);
    found->quality = q ? *q : (airy_quality){.score = {.r_factor = NAN, .deviance = NAN}};
    found->best = work.average.best;
    found->ambiguous = work.average.ambiguous;
    found->pitch_m = work.pitch_m;
    found->support = work.support;
    work.support = (airy_mask){0};
    release(&work);
    return code;
}

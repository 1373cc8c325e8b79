// SPDX-License-Identifier: GPL-3.0-or-later
// airy validate: what the same chain makes of a plain body, and of the image itself as truth.
#include "airy/density.h"
#include "airy/image.h"
#include "airy/io.h"
#include "airy/simulate.h"
#include "commands.h"
#include "frames.h"
#include "prepare.h"
#include "results.h"
#include "say.h"
#include "trail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIALS_MAX = 1000, NULL_TRIAL = 0, RECOVERY = 1 };

// What the density rooms find in one image.
typedef struct findings {
    airy_body body;
    airy_areas areas;
    airy_image difference;
    airy_bands bands;
} findings;

// One simulated and reconstructed shot.
typedef struct trial {
    int kind;
    findings found;
    double r_factor;
} trial;

// Everything of one run.
struct work {
    invocation *call;
    prepare_options prepare;
    airy_retrieve_options retrieve;
    airy_average_options average;
    airy_body_options body;
    airy_bands_options bands;
    const char *rule;
    int iterations, nulls, recoveries, model;
    double pixel_nm, photons;
    airy_stack images; // of image.cxi; the first is used
    airy_image plain;  // the body fitted to it
    airy_pattern pattern;
    airy_history history;
    findings reference;
    trial trials[TRIALS_MAX];
    int n; // trials done
};

static void findings_release(findings *found)
{
    airy_image_release(&found->difference);
    airy_bands_release(&found->bands);
}

// ------------------------------------------------------------------ one image

static airy_code measure(const struct work *work, const airy_image *image, findings *found,
                         airy_error *err)
{
    *found = (findings){0};
    airy_code code = airy_body_fit(image, &work->body, &found->body, err);
    if (!code)
        code = airy_image_init(&found->difference, image->ny, image->nx, err);
    if (!code)
        code = airy_difference_make(image, &found->body, &found->difference, err);
    if (!code)
        code =
            airy_difference_areas(&found->difference, NULL, &found->body, 0, 0, &found->areas, err);
    airy_bands_input input = {.difference = found->difference, .body = found->body};
    input.pixel_nm = work->pixel_nm;
    if (!code)
        code = airy_bands_find(&input, &work->bands, &found->bands, err);
    if (code)
        findings_release(found);
    return code;
}

// ------------------------------------------------------------------ reading

static airy_code read_image(struct work *work, airy_error *err)
{
    double pitch_m = 0;
    airy_h5 *h5 = airy_h5_open(work->call->inputs[1], err);
    if (!h5)
        return AIRY_EIO;
    airy_code code = airy_cxi_get_images(h5, &work->images, &pitch_m, err);
    if (!code)
        code = airy_history_read(h5, &work->history, err);
    airy_h5_close(h5);
    work->pixel_nm = pitch_m * 1e9;
    if (!code && !(pitch_m > 0))
        code = airy_error_set(err, AIRY_EVALUE, "%s does not tell its pixel size",
                              work->call->inputs[1]);
    return code;
}

static airy_code read_pattern(struct work *work, airy_error *err)
{
    const char *path = work->call->inputs[0];
    airy_pattern *p = &work->pattern;
    airy_code code = airy_pattern_read(path, work->prepare.frame, p, NULL, err);
    if (!code)
        code = frames_add_mask(work->prepare.mask, p, err);
    if (!code && p->condensed)
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s is condensed: its noise is not that of photons; give the pattern "
                              "that was condensed, and --condense",
                              path);
    if (!code && !(p->beam.energy_ev > 0 && p->beam.distance_m > 0 && p->beam.pitch_m > 0))
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s does not tell photon energy, distance and pixel size", path);
    if (!code && p->merged)
        airy_pattern_set_center(p, p->photons.ny / 2, p->photons.nx / 2, 0, 0);
    if (!code && !p->has_center)
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s: the centre of the pattern is not known; run `airy center` first",
                              path);
    work->photons = code ? 0 : airy_stats_sum(p->photons.px, p->photons.ny * p->photons.nx);
    if (!code && !(work->photons > 0))
        code = airy_error_set(err, AIRY_EVALUE, "%s holds no photons", path);
    return code;
}

// ------------------------------------------------------------------ one trial

// The object's photons on the pattern's measured pixels, as many as were measured. A merged pixel
// is the mean of two counts.
static airy_code expose(const struct work *work, const airy_image *object, int number,
                        airy_pattern *out, airy_error *err)
{
    airy_code code = airy_pattern_copy(out, &work->pattern, err);
    if (!code)
        code = airy_diffract_image(object, work->pixel_nm, &out->beam, out->center_y, out->center_x,
                                   &out->photons, err);
    if (code)
        return code;
    int n = out->photons.ny * out->photons.nx;
    float *px = out->photons.px;
    for (int i = 0; i < n; i++)
        if (out->mask.bits[i] & AIRY_MASK_EXCLUDES)
            px[i] = NAN;
    double mates = out->merged ? 2 : 1, scale = mates * work->photons / airy_stats_sum(px, n);
    for (int i = 0; i < n; i++)
        px[i] = (float)(scale * (double)px[i]);
    airy_random random;
    airy_random_init(&random, work->call->seed, 0x56414c49U, 0, (uint32_t)number);
    airy_simulate_poisson(&out->photons, &random);
    for (int i = 0; i < n; i++) {
        px[i] /= (float)mates;
        if (out->variance.px)
            out->variance.px[i] = px[i] / (float)mates;
    }
    return AIRY_OK;
}

// Retrieves the pattern in a file as `airy retrieve` would, and averages as `airy average`.
static airy_code reconstruct(const struct work *work, const char *path, airy_average *average,
                             double *r_factor, airy_error *err)
{
    const char *inputs[] = {path};
    invocation quiet = *work->call;
    prepared input = {0};
    airy_reconstruction result = {0};
    quiet.inputs = inputs;
    quiet.n_inputs = 1;
    quiet.quiet = true;
    prepare_options prepare = work->prepare;
    prepare.frame = 0;
    prepare.mask = NULL; // it is in the pattern already
    airy_code code = prepare_problem(&quiet, &prepare, &input, err);
    if (!code)
        code = airy_retrieve(&input.problem, &work->retrieve, NULL, NULL, &result, err);
    if (!code)
        code = airy_average_make(&result.images, &work->average, average, err);
    if (!code) {
        airy_quality quality;
        code = airy_quality_mean(&average->aligned, average->best, &input.problem, &quality, err);
        *r_factor = quality.score.r_factor;
    }
    airy_reconstruction_release(&result);
    prepare_release(&input);
    return code;
}

// Lays the mean on the reference image (its twin is another answer to the same question) and
// measures it.
static airy_code judge(const struct work *work, const airy_image *mean, findings *found,
                       airy_error *err)
{
    airy_image reference = airy_stack_image(&work->images, 0), placed = {0}, moved = {0};
    airy_alignment how;
    airy_code code = airy_image_init(&placed, reference.ny, reference.nx, err);
    if (!code)
        code = airy_image_init(&moved, reference.ny, reference.nx, err);
    if (!code) {
        airy_grid_recentre(mean, &placed, 0);
        code = airy_align(&reference, &placed, &work->average.align, &moved, &how, err);
    }
    if (!code)
        code = measure(work, &moved, found, err);
    airy_image_release(&placed);
    airy_image_release(&moved);
    return code;
}

static airy_code run_trial(struct work *work, int number, const char *scratch, airy_error *err)
{
    trial *t = &work->trials[number];
    airy_image image = airy_stack_image(&work->images, 0);
    airy_pattern pattern = {0};
    airy_average average = {0};
    t->kind = number < work->nulls ? NULL_TRIAL : RECOVERY;
    airy_code code =
        expose(work, t->kind == NULL_TRIAL ? &work->plain : &image, number, &pattern, err);
    if (!code)
        code = airy_pattern_write(scratch, &pattern, NULL, true, err);
    if (!code)
        code = reconstruct(work, scratch, &average, &t->r_factor, err);
    remove(scratch);
    if (!code)
        code = judge(work, &average.mean, &t->found, err);
    airy_average_release(&average);
    airy_pattern_release(&pattern);
    return code;
}

static airy_code run_trials(struct work *work, airy_error *err)
{
    airy_text scratch = {0};
    int all = work->nulls + work->recoveries;
    const airy_progress *progress = say_progress(work->call, "validate");
    airy_text_append(&scratch, "%s.trial.cxi", work->call->output);
    airy_code code = AIRY_OK;
    for (int i = 0; !code && i < all; i++) {
        airy_progress_report(progress, i, all, i < work->nulls ? "plain body" : "recovery");
        code = airy_progress_stopped(progress)
                   ? airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d trials", i, all)
                   : run_trial(work, i, scratch.text, err);
        if (code)
            airy_error_prefix(err, "trial %d", i);
        work->n += !code;
    }
    say_progress_end();
    airy_text_release(&scratch);
    return code;
}

// ------------------------------------------------------------------ comparing bands

// Share of a branch's chord that lies within `reach` nm of another's.
static double overlap(const airy_branch *a, const airy_branch *b, double reach)
{
    enum { POINTS = 21 };
    double dx = b->x1_nm - b->x0_nm, dy = b->y1_nm - b->y0_nm, square = dx * dx + dy * dy;
    int near = 0;
    for (int i = 0; i < POINTS; i++) {
        double s = i / (POINTS - 1.0);
        double x = a->x0_nm + s * (a->x1_nm - a->x0_nm) - b->x0_nm;
        double y = a->y0_nm + s * (a->y1_nm - a->y0_nm) - b->y0_nm;
        double t = square > 0 ? fmin(fmax((x * dx + y * dy) / square, 0), 1) : 0;
        near += hypot(x - t * dx, y - t * dy) < reach;
    }
    return (double)near / POINTS;
}

// Angle between two directions, degrees, 0 .. 90.
static double turn(const airy_branch *a, const airy_branch *b)
{
    return airy_angles_fold(a->direction_deg - b->direction_deg);
}

// The branch of `bands` that is this one: it covers at least half of it and is turned by less than
// 25 degrees. NULL when there is none.
static const airy_branch *find_again(const airy_branch *branch, const airy_bands *bands,
                                     double reach)
{
    const airy_branch *best = NULL;
    double most = 0.5;
    for (int i = 0; i < bands->n; i++) {
        double o = overlap(branch, &bands->branch[i], reach);
        if (o > most && turn(branch, &bands->branch[i]) < 25) {
            most = o;
            best = &bands->branch[i];
        }
    }
    return best;
}

// ------------------------------------------------------------------ the numbers

// Mean and standard deviation of a number over the trials of one kind.
typedef struct summary {
    double n, mean, sd;
} summary;

typedef double number_of(const trial *t);

static double low_fraction(const trial *t)
{
    return t->found.areas.fraction;
}

static double low_area(const trial *t)
{
    return t->found.areas.low;
}

static double radius_par(const trial *t)
{
    return t->found.body.r_par;
}

static double radius_perp(const trial *t)
{
    return t->found.body.r_perp;
}

static double band_count(const trial *t)
{
    return t->found.bands.n;
}

static double band_length(const trial *t)
{
    return t->found.bands.angles.length_nm;
}

static double r_factor(const trial *t)
{
    return t->r_factor;
}

static summary summarise(const struct work *work, int kind, number_of *number)
{
    double n = 0, sum = 0, sum2 = 0;
    for (int i = 0; i < work->n; i++) {
        const trial *t = &work->trials[i];
        double v = t->kind == kind ? number(t) : NAN;
        if (!isfinite(v))
            continue;
        n += 1;
        sum += v;
        sum2 += v * v;
    }
    summary s = {.n = n, .mean = n > 0 ? sum / n : NAN, .sd = NAN};
    if (n > 1)
        s.sd = sqrt(fmax(sum2 - n * s.mean * s.mean, 0) / (n - 1));
    return s;
}

// What became of the image's bands in the recoveries.
typedef struct recovery {
    double found, asked, invented; // bands
    double angle_sum2, angle_sum;  // of the found ones, degrees
} recovery;

// Adds one recovery; found_again counts for each band of the image.
static void add_recovery(const struct work *work, const trial *t, recovery *r, double *found_again)
{
    double reach = fmax(work->reference.bands.scale_nm * 0.75, 2 * work->pixel_nm);
    const airy_bands *truth = &work->reference.bands, *found = &t->found.bands;
    for (int b = 0; b < truth->n; b++) {
        const airy_branch *again = find_again(&truth->branch[b], found, reach);
        r->asked += 1;
        if (!again)
            continue;
        double a = turn(&truth->branch[b], again);
        r->found += 1;
        r->angle_sum += a;
        r->angle_sum2 += a * a;
        found_again[b] += 1.0 / work->recoveries;
    }
    for (int b = 0; b < found->n; b++)
        r->invented += !find_again(&found->branch[b], truth, reach);
}

static recovery recover(const struct work *work, double *found_again)
{
    recovery r = {0};
    for (int i = 0; i < work->n; i++)
        if (work->trials[i].kind == RECOVERY)
            add_recovery(work, &work->trials[i], &r, found_again);
    return r;
}

enum { NUMBERS = 32 };

static int list_numbers(const struct work *work, const recovery *r, result_row *rows)
{
    const findings *image = &work->reference;
    double nm = work->pixel_nm, nm2 = nm * nm;
    summary null_n = summarise(work, NULL_TRIAL, band_count);
    summary null_length = summarise(work, NULL_TRIAL, band_length);
    summary null_low = summarise(work, NULL_TRIAL, low_fraction);
    summary low = summarise(work, RECOVERY, low_fraction);
    summary area = summarise(work, RECOVERY, low_area);
    summary par = summarise(work, RECOVERY, radius_par);
    summary perp = summarise(work, RECOVERY, radius_perp);
    const result_row all[] = {
        {"null_trials", null_n.n},
        {"false_bands_per_shot", null_n.mean},
        {"false_length_nm_per_shot", null_length.mean},
        {"null_low_fraction", null_low.mean},
        {"null_low_fraction_sd", null_low.sd},
        {"null_r_factor", summarise(work, NULL_TRIAL, r_factor).mean},
        {"recovery_trials", low.n},
        {"recovery_r_factor", summarise(work, RECOVERY, r_factor).mean},
        {"bands", image->bands.n},
        {"bands_found_share", r->asked > 0 ? r->found / r->asked : NAN},
        {"bands_invented_per_shot", low.n > 0 ? r->invented / low.n : NAN},
        {"angle_error_deg", r->found > 0 ? r->angle_sum / r->found : NAN},
        {"angle_error_rms_deg", r->found > 0 ? sqrt(r->angle_sum2 / r->found) : NAN},
        {"low_fraction", image->areas.fraction},
        {"low_fraction_bias", low.mean - image->areas.fraction},
        {"low_fraction_sd", low.sd},
        {"a_low_nm2", image->areas.low * nm2},
        {"a_low_bias_nm2", (area.mean - image->areas.low) * nm2},
        {"a_low_sd_nm2", area.sd * nm2},
        {"radius_par_nm", image->body.r_par * nm},
        {"radius_par_bias_nm", (par.mean - image->body.r_par) * nm},
        {"radius_par_sd_nm", par.sd * nm},
        {"radius_perp_nm", image->body.r_perp * nm},
        {"radius_perp_bias_nm", (perp.mean - image->body.r_perp) * nm},
        {"radius_perp_sd_nm", perp.sd * nm},
    };
    int n = sizeof all / sizeof all[0];
    for (int i = 0; i < n; i++)
        rows[i] = all[i];
    return n;
}

// ------------------------------------------------------------------ validate.h5

static void put_trials(const struct work *work, airy_h5 *h5, airy_error *err)
{
    static const struct {
        const char *name;
        number_of *number;
    } columns[] = {
        {"r_factor", r_factor},     {"low_fraction", low_fraction}, {"n_branches", band_count},
        {"length_nm", band_length}, {"radius_par", radius_par},     {"radius_perp", radius_perp},
    };
    double values[TRIALS_MAX];
    for (int i = 0; i < work->n; i++)
        values[i] = work->trials[i].kind;
    results_put_column(h5, "trials", "recovery", values, work->n, err);
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
        for (int i = 0; i < work->n; i++)
            values[i] = columns[c].number(&work->trials[i]);
        results_put_column(h5, "trials", columns[c].name, values, work->n, err);
    }
}

// The trials' differences as a stack: nulls first.
static airy_code stack_differences(const struct work *work, airy_stack *stack, airy_error *err)
{
    int ny = work->images.ny, nx = work->images.nx;
    airy_code code = airy_stack_init(stack, work->n, ny, nx, err);
    for (int i = 0; !code && i < work->n; i++)
        memcpy(airy_stack_image(stack, i).px, work->trials[i].found.difference.px,
               sizeof(float) * (size_t)ny * (size_t)nx);
    return code;
}

static airy_code write_validation(struct work *work, const result_row *rows, int n,
                                  const double *found_again, airy_error *err)
{
    airy_stack stack = {0};
    airy_code code = stack_differences(work, &stack, err);
    airy_h5 *h5 = code ? NULL : airy_h5_create(work->call->output, work->call->overwrite, err);
    if (!h5) {
        airy_stack_release(&stack);
        return code ? code : AIRY_EIO;
    }
    airy_cxi_begin(h5, &work->pattern.beam, &work->history, err);
    airy_cxi_put_images(h5, &stack, work->pixel_nm * 1e-9, err);
    results_put(h5, rows, n, err);
    put_trials(work, h5, err);
    if (work->reference.bands.n > 0)
        results_put_column(h5, "branches", "found_share", found_again, work->reference.bands.n,
                           err);
    code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    airy_stack_release(&stack);
    return code;
}

// ------------------------------------------------------------------ the command

static airy_code prepare_all(struct work *work, airy_error *err)
{
    char text[64];
    work->retrieve.seed = work->call->seed;
    work->retrieve.threads = work->call->threads;
    work->body.kind = (airy_body_kind)work->model;
    work->body.axis_deg = work->bands.polarization_deg;
    snprintf(text, sizeof text, "%s:%d", work->rule, work->iterations);
    airy_code code = airy_schedule_parse(text, &work->retrieve.schedule, err);
    if (!code)
        code = airy_retrieve_options_check(&work->retrieve, err);
    if (!code)
        code = airy_bands_options_check(&work->bands, err);
    if (!code)
        code = read_image(work, err);
    if (!code)
        code = read_pattern(work, err);
    airy_image image = code ? (airy_image){0} : airy_stack_image(&work->images, 0);
    if (!code)
        code = measure(work, &image, &work->reference, err);
    if (!code)
        code = airy_image_init(&work->plain, image.ny, image.nx, err);
    return code ? code : airy_body_draw(&work->reference.body, &work->plain, err);
}

static airy_code run(struct work *work, airy_error *err)
{
    result_row rows[NUMBERS];
    airy_code code = prepare_all(work, err);
    if (!code)
        code = trail_append(work->call, NULL, NULL, &work->history, err);
    if (!code)
        code = run_trials(work, err);
    if (code)
        return code;
    double *found_again = airy_memory_new((size_t)work->reference.bands.n + 1, sizeof *found_again);
    if (!found_again)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory to compare bands");
    recovery r = recover(work, found_again);
    int n = list_numbers(work, &r, rows);
    code = write_validation(work, rows, n, found_again, err);
    airy_memory_free(found_again);
    return code ? code : results_print(rows, n, err);
}

static void release(struct work *work)
{
    for (int i = 0; i < work->n; i++)
        findings_release(&work->trials[i].found);
    findings_release(&work->reference);
    airy_stack_release(&work->images);
    airy_image_release(&work->plain);
    airy_pattern_release(&work->pattern);
    airy_history_release(&work->history);
    free(work);
}

static void set_defaults(struct work *work)
{
    prepare_defaults(&work->prepare);
    airy_retrieve_options_defaults(&work->retrieve);
    airy_average_options_defaults(&work->average);
    airy_body_options_defaults(&work->body);
    airy_bands_options_defaults(&work->bands);
    work->rule = "gps-r";
    work->iterations = 2000;
    work->nulls = work->recoveries = 5;
    work->model = AIRY_BODY_SPHEROID;
    work->bands.draws = 0;
}

static int run_command(struct work *work)
{
    airy_error err = {0};
    prepare_options *p = &work->prepare;
    const option table[] = {
        {"nulls", OPTION_INT, &work->nulls, 0, TRIALS_MAX / 2, NULL, "plain bodies tried", NULL},
        {"recoveries", OPTION_INT, &work->recoveries, 0, TRIALS_MAX / 2, NULL,
         "times the image is taken as truth", NULL},
        {"rule", OPTION_TEXT, &work->rule, 0, 0, "NAME", "as for retrieve", NULL},
        {"iterations", OPTION_INT, &work->iterations, 1, 1e7, NULL, "as for retrieve", NULL},
        {"starts", OPTION_INT, &work->retrieve.starts, 1, 1e6, NULL, "as for retrieve", NULL},
        {"generations", OPTION_INT, &work->retrieve.generations, 1, 1000, NULL, "as for retrieve",
         NULL},
        {"support", OPTION_TEXT, &p->support, 0, 0, "S", "as for retrieve", NULL},
        {"margin", OPTION_DOUBLE, &p->margin, 0.5, 10, NULL, "as for retrieve", NULL},
        {"condense", OPTION_FLAG, &p->condense, 0, 0, NULL, "as for retrieve", NULL},
        {"size", OPTION_INT, &p->size, 0, AIRY_SIDE_MAX, "PIXELS", "as for retrieve", NULL},
        {"frame", OPTION_INT, &p->frame, 0, 1e9, NULL, "of the pattern's file", NULL},
        {"mask", OPTION_TEXT, &p->mask, 0, 0, "FILE", "further pixels to exclude", NULL},
        {"best", OPTION_INT, &work->average.best, 1, 100000, "images", "as for average", NULL},
        {"model", OPTION_CHOICE, &work->model, 0, 0, NULL, "as for difference", "sphere|spheroid"},
        {"polarization", OPTION_DOUBLE, &work->bands.polarization_deg, -360, 360, "degrees",
         "as for difference and bands", NULL},
        {"scale", OPTION_DOUBLE, &work->bands.scale_nm, 0, 1e4, "nm", "as for bands", NULL},
        {"contrast", OPTION_DOUBLE, &work->bands.contrast, 0, 1, NULL, "as for bands", NULL},
        {"share", OPTION_DOUBLE, &work->bands.share, 0, 1, NULL, "as for bands", NULL},
        {"min-length", OPTION_DOUBLE, &work->bands.min_length_nm, 0, 1e4, "nm", "as for bands",
         NULL},
        {0},
    };
    if (!options_parse(work->call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 2, 2))
        return work->call->status;
    return say_done(work->call, run(work, &err), &err);
}

int cmd_validate(invocation *call)
{
    struct work *work = calloc(1, sizeof *work);
    if (!work) {
        airy_error err = {AIRY_EMEMORY, "not enough memory"};
        return say_done(call, err.code, &err);
    }
    work->call = call;
    set_defaults(work);
    int status = run_command(work);
    release(work);
    return status;
}

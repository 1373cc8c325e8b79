// SPDX-License-Identifier: GPL-3.0-or-later
// airy validate: what the same chain makes of a plain body, of the image itself as truth, and of
// halves of the photons.
#include "airy/density.h"
#include "airy/pattern.h"
#include "airy/source.h"
#include "commands.h"
#include "results.h"
#include "say.h"
#include "trials.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BAND_APART 1.5 // of image and pattern, from which on they do not belong together

enum { TRIALS_MAX = 1000 };

// What the density rooms find in one image.
typedef struct findings {
    airy_body body;
    airy_areas areas;
    airy_image difference;
    double r_factor;
} findings;

// All trials of one kind: findings, and the bands beside them in one array.
typedef struct series {
    int n, wanted;
    findings *found;
    airy_bands *bands;
} series;

// Everything of one run.
struct work {
    invocation *call;
    trial_run run;
    airy_body_options body;
    airy_bands_options bands;
    int model, halves; // halves: pairs
    const char *tsv_path;
    airy_stack images; // of image.cxi; the first is used
    airy_image first, plain;
    findings reference;
    airy_bands reference_bands;
    series trials[TRIAL_KINDS];
};

// ------------------------------------------------------------------ one image

static airy_code measure(const struct work *work, const airy_image *image, findings *found,
                         airy_bands *bands, airy_error *err)
{
    double r_factor = found->r_factor;
    *found = (findings){.r_factor = r_factor};
    *bands = (airy_bands){0};
    airy_code code = airy_body_fit(image, &work->body, &found->body, err);
    if (!code)
        code = airy_image_init(&found->difference, image->ny, image->nx, err);
    if (!code)
        code = airy_difference_make(image, &found->body, &found->difference, err);
    if (!code)
        code =
            airy_difference_areas(&found->difference, NULL, &found->body, 0, 0, &found->areas, err);
    airy_bands_input input = {.difference = found->difference, .body = found->body};
    input.pixel_nm = work->run.pixel_nm;
    if (!code)
        code = airy_bands_find(&input, &work->bands, bands, err);
    if (code)
        airy_image_release(&found->difference);
    return code;
}

// ------------------------------------------------------------------ reading

static airy_code read_image(struct work *work, airy_error *err)
{
    double pitch_m = 0;
    const char *path = work->call->inputs[1];
    airy_h5 *h5 = airy_h5_open(path, err);
    if (!h5)
        return AIRY_EIO;
    airy_code code = airy_cxi_get_images(h5, &work->images, &pitch_m, err);
    if (!code)
        code = airy_history_read(h5, &work->run.history, err);
    airy_h5_close(h5);
    work->run.pixel_nm = pitch_m * 1e9;
    if (!code && !(pitch_m > 0))
        code = airy_error_set(
            err, AIRY_EVALUE,
            "%s does not tell its pixel size: the pattern it was retrieved from has to "
            "tell photon energy, distance and pixel size (`airy bin` states them)",
            path);
    if (!code)
        work->first = airy_stack_image(&work->images, 0);
    return code;
}

// Whether the image can be one of the pattern: its pixels say how far out its transform reaches.
// Cutting about the center makes them larger, the free border of condensing smaller.
static airy_code check_pixels(const struct work *work, airy_error *err)
{
    const airy_pattern *p = &work->run.pattern;
    double ny = p->photons.ny, nx = p->photons.nx, image = work->run.pixel_nm;
    double inner =
        2 * fmin(fmin(p->center_y, ny - p->center_y), fmin(p->center_x, nx - p->center_x));
    double side = work->run.search.prepare.size, nm = airy_object_pixel_nm(&p->setup, 1);
    double most = side > 0 ? side : fmax(ny, nx), least = side > 0 ? side : fmax(inner, 1);
    if (image * most * BAND_APART >= nm && image * least <= nm * BAND_APART)
        return AIRY_OK;
    return airy_error_set(
        err, AIRY_EVALUE,
        "%s has pixels of %.4g nm, but images of %s have %.4g nm: it is not one of "
        "them",
        work->call->inputs[1], image, work->call->inputs[0], nm / most);
}

static airy_code read_pattern(struct work *work, airy_error *err)
{
    const char *path = work->call->inputs[0];
    const airy_prepare_options *prepare = &work->run.search.prepare;
    airy_pattern *p = &work->run.pattern;
    airy_code code = airy_pattern_read(path, prepare->frame, p, NULL, err);
    if (!code)
        code = airy_setup_check(&p->setup, AIRY_FOR_IMAGES, err);
    if (!code)
        code = airy_frames_use_mask(&work->call->run, prepare->mask, p, err);
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
        code = check_pixels(work, err);
    double photons = code ? 0 : airy_stats_sum(p->photons.px, p->photons.ny * p->photons.nx);
    work->run.photons = photons;
    if (!code && !(photons > 0))
        code = airy_error_set(err, AIRY_EVALUE, "%s holds no photons", path);
    return code;
}

// ------------------------------------------------------------------ the trials

static airy_code run_series(struct work *work, trial_kind kind, airy_error *err)
{
    series *s = &work->trials[kind];
    s->found = airy_memory_new((size_t)s->wanted + 1, sizeof *s->found);
    s->bands = airy_memory_new((size_t)s->wanted + 1, sizeof *s->bands);
    if (!s->found || !s->bands)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d trials", s->wanted);
    for (int i = 0; i < s->wanted; i++) {
        airy_image image = {0};
        findings *found = &s->found[i];
        say_note(work->call, "%s %d of %d", trial_names[kind], i + 1, s->wanted);
        airy_code code = trial_make(&work->run, kind, i, &image, &found->r_factor, err);
        if (!code)
            code = measure(work, &image, found, &s->bands[i], err);
        airy_image_release(&image);
        if (code == AIRY_ESTOPPED)
            return airy_error_set(err, code,
                                  "stopped at %s %d; finished trials are in %s.trials, go on with "
                                  "--resume",
                                  trial_names[kind], i + 1, work->call->output);
        if (code)
            return airy_error_prefix(err, "%s %d", trial_names[kind], i + 1);
        s->n++;
    }
    return AIRY_OK;
}

static airy_code run_trials(struct work *work, airy_error *err)
{
    airy_code code = trials_begin(&work->run, err);
    for (int kind = 0; !code && kind < TRIAL_KINDS; kind++)
        code = run_series(work, (trial_kind)kind, err);
    return code;
}

// ------------------------------------------------------------------ per pixel

// Mean (bias) and standard deviation over the recoveries of D less the image's own.
static void spread_of_recoveries(const struct work *work, airy_image *sigma, airy_image *bias)
{
    const series *s = &work->trials[TRIAL_RECOVERY];
    for (int p = 0; p < sigma->ny * sigma->nx; p++) {
        double sum = 0, square = 0;
        for (int i = 0; i < s->n; i++) {
            double d = (double)s->found[i].difference.px[p];
            sum += d;
            square += d * d;
        }
        double mean = sum / s->n, rest = square - sum * mean;
        sigma->px[p] = s->n > 1 ? (float)sqrt(fmax(rest, 0) / (s->n - 1)) : NAN;
        bias->px[p] = s->n > 0 ? (float)(mean - (double)work->reference.difference.px[p]) : NAN;
    }
}

// Two halves differ by twice the variance of one, and one has twice that of the whole.
static void spread_of_halves(const struct work *work, airy_image *sigma)
{
    const series *s = &work->trials[TRIAL_HALF];
    for (int p = 0; p < sigma->ny * sigma->nx; p++) {
        double square = 0;
        for (int i = 0; i + 1 < s->n; i += 2) {
            double d = (double)s->found[i].difference.px[p];
            d -= (double)s->found[i + 1].difference.px[p];
            square += d * d;
        }
        sigma->px[p] = s->n > 1 ? (float)(sqrt(square / (s->n / 2)) / 2) : NAN;
    }
}

// Median inside the body.
static double median_inside(const struct work *work, const airy_image *image)
{
    int n = 0;
    float *values = airy_memory_new((size_t)image->ny * (size_t)image->nx, sizeof *values);
    for (int i = 0; values && i < image->ny * image->nx; i++)
        if (airy_body_reach(&work->reference.body, i / image->nx, i % image->nx) < 1 &&
            isfinite(image->px[i]))
            values[n++] = image->px[i];
    double median = values && n ? airy_stats_median(values, n) : NAN;
    airy_memory_free(values);
    return median;
}

// ------------------------------------------------------------------ the numbers

// Mean and standard deviation of a number over the trials of one kind.
typedef struct summary {
    double n, mean, sd;
} summary;

static summary summarise(const series *s, size_t offset)
{
    double sum = 0, square = 0, n = s->n;
    for (int i = 0; i < s->n; i++) {
        double v;
        memcpy(&v, (const char *)&s->found[i] + offset, sizeof v);
        sum += v;
        square += v * v;
    }
    summary out = {.n = n, .mean = n > 0 ? sum / n : NAN, .sd = NAN};
    if (n > 1)
        out.sd = sqrt(fmax(square - n * out.mean * out.mean, 0) / (n - 1));
    return out;
}

static double reach_nm(const struct work *work)
{
    return fmax(work->reference_bands.scale_nm * 0.75, 2 * work->run.pixel_nm);
}

static void judge(const struct work *work, int branch, airy_verdict *verdict)
{
    const series *again = &work->trials[TRIAL_RECOVERY], *nulls = &work->trials[TRIAL_NULL];
    airy_verdict_make(&work->reference_bands.branch[branch], again->bands, again->n, nulls->bands,
                      nulls->n, reach_nm(work), verdict);
}

// Branches of the recoveries that the image does not have, a shot.
static double count_invented(const struct work *work)
{
    const series *s = &work->trials[TRIAL_RECOVERY];
    double invented = 0;
    for (int i = 0; i < s->n; i++)
        for (int k = 0; k < s->bands[i].n; k++)
            invented += !airy_bands_find_again(&s->bands[i].branch[k], &work->reference_bands,
                                               reach_nm(work));
    return s->n > 0 ? invented / s->n : NAN;
}

enum { NUMBERS = 48 };

static int list_chance(const struct work *work, airy_result_row *rows)
{
    const series *nulls = &work->trials[TRIAL_NULL];
    airy_false_bands f;
    airy_false_bands_count(nulls->bands, nulls->n, &f);
    summary low = summarise(nulls, offsetof(findings, areas.fraction));
    bool any = nulls->n > 0;
    const airy_result_row all[] = {
        {"null_trials", nulls->n},
        {"false_bands_per_shot", any ? f.per_shot : NAN},
        // of counts; one band is what may have been missed when there was none
        {"false_bands_per_shot_error", any ? sqrt(fmax(f.per_shot * nulls->n, 1)) / nulls->n : NAN},
        {"false_bands_per_nm2", f.per_nm2},
        {"false_bands_short", any ? f.in_class[0] : NAN},
        {"false_bands_medium", any ? f.in_class[1] : NAN},
        {"false_bands_long", any ? f.in_class[2] : NAN},
        {"false_bands_longest", any ? f.in_class[3] : NAN},
        {"short_from_nm", f.from_nm[0]},
        {"medium_from_nm", f.from_nm[1]},
        {"long_from_nm", f.from_nm[2]},
        {"longest_from_nm", f.from_nm[3]},
        {"false_length_nm_per_shot", f.length_per_shot_nm},
        {"null_low_fraction", low.mean},
        {"null_low_fraction_sd", low.sd},
        {"null_r_factor", summarise(nulls, offsetof(findings, r_factor)).mean},
    };
    memcpy(rows, all, sizeof all);
    return sizeof all / sizeof all[0];
}

static int list_recovery(const struct work *work, airy_result_row *rows)
{
    const series *again = &work->trials[TRIAL_RECOVERY];
    double found = 0, square = 0;
    int n = work->reference_bands.n;
    for (int b = 0; b < n; b++) {
        airy_verdict v;
        judge(work, b, &v);
        found += v.found;
        square += v.found ? v.found * v.angle_error_deg * v.angle_error_deg : 0;
    }
    double asked = (double)n * again->n;
    const airy_result_row all[] = {
        {"recovery_trials", again->n},
        {"recovery_r_factor", summarise(again, offsetof(findings, r_factor)).mean},
        {"bands", n},
        {"bands_found_share", asked > 0 ? found / asked : NAN},
        {"bands_invented_per_shot", count_invented(work)},
        {"angle_error_rms_deg", found > 0 ? sqrt(square / found) : NAN},
    };
    memcpy(rows, all, sizeof all);
    return sizeof all / sizeof all[0];
}

// Value in the image, bias and standard deviation over its recoveries.
static int list_biases(const struct work *work, airy_result_row *rows)
{
    double nm = work->run.pixel_nm;
    const struct {
        const char *name[3];
        size_t offset;
        double unit;
    } quantities[] = {
        {{"low_fraction", "low_fraction_bias", "low_fraction_sd"},
         offsetof(findings, areas.fraction),
         1},
        {{"a_low_nm2", "a_low_bias_nm2", "a_low_sd_nm2"}, offsetof(findings, areas.low), nm * nm},
        {{"low_depth", "low_depth_bias", "low_depth_sd"}, offsetof(findings, areas.low_depth), 1},
        {{"radius_par_nm", "radius_par_bias_nm", "radius_par_sd_nm"},
         offsetof(findings, body.r_par),
         nm},
        {{"radius_perp_nm", "radius_perp_bias_nm", "radius_perp_sd_nm"},
         offsetof(findings, body.r_perp),
         nm},
    };
    const series image = {.n = 1, .found = (findings *)&work->reference};
    int n = 0;
    for (size_t q = 0; q < sizeof quantities / sizeof quantities[0]; q++) {
        double own = summarise(&image, quantities[q].offset).mean, unit = quantities[q].unit;
        summary s = summarise(&work->trials[TRIAL_RECOVERY], quantities[q].offset);
        rows[n++] = (airy_result_row){quantities[q].name[0], own * unit};
        rows[n++] = (airy_result_row){quantities[q].name[1], (s.mean - own) * unit};
        rows[n++] = (airy_result_row){quantities[q].name[2], s.sd * unit};
    }
    return n;
}

// ------------------------------------------------------------------ the branch table

#define VERDICT_COLUMNS "recoveries found by_chance recovered_turn_deg verdict"

static airy_code put_verdict(airy_table *table, int row, const airy_verdict *v, airy_error *err)
{
    airy_text words = {0};
    airy_text_append(&words, "seen in %d of %d recover%s", v->found, v->recoveries,
                     v->recoveries == 1 ? "y" : "ies");
    if (v->nulls > 0 && v->by_chance > 0)
        airy_text_append(&words, "; %.2g expected by chance", v->by_chance);
    else if (v->nulls > 0)
        airy_text_append(&words, "; none in %d plain bod%s", v->nulls, v->nulls == 1 ? "y" : "ies");
    const struct {
        const char *name;
        double value;
    } cells[] = {{"recoveries", v->recoveries},
                 {"found", v->found},
                 {"by_chance", v->by_chance},
                 {"recovered_turn_deg", v->angle_error_deg}};
    airy_code code = airy_text_whole(&words, err);
    if (!code)
        code = airy_table_put(table, row, "verdict", words.text, err);
    for (int c = 0; !code && c < 4; c++)
        code = airy_table_put_double(table, row, cells[c].name, cells[c].value, err);
    airy_text_release(&words);
    return code;
}

static airy_code write_branches(const struct work *work, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_branches_to_table(&work->reference_bands, &work->run.history,
                                            VERDICT_COLUMNS, &table, err);
    for (int b = 0; !code && b < work->reference_bands.n; b++) {
        airy_verdict v;
        judge(work, b, &v);
        code = put_verdict(&table, b, &v, err);
    }
    if (!code)
        code = airy_table_write(work->tsv_path, &table, work->call->overwrite, err);
    airy_table_release(&table);
    return code;
}

// ------------------------------------------------------------------ validate.h5

// One number a trial, all kinds one after the other.
static void put_trials(const struct work *work, airy_h5 *h5, airy_error *err)
{
    static const struct {
        const char *name;
        size_t offset;
    } columns[] = {
        {"r_factor", offsetof(findings, r_factor)},
        {"low_fraction", offsetof(findings, areas.fraction)},
        {"radius_par", offsetof(findings, body.r_par)},
        {"radius_perp", offsetof(findings, body.r_perp)},
    };
    double kinds[TRIALS_MAX], branches[TRIALS_MAX], values[TRIALS_MAX];
    int n = 0;
    for (int kind = 0; kind < TRIAL_KINDS; kind++)
        for (int i = 0; i < work->trials[kind].n; i++, n++) {
            kinds[n] = kind;
            branches[n] = work->trials[kind].bands[i].n;
        }
    airy_results_put_column(h5, "trials", "kind", kinds, n, err);
    airy_results_put_column(h5, "trials", "n_branches", branches, n, err);
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
        n = 0;
        for (int kind = 0; kind < TRIAL_KINDS; kind++)
            for (int i = 0; i < work->trials[kind].n; i++)
                memcpy(&values[n++], (const char *)&work->trials[kind].found[i] + columns[c].offset,
                       sizeof values[0]);
        airy_results_put_column(h5, "trials", columns[c].name, values, n, err);
    }
}

static void put_verdicts(const struct work *work, airy_h5 *h5, airy_error *err)
{
    int n = work->reference_bands.n;
    double *share = airy_memory_new((size_t)n + 1, sizeof *share * 2), *chance = share + n;
    for (int b = 0; share && b < n; b++) {
        airy_verdict v;
        judge(work, b, &v);
        share[b] = v.share;
        chance[b] = v.by_chance;
    }
    if (share && n > 0) {
        airy_results_put_column(h5, "branches", "found_share", share, n, err);
        airy_results_put_column(h5, "branches", "by_chance", chance, n, err);
    }
    airy_memory_free(share);
}

// Differences of all trials, what they say of each pixel, and the image's own branches.
static airy_code put_images(const struct work *work, airy_h5 *h5, airy_result_row *rows, int *n,
                            airy_error *err)
{
    int ny = work->images.ny, nx = work->images.nx, total = 0;
    airy_stack stack = {0};
    airy_image sigma = {0}, bias = {0}, halves = {0};
    airy_image *all[] = {&sigma, &bias, &halves};
    for (int kind = 0; kind < TRIAL_KINDS; kind++)
        total += work->trials[kind].n;
    airy_code code = airy_stack_init(&stack, total, ny, nx, err);
    for (int i = 0; !code && i < 3; i++)
        code = airy_image_init(all[i], ny, nx, err);
    if (!code) {
        total = 0;
        for (int kind = 0; kind < TRIAL_KINDS; kind++)
            for (int i = 0; i < work->trials[kind].n; i++)
                memcpy(airy_stack_image(&stack, total++).px,
                       work->trials[kind].found[i].difference.px,
                       sizeof(float) * (size_t)ny * (size_t)nx);
        spread_of_recoveries(work, &sigma, &bias);
        spread_of_halves(work, &halves);
        rows[(*n)++] = (airy_result_row){"sigma_recoveries", median_inside(work, &sigma)};
        rows[(*n)++] = (airy_result_row){"sigma_halves", median_inside(work, &halves)};
        airy_cxi_put_images(h5, &stack, work->run.pixel_nm * 1e-9, err);
        airy_h5_put_image(h5, "/entry_1/image_1/sigma", &sigma, err);
        airy_h5_put_image(h5, "/entry_1/image_1/bias", &bias, err);
        airy_h5_put_image(h5, "/entry_1/image_1/sigma_halves", &halves, err);
    }
    airy_stack_release(&stack);
    for (int i = 0; i < 3; i++)
        airy_image_release(all[i]);
    return code;
}

static airy_code write_validation(struct work *work, airy_result_row *rows, int *n, airy_error *err)
{
    airy_h5 *h5 = airy_h5_create(work->call->output, work->call->overwrite, err);
    if (!h5)
        return AIRY_EIO;
    airy_cxi_begin(h5, &work->run.pattern.setup, &work->run.history, err);
    airy_code code = put_images(work, h5, rows, n, err);
    airy_results_put(h5, rows, *n, err);
    put_trials(work, h5, err);
    if (!code)
        code = airy_branches_put(&work->reference_bands, 1, "branches", h5, err);
    put_verdicts(work, h5, err);
    if (!code)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

// ------------------------------------------------------------------ the command

// What decides a trial: the parameters that are not about what is made of it, and the inputs.
static airy_code make_key(struct work *work, airy_error *err)
{
    const char *more[AIRY_PREPARE_FILES];
    airy_text text = {0};
    airy_prepare_files(&work->run.search.prepare, more);
    airy_text_append(&text, "%llu\n", (unsigned long long)work->call->seed);
    airy_code code = airy_call_hash(&work->call->run, more, say_stopping(), &text, err);
    if (!code && text.failed)
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory");
    if (!code)
        code = airy_retrieve_step_hash(work->call->made_by.text, text.text, work->run.key, err);
    airy_text_release(&text);
    return code;
}

static airy_code prepare_all(struct work *work, airy_error *err)
{
    work->body.kind = (airy_body_kind)work->model;
    work->body.axis_deg = work->bands.polarization_deg;
    work->trials[TRIAL_HALF].wanted = 2 * work->halves;
    airy_code code = airy_retrieve_step_read(&work->run.search, err);
    if (!code)
        code = airy_bands_options_check(&work->bands, err);
    if (!code)
        code = read_image(work, err);
    if (!code)
        code = read_pattern(work, err);
    if (!code)
        code = measure(work, &work->first, &work->reference, &work->reference_bands, err);
    if (!code)
        code = airy_image_init(&work->plain, work->first.ny, work->first.nx, err);
    airy_body sharp = work->reference.body;
    sharp.blur = 0; // the chain blurs it
    if (!code)
        code = airy_body_draw(&sharp, &work->plain, err);
    if (!code)
        code = make_key(work, err);
    work->run.object[TRIAL_NULL] = work->plain;
    work->run.object[TRIAL_RECOVERY] = work->first;
    work->run.place = &work->first;
    return code;
}

static airy_code run(struct work *work, airy_error *err)
{
    airy_result_row rows[NUMBERS];
    const char *more[AIRY_PREPARE_FILES];
    airy_prepare_files(&work->run.search.prepare, more);
    airy_code code = airy_call_outputs(&work->call->run, work->call->output, work->tsv_path, err);
    if (!code)
        code = prepare_all(work, err);
    if (!code)
        code = airy_call_record(&work->call->run, more, NULL, &work->run.history, err);
    if (!code)
        code = run_trials(work, err);
    if (code)
        return code;
    int n = list_chance(work, rows);
    n += list_recovery(work, rows + n);
    n += list_biases(work, rows + n);
    code = write_validation(work, rows, &n, err);
    if (!code && work->tsv_path)
        code = write_branches(work, err);
    if (!code)
        trials_forget(&work->run);
    return code ? code : results_print(rows, n, err);
}

static void release(struct work *work)
{
    for (int kind = 0; kind < TRIAL_KINDS; kind++) {
        series *s = &work->trials[kind];
        for (int i = 0; i < s->n; i++) {
            airy_image_release(&s->found[i].difference);
            airy_bands_release(&s->bands[i]);
        }
        airy_memory_free(s->found);
        airy_memory_free(s->bands);
    }
    airy_image_release(&work->reference.difference);
    airy_bands_release(&work->reference_bands);
    airy_stack_release(&work->images);
    airy_image_release(&work->plain);
    airy_pattern_release(&work->run.pattern);
    airy_history_release(&work->run.history);
    airy_retrieve_step_release(&work->run.search);
    airy_claim_drop(&work->run.claim);
}

int cmd_validate(invocation *call)
{
    struct work work = {.call = call, .model = AIRY_BODY_SPHEROID};
    airy_error err = {0};
    option searching[SEARCH_ROWS];
    work.run.call = call;
    work.run.claim = -1;
    work.trials[TRIAL_NULL].wanted = work.trials[TRIAL_RECOVERY].wanted = 5;
    airy_retrieve_step_begin(&work.run.search, &call->run);
    airy_average_options_defaults(&work.run.average);
    airy_body_options_defaults(&work.body);
    airy_bands_options_defaults(&work.bands);
    work.bands.draws = 0;
    search_table(&work.run.search, searching);
    option judging[] = {
        {"nulls", OPTION_INT, &work.trials[TRIAL_NULL].wanted, 0, TRIALS_MAX / 4, NULL,
         .help = "plain bodies tried"},
        {"recoveries", OPTION_INT, &work.trials[TRIAL_RECOVERY].wanted, 0, TRIALS_MAX / 4, NULL,
         .help = "times the image is taken as truth"},
        {"halves", OPTION_INT, &work.halves, 0, TRIALS_MAX / 4, NULL,
         .help = "times the photons are dealt out to two halves"},
        {"scale", OPTION_DOUBLE, &work.bands.scale_nm, 0, 1e4, "nm", .help = "as for bands"},
        {"contrast", OPTION_DOUBLE, &work.bands.contrast, 0, 1, .help = "as for bands"},
        {"share", OPTION_DOUBLE, &work.bands.share, 0, 1, .help = "as for bands"},
        {"min-length", OPTION_DOUBLE, &work.bands.min_length_nm, 0, 1e4, "nm",
         .help = "as for bands"},
        {"tsv", OPTION_TEXT, &work.tsv_path, 0, 0, "FILE.tsv",
         .help = "write the image's branches with a verdict each there"},
        {0},
    };
    const option table[] = {
        {"best", OPTION_INT, &work.run.average.best, 1, 100000, "images", .help = "as for average"},
        {"model", OPTION_CHOICE, &work.model, .help = "as for difference",
         .choices = "sphere|spheroid"},
        {"polarization", OPTION_DOUBLE, &work.bands.polarization_deg, -360, 360, "degrees",
         .help = "as for difference and bands"},
        {"search", OPTION_ROWS, searching, 0, 0, .help = NULL},
        {"judged", OPTION_AFTERWARDS, judging, 0, 0, .help = NULL},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 2, 2))
        return call->status;
    airy_code code = run(&work, &err);
    release(&work);
    return say_done(call, code, &err);
}

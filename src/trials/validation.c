// SPDX-License-Identifier: GPL-3.0-or-later
// What trials say: numbers, a verdict for each branch, and validate.h5.
#include "trials.h"

#include <math.h>
#include <string.h>

#define RESULT "/entry_1/result_1/"

static const airy_number of_trial[] = {
    AIRY_NUMBER(judged, kind, "kind", "1", "0: plain body, 1: recovery, 2: half of the photons"),
    AIRY_NUMBER(judged, n_branches, "n_branches", "1", "branches found"),
    AIRY_NUMBER(judged, r_factor, "r_factor", "1", "of its image"),
    AIRY_NUMBER(judged, areas.fraction, "low_fraction", "1", "a_low / a_total"),
    AIRY_NUMBER(judged, body.r_par, "radius_par", "pixels", "of its body along the polarisation"),
    AIRY_NUMBER(judged, body.r_perp, "radius_perp", "pixels", "across it"),
};
const airy_described airy_trial_numbers = AIRY_DESCRIBED("validate.h5 trials", of_trial);

// Of a quantity: the image's own, the mean over recoveries less that, their standard deviation.
typedef struct recovered {
    double own, bias, sd;
} recovered;

// All that is told. Lengths and areas are in pixels.
typedef struct numbers {
    int nulls, recoveries, bands;
    airy_false_bands chance;
    double chance_error, low_fraction_of_nulls, low_fraction_sd, r_factor_of_nulls;
    double r_factor, found_share, invented, angle_rms_deg;
    recovered low_fraction, low_area, low_depth, r_par, r_perp;
    double sigma_recoveries, sigma_halves;
} numbers;

static const airy_number told[] = {
    AIRY_NUMBER(numbers, nulls, "null_trials", "1", "plain bodies"),
    AIRY_NUMBER(numbers, chance.per_shot, "false_bands_per_shot", "1", "found in a plain body"),
    AIRY_NUMBER(numbers, chance_error, "false_bands_per_shot_error", "1", "of counts"),
    AIRY_NUMBER(numbers, chance.per_nm2, "false_bands_per_nm2", "1/nm^2", "of the area searched"),
    AIRY_NUMBER(numbers, chance.in_class[0], "false_bands_short", "1",
                "a shot, from short_from_nm"),
    AIRY_NUMBER(numbers, chance.in_class[1], "false_bands_medium", "1", "from medium_from_nm"),
    AIRY_NUMBER(numbers, chance.in_class[2], "false_bands_long", "1", "from long_from_nm"),
    AIRY_NUMBER(numbers, chance.in_class[3], "false_bands_longest", "1", "from longest_from_nm"),
    AIRY_NUMBER(numbers, chance.from_nm[0], "short_from_nm", "nm", "the least length of a branch"),
    AIRY_NUMBER(numbers, chance.from_nm[1], "medium_from_nm", "nm", "1.5 times it"),
    AIRY_NUMBER(numbers, chance.from_nm[2], "long_from_nm", "nm", "twice it"),
    AIRY_NUMBER(numbers, chance.from_nm[3], "longest_from_nm", "nm", "three times it"),
    AIRY_NUMBER(numbers, chance.length_per_shot_nm, "false_length_nm_per_shot", "nm", "in all"),
    AIRY_NUMBER(numbers, low_fraction_of_nulls, "null_low_fraction", "1", "mean of plain bodies"),
    AIRY_NUMBER(numbers, low_fraction_sd, "null_low_fraction_sd", "1", "their spread"),
    AIRY_NUMBER(numbers, r_factor_of_nulls, "null_r_factor", "1", "mean of plain bodies"),
    AIRY_NUMBER(numbers, recoveries, "recovery_trials", "1", "times the image was the truth"),
    AIRY_NUMBER(numbers, r_factor, "recovery_r_factor", "1", "mean of recoveries"),
    AIRY_NUMBER(numbers, bands, "bands", "1", "branches of the image"),
    AIRY_NUMBER(numbers, found_share, "bands_found_share", "1", "of them, found again"),
    AIRY_NUMBER(numbers, invented, "bands_invented_per_shot", "1", "that the image does not have"),
    AIRY_NUMBER(numbers, angle_rms_deg, "angle_error_rms_deg", "degrees", "of what is found again"),
    AIRY_NUMBER(numbers, low_fraction.own, "low_fraction", "1", "of the image"),
    AIRY_NUMBER(numbers, low_fraction.bias, "low_fraction_bias", "1", "mean of recoveries less it"),
    AIRY_NUMBER(numbers, low_fraction.sd, "low_fraction_sd", "1", "spread of recoveries"),
    AIRY_NUMBER_NM(numbers, low_area.own, 2, "a_low_nm2", "of the image"),
    AIRY_NUMBER_NM(numbers, low_area.bias, 2, "a_low_bias_nm2", "mean of recoveries less it"),
    AIRY_NUMBER_NM(numbers, low_area.sd, 2, "a_low_sd_nm2", "spread of recoveries"),
    AIRY_NUMBER(numbers, low_depth.own, "low_depth", "1", "of the image"),
    AIRY_NUMBER(numbers, low_depth.bias, "low_depth_bias", "1", "mean of recoveries less it"),
    AIRY_NUMBER(numbers, low_depth.sd, "low_depth_sd", "1", "spread of recoveries"),
    AIRY_NUMBER_NM(numbers, r_par.own, 1, "radius_par_nm", "of the image's body"),
    AIRY_NUMBER_NM(numbers, r_par.bias, 1, "radius_par_bias_nm", "mean of recoveries less it"),
    AIRY_NUMBER_NM(numbers, r_par.sd, 1, "radius_par_sd_nm", "spread of recoveries"),
    AIRY_NUMBER_NM(numbers, r_perp.own, 1, "radius_perp_nm", "of the image's body"),
    AIRY_NUMBER_NM(numbers, r_perp.bias, 1, "radius_perp_bias_nm", "mean of recoveries less it"),
    AIRY_NUMBER_NM(numbers, r_perp.sd, 1, "radius_perp_sd_nm", "spread of recoveries"),
    AIRY_NUMBER(numbers, sigma_recoveries, "sigma_recoveries", "1",
                "median over the body of the spread of D"),
    AIRY_NUMBER(numbers, sigma_halves, "sigma_halves", "1", "the same by halves of the photons"),
};
const airy_described airy_validation_numbers = AIRY_DESCRIBED("validate.h5", told);

// ------------------------------------------------------------------ the numbers

// Mean and standard deviation of a member of `judged` over the trials of one kind.
typedef struct summary {
    double mean, sd;
} summary;

static summary summarise(const trial_set *s, size_t offset)
{
    double sum = 0, square = 0, n = s->n;
    for (int i = 0; i < s->n; i++) {
        double v;
        memcpy(&v, (const char *)&s->found[i] + offset, sizeof v);
        sum += v;
        square += v * v;
    }
    summary out = {.mean = n > 0 ? sum / n : NAN, .sd = NAN};
    if (n > 1)
        out.sd = sqrt(fmax(square - n * out.mean * out.mean, 0) / (n - 1));
    return out;
}

static recovered recover(const validation *v, size_t offset)
{
    double own;
    memcpy(&own, (const char *)&v->reference + offset, sizeof own);
    const summary s = summarise(&v->set[TRIAL_RECOVERY], offset);
    return (recovered){own, s.mean - own, s.sd};
}

static double reach_nm(const validation *v)
{
    return fmax(v->reference_bands.scale_nm * 0.75, 2 * v->run.pixel_nm);
}

static void judge(const validation *v, int branch, airy_verdict *verdict)
{
    const trial_set *again = &v->set[TRIAL_RECOVERY], *nulls = &v->set[TRIAL_NULL];
    airy_verdict_make(&v->reference_bands.branch[branch], again->bands, again->n, nulls->bands,
                      nulls->n, reach_nm(v), verdict);
}

// Branches of the recoveries that the image does not have, a shot.
static double count_invented(const validation *v)
{
    const trial_set *s = &v->set[TRIAL_RECOVERY];
    double invented = 0;
    for (int i = 0; i < s->n; i++)
        for (int k = 0; k < s->bands[i].n; k++)
            invented +=
                !airy_bands_find_again(&s->bands[i].branch[k], &v->reference_bands, reach_nm(v));
    return s->n > 0 ? invented / s->n : NAN;
}

static void tell_chance(const validation *v, numbers *out)
{
    const trial_set *nulls = &v->set[TRIAL_NULL];
    airy_false_bands *f = &out->chance;
    airy_false_bands_count(nulls->bands, nulls->n, f);
    const summary low = summarise(nulls, offsetof(judged, areas.fraction));
    out->nulls = nulls->n;
    // one band is what may have been missed when there was none
    out->chance_error = nulls->n > 0 ? sqrt(fmax(f->per_shot * nulls->n, 1)) / nulls->n : NAN;
    out->low_fraction_of_nulls = low.mean;
    out->low_fraction_sd = low.sd;
    out->r_factor_of_nulls = summarise(nulls, offsetof(judged, r_factor)).mean;
    if (nulls->n == 0) {
        f->per_shot = NAN;
        for (int i = 0; i < AIRY_LENGTH_CLASSES; i++)
            f->in_class[i] = NAN;
    }
}

static void tell_recovery(const validation *v, numbers *out)
{
    const trial_set *again = &v->set[TRIAL_RECOVERY];
    double found = 0, square = 0;
    int n = v->reference_bands.n;
    for (int b = 0; b < n; b++) {
        airy_verdict verdict;
        judge(v, b, &verdict);
        found += verdict.found;
        square +=
            verdict.found ? verdict.found * verdict.angle_error_deg * verdict.angle_error_deg : 0;
    }
    double asked = (double)n * again->n;
    out->recoveries = again->n;
    out->r_factor = summarise(again, offsetof(judged, r_factor)).mean;
    out->bands = n;
    out->found_share = asked > 0 ? found / asked : NAN;
    out->invented = count_invented(v);
    out->angle_rms_deg = found > 0 ? sqrt(square / found) : NAN;
    out->low_fraction = recover(v, offsetof(judged, areas.fraction));
    out->low_area = recover(v, offsetof(judged, areas.low));
    out->low_depth = recover(v, offsetof(judged, areas.low_depth));
    out->r_par = recover(v, offsetof(judged, body.r_par));
    out->r_perp = recover(v, offsetof(judged, body.r_perp));
}

// ------------------------------------------------------------------ the branch table

#define VERDICT_COLUMNS "recoveries found by_chance recovered_turn_deg verdict"

static const airy_number of_verdict[] = {
    AIRY_NUMBER(airy_verdict, recoveries, "recoveries", "1", "times the image was the truth"),
    AIRY_NUMBER(airy_verdict, found, "found", "1", "times the branch was found again"),
    AIRY_NUMBER(airy_verdict, by_chance, "by_chance", "1", "as long ones in a plain body"),
    AIRY_NUMBER(airy_verdict, angle_error_deg, "recovered_turn_deg", "degrees",
                "root mean square turn of what was found again"),
};
const airy_described airy_verdict_numbers = AIRY_DESCRIBED("branches.tsv of validate", of_verdict);

static airy_code put_verdict(airy_table *table, int row, const airy_verdict *v, airy_error *err)
{
    airy_text words = {0};
    airy_text_append(&words, "seen in %d of %d recover%s", v->found, v->recoveries,
                     v->recoveries == 1 ? "y" : "ies");
    if (v->nulls > 0 && v->by_chance > 0)
        airy_text_append(&words, "; %.2g expected by chance", v->by_chance);
    else if (v->nulls > 0)
        airy_text_append(&words, "; none in %d plain bod%s", v->nulls, v->nulls == 1 ? "y" : "ies");
    airy_code code = airy_text_whole(&words, err);
    if (!code)
        code = airy_table_put(table, row, "verdict", words.text, err);
    if (!code)
        code = airy_described_put_row(table, row, &airy_verdict_numbers, v, err);
    airy_text_release(&words);
    return code;
}

static airy_code write_branches(const validation *v, airy_error *err)
{
    airy_table table = {0};
    airy_code code =
        airy_branches_to_table(&v->reference_bands, &v->run.history, VERDICT_COLUMNS, &table, err);
    for (int b = 0; !code && b < v->reference_bands.n; b++) {
        airy_verdict verdict;
        judge(v, b, &verdict);
        code = put_verdict(&table, b, &verdict, err);
    }
    if (!code)
        code = airy_table_write(v->step->tsv, &table, v->call->overwrite, err);
    airy_table_release(&table);
    return code;
}

// ------------------------------------------------------------------ validate.h5

static int count(const validation *v)
{
    int n = 0;
    for (int kind = 0; kind < TRIAL_KINDS; kind++)
        n += v->set[kind].n;
    return n;
}

static const airy_number of_branch[] = {
    AIRY_NUMBER(airy_verdict, share, "found_share", "1", "of recoveries that found it again"),
    AIRY_NUMBER(airy_verdict, by_chance, "by_chance", "1", "as long ones in a plain body"),
};
static const airy_described branches = AIRY_DESCRIBED("validate.h5 branches", of_branch);

static void put_verdicts(const validation *v, airy_h5 *h5, airy_error *err)
{
    int n = v->reference_bands.n;
    airy_verdict *verdicts = airy_memory_new((size_t)n + 1, sizeof *verdicts);
    for (int b = 0; verdicts && b < n; b++)
        judge(v, b, &verdicts[b]);
    const airy_rows rows = {verdicts, sizeof *verdicts, n};
    if (!verdicts)
        airy_h5_no_memory(h5, RESULT "branches", err);
    else if (n > 0)
        airy_described_put(h5, RESULT "branches", &branches, &rows, err);
    airy_memory_free(verdicts);
}

// Differences of all trials and what they say of each pixel.
static airy_code put_images(const validation *v, airy_h5 *h5, numbers *out, airy_error *err)
{
    int ny = v->images.ny, nx = v->images.nx, total = count(v);
    airy_stack stack = {0};
    airy_image sigma = {0}, bias = {0}, halves = {0};
    airy_image *all[] = {&sigma, &bias, &halves};
    airy_code code = airy_stack_init(&stack, total, ny, nx, err);
    for (int i = 0; !code && i < 3; i++)
        code = airy_image_init(all[i], ny, nx, err);
    if (!code) {
        for (int i = 0; i < total; i++)
            memcpy(airy_stack_image(&stack, i).px, v->found[i].difference.px,
                   sizeof(float) * (size_t)ny * (size_t)nx);
        airy_judged_recoveries(v, &sigma, &bias);
        airy_judged_halves(v, &halves);
        code = airy_judged_median(v, &sigma, &out->sigma_recoveries, err);
        if (!code)
            code = airy_judged_median(v, &halves, &out->sigma_halves, err);
        airy_cxi_put_images(h5, &stack, v->run.pixel_nm * 1e-9, err);
        airy_h5_put_image(h5, "/entry_1/image_1/sigma", &sigma, err);
        airy_h5_put_image(h5, "/entry_1/image_1/bias", &bias, err);
        airy_h5_put_image(h5, "/entry_1/image_1/sigma_halves", &halves, err);
    }
    airy_stack_release(&stack);
    for (int i = 0; i < 3; i++)
        airy_image_release(all[i]);
    return code;
}

airy_code airy_validation_write(const validation *v, airy_results *results, airy_error *err)
{
    numbers out = {0};
    const airy_rows trials = {v->found, sizeof *v->found, count(v)};
    airy_h5 *h5 = airy_h5_create(v->call->output, v->call->overwrite, err);
    if (!h5)
        return AIRY_EIO;
    tell_chance(v, &out);
    tell_recovery(v, &out);
    airy_cxi_begin(h5, &v->run.pattern.setup, &v->run.history, err);
    airy_code code = put_images(v, h5, &out, err);
    airy_described_results(&airy_validation_numbers, &out, v->run.pixel_nm, results);
    airy_results_put(h5, results->row, results->n, err);
    airy_described_put(h5, RESULT "trials", &airy_trial_numbers, &trials, err);
    if (!code)
        code = airy_branches_put(&v->reference_bands, 1, "branches", h5, err);
    put_verdicts(v, h5, err);
    if (!code)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code || !v->step->tsv ? code : write_branches(v, err);
}

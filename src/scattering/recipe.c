// SPDX-License-Identifier: GPL-3.0-or-later
// From an intensity to G(r), once as wanted and once by every normalisation there is.
#include "airy/scattering.h"
#include "structure.h"
#include "recipe.h"
#include "pdf.h"

#include <math.h>

enum { NORMALISATIONS = 3 };

void airy_pdf_result_release(airy_pdf_result *result)
{
    airy_structure_release(&result->structure);
    airy_pdf_release(&result->pdf);
    airy_memory_free(result->s_band);
    airy_memory_free(result->g_band);
    *result = (airy_pdf_result){0};
}

static airy_code make_structure(airy_structure *s, const airy_pdf_recipe *r,
                                airy_normalise normalise, airy_error *err)
{
    airy_structure_options o = r->structure;
    o.normalise = normalise;
    airy_code code = r->is_structure ? airy_structure_take(s, r->intensity, &o, err)
                                     : airy_structure_init(s, r->intensity, r->background,
                                                           r->composition, &r->form, &o, err);
    if (code != AIRY_OK)
        return code;
    code = airy_structure_refine(s, &r->pdf, err);
    if (code != AIRY_OK)
        airy_structure_release(s);
    return code;
}

// S, G and shells by one normalisation.
static airy_code make_one(airy_pdf_result *result, const airy_pdf_recipe *r,
                          airy_normalise normalise, airy_error *err)
{
    *result = (airy_pdf_result){0};
    airy_code code = make_structure(&result->structure, r, normalise, err);
    if (code == AIRY_OK)
        code = airy_pdf_init(&result->pdf, &result->structure, &r->pdf, err);
    for (int k = 0; k < r->n_shells && code == AIRY_OK; k++) {
        result->shell[k] = r->shell[k];
        code =
            airy_shell_measure(&result->shell[k], &result->structure, &result->pdf, &r->pdf, err);
    }
    if (code == AIRY_OK)
        result->low_r = airy_pdf_low_r(&result->pdf, &r->pdf);
    else
        airy_pdf_result_release(result);
    return code;
}

// Widens the range of a number by another result's.
static void widen(double range[2], double value)
{
    range[0] = fmin(range[0], value);
    range[1] = fmax(range[1], value);
}

// Ranges over normalisations: lower ends, then upper ends.
typedef struct ranges {
    int n;
    double *low, *high;
} ranges;

static airy_code ranges_init(ranges *r, int n, airy_error *err)
{
    *r = (ranges){.low = airy_memory_new(2 * (size_t)n, sizeof *r->low)};
    if (!r->low)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a band of %d points", n);
    r->n = n;
    r->high = r->low + n;
    for (int i = 0; i < n; i++)
        r->low[i] = INFINITY, r->high[i] = -INFINITY;
    return AIRY_OK;
}

static void ranges_add(ranges *r, const double *values)
{
    for (int i = 0; i < r->n; i++) {
        r->low[i] = fmin(r->low[i], values[i]);
        r->high[i] = fmax(r->high[i], values[i]);
    }
}

// Half of the range into the lower ends, which become the band; NaN for one normalisation alone.
static double *ranges_halve(ranges *r, int normalisations)
{
    for (int i = 0; i < r->n; i++)
        r->low[i] = normalisations > 1 ? 0.5 * (r->high[i] - r->low[i]) : NAN;
    return r->low;
}

static airy_code make_bands(airy_pdf_result *result, const airy_pdf_recipe *recipe, airy_error *err)
{
    ranges s = {0}, g = {0};
    double shell[AIRY_SHELLS_MAX][2];
    int done = 0;
    airy_code code = ranges_init(&s, result->structure.s.n, err);
    if (code == AIRY_OK)
        code = ranges_init(&g, result->pdf.n, err);
    for (int k = 0; k < AIRY_SHELLS_MAX; k++)
        shell[k][0] = INFINITY, shell[k][1] = -INFINITY;
    for (int way = 0; way < NORMALISATIONS && code == AIRY_OK && !recipe->is_structure; way++) {
        airy_pdf_result one;
        if (way == AIRY_NORMALISE_KROGH_MOE && !(recipe->structure.density > 0))
            continue;
        airy_code made = make_one(&one, recipe, (airy_normalise)way, err);
        code = airy_error_forgive(err, made); // a way that fails is no alternative
        if (made != AIRY_OK)
            continue;
        ranges_add(&s, one.structure.s.y);
        ranges_add(&g, one.pdf.g);
        for (int k = 0; k < recipe->n_shells; k++)
            widen(shell[k], one.shell[k].neighbours);
        done++;
        airy_pdf_result_release(&one);
    }
    result->s_band = ranges_halve(&s, done);
    result->g_band = ranges_halve(&g, done);
    for (int k = 0; k < recipe->n_shells; k++) // infinite: no way tells neighbours
        result->shell_band[k] =
            done > 1 && shell[k][1] >= shell[k][0] ? 0.5 * (shell[k][1] - shell[k][0]) : NAN;
    return code;
}

airy_code airy_pdf_make(airy_pdf_result *result, const airy_pdf_recipe *recipe, airy_error *err)
{
    airy_code code = make_one(result, recipe, recipe->structure.normalise, err);
    if (code == AIRY_OK)
        code = make_bands(result, recipe, err);
    if (code != AIRY_OK)
        airy_pdf_result_release(result);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The band-limited intensity of a pattern: planes, weighted fits, and how well they fit.
#include "solution.h"

#include "noise.h"

enum { FLAT_STEPS = 30, FIRST_STEPS = 20, ROUNDS = 6 };

void airy_solution_release(airy_solution *w)
{
    for (int k = 0; k < PLANES; k++)
        airy_memory_free(w->plane[k]);
    airy_band_release(&w->band);
}

// Pixels beyond half the array from the center would come in again on the other side.
static bool within(const airy_solution *w, int y, int x)
{
    return fabs(y - w->center[0]) <= w->side / 2.0 && fabs(x - w->center[1]) <= w->side / 2.0;
}

static airy_code copy_pattern(airy_solution *w, const airy_pattern *in, airy_error *err)
{
    airy_image factor = {0}, extra = {0};
    airy_code code = airy_pattern_noise(in, &factor, &extra, err);
    if (code != AIRY_OK)
        return code;
    double least = airy_noise_coverage(in);
    for (int i = 0; i < w->side * w->side; i++) {
        int y = i / w->side, x = i % w->side, from = y * in->photons.nx + x;
        bool on = y < in->photons.ny && x < in->photons.nx && within(w, y, x) &&
                  measured(in, from) &&
                  (!in->coverage.px || (double)in->coverage.px[from] >= least);
        w->plane[KNOWN][i] = on;
        w->plane[DATA][i] = on ? in->photons.px[from] : 0;
        w->plane[FACTOR][i] = on ? factor.px[from] : 1;
        w->plane[EXTRA][i] = on ? extra.px[from] : 0;
        w->used += on;
    }
    airy_image_release(&factor);
    airy_image_release(&extra);
    return AIRY_OK;
}

// Value at the mate of pixel (y, x), taken from a cyclic plane at the nearest pixel.
float airy_solution_mate(const airy_solution *w, const float *plane, int y, int x)
{
    int my = (int)lround(2 * w->center[0]) - y, mx = (int)lround(2 * w->center[1]) - x;
    bool on = my >= 0 && mx >= 0 && my < w->side && mx < w->side;
    return on ? plane[my * w->side + mx] : 0;
}

// Neither the pixel nor its mate was measured.
bool airy_solution_blind(const airy_solution *w, int i)
{
    return w->plane[KNOWN][i] <= 0 &&
           airy_solution_mate(w, w->plane[KNOWN], i / w->side, i % w->side) <= 0;
}

airy_code airy_solution_init(airy_solution *w, const airy_pattern *in, int side,
                             const airy_condense_options *options, airy_error *err)
{
    *w =
        (airy_solution){.side = side, .center = {in->center_y, in->center_x}, .merged = in->merged};
    for (int k = 0; k < PLANES; k++)
        if (!(w->plane[k] = airy_memory_new((size_t)side * (size_t)side, sizeof(float))))
            return airy_error_set(err, AIRY_EMEMORY, "no memory for planes of %d x %d", side, side);
    airy_code code = copy_pattern(w, in, err);
    return code == AIRY_OK ? airy_prior_sphere(w, in, options, err) : code;
}

// ------------------------------------------------------------------ the fit

// A fit with equal weights: it settles what goes through gaps and the hole, where the data are
// brightest.
static airy_code fit_flat(airy_solution *w, airy_error *err)
{
    for (int i = 0; i < w->side * w->side; i++)
        w->plane[USUAL][i] = 1;
    // Start: the data, and their surroundings' mean where there are none.
    for (int i = 0; i < w->side * w->side; i++)
        w->plane[SOLUTION][i] = w->plane[KNOWN][i] > 0 ? w->plane[DATA][i] : w->plane[LOCAL][i];
    airy_band_project(&w->band, w->plane[SOLUTION], w->plane[SOLUTION]);
    return airy_band_fit(&w->band, w->plane[DATA], w->plane[KNOWN], w->plane[USUAL], FLAT_STEPS,
                         w->plane[SOLUTION], err);
}

// Fits with the band of the given diameter (cycles a pixel).
static airy_code fit_band(airy_solution *w, double diameter, double margin, int steps,
                          airy_error *err)
{
    airy_band_release(&w->band);
    w->radius = fmin(diameter * margin * w->side, w->side / 2.0 - 1);
    airy_code code = airy_band_init(&w->band, w->side, w->radius, w->center, err);
    if (code == AIRY_OK)
        code = airy_prior_mean(w, fmax(0.12 * w->side / w->radius, 0.5), err);
    if (code == AIRY_OK)
        code = fit_flat(w, err);
    for (int round = 0; round < 2 && code == AIRY_OK; round++) {
        airy_prior_weights(w, round > 0);
        code = airy_band_fit(&w->band, w->plane[DATA], w->plane[WEIGHT], w->plane[USUAL],
                             round == 0 ? FIRST_STEPS : steps, w->plane[SOLUTION], err);
    }
    airy_prior_weights(w, true);
    return code;
}

// Variance of the estimate over that of a pixel: unknowns in the space over measured numbers near
// by. Locally the fit averages over the square of its point-spread function; a measured mate
// counts again.
static void leverage(airy_solution *w)
{
    float *share = w->plane[SHARE], *ratio = w->plane[LEVERAGE];
    double whole = (double)w->side * w->side;
    airy_band_spread(&w->band, w->plane[KNOWN], share);
    for (int i = 0; i < w->side * w->side; i++) {
        int y = i / w->side, x = i % w->side;
        double mates = w->merged ? 0 : fmax((double)airy_solution_mate(w, share, y, x), 0);
        double near = fmax((double)share[i], 0) + mates;
        ratio[i] = (float)(w->band.unknowns / whole / fmax(near, 0.05));
    }
}

static void judge(airy_solution *w, airy_condense_result *result)
{
    double all = 0, bright = 0, expected = 0;
    result->bright = 0;
    result->photons_in = result->photons_out = 0;
    for (int i = 0; i < w->side * w->side; i++) {
        if (w->plane[KNOWN][i] <= 0)
            continue;
        double off = (double)(w->plane[DATA][i] - w->plane[SOLUTION][i]);
        double term = off * off * (double)w->plane[WEIGHT][i];
        all += term;
        result->photons_in += (double)w->plane[DATA][i];
        result->photons_out += (double)w->plane[SOLUTION][i];
        if ((double)w->plane[SOLUTION][i] < AIRY_BRIGHT)
            continue;
        bright += term;
        expected += fmax(1 - (double)w->plane[LEVERAGE][i], 0);
        result->bright++;
    }
    result->measured_in = w->used;
    result->chi2 = w->used ? all / w->used : NAN;
    result->chi2_bright = result->bright ? bright / result->bright : NAN;
    result->chi2_expected = result->bright ? expected / result->bright : NAN;
}

// How far the residuals are above what they should be; 1 is perfect.
double airy_solution_misfit(const airy_condense_result *result)
{
    return result->bright ? result->chi2_bright / result->chi2_expected : result->chi2;
}

static airy_code try_diameter(airy_solution *w, const airy_condense_options *options,
                              double diameter, airy_condense_result *result, airy_error *err)
{
    airy_code code = fit_band(w, diameter, options->margin, options->iterations, err);
    if (code != AIRY_OK)
        return code;
    leverage(w);
    judge(w, result);
    result->diameter = diameter;
    result->radius = w->radius;
    return AIRY_OK;
}

// Wide gaps converge slowly: more rounds while the residuals are too large and still fall.
static airy_code settle(airy_solution *w, const airy_condense_options *options,
                        airy_condense_result *result, airy_error *err)
{
    airy_code code = AIRY_OK;
    double before = INFINITY;
    for (int round = 0;
         round < ROUNDS && code == AIRY_OK && airy_solution_misfit(result) > AIRY_SETTLED &&
         airy_solution_misfit(result) < 0.98 * before;
         round++) {
        before = airy_solution_misfit(result);
        code = airy_band_fit(&w->band, w->plane[DATA], w->plane[WEIGHT], w->plane[USUAL],
                             2 * options->iterations, w->plane[SOLUTION], err);
        airy_prior_weights(w, true);
        judge(w, result);
    }
    return code;
}

airy_code airy_solution_fit(airy_solution *w, const airy_condense_options *options, double diameter,
                            airy_condense_result *result, airy_error *err)
{
    airy_code code = try_diameter(w, options, diameter, result, err);
    return code == AIRY_OK ? settle(w, options, result, err) : code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a pixel before the fit: its surroundings, a fitted sphere, its weight.
#include "base/units.h"
#include "noise.h"
#include "smooth.h"
#include "solution.h"
#include "sphere.h"

enum { SPHERE_SIDE = 384 }; // of the pattern that a first guess is fitted to

#define PRIOR_FRINGES 3.0 // blind pixels nearer to the center have no prior
#define BELOW_LOCAL 0.1   // an expectation is not believed below this share of its surroundings
#define COUNTS 16.0       // photons that make a local mean

// Local mean of the measured pixels and their mates, over a neighbourhood wide enough for COUNTS
// photons.
airy_code airy_prior_mean(airy_solution *w, double sigma, airy_error *err)
{
    int n = w->side * w->side, left = n;
    float *local = w->plane[LOCAL];
    airy_image sum = {0}, share = {0};
    airy_image data = {w->side, w->side, w->plane[DATA]};
    airy_image known = {w->side, w->side, w->plane[KNOWN]};
    airy_code code = airy_image_init(&sum, w->side, w->side, err);
    if (code == AIRY_OK)
        code = airy_image_init(&share, w->side, w->side, err);
    for (int i = 0; i < n; i++) {
        local[i] = NAN;
        if (w->plane[KNOWN][i] <= 0)
            w->plane[DATA][i] = 0; // of an earlier fit's prior
    }
    for (; code == AIRY_OK && left > 0 && sigma < w->side; sigma *= 2) {
        bool last = 2 * sigma >= w->side;
        double area = 4 * AIRY_PI * sigma * sigma; // of the kernel squared: pixels averaged
        code = airy_smooth(&data, sigma, &sum, err);
        if (code == AIRY_OK)
            code = airy_smooth(&known, sigma, &share, err);
        left = 0;
        for (int i = 0; i < n && code == AIRY_OK; i++) {
            int y = i / w->side, x = i % w->side;
            float total = share.px[i] + airy_solution_mate(w, share.px, y, x);
            float photons = sum.px[i] + airy_solution_mate(w, sum.px, y, x);
            if (isnan(local[i]) && total > 0.02f && (last || (double)photons * area > COUNTS))
                local[i] = fmaxf(photons / total, 0);
            left += isnan(local[i]);
        }
    }
    for (int i = 0; i < n; i++) {
        if (airy_solution_blind(w, i) && !isnan(w->plane[GUESS][i]))
            local[i] = w->plane[GUESS][i];
        local[i] = isnan(local[i]) ? 0 : local[i];
    }
    airy_image_release(&sum);
    airy_image_release(&share);
    return code;
}

// A fitted sphere's photons where nothing is measured, as a first guess, if it looks like the
// pattern at all (a third off where it is lit); else NaN. Convergence in wide gaps hangs on it,
// results do not.
airy_code airy_prior_sphere(airy_solution *w, const airy_pattern *in,
                            const airy_condense_options *options, airy_error *err)
{
    airy_sphere_options sphere;
    airy_error none = {0};
    airy_image model = {0};
    airy_sphere_options_defaults(&sphere);
    sphere.pixel_area = options->pixel_area;
    double off = 0, all = 0;
    w->has_sphere = airy_sphere_binned(in, &sphere, SPHERE_SIDE, &w->sphere, &none) == AIRY_OK;
    if (w->has_sphere) {
        airy_code code = airy_sphere_pattern(&w->sphere, in, &model, err);
        if (code != AIRY_OK)
            return code;
        for (int i = 0; i < model.ny * model.nx; i++)
            if (measured(in, i) && (double)model.px[i] > AIRY_BRIGHT) {
                off += fabs((double)(in->photons.px[i] - model.px[i]));
                all += (double)model.px[i];
            }
    }
    bool alike = all > 0 && 3 * off < all;
    for (int i = 0; i < w->side * w->side; i++) {
        int y = i / w->side, x = i % w->side;
        bool on = alike && y < model.ny && x < model.nx;
        w->plane[GUESS][i] = on ? model.px[y * model.nx + x] : NAN;
    }
    airy_image_release(&model);
    return AIRY_OK;
}

// Expected photons: the solution where it is significant, else the local mean, never nothing (a
// pixel without photons is not one without noise).
static float expectation(const airy_solution *w, int i, bool have)
{
    float local = fmaxf(w->plane[LOCAL][i], 1e-6f);
    if (!have)
        return local;
    double whole = (double)w->side * w->side;
    // The solution's variance is about mu unknowns / (2 whole): at this mu it is three errors.
    float significant = (float)(9 * w->band.unknowns / (2 * whole));
    float least = fmaxf(fminf(local, significant), (float)BELOW_LOCAL * local);
    return fmaxf(w->plane[SOLUTION][i], least);
}

// Where nothing tells of a pixel, what is left of the band there would grow without bounds. Speckle
// intensities scatter about their local mean m with the variance m^2 (Goodman, Statistical Optics,
// 1985), so the mean stands in for a measurement, at most as good as counting m photons. Not near
// the center, where m changes faster than it can be averaged.
static bool set_prior(airy_solution *w, int i)
{
    double y = i / w->side - w->center[0], x = i % w->side - w->center[1];
    if (!airy_solution_blind(w, i) || hypot(y, x) * w->radius < PRIOR_FRINGES * w->side)
        return false;
    float mean = fmaxf(w->plane[LOCAL][i], 1e-6f);
    w->plane[DATA][i] = mean;
    w->plane[USUAL][i] = mean + mean * mean;
    w->plane[WEIGHT][i] = 1 / w->plane[USUAL][i];
    return true;
}

void airy_prior_weights(airy_solution *w, bool have)
{
    for (int i = 0; i < w->side * w->side; i++) {
        if (set_prior(w, i))
            continue;
        float v = w->plane[FACTOR][i] * expectation(w, i, have) + w->plane[EXTRA][i];
        w->plane[USUAL][i] = v;
        w->plane[WEIGHT][i] = w->plane[KNOWN][i] > 0 ? 1 / v : 0;
    }
}

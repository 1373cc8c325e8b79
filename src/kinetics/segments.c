// SPDX-License-Identifier: GPL-3.0-or-later
// Continuous straight pieces: linear least squares inside, a search over break points outside.
#include "segments.h"

#include "airy/math.h"
#include "base/units.h"

#include <math.h>

enum { TERMS = AIRY_BREAKS_MAX + 2 };

int airy_segments_parameters(int breaks)
{
    return 2 + 2 * breaks;
}

// Mean of max(x, 0) over a Gaussian around x: x Phi(x / s) + s phi(x / s).
static double corner(double x, double blur)
{
    if (!(blur > 0))
        return x > 0 ? x : 0;
    double u = x / blur;
    return x * 0.5 * erfc(-u * sqrt(0.5)) + blur * exp(-u * u / 2) / sqrt(2 * AIRY_PI);
}

static void basis(const airy_segments *fit, const airy_means *means, int d, double f[TERMS])
{
    double t = means->t[d], blur = means->blur ? means->blur[d] : 0;
    f[0] = 1;
    f[1] = t > 0 ? corner(t, means->jitter) : 0;
    for (int k = 0; k < fit->breaks; k++)
        f[2 + k] = corner(t - fit->at[k], blur);
}

double airy_segments_value(const airy_segments *fit, const airy_means *means, int d)
{
    double f[TERMS], sum = 0;
    basis(fit, means, d, f);
    for (int k = 0; k < fit->breaks + 2; k++)
        sum += fit->c[k] * f[k];
    return sum;
}

double airy_segments_rate(const airy_segments *fit, int piece)
{
    double rate = 0;
    for (int k = 1; k <= piece + 1; k++)
        rate += fit->c[k];
    return rate;
}

// Coefficients and chi2 for given break points.
static void fit_linear(const airy_means *means, airy_segments *fit)
{
    double a[TERMS * TERMS] = {0}, c[TERMS] = {0}, f[TERMS];
    int n = fit->breaks + 2;
    for (int d = 0; d < means->n; d++) {
        basis(fit, means, d, f);
        for (int i = 0; i < n; i++) {
            c[i] += means->weight[d] * f[i] * means->y[d];
            for (int j = 0; j <= i; j++)
                a[i * n + j] += means->weight[d] * f[i] * f[j];
        }
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            a[j * n + i] = a[i * n + j];
    fit->chi2 = INFINITY;
    if (!airy_linear_solve(a, c, n))
        return;
    fit->chi2 = 0;
    for (int i = 0; i < n; i++)
        fit->c[i] = c[i];
    for (int d = 0; d < means->n; d++) {
        double residual = means->y[d] - airy_segments_value(fit, means, d);
        fit->chi2 += means->weight[d] * residual * residual;
    }
}

// Whether the break points leave enough means in each piece.
static bool allowed(const airy_means *means, const airy_segments *fit)
{
    int before = 0, after = 0, between = 0;
    double first = fit->at[0], last = fit->at[fit->breaks - 1];
    for (int d = 0; d < means->n; d++) {
        before += means->t[d] <= first;
        after += means->t[d] >= last;
        between += means->t[d] >= first && means->t[d] <= last;
    }
    return before >= 2 && after >= 2 && (fit->breaks == 1 || between >= 2);
}

// Tries break points and keeps the better fit.
static bool try_breaks(const airy_means *means, const double at[AIRY_BREAKS_MAX],
                       airy_segments *best)
{
    airy_segments fit = {.breaks = best->breaks, .at = {at[0], at[1]}};
    if (!allowed(means, &fit))
        return false;
    fit_linear(means, &fit);
    if (!(fit.chi2 < best->chi2))
        return false;
    *best = fit;
    return true;
}

static double smallest_step(const airy_means *means)
{
    double least = means->t[means->n - 1] - means->t[0];
    for (int d = 1; d < means->n; d++)
        least = fmin(least, means->t[d] - means->t[d - 1]);
    return least;
}

static void search(const airy_means *means, double step, airy_segments *best)
{
    double start = means->t[0], end = means->t[means->n - 1];
    int cells = (int)ceil((end - start) / step);
    for (int i = 1; i < cells; i++) {
        double first = start + i * step;
        if (best->breaks == 1) {
            try_breaks(means, (double[]){first, first}, best);
            continue;
        }
        for (int j = i + 1; j < cells; j++)
            try_breaks(means, (double[]){first, start + j * step}, best);
    }
}

// Moves each break by the step while that helps, then halves the step.
static void refine(const airy_means *means, double step, airy_segments *best)
{
    for (int halvings = 0; halvings < 11; halvings++) {
        step /= 2;
        for (bool moved = true; moved;) {
            moved = false;
            for (int k = 0; k < 2 * best->breaks; k++) {
                double at[AIRY_BREAKS_MAX] = {best->at[0], best->at[1]};
                at[k / 2] += k % 2 ? step : -step;
                moved = try_breaks(means, at, best) || moved;
            }
        }
    }
}

void airy_segments_fit(const airy_means *means, int breaks, airy_segments *fit)
{
    *fit = (airy_segments){.breaks = breaks, .chi2 = INFINITY};
    if (breaks == 0) {
        fit_linear(means, fit);
        return;
    }
    // at most 40 cells: beyond that the refinement finds the place
    double span = means->t[means->n - 1] - means->t[0];
    double step = fmax(smallest_step(means) / 2, span / 40);
    search(means, step, fit);
    if (isfinite(fit->chi2))
        refine(means, step, fit);
}

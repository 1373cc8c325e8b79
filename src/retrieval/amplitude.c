// SPDX-License-Identifier: GPL-3.0-or-later
// Amplitudes at low counts: what sqrt(I) is expected to be, given a noisy estimate of I.
#include "airy/retrieval.h"

#include <math.h>

enum { POINTS = 160 };

// Mean of sqrt(I) under exp(-I / S) exp(-(x - I)^2 / (2 V)), I > 0: speckle of mean S seen as x
// with variance V. The product is a normal of mean x - V / S and variance V cut at 0; summed over
// its width, or, where only its tail is left, over the exponential that the tail resembles.
static double expected_amplitude(double x, double variance, double speckle)
{
    double sd = sqrt(variance), m = x - variance / speckle;
    double low = m > 6 * sd ? m - 6 * sd : 0;
    double high = m > 0 ? m + 6 * sd : fmin(6 * sd, 12 * variance / (sd - m));
    double peak = m > 0 ? 0 : m * m / (2 * variance);
    double weights = 0, sum = 0;
    for (int i = 0; i < POINTS; i++) {
        double value = low + (high - low) * (i + 0.5) / POINTS;
        double weight = exp(peak - (value - m) * (value - m) / (2 * variance));
        weights += weight;
        sum += weight * sqrt(value);
    }
    return sum / weights;
}

// The ring's mean between rings r and r + 1, no less than a small positive number.
static double ring_value(const double *mean, int rings, double r)
{
    int i = (int)r;
    double a = i < rings && !isnan(mean[i]) ? mean[i] : 0;
    double b = i + 1 < rings && !isnan(mean[i + 1]) ? mean[i + 1] : a;
    return fmax(a + (r - i) * (b - a), 1e-6);
}

airy_code airy_problem_expect_amplitudes(airy_problem *problem, const airy_pattern *pattern,
                                         airy_error *err)
{
    int ny = problem->amplitude.ny, nx = problem->amplitude.nx;
    if (pattern->photons.ny != ny || pattern->photons.nx != nx)
        return airy_error_set(err, AIRY_ESHAPE, "the pattern is %d x %d, but the problem %d x %d",
                              pattern->photons.ny, pattern->photons.nx, ny, nx);
    if (!pattern->variance.px)
        return airy_error_set(err, AIRY_EVALUE,
                              "expected amplitudes want a pattern with a variance");
    int rings = airy_grid_ring_count(ny, nx, ny / 2, nx / 2);
    double *mean = airy_memory_new((size_t)rings, sizeof *mean);
    int *count = airy_memory_new((size_t)rings, sizeof *count);
    airy_code code = AIRY_OK;
    if (!mean || !count) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d rings", rings);
        goto done;
    }
    airy_grid_ring_mean(&pattern->photons, ny / 2, nx / 2, mean, count, rings);
    for (int i = 0; i < ny * nx; i++) {
        double variance = pattern->variance.px[i];
        if (!problem->measured.bits[i] || !(variance > 0))
            continue;
        double speckle = ring_value(mean, rings, hypot(i / nx - ny / 2, i % nx - nx / 2));
        problem->amplitude.px[i] =
            (float)expected_amplitude(pattern->photons.px[i], variance, speckle);
    }
done:
    airy_memory_free(mean);
    airy_memory_free(count);
    return code;
}

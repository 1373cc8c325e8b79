// SPDX-License-Identifier: GPL-3.0-or-later
// The noise of a pixel as a function of its expectation: V(mu) = factor mu + extra.
#include "noise.h"

#include "base/processor.h"

#include <float.h>

enum { LANES = 16 }; // sums beside each other

// Photons of a cell with coverage c were scaled by 1 / c: variance c mu / c^2 = mu / c. The mean
// of two mates has half the variance of one; FILLED says that there was only one.
static float noise_factor(const airy_pattern *pattern, int i)
{
    float coverage = pattern->coverage.px ? pattern->coverage.px[i] : 1;
    float factor = coverage > 0 && coverage < 1 ? 1 / coverage : 1;
    bool pair = pattern->merged && !pattern->condensed &&
                !(pattern->mask.bits && (pattern->mask.bits[i] & AIRY_MASK_FILLED));
    return pair ? factor / 2 : factor;
}

// A condensed pixel's variance is not made of its own photons: it is taken as it is.
static void pixel_noise(const airy_pattern *pattern, int i, float *factor, float *extra)
{
    *factor = *extra = NAN;
    if (!measured(pattern, i))
        return;
    const float *variance = pattern->variance.px;
    bool known = variance && isfinite(variance[i]);
    float behind = background_at(pattern, i), counted = pattern->photons.px[i] + behind;
    *factor = pattern->condensed && known ? 0 : noise_factor(pattern, i);
    *extra = known ? fmaxf(variance[i] - *factor * fmaxf(counted, 0), 0) : 0;
    *extra += *factor * behind;
}

airy_code airy_pattern_noise(const airy_pattern *pattern, airy_image *factor, airy_image *extra,
                             airy_error *err)
{
    int ny = pattern->photons.ny, nx = pattern->photons.nx;
    *factor = *extra = (airy_image){0};
    airy_code code = airy_image_init(factor, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(extra, ny, nx, err);
    if (code != AIRY_OK) {
        airy_image_release(factor);
        return code;
    }
    for (int i = 0; i < ny * nx; i++)
        pixel_noise(pattern, i, &factor->px[i], &extra->px[i]);
    return AIRY_OK;
}

// Lanes beside each other, so that a processor adds many pixels at once, and the same on each.
AIRY_EVERY_PROCESSOR
static void add_lanes(const float *restrict px, const uint32_t *restrict bits, int n, float least,
                      airy_row_light *restrict light)
{
    double photons[LANES] = {0};
    int valid[LANES] = {0}, bright[LANES] = {0};
    for (int i = 0; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++) {
            int counts = ((bits[i + k] & AIRY_MASK_EXCLUDES) == 0) & (fabsf(px[i + k]) <= FLT_MAX);
            float value = counts ? px[i + k] : 0;
            photons[k] += (double)value;
            valid[k] += counts;
            bright[k] += counts & (value >= least);
        }
    for (int k = 0; k < LANES; k++) {
        light->photons += photons[k];
        light->measured += valid[k];
        light->lit += bright[k];
    }
}

airy_row_light airy_light_of_row(const airy_pattern *pattern, int i, int n, double lit)
{
    airy_row_light light = {0};
    int whole = pattern->mask.bits ? n - n % LANES : 0;
    float least = (float)lit;
    least = (double)least < lit ? nextafterf(least, INFINITY) : least;
    if (whole)
        add_lanes(pattern->photons.px + i, pattern->mask.bits + i, whole, least, &light);
    for (int k = i + whole; k < i + n; k++)
        if (measured(pattern, k)) {
            light.measured++;
            light.lit += (double)pattern->photons.px[k] >= lit;
            light.photons += (double)pattern->photons.px[k];
        }
    return light;
}

int airy_pattern_measured(const airy_pattern *pattern)
{
    return airy_light_of_row(pattern, 0, pattern->photons.ny * pattern->photons.nx, 0).measured;
}

double airy_pattern_photons(const airy_pattern *pattern)
{
    return airy_light_of_row(pattern, 0, pattern->photons.ny * pattern->photons.nx, 0).photons;
}

double airy_noise_coverage(const airy_pattern *pattern)
{
    if (!pattern->coverage.px)
        return 0;
    int whole = 0;
    for (int i = 0; i < pattern->photons.ny * pattern->photons.nx; i++)
        whole += measured(pattern, i) && pattern->coverage.px[i] >= 1;
    return 2 * whole > airy_pattern_measured(pattern) ? 1 : 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The noise of a pixel as a function of its expectation: V(mu) = factor mu + extra.
#include "noise.h"

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

int airy_pattern_measured(const airy_pattern *pattern)
{
    int count = 0;
    for (int i = 0; i < pattern->photons.ny * pattern->photons.nx; i++)
        count += measured(pattern, i);
    return count;
}

double airy_pattern_photons(const airy_pattern *pattern)
{
    double sum = 0;
    for (int i = 0; i < pattern->photons.ny * pattern->photons.nx; i++)
        if (measured(pattern, i))
            sum += (double)pattern->photons.px[i];
    return sum;
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

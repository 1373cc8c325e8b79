// SPDX-License-Identifier: GPL-3.0-or-later
// Photons in bins that are as wide as the fringes of the object allow.
#include "airy/pattern.h"
#include "counts.h"

#include <math.h>

#define FULL 0.9 // of a bin's area measured: all of its pixels, cells at gaps included

int airy_pattern_counts_factor(double diameter)
{
    int factor = (int)(2 * AIRY_COUNTS_RADIUS / diameter);
    return factor < 1 ? 1 : factor;
}

static airy_code check_input(const airy_pattern *pattern, airy_error *err)
{
    if (pattern->condensed || pattern->merged)
        return airy_error_set(err, AIRY_EVALUE,
                              "a pattern that was merged or condensed holds no counts of photons");
    if (!pattern->has_center)
        return airy_error_set(err, AIRY_EVALUE,
                              "the pattern's center is not known; find it with `airy center`");
    return AIRY_OK;
}

// One size for all centers, so that the counts of several shots can be a stack.
static airy_code square_up(const airy_pattern *pattern, int factor, airy_pattern *counts,
                           airy_error *err)
{
    int ny = pattern->photons.ny / factor, nx = pattern->photons.nx / factor;
    airy_pattern all;
    airy_code code = airy_pattern_init(&all, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(&all.coverage, ny, nx, err);
    if (code == AIRY_OK && counts->background.px)
        code = airy_image_init(&all.background, ny, nx, err);
    for (int i = 0; i < ny * nx && code == AIRY_OK; i++) {
        int y = i / nx, x = i % nx, from = y * counts->photons.nx + x;
        bool in = y < counts->photons.ny && x < counts->photons.nx;
        all.mask.bits[i] = in ? counts->mask.bits[from] : AIRY_MASK_MISSING;
        if (!in)
            continue;
        all.photons.px[i] = counts->photons.px[from];
        all.variance.px[i] = counts->variance.px ? counts->variance.px[from] : all.photons.px[i];
        all.coverage.px[i] = counts->coverage.px ? counts->coverage.px[from] : 1;
        if (counts->background.px)
            all.background.px[i] = counts->background.px[from];
    }
    all.setup = counts->setup;
    airy_pattern_set_center(&all, counts->center_y, counts->center_x, counts->center_y_error,
                            counts->center_x_error);
    airy_pattern_apply_mask(&all);
    airy_pattern_release(counts);
    *counts = all;
    return code;
}

airy_code airy_pattern_counts(const airy_pattern *pattern, int factor, airy_pattern *counts,
                              airy_error *err)
{
    airy_bin_options options;
    *counts = (airy_pattern){0};
    airy_bin_options_defaults(&options);
    options.factor = factor;
    options.coverage = FULL;
    airy_code code = check_input(pattern, err);
    if (code == AIRY_OK)
        code = airy_pattern_bin(pattern, &options, counts, NULL, err);
    if (code == AIRY_OK)
        code = square_up(pattern, factor, counts, err);
    if (code != AIRY_OK)
        airy_pattern_release(counts);
    return code;
}

// Excludes the bins about (y, x), less than `reach` bins away along both axes.
static void exclude_about(airy_pattern *counts, double y, double x, double reach)
{
    int ny = counts->photons.ny, nx = counts->photons.nx;
    int top = (int)fmax(ceil(y - reach), 0), bottom = (int)fmin(floor(y + reach), ny - 1);
    int left = (int)fmax(ceil(x - reach), 0), right = (int)fmin(floor(x + reach), nx - 1);
    for (int v = top; v <= bottom; v++)
        for (int u = left; u <= right; u++)
            counts->mask.bits[v * nx + u] |= AIRY_MASK_BAD;
}

void airy_counts_exclude(airy_pattern *counts, const airy_pattern *condensed, const airy_mask *mask)
{
    double scale = condensed->setup.pitch_m / counts->setup.pitch_m; // bins a pixel
    if (!(scale > 0 && isfinite(scale) && counts->has_center))
        return;
    for (int i = 0; i < mask->ny * mask->nx; i++) {
        if (!(mask->bits[i] & AIRY_MASK_EXCLUDES))
            continue;
        double y = scale * (i / mask->nx - mask->ny / 2), x = scale * (i % mask->nx - mask->nx / 2);
        double reach = 0.499 * (scale + 1);
        exclude_about(counts, counts->center_y + y, counts->center_x + x, reach);
        exclude_about(counts, counts->center_y - y, counts->center_x - x, reach);
    }
    airy_pattern_apply_mask(counts);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// What "measured" means, for the pattern room.
#ifndef AIRY_PATTERN_NOISE_H
#define AIRY_PATTERN_NOISE_H

#include "airy/pattern.h"

#include <math.h>

// Factor and extra of every pixel (both ny x nx, initialised here, NaN where not measured); see
// airy/pattern.h.
AIRY_MUST_CHECK airy_code airy_pattern_noise(const airy_pattern *pattern, airy_image *factor,
                                             airy_image *extra, airy_error *err);

// Whether pixel i holds a number to be believed.
static inline bool measured(const airy_pattern *pattern, int i)
{
    bool excluded = pattern->mask.bits && (pattern->mask.bits[i] & AIRY_MASK_EXCLUDES);
    return !excluded && isfinite(pattern->photons.px[i]);
}

// What n pixels hold, from pixel i on: of those measured the number, how many have `lit` photons or
// more, and all photons, summed in an order that depends on n alone.
typedef struct airy_row_light {
    int measured, lit;
    double photons;
} airy_row_light;
airy_row_light airy_light_of_row(const airy_pattern *pattern, int i, int n, double lit);

// Photons that are expected at pixel i without the particle.
static inline float background_at(const airy_pattern *pattern, int i)
{
    return pattern->background.px ? fmaxf(pattern->background.px[i], 0) : 0;
}

// Least coverage of a cell to be used where places matter. The photons of a partly measured cell
// belong to the middle of its measured pixels; beside a beam stop, where the light is steepest,
// taking them for the cell's own is wrong by many errors. So 1, unless most cells are partly
// measured.
double airy_noise_coverage(const airy_pattern *pattern);

#endif

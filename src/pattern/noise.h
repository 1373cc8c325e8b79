// SPDX-License-Identifier: GPL-3.0-or-later
// What "measured" means, for the pattern room.
#ifndef AIRY_PATTERN_NOISE_H
#define AIRY_PATTERN_NOISE_H

#include "airy/pattern.h"

#include <math.h>

// Whether pixel i holds a number to be believed.
static inline bool measured(const airy_pattern *pattern, int i)
{
    bool excluded = pattern->mask.bits && (pattern->mask.bits[i] & AIRY_MASK_EXCLUDES);
    return !excluded && isfinite(pattern->photons.px[i]);
}

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// The shadow of the beam stop in the mean of a run.
#ifndef AIRY_PATTERN_SHADOW_H
#define AIRY_PATTERN_SHADOW_H

#include "airy/pattern.h"

// Adds SHADOWED to measured pixels of a mean over so many frames, whose excluded pixels hold NaN;
// see airy_exposures_mask. AIRY_EVALUE without a center.
AIRY_MUST_CHECK airy_code airy_shadow_mask(airy_pattern *mean, double share, int frames,
                                           airy_error *err);

#endif

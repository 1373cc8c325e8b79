// SPDX-License-Identifier: GPL-3.0-or-later
// Light beside the particle's, of one frame.
#ifndef AIRY_PATTERN_BACKGROUND_H
#define AIRY_PATTERN_BACKGROUND_H

#include "airy/pattern.h"

typedef struct airy_background_result {
    double scale, scale_error; // of the mean, and its standard error from the photons
    int cells, all;            // of 32 x 32 pixels that hold nothing but background, and all
    double chi2;               // of those, about 1
} airy_background_result;

// A mean of few frames has pixels without a photon, where noise would be thought to be none. Each
// pixel becomes the mean of as small a square around it (sides of 1, 3, 7, 15, 31 or 63 pixels) as
// is known to a fifth; of many frames' mean nothing changes.
AIRY_MUST_CHECK airy_code airy_pattern_steady_background(airy_pattern *mean, airy_error *err);

// Fits the scale of a mean frame without particles (airy_exposures_mean) to one frame and keeps it
// as frame->background, see airy_pattern: photons become what is above it, the noise of both stays.
// The particle's light only adds, so the scale is fitted to the cells that agree with it, beginning
// with the darkest ones (beside their background). A particle that lights every cell makes it too
// large: chi2 and the number of cells tell. Pixels that the mean does not know are excluded.
// AIRY_ESHAPE, AIRY_EVALUE: sizes differ, fewer than 8 cells agree, or it was done before.
AIRY_MUST_CHECK airy_code airy_pattern_take_background(airy_pattern *frame,
                                                       const airy_pattern *mean,
                                                       airy_background_result *result,
                                                       airy_error *err);

#endif

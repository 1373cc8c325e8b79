// SPDX-License-Identifier: GPL-3.0-or-later
// Gaussian smoothing of masked patterns.
#ifndef AIRY_PATTERN_SMOOTH_H
#define AIRY_PATTERN_SMOOTH_H

#include "airy/pattern.h"

// Convolves with a Gaussian of the given sigma (pixels), cut at 4 sigma, taking zeros outside. No
// NaN in `in`; out is initialised by the caller with the same size and is another image.
AIRY_MUST_CHECK airy_code airy_smooth(const airy_image *in, double sigma, airy_image *out,
                                      airy_error *err);

// Smoothed photons (unmeasured ones as zero) and smoothed share of measured pixels, both
// initialised here; their quotient is the local mean over measured pixels.
AIRY_MUST_CHECK airy_code airy_smooth_pattern(const airy_pattern *pattern, double sigma,
                                              airy_image *photons, airy_image *share,
                                              airy_error *err);

#endif

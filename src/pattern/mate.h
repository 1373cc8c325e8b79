// SPDX-License-Identifier: GPL-3.0-or-later
// Friedel mates between pixels.
#ifndef AIRY_PATTERN_MATE_H
#define AIRY_PATTERN_MATE_H

#include "airy/pattern.h"

// out(p) = in(2 c - p) by Catmull and Rom's cubic, NaN where a needed pixel is NaN or outside. With
// `squared` the weights are squared: the variance of that value from the variances of pixels.
// `scratch` and `out` have the size of `in` and are other images.
void airy_mate_image(const airy_image *in, const double *center, bool squared, airy_image *scratch,
                     airy_image *out);

// airy_pattern_friedel about n centers (y, x): what does not depend on the center is done once.
AIRY_MUST_CHECK airy_code airy_friedel_about(const airy_pattern *pattern, int n,
                                             const double (*center)[2], double *chi2, int *pairs,
                                             airy_error *err);

#endif

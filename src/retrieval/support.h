// SPDX-License-Identifier: GPL-3.0-or-later
// Shrink-wrap, for the driver.
#ifndef AIRY_RETRIEVAL_SUPPORT_H
#define AIRY_RETRIEVAL_SUPPORT_H

#include "airy/retrieval.h"

typedef struct airy_shrink {
    double sigma;      // blur, pixels
    airy_shrink_of of; // what the threshold is a share of
    double threshold;
    double area; // share of the array instead, 0 = off
} airy_shrink;

// The support that a blurred image leaves above a threshold, or its brightest pixels of a fixed
// area (Marchesini et al., Phys. Rev. B 68, 140101, 2003). mask is the present support and becomes
// the next.
AIRY_MUST_CHECK airy_code airy_support_shrink(const airy_image *image, const airy_shrink *shrink,
                                              airy_mask *mask, airy_error *err);

#endif

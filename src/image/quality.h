// SPDX-License-Identifier: GPL-3.0-or-later
// Of quality.c, for the room and its tests.
#ifndef AIRY_IMAGE_QUALITY_H
#define AIRY_IMAGE_QUALITY_H

#include "airy/image.h"

// The same share by ring of the transform, share[0 .. n - 1] (see rings below); *all, which may be
// NULL, gets that of all rings.
AIRY_MUST_CHECK airy_code airy_quality_outside(const airy_image *image, const airy_problem *problem,
                                               double *share, int n, double *all, airy_error *err);

#endif

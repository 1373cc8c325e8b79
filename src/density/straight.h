// SPDX-License-Identifier: GPL-3.0-or-later
// The straight band that fits best around a branch.
#ifndef AIRY_DENSITY_STRAIGHT_H
#define AIRY_DENSITY_STRAIGHT_H

#include "airy/density.h"
#include "density/path.h"

// Where a band is looked for: its middle and direction so far, and its size, pixels.
typedef struct airy_straight {
    airy_point middle;
    double direction_deg, length, width;
} airy_straight;

// Turns and shifts a band of Gaussian profile (full width at half maximum `width`) on a level
// ground until its squares are least within a width of the first axis, and sets the direction. It
// stays as it was where the image has no such band within 25 degrees. low: what is looked for is
// negative. Errors: AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_straight_fit(const airy_image *low, const airy_body *body,
                                            airy_straight *band, airy_error *err);

#endif

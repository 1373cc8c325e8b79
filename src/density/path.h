// SPDX-License-Identifier: GPL-3.0-or-later
// Points between pixels, and the principal axis of a line through them.
#ifndef AIRY_DENSITY_PATH_H
#define AIRY_DENSITY_PATH_H

#include "airy/density.h"

typedef struct airy_point {
    double y, x;
} airy_point;

// The path's point i averaged with as many neighbours on either side as there are, at most 3: the
// ends stay where they are.
airy_point airy_path_point(const airy_path *path, int i);

// Weighted sums over segments; zero-initialise.
typedef struct airy_moments {
    double w, y, x, yy, xx, yx;
} airy_moments;

// Adds the segment from a to b with its length times `weight`. Coordinates should be small numbers:
// sums of squares are subtracted later.
void airy_moments_add(airy_moments *moments, airy_point a, airy_point b, double weight);

// Direction of the longer principal axis, degrees, 0 <= angle < 180; NaN for nothing.
double airy_moments_axis(const airy_moments *moments);

// Variances along the axis and across it.
void airy_moments_spread(const airy_moments *moments, double *along, double *across);

#endif

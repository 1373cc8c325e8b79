// SPDX-License-Identifier: GPL-3.0-or-later
// Points between pixels, and the principal axis of a line through them.
#ifndef AIRY_DENSITY_PATH_H
#define AIRY_DENSITY_PATH_H

#include "airy/density.h"

// ------------------------------------------------------------------ skeletons (density/skeleton.c)

// What a path ends at when that is no junction.
enum { AIRY_END_FREE = -1, AIRY_END_CUT = -2 };

// One line of a skeleton between two ends, each a free end, a junction, or (ring) the same pixel.
typedef struct airy_path {
    int n; // pixels, in order, both ends included
    int *y, *x;
    int node[2]; // junction at each end, or what else is there
} airy_path;

typedef struct airy_paths {
    int n;
    airy_path *path;
    int junctions;
} airy_paths;

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

// Cuts each path where it bends: at the point farthest from its chord, as long as that is more than
// `bend` pixels away (Ramer, Comput. Graph. Image Process. 1, 244, 1972). Rings are cut too.
AIRY_MUST_CHECK airy_code airy_paths_split(airy_paths *paths, double bend, airy_error *err);

// Length along the path in pixels: through points smoothed over +-2 pixels, which removes the
// excess of a staircase (1, sqrt 2 steps give up to 8 % too much), ends kept.
double airy_path_length(const airy_path *path);

// Direction in degrees, 0 <= angle < 180, of the principal axis of the path's segments, each
// weighted by its length. NaN for a lone pixel.
double airy_path_angle(const airy_path *path);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes with known skeletons, drawn by their definition.
#ifndef AIRY_TESTS_DENSITY_SHAPES_H
#define AIRY_TESTS_DENSITY_SHAPES_H

#include "airy/math.h"
#include "check.h"

// Distance of a point from the segment a-b.
static inline double segment_distance(double y, double x, const double *a, const double *b)
{
    double dy = b[0] - a[0], dx = b[1] - a[1], square = dy * dy + dx * dx;
    double t = square > 0 ? ((y - a[0]) * dy + (x - a[1]) * dx) / square : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(y - a[0] - t * dy, x - a[1] - t * dx);
}

// Sets pixels within width / 2 of a segment that starts at (y, x) and runs `length` pixels at
// `degrees`, counter-clockwise with y up (row up).
static inline void draw_bar(airy_mask *mask, double y, double x, double degrees, double length,
                            double width)
{
    double angle = degrees * acos(-1) / 180;
    const double a[2] = {y, x}, b[2] = {y + length * sin(angle), x + length * cos(angle)};
    for (int v = 0; v < mask->ny; v++)
        for (int u = 0; u < mask->nx; u++)
            if (segment_distance(v, u, a, b) <= width / 2)
                mask->bits[v * mask->nx + u] = 1;
}

// Sets pixels whose distance from (y, x) is within width / 2 of the radius.
static inline void draw_ring(airy_mask *mask, double y, double x, double radius, double width)
{
    for (int v = 0; v < mask->ny; v++)
        for (int u = 0; u < mask->nx; u++)
            if (fabs(hypot(v - y, u - x) - radius) <= width / 2)
                mask->bits[v * mask->nx + u] = 1;
}

#endif

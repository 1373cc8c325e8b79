// SPDX-License-Identifier: GPL-3.0-or-later
// How far the sample has moved: each frame's image of the scan against the first one's.
#include "patterns.h"
#include "kept.h"

#include <math.h>

enum { REACH = 12 }; // steps that are tried in each direction, at most

// Pearson's correlation of two images of which one is shifted by whole steps; NaN where fewer than
// half of the places lie on each other.
static double correlate(const airy_scan *s, const float *a, const float *b, int dy, int dx)
{
    double n = 0, sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
    for (int y = 0; y < s->ny; y++)
        for (int x = 0; x < s->nx; x++) {
            int v = y + dy, u = x + dx;
            if (v < 0 || v >= s->ny || u < 0 || u >= s->nx)
                continue;
            double p = a[y * s->nx + x], q = b[v * s->nx + u];
            n++, sa += p, sb += q, aa += p * p, bb += q * q, ab += p * q;
        }
    double va = n * aa - sa * sa, vb = n * bb - sb * sb;
    return 2 * n >= s->ny * s->nx && va > 0 && vb > 0 ? (n * ab - sa * sb) / sqrt(va * vb) : NAN;
}

// Top of the parabola through three values, steps from the middle one.
static double top(double before, double at, double after)
{
    double bend = before - 2 * at + after;
    return bend < 0 ? 0.5 * (before - after) / bend : 0;
}

static void find_shift(const airy_scan *s, const float *a, const float *b, double shift[2])
{
    double most = -INFINITY;
    int my = 0, mx = 0, ry = s->ny / 3 < REACH ? s->ny / 3 : REACH;
    int rx = s->nx / 3 < REACH ? s->nx / 3 : REACH;
    for (int dy = -ry; dy <= ry; dy++)
        for (int dx = -rx; dx <= rx; dx++) {
            double c = correlate(s, a, b, dy, dx);
            if (c > most)
                most = c, my = dy, mx = dx;
        }
    double fy = top(correlate(s, a, b, my - 1, mx), most, correlate(s, a, b, my + 1, mx));
    double fx = top(correlate(s, a, b, my, mx - 1), most, correlate(s, a, b, my, mx + 1));
    shift[0] = my + (isnan(fy) ? 0 : fy);
    shift[1] = mx + (isnan(fx) ? 0 : fx);
}

// Each frame against the one before would add up errors; against the first they stay single.
airy_code airy_scan_drift(const airy_scan *s, double *shift, airy_error *err)
{
    size_t size = (size_t)s->ny * (size_t)s->nx;
    if (s->ny < 4 || s->nx < 4)
        return airy_error_set(err, AIRY_EVALUE, "%d x %d places are too few to follow a drift",
                              s->ny, s->nx);
    shift[0] = shift[1] = 0;
    for (int t = 1; t < s->plan.frames; t++)
        find_shift(s, s->total, s->total + (size_t)t * size, shift + 2 * t);
    return AIRY_OK;
}

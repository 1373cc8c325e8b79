// SPDX-License-Identifier: GPL-3.0-or-later
// A pattern turned by 180 degrees about any point.
#include "mate.h"

#include "base/processor.h"

#include <math.h>

enum { TAPS = 4 };

// Weights of the four samples around fraction t after the second (Catmull & Rom, Computer Aided
// Geometric Design, 1974): the error is of fourth order, below photon noise where that of bilinear
// interpolation is not.
static void cubic(double t, bool squared, float *weight)
{
    const double w[TAPS] = {0.5 * t * (-1 + t * (2 - t)), 0.5 * (2 + t * t * (-5 + 3 * t)),
                            0.5 * t * (1 + t * (4 - 3 * t)), 0.5 * t * t * (t - 1)};
    for (int k = 0; k < TAPS; k++)
        weight[k] = (float)(squared ? w[k] * w[k] : w[k]);
}

// Twice a coordinate of the center: whole part, and fraction in [0, 1).
static int whole(double twice, double *fraction)
{
    int floor_of = (int)floor(twice + 1e-9);
    *fraction = fmax(twice - floor_of, 0);
    if (*fraction < 1e-9)
        *fraction = 0; // exact mates need no neighbours
    return floor_of;
}

// to[x] += w from[sum - x], NaN where that is outside.
AIRY_EVERY_PROCESSOR static void add_turned(const float *restrict from, float w, int sum, int n,
                                            float *restrict to)
{
    int first = sum - n + 1 > 0 ? sum - n + 1 : 0, last = sum < n - 1 ? sum : n - 1, x = 0;
    for (; x < first && x < n; x++)
        to[x] = NAN;
    for (; x <= last; x++)
        to[x] += w * from[sum - x];
    for (; x < n; x++)
        to[x] = NAN;
}

void airy_mate_image(const airy_image *in, const double *center, bool squared, airy_image *scratch,
                     airy_image *out)
{
    int ny = in->ny, nx = in->nx;
    double ty, tx;
    float wy[TAPS], wx[TAPS];
    int sum_y = whole(2 * center[0], &ty), sum_x = whole(2 * center[1], &tx);
    cubic(ty, squared, wy);
    cubic(tx, squared, wx);
    for (int y = 0; y < ny; y++) {
        float *to = scratch->px + y * nx;
        for (int x = 0; x < nx; x++)
            to[x] = 0;
        for (int k = 0; k < TAPS; k++)
            if (wx[k] < 0 || wx[k] > 0)
                add_turned(in->px + y * nx, wx[k], sum_x - 1 + k, nx, to);
    }
    for (int y = 0; y < ny; y++) {
        float *to = out->px + y * nx;
        for (int x = 0; x < nx; x++)
            to[x] = 0;
        for (int k = 0; k < TAPS; k++) {
            int from = sum_y - 1 + k - y;
            bool on = from >= 0 && from < ny;
            if (!(wy[k] < 0 || wy[k] > 0))
                continue;
            for (int x = 0; x < nx; x++)
                to[x] += on ? wy[k] * scratch->px[from * nx + x] : NAN;
        }
    }
}

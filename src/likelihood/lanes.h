// SPDX-License-Identifier: GPL-3.0-or-later
// Sums in AIRY_LANES parts, which vectors of any width add in the same order.
#ifndef AIRY_LIKELIHOOD_LANES_H
#define AIRY_LIKELIHOOD_LANES_H

#include "level.h"

// The parts of a sum, added pairwise.
static inline double airy_lanes_sum(const double *lane)
{
    double part[AIRY_LANES];
    for (int j = 0; j < AIRY_LANES; j++)
        part[j] = lane[j];
    for (int n = AIRY_LANES / 2; n > 0; n /= 2)
        for (int j = 0; j < n; j++)
            part[j] += part[j + n];
    return part[0];
}

// sum of a[i] b[i], n a multiple of AIRY_LANES.
double airy_lanes_dot(const float *a, const float *b, int n);

// y += factor x.
void airy_lanes_add(float factor, const float *x, float *y, int n);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Sums and steps of long vectors.
#include "lanes.h"

#include "base/processor.h"

AIRY_EVERY_PROCESSOR
double airy_lanes_dot(const float *restrict a, const float *restrict b, int n)
{
    double lane[AIRY_LANES] = {0};
    for (int i = 0; i < n; i += AIRY_LANES)
        for (int j = 0; j < AIRY_LANES; j++)
            lane[j] += (double)a[i + j] * (double)b[i + j];
    return airy_lanes_sum(lane);
}

AIRY_EVERY_PROCESSOR
void airy_lanes_add(float factor, const float *restrict x, float *restrict y, int n)
{
    for (int i = 0; i < n; i++)
        y[i] += factor * x[i];
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of an image over bins.
#include "airy/bins.h"

#include <math.h>

static airy_bin_sums sum_bin(const airy_bins *bins, int b, const float *restrict px)
{
    airy_bin_sums s = {.min = INFINITY, .max = -INFINITY};
    for (int k = bins->first[b]; k < bins->first[b + 1]; k++) {
        float value = px[bins->pixel[k]];
        double w = bins->weight ? (double)bins->weight[k] : 1;
        if (isnan(value))
            continue;
        s.weight += w;
        s.sum += w * (double)value;
        s.square += w * (double)value * (double)value;
        s.min = value < s.min ? value : s.min;
        s.max = value > s.max ? value : s.max;
    }
    if (s.weight == 0)
        s.min = s.max = NAN;
    return s;
}

void airy_bins_sum(const airy_bins *bins, const airy_image *image, airy_bin_sums *sums)
{
    for (int b = 0; b < bins->n; b++)
        sums[b] = sum_bin(bins, b, image->px);
}

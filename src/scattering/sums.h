// SPDX-License-Identifier: GPL-3.0-or-later
// Integrals over points that are not evenly apart.
#ifndef AIRY_SCATTERING_SUMS_H
#define AIRY_SCATTERING_SUMS_H

// The part of the axis that point i of n stands for in the trapezoidal rule.
static inline double airy_trapezoid(const double *x, int n, int i)
{
    double low = i > 0 ? x[i] - x[i - 1] : 0, high = i < n - 1 ? x[i + 1] - x[i] : 0;
    return 0.5 * (low + high);
}

#endif

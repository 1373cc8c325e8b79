// SPDX-License-Identifier: GPL-3.0-or-later
// The form factor of a uniform sphere.
#ifndef AIRY_PATTERN_SPHERE_H
#define AIRY_PATTERN_SPHERE_H

#include "airy/pattern.h"

// f(x) = [3 (sin x - x cos x) / x^3]^2 plus area times its radial Laplacian f'' + f' / x, x >= 0.
double airy_sphere_factor(double x, double area);

// The same, and its derivatives by x and by area.
double airy_sphere_slope(double x, double area, double *slope, double *by_area);

// airy_pattern_sphere of the pattern in pixels so large that no side is longer than `most`; lengths
// are those of the pattern itself.
AIRY_MUST_CHECK airy_code airy_sphere_binned(const airy_pattern *pattern,
                                             const airy_sphere_options *options, int most,
                                             airy_sphere_fit *fit, airy_error *err);

#endif

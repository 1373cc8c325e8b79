// SPDX-License-Identifier: GPL-3.0-or-later
// Straight baselines through windows.
#ifndef AIRY_THERMAL_BASELINES_H
#define AIRY_THERMAL_BASELINES_H

#include "airy/thermal.h"

// Whether a window or a line was given.
bool airy_thermal_given(const airy_thermal_window *window);
bool airy_thermal_known(const airy_thermal_line *line);

double airy_thermal_at(const airy_thermal_line *line, double x);

// The baselines of a curve by its options; noise (may be NULL): the root mean square residual of
// the windows' points. random (may be NULL): each window is cut by up to a quarter at both ends,
// and its points are drawn with replacement.
AIRY_MUST_CHECK airy_code airy_thermal_lines(const airy_thermal_curve *curve,
                                             const airy_thermal_options *options,
                                             airy_random *random, airy_thermal_baselines *lines,
                                             double *noise, airy_error *err);

// First and last + 1 point of a window; all where it is not given.
void airy_thermal_span(const airy_thermal_curve *curve, const airy_thermal_window *window,
                       int *first, int *end);

// Value and slope at point i of the straight line through `points` points around it, fewer at the
// ends.
airy_thermal_line airy_thermal_tangent_at(const airy_thermal_curve *curve, int i, int points);

// Trapezoidal integral of the curve above a line over points first .. end - 1.
double airy_thermal_area(const airy_thermal_curve *curve, const airy_thermal_line *line, int first,
                         int end);

#endif

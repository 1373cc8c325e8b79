// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the table of models, and short words for its rows.
#ifndef AIRY_MATH_MODELS_H
#define AIRY_MATH_MODELS_H

#include "airy/math.h"

// Each ends with a row without a name.
extern const airy_fit_model airy_models_relaxation[], airy_models_rates[], airy_models_peaks[],
    airy_models_pressure[], airy_models_plain[];

// Starts a derived number with slopes 0.
static inline airy_fit_derived airy_fit_derived_of(const char *name, const char *unit, double value)
{
    return (airy_fit_derived){.name = name, .unit = unit, .value = value};
}

// The line v = line[0] + line[1] u through the points (u(x, y, c), v(x, y, c)) that are finite: for
// laws that are straight in other variables. The sum of squared residuals; infinite when no
// line can be drawn, which is NaN then.
typedef double airy_fit_coordinate(double x, double y, double c);
double airy_fit_straighten(const airy_fit_data *data, airy_fit_coordinate *u,
                           airy_fit_coordinate *v, double c, double line[2]);

// Such coordinates.
double airy_fit_plain_x(double x, double y, double c);
double airy_fit_log_x(double x, double y, double c);
double airy_fit_log_y(double x, double y, double c);
double airy_fit_inverse_x(double x, double y, double c); // 1 / (x - c)

#endif

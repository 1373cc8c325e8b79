// SPDX-License-Identifier: GPL-3.0-or-later
// The one engine of least squares, with slopes where the caller knows them.
#ifndef AIRY_MATH_FIT_H
#define AIRY_MATH_FIT_H

#include "airy/math.h"

// Fills dr_i/dp_k at j[i * np + k].
typedef void airy_fit_slopes(const double *p, double *j, int n, void *context);

typedef struct airy_fit_problem {
    airy_fit_residuals *model;
    airy_fit_slopes *slopes; // NULL: by differences
    void *context;
    const double *step;      // see airy_fit_least_squares
    const char *const *name; // of parameters, for sentences; NULL: their numbers
    int n, np;
} airy_fit_problem;

// airy_fit_least_squares of a problem; on AIRY_ENUMERIC result->p is where it stopped.
AIRY_MUST_CHECK airy_code airy_fit_solve(const airy_fit_problem *problem, airy_fit_result *result,
                                         airy_error *err);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// A fit of a model in progress: which parameters are free, and where they are.
#ifndef AIRY_MATH_CURVE_H
#define AIRY_MATH_CURVE_H

#include "airy/math.h"

typedef struct airy_fit_work {
    const airy_fit_model *model;
    const airy_fit_data *data;
    const airy_fit_options *options;
    bool logarithmic;
    airy_fit_state state[AIRY_FIT_MAX];
    double p[AIRY_FIT_MAX];
    double start[AIRY_FIT_MAX];                     // where the last descent began
    double covariance[AIRY_FIT_MAX * AIRY_FIT_MAX]; // np x np, before any rescaling
    double chi2;
    int iterations;
    double *y, *slope; // scratch: n, and n x np
} airy_fit_work;

// Scratch for data->n points; everything else is copied from where it is asked. On failure nothing
// is left.
AIRY_MUST_CHECK airy_code airy_fit_work_init(airy_fit_work *work, const airy_fit_model *model,
                                             const airy_fit_data *data,
                                             const airy_fit_options *options, airy_error *err);
void airy_fit_work_release(airy_fit_work *work);

// From where work->p is to the minimum. Parameters that run into a limit are put there.
AIRY_MUST_CHECK airy_code airy_fit_work_solve(airy_fit_work *work, airy_error *err);

// Number of free parameters.
int airy_fit_work_free(const airy_fit_work *work);

// The value between the limits of parameter k nearest to `value`, at least a little inside.
double airy_fit_inside(const airy_fit_choice *choice, double value);

// The variable in which a parameter moves: value -> u, and back with dp/du.
double airy_fit_to_free(const airy_fit_choice *choice, double value);
double airy_fit_from_free(const airy_fit_choice *choice, double u, double *by_u);

// Where a fit begins: what is given, what the model guesses, and the best of a coarse search.
// AIRY_EVALUE when nothing gives numbers.
AIRY_MUST_CHECK airy_code airy_fit_guess(airy_fit_work *work, airy_error *err);

// By how many errors (of y, or of ln y) point i lies off the curve.
double airy_fit_work_residual(const airy_fit_work *work, double curve, int i);

// Limits of all parameters of a finished fit.
AIRY_MUST_CHECK airy_code airy_fit_profile(const airy_fit_work *work, airy_fit_curve *fit,
                                           airy_error *err);
AIRY_MUST_CHECK airy_code airy_fit_bootstrap(const airy_fit_work *work, airy_fit_curve *fit,
                                             airy_error *err);

// Covariance, errors and limits by fits without a part of the data (math/jackknife.c).
AIRY_MUST_CHECK airy_code airy_fit_jackknife(const airy_fit_work *work, airy_fit_curve *fit,
                                             airy_error *err);

// Limits value -+ z errors in the variable in which the parameter moves.
void airy_fit_limits_by_error(airy_fit_curve *fit, const airy_fit_options *options, double z);

// Fits other data from where a fit ended, as free as it was begun; false: there is none.
bool airy_fit_work_again(const airy_fit_work *work, const double *y, double *p);

#endif

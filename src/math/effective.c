// SPDX-License-Identifier: GPL-3.0-or-later
// Fits of points whose x have errors, too: as errors of y, by the slope of the curve there.
#include "curve.h"

#include <math.h>

// Errors of y and, by the curve's slope at p, of x. The slope is a difference over a step that is
// small beside the range of x.
static void effective_errors(const airy_fit_curve *fit, const airy_fit_data *data, const double *dx,
                             double *dy)
{
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < data->n; i++) {
        low = fmin(low, data->x[i]);
        high = fmax(high, data->x[i]);
    }
    double h = 1e-6 * (high > low ? high - low : 1);
    for (int i = 0; i < data->n; i++) {
        const double x[] = {data->x[i] - h, data->x[i] + h};
        double y[2];
        airy_fit_model_values(fit->model, fit->p, x, 2, y, NULL);
        double slope = (y[1] - y[0]) / (2 * h);
        slope = isfinite(slope) ? slope : 0; // at the edge of where the model is defined
        dy[i] = hypot(data->dy ? data->dy[i] : 0, slope * dx[i]);
    }
}

// Where the next fit begins: where the last one ended.
static void begin_at(const airy_fit_curve *fit, airy_fit_options *options)
{
    for (int k = 0; k < fit->model->np; k++)
        if (!options->choice[k].held)
            options->choice[k].value = airy_fit_inside(&options->choice[k], fit->p[k]);
}

static airy_code check(int n, const double *dx, const double *dy, airy_error *err)
{
    for (int i = 0; i < n; i++) {
        if (!(dx[i] >= 0 && isfinite(dx[i])))
            return airy_error_set(err, AIRY_EVALUE, "point %d has the error %g of x, below 0",
                                  i + 1, dx[i]);
        if (!(dy[i] > 0))
            return airy_error_set(err, AIRY_EVALUE,
                                  "point %d has no error: that of x is 0, or the curve is flat "
                                  "there; give errors of y, too",
                                  i + 1);
    }
    return AIRY_OK;
}

airy_code airy_fit_effective(const airy_fit_model *model, const airy_fit_data *data,
                             const double *dx, const airy_fit_options *options, airy_fit_curve *fit,
                             airy_error *err)
{
    enum { ROUNDS = 5 }; // each takes the slopes of the one before; they hardly change after two
    double *dy = airy_memory_new((size_t)data->n + 1, sizeof *dy);
    airy_fit_data seen = *data;
    airy_fit_options plain = *options;
    if (!dy)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a fit to %d points", data->n);
    plain.limits = AIRY_LIMITS_COVARIANCE, seen.less = NULL; // of the last round alone
    airy_code code = airy_fit_curve_fit(model, &seen, &plain, fit, err);
    for (int round = 0; code == AIRY_OK && round < ROUNDS; round++) {
        effective_errors(fit, data, dx, dy);
        code = check(data->n, dx, dy, err);
        seen.dy = dy;
        begin_at(fit, &plain);
        if (round == ROUNDS - 1)
            plain.limits = options->limits, seen.less = data->less;
        if (code == AIRY_OK)
            code = airy_fit_curve_fit(model, &seen, &plain, fit, err);
    }
    airy_memory_free(dy);
    return code;
}

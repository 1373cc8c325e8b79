// SPDX-License-Identifier: GPL-3.0-or-later
// Fits of the models: options, errors, what the numbers are worth.
#include "curve.h"

#include <math.h>
#include <string.h>

// ------------------------------------------------------------------ options

void airy_fit_options_defaults(const airy_fit_model *model, airy_fit_options *options)
{
    *options = (airy_fit_options){.level = 0.95, .draws = 1000};
    for (int k = 0; k < model->np; k++) {
        const airy_fit_parameter *row = &model->parameter[k];
        options->choice[k] = (airy_fit_choice){.held = row->held,
                                               .value = row->held ? row->value : (double)NAN,
                                               .low = row->low,
                                               .high = row->high};
    }
}

airy_code airy_fit_options_check(const airy_fit_model *model, const airy_fit_options *options,
                                 airy_error *err)
{
    if (!(options->level > 0 && options->level < 1))
        return airy_error_set(err, AIRY_EARGUMENT, "level %g is not between 0 and 1",
                              options->level);
    if (options->limits == AIRY_LIMITS_BOOTSTRAP && options->draws < 20)
        return airy_error_set(err, AIRY_EARGUMENT, "%d draws are too few for limits: at least 20",
                              options->draws);
    for (int k = 0; k < model->np; k++) {
        const airy_fit_choice *choice = &options->choice[k];
        const char *name = model->parameter[k].name;
        if (!(choice->low < choice->high))
            return airy_error_set(err, AIRY_EARGUMENT, "limits %g and %g of %s are no range",
                                  choice->low, choice->high, name);
        if (choice->held && !isfinite(choice->value))
            return airy_error_set(err, AIRY_EARGUMENT, "%s is held at no number", name);
        if (choice->value < choice->low || choice->value > choice->high)
            return airy_error_set(err, AIRY_EARGUMENT, "%s = %g is not between %g and %g", name,
                                  choice->value, choice->low, choice->high);
    }
    return AIRY_OK;
}

static airy_code check_point(const airy_fit_work *work, int i, airy_error *err)
{
    const airy_fit_data *data = work->data;
    const char *name = work->model->name;
    airy_fit_domain domain = work->model->domain;
    double x = data->x[i], y = data->y[i];
    if (!isfinite(x) || !isfinite(y))
        return airy_error_set(err, AIRY_EVALUE, "point %d (x %g, y %g) is not a number", i + 1, x,
                              y);
    if ((domain == AIRY_DOMAIN_NONNEGATIVE && x < 0) || (domain == AIRY_DOMAIN_POSITIVE && x <= 0))
        return airy_error_set(err, AIRY_EVALUE, "point %d has x = %g: %s wants x %s 0", i + 1, x,
                              name, domain == AIRY_DOMAIN_POSITIVE ? ">" : ">=");
    if (data->dy && !(data->dy[i] > 0 && isfinite(data->dy[i])))
        return airy_error_set(err, AIRY_EVALUE, "point %d has the error %g, which is not above 0",
                              i + 1, data->dy[i]);
    if (work->logarithmic && y <= 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "point %d has y = %g, and ln y is fitted: %s on a linear scale takes "
                              "it",
                              i + 1, y, name);
    return AIRY_OK;
}

static airy_code check_data(const airy_fit_work *work, airy_error *err)
{
    int free = airy_fit_work_free(work);
    if (work->data->n < free || work->data->n < 1)
        return airy_error_set(err, AIRY_EVALUE, "%d points cannot determine %d parameters of %s",
                              work->data->n, free, work->model->name);
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < work->data->n; i++)
        code = check_point(work, i, err);
    return code;
}

// ------------------------------------------------------------------ what comes out

double airy_fit_aicc(double chi2, int parameters, int n)
{
    double k = parameters, left = n - k - 1;
    return left > 0 ? chi2 + 2 * k + 2 * k * (k + 1) / left : (double)INFINITY;
}

void airy_fit_weights(const double *aicc, int n, double *weight)
{
    double best = INFINITY, sum = 0;
    for (int i = 0; i < n; i++)
        best = fmin(best, aicc[i]);
    for (int i = 0; i < n; i++) {
        weight[i] = aicc[i] > best ? exp((best - aicc[i]) / 2) : isnan(aicc[i]) ? 0 : 1;
        sum += weight[i];
    }
    for (int i = 0; i < n; i++)
        weight[i] /= sum;
}

// 1 where the time found lies beyond the last x, 2 where it lies below the first above 0.
static int censoring(const airy_fit_work *work)
{
    int tau = airy_fit_model_parameter(work->model, "tau");
    double last = -INFINITY, first = INFINITY;
    if (tau < 0 || work->state[tau] == AIRY_FIT_HELD)
        return 0;
    for (int i = 0; i < work->data->n; i++) {
        double x = work->data->x[i];
        last = fmax(last, x);
        first = x > 0 ? fmin(first, x) : first;
    }
    return work->p[tau] > last ? 1 : work->p[tau] < first ? 2 : 0;
}

// Neighbours that share noise, or a curve of another shape: in both cases there are fewer points
// than it seems.
static double find_alike(const airy_fit_work *work)
{
    double products = 0, squares = 0, before = 0;
    airy_fit_model_values(work->model, work->p, work->data->x, work->data->n, work->y, NULL);
    for (int i = 0; i < work->data->n; i++) {
        double here = airy_fit_work_residual(work, work->y[i], i);
        products += before * here;
        squares += here * here;
        before = here;
    }
    return squares > 0 ? products / squares : 0;
}

static void take_fit(const airy_fit_work *work, airy_fit_curve *fit)
{
    int np = work->model->np, n = work->data->n, free = airy_fit_work_free(work);
    bool rescaled = !work->data->dy || work->options->rescale;
    *fit = (airy_fit_curve){.model = work->model,
                            .logarithmic = work->logarithmic,
                            .n = n,
                            .free = free,
                            .chi2 = work->chi2,
                            .scatter = !rescaled  ? 1
                                       : n > free ? sqrt(work->chi2 / (n - free))
                                                  : (double)NAN,
                            .censored = censoring(work),
                            .alike = find_alike(work)};
    for (int i = 0; i < np * np; i++)
        fit->covariance[i] = work->covariance[i] * fit->scatter * fit->scatter;
    for (int k = 0; k < np; k++) {
        fit->state[k] = work->state[k];
        fit->p[k] = work->p[k];
        fit->error[k] = sqrt(fit->covariance[k * np + k]);
        if (fit->state[k] == AIRY_FIT_AT_LOW || fit->state[k] == AIRY_FIT_AT_HIGH)
            fit->error[k] = NAN;
    }
    // an unknown error is one more parameter
    fit->aicc = rescaled ? airy_fit_aicc(n * log(work->chi2 / n), free + 1, n)
                         : airy_fit_aicc(work->chi2, free, n);
    airy_fit_limits_by_error(fit, work->options,
                             airy_fit_quantile(work->options->level, rescaled ? n - free : 0));
}

airy_code airy_fit_curve_fit(const airy_fit_model *model, const airy_fit_data *data,
                             const airy_fit_options *options, airy_fit_curve *fit, airy_error *err)
{
    airy_fit_work work = {0};
    *fit = (airy_fit_curve){.model = model};
    airy_code code = airy_fit_options_check(model, options, err);
    if (code != AIRY_OK)
        return code;
    code = airy_fit_work_init(&work, model, data, options, err);
    if (code == AIRY_OK)
        code = check_data(&work, err);
    if (code == AIRY_OK)
        code = airy_fit_guess(&work, err);
    if (code == AIRY_OK)
        code = airy_fit_work_solve(&work, err);
    if (code == AIRY_OK)
        take_fit(&work, fit);
    if (code == AIRY_OK && options->limits == AIRY_LIMITS_COVARIANCE && data->less)
        code = airy_fit_jackknife(&work, fit, err);
    if (code == AIRY_OK && options->limits == AIRY_LIMITS_PROFILE)
        code = airy_fit_profile(&work, fit, err);
    if (code == AIRY_OK && options->limits == AIRY_LIMITS_BOOTSTRAP)
        code = airy_fit_bootstrap(&work, fit, err);
    airy_fit_work_release(&work);
    return code;
}

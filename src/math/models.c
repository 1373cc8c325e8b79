// SPDX-License-Identifier: GPL-3.0-or-later
// The table of curve models: finding rows, and what rows share.
#include "models.h"

#include <math.h>
#include <string.h>

static const airy_fit_model *const pages[] = {airy_models_relaxation, airy_models_rates,
                                              airy_models_pressure, airy_models_peaks,
                                              airy_models_plain};
enum { PAGES = sizeof pages / sizeof *pages };

const airy_fit_model *airy_fit_model_at(int i)
{
    for (int page = 0; i >= 0 && page < PAGES; page++)
        for (const airy_fit_model *row = pages[page]; row->name; row++)
            if (i-- == 0)
                return row;
    return NULL;
}

const airy_fit_model *airy_fit_model_find(const char *name)
{
    const airy_fit_model *model;
    for (int i = 0; (model = airy_fit_model_at(i)); i++)
        if (strcmp(model->name, name) == 0)
            return model;
    return NULL;
}

int airy_fit_model_parameter(const airy_fit_model *model, const char *name)
{
    for (int k = 0; k < model->np; k++)
        if (strcmp(model->parameter[k].name, name) == 0)
            return k;
    return -1;
}

void airy_fit_model_values(const airy_fit_model *model, const double *p, const double *x, int n,
                           double *y, double *slope)
{
    double unused[AIRY_FIT_MAX];
    if (model->values) {
        model->values(p, x, n, y, slope);
        return;
    }
    for (int i = 0; i < n; i++)
        y[i] = model->value(x[i], p, slope ? slope + (size_t)i * (size_t)model->np : unused);
}

airy_fit_derived airy_fit_derived_of(const char *name, const char *unit, double value)
{
    return (airy_fit_derived){.name = name, .unit = unit, .value = value};
}

double airy_fit_plain_x(double x, double y, double c)
{
    (void)y;
    (void)c;
    return x;
}

double airy_fit_log_x(double x, double y, double c)
{
    (void)y;
    (void)c;
    return log(x);
}

double airy_fit_log_y(double x, double y, double c)
{
    (void)x;
    (void)c;
    return log(y);
}

double airy_fit_inverse_x(double x, double y, double c)
{
    (void)y;
    return 1 / (x - c);
}

double airy_fit_straighten(const airy_fit_data *data, airy_fit_coordinate *u,
                           airy_fit_coordinate *v, double c, double line[2])
{
    double n = 0, su = 0, sv = 0, suu = 0, suv = 0, svv = 0;
    for (int i = 0; i < data->n; i++) {
        double a = u(data->x[i], data->y[i], c), b = v(data->x[i], data->y[i], c);
        if (!isfinite(a) || !isfinite(b))
            continue;
        double da = a - su / fmax(n, 1), db = b - sv / fmax(n, 1), share = n / (n + 1);
        suu += da * da * share; // about the mean so far: no small differences of large sums
        suv += da * db * share;
        svv += db * db * share;
        n++;
        su += a;
        sv += b;
    }
    line[1] = suu > 0 ? suv / suu : NAN;
    line[0] = (sv - line[1] * su) / n;
    return suu > 0 ? svv - line[1] * suv : (double)INFINITY;
}

double airy_fit_derived_error(const airy_fit_curve *fit, const airy_fit_derived *derived)
{
    int np = fit->model->np;
    double variance = 0;
    for (int i = 0; i < np; i++)
        for (int j = 0; j < np; j++)
            variance += derived->slope[i] * derived->slope[j] * fit->covariance[i * np + j];
    return sqrt(fmax(variance, 0));
}

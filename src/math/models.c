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

double airy_fit_derived_error(const airy_fit_curve *fit, const airy_fit_derived *derived)
{
    int np = fit->model->np;
    double variance = 0;
    for (int i = 0; i < np; i++)
        for (int j = 0; j < np; j++)
            variance += derived->slope[i] * derived->slope[j] * fit->covariance[i * np + j];
    return sqrt(fmax(variance, 0));
}

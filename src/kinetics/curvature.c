// SPDX-License-Identifier: GPL-3.0-or-later
// The shape of stage I: does a size grow in a straight line, or does a quadratic term pay?
#include "kinetics.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <math.h>

// A polynomial through means: coefficients, their standard errors, chi2.
typedef struct polynomial {
    double c[3], error[3], chi2;
} polynomial;

static void fill(const airy_means *means, int terms, gsl_matrix *x, gsl_vector *w, gsl_vector *y)
{
    for (int d = 0; d < means->n; d++) {
        size_t row = (size_t)d;
        for (int k = 0; k < terms; k++)
            gsl_matrix_set(x, row, (size_t)k, pow(means->t[d], k));
        gsl_vector_set(w, row, means->weight[d]);
        gsl_vector_set(y, row, means->y[d]);
    }
}

static airy_code fit(const airy_means *means, int terms, polynomial *out, airy_error *err)
{
    size_t n = (size_t)means->n, p = (size_t)terms;
    gsl_matrix *x = gsl_matrix_alloc(n, p), *covariance = gsl_matrix_alloc(p, p);
    gsl_vector *w = gsl_vector_alloc(n), *y = gsl_vector_alloc(n), *c = gsl_vector_alloc(p);
    gsl_multifit_linear_workspace *workspace = gsl_multifit_linear_alloc(n, p);
    airy_code code = AIRY_OK;
    if (!x || !covariance || !w || !y || !c || !workspace) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a polynomial");
    } else {
        fill(means, terms, x, w, y);
        if (gsl_multifit_wlinear(x, w, y, c, covariance, &out->chi2, workspace) != GSL_SUCCESS)
            code = airy_error_set(err, AIRY_ENUMERIC, "the fit of a polynomial failed");
        for (size_t k = 0; k < p; k++) {
            out->c[k] = gsl_vector_get(c, k);
            out->error[k] = sqrt(gsl_matrix_get(covariance, k, k));
        }
    }
    gsl_multifit_linear_free(workspace);
    gsl_vector_free(c);
    gsl_vector_free(y);
    gsl_vector_free(w);
    gsl_matrix_free(covariance);
    gsl_matrix_free(x);
    return code;
}

airy_code airy_curvature_fit(const airy_curve *curve, const airy_quantity *quantity, double last,
                             const airy_kinetics_options *options, airy_kinetics *kinetics,
                             airy_error *err)
{
    static const char *const models[] = {"line", "parabola"};
    static const char *const parameters[] = {"offset", "rate", "quadratic"};
    const char *const units[] = {quantity->unit, quantity->rate_unit, "nm/ps2"};
    const airy_means means = airy_curve_means(curve, last);
    double wide = airy_kinetics_quantile(options->level, curve->dof);
    airy_code code = AIRY_OK;
    int shots = 0;
    for (int d = 0; d < means.n; d++)
        shots += curve->count[d];
    for (int m = 0; code == AIRY_OK && m < 2 && means.n >= 4; m++) {
        polynomial found = {{0}, {0}, 0};
        code = fit(&means, m + 2, &found, err);
        for (int k = 0; code == AIRY_OK && k < m + 2; k++) {
            const airy_row_name name = {quantity->name, models[m], units[k]};
            double c = found.c[k], half = wide * found.error[k];
            code = airy_kinetics_add(kinetics, &name, parameters[k],
                                     (double[]){c, c - half, c + half}, err);
        }
        const airy_row_name name = {quantity->name, models[m], "1"};
        double aicc = airy_kinetics_aicc(found.chi2, m + 2, shots);
        if (code == AIRY_OK)
            code = airy_kinetics_add(kinetics, &name, "aicc", (double[]){aicc, NAN, NAN}, err);
    }
    return code;
}

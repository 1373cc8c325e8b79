// SPDX-License-Identifier: GPL-3.0-or-later
// Linear algebra of small dense matrices, by GSL.
#include "airy/math.h"
#include "gsl.h"

#include <assert.h>
#include <gsl/gsl_complex_math.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_sort_vector.h>
#include <gsl/gsl_version.h>
#include <math.h>

const char *airy_linear_library(void)
{
    return gsl_version;
}

airy_code airy_linear_eigenvalues(airy_linear_element *element, void *context, int n,
                                  double *values, airy_error *err)
{
    assert(n > 0);
    airy_gsl_quiet();
    gsl_matrix_complex *k = gsl_matrix_complex_alloc((size_t)n, (size_t)n);
    gsl_vector *found = k ? gsl_vector_alloc((size_t)n) : NULL;
    gsl_eigen_herm_workspace *work = found ? gsl_eigen_herm_alloc((size_t)n) : NULL;
    airy_code code = AIRY_OK;
    if (!work)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a matrix of %d x %d", n, n);
    for (int a = 0; !code && a < n; a++)
        for (int b = 0; b < n; b++) {
            double complex z = element(a, b, context);
            gsl_matrix_complex_set(k, (size_t)a, (size_t)b, gsl_complex_rect(creal(z), cimag(z)));
        }
    if (!code && gsl_eigen_herm(k, found, work))
        code = airy_error_set(err, AIRY_ENUMERIC, "the eigenvalues of a matrix were not found");
    if (!code) {
        gsl_sort_vector(found);
        for (int i = 0; i < n; i++)
            values[i] = gsl_vector_get(found, (size_t)(n - 1 - i));
    }
    gsl_eigen_herm_free(work);
    gsl_vector_free(found);
    gsl_matrix_complex_free(k);
    return code;
}

bool airy_linear_invert(double *matrix, int n)
{
    airy_gsl_quiet();
    gsl_matrix_view view = gsl_matrix_view_array(matrix, (size_t)n, (size_t)n);
    return gsl_linalg_cholesky_decomp1(&view.matrix) == GSL_SUCCESS &&
           gsl_linalg_cholesky_invert(&view.matrix) == GSL_SUCCESS && isfinite(matrix[n * n - 1]);
}

// By elimination, row after row, for such a matrix wants no pivots. GSL's would not tell the rows
// that others make up, whose diagonals rounding leaves a little above 0.
bool airy_linear_solve(double *a, double *b, int n)
{
    for (int r = 0; r < n; r++) {
        double before = a[r * n + r];
        for (int i = 0; i < r; i++) {
            double q = a[r * n + i] / a[i * n + i];
            for (int c = i + 1; c < n; c++)
                a[r * n + c] -= q * a[i * n + c];
            b[r] -= q * b[i];
        }
        if (!(a[r * n + r] > 1e-12 * before))
            return false;
    }
    for (int r = n - 1; r >= 0; r--) {
        for (int c = r + 1; c < n; c++)
            b[r] -= a[r * n + c] * b[c];
        b[r] /= a[r * n + r];
    }
    return true;
}

// What GSL wants of a fit.
typedef struct workspace {
    gsl_matrix *x, *covariance;
    gsl_vector *w, *y, *c;
    gsl_multifit_linear_workspace *fit;
} workspace;

static bool workspace_init(workspace *w, size_t n, size_t p)
{
    airy_gsl_quiet();
    *w = (workspace){.x = gsl_matrix_alloc(n, p),
                     .covariance = gsl_matrix_alloc(p, p),
                     .w = gsl_vector_alloc(n),
                     .y = gsl_vector_alloc(n),
                     .c = gsl_vector_alloc(p),
                     .fit = gsl_multifit_linear_alloc(n, p)};
    return w->x && w->covariance && w->w && w->y && w->c && w->fit;
}

static void workspace_release(workspace *w)
{
    gsl_multifit_linear_free(w->fit);
    gsl_vector_free(w->c);
    gsl_vector_free(w->y);
    gsl_vector_free(w->w);
    gsl_matrix_free(w->covariance);
    gsl_matrix_free(w->x);
}

airy_code airy_linear_polynomial(const airy_linear_values *values, int terms,
                                 airy_polynomial *polynomial, airy_error *err)
{
    assert(terms >= 1 && terms <= AIRY_TERMS_MAX && values->n > 0);
    workspace w;
    size_t n = (size_t)values->n, p = (size_t)terms;
    airy_code code = AIRY_OK;
    *polynomial = (airy_polynomial){.terms = terms};
    if (!workspace_init(&w, n, p))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a polynomial");
    for (size_t i = 0; !code && i < n; i++) {
        for (size_t k = 0; k < p; k++)
            gsl_matrix_set(w.x, i, k, pow(values->x[i], (double)k));
        gsl_vector_set(w.w, i, values->weight[i]);
        gsl_vector_set(w.y, i, values->y[i]);
    }
    if (!code && gsl_multifit_wlinear(w.x, w.w, w.y, w.c, w.covariance, &polynomial->chi2, w.fit))
        code = airy_error_set(err, AIRY_ENUMERIC, "the fit of a polynomial failed");
    for (size_t k = 0; !code && k < p; k++) {
        polynomial->c[k] = gsl_vector_get(w.c, k);
        polynomial->error[k] = sqrt(gsl_matrix_get(w.covariance, k, k));
        for (size_t j = 0; j < p; j++)
            polynomial->covariance[k * p + j] = gsl_matrix_get(w.covariance, k, j);
    }
    workspace_release(&w);
    return code;
}

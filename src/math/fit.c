// SPDX-License-Identifier: GPL-3.0-or-later
// Least squares and simplex searches by GSL, in parameters measured in steps of the caller.
#include "airy/math.h"
#include "gsl.h"

#include <assert.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <string.h>

enum { MOST_ITERATIONS = 400 };
static const double worst = 1e100; // instead of infinite or NaN: finite, and never the best

// ------------------------------------------------------------------ least squares

struct problem {
    airy_fit_problem of;
    double *above, *below; // residuals on both sides of a derivative
    double *slopes;        // n x np, where the caller knows them
};

static void set_parameters(const struct problem *problem, const gsl_vector *x, double *p)
{
    for (int i = 0; i < problem->of.np; i++)
        p[i] = gsl_vector_get(x, (size_t)i) * problem->of.step[i];
}

static int residuals(const gsl_vector *x, void *context, gsl_vector *f)
{
    const struct problem *problem = context;
    double p[AIRY_FIT_MAX];
    set_parameters(problem, x, p);
    assert(f->stride == 1);
    problem->of.model(p, f->data, problem->of.n, problem->of.context);
    for (int i = 0; i < problem->of.n; i++)
        if (!isfinite(f->data[i]))
            f->data[i] = worst;
    return GSL_SUCCESS;
}

// dr_i / dx_j = (r(x + h) - r(x - h)) / 2 h with h = 1e-4 steps: the error of the difference, h^2,
// and that of models that round to float, 1e-7 / h, are both small beside one. GSL's own difference
// takes h from the size of the parameter, which says nothing for one near 0. A direction in which
// the model cannot be computed stands still.
static void differences(const gsl_vector *x, struct problem *problem, gsl_matrix *jacobian)
{
    const double h = 1e-4;
    double p[AIRY_FIT_MAX];
    for (int j = 0; j < problem->of.np; j++) {
        set_parameters(problem, x, p);
        double middle = p[j];
        p[j] = middle + h * problem->of.step[j];
        problem->of.model(p, problem->above, problem->of.n, problem->of.context);
        p[j] = middle - h * problem->of.step[j];
        problem->of.model(p, problem->below, problem->of.n, problem->of.context);
        for (int i = 0; i < problem->of.n; i++) {
            double slope = (problem->above[i] - problem->below[i]) / (2 * h);
            gsl_matrix_set(jacobian, (size_t)i, (size_t)j, isfinite(slope) ? slope : 0);
        }
    }
}

static void known(const gsl_vector *x, struct problem *problem, gsl_matrix *jacobian)
{
    double p[AIRY_FIT_MAX];
    set_parameters(problem, x, p);
    problem->of.slopes(p, problem->slopes, problem->of.n, problem->of.context);
    for (int i = 0; i < problem->of.n; i++)
        for (int j = 0; j < problem->of.np; j++) {
            double slope = problem->slopes[i * problem->of.np + j] * problem->of.step[j];
            gsl_matrix_set(jacobian, (size_t)i, (size_t)j, isfinite(slope) ? slope : 0);
        }
}

static int jacobian(const gsl_vector *x, void *context, gsl_matrix *jacobian)
{
    struct problem *problem = context;
    (problem->of.slopes ? known : differences)(x, problem, jacobian);
    return GSL_SUCCESS;
}

static airy_code undetermined(const struct problem *problem, int j, airy_error *err)
{
    if (problem->of.name)
        return airy_error_set(err, AIRY_ENUMERIC, "the data do not determine %s",
                              problem->of.name[j]);
    return airy_error_set(err, AIRY_ENUMERIC,
                          "the data do not determine parameter %d of %d of the fit", j + 1,
                          problem->of.np);
}

// C = (J^T J)^-1 by J P = Q R with pivots: C = P R^-1 R^-T P^T; zeros for the columns of J that
// depend on others, whose pivots are below a `least` part of the first. J is overwritten.
// gsl_multifit_nlinear_covar does so, too, but writes into memory that it may not have got.
static bool invert(gsl_matrix *j, double least, gsl_matrix *c)
{
    double tau[AIRY_FIT_MAX], norm[AIRY_FIT_MAX];
    size_t order[AIRY_FIT_MAX], n = j->size2, rank = 0;
    int sign;
    gsl_vector_view of_tau = gsl_vector_view_array(tau, n),
                    of_norm = gsl_vector_view_array(norm, n);
    gsl_permutation turn = {n, order};
    gsl_matrix_set_zero(c);
    if (gsl_linalg_QRPT_decomp(j, &of_tau.vector, &turn, &sign, &of_norm.vector) != GSL_SUCCESS)
        return false;
    double enough = least * fabs(gsl_matrix_get(j, 0, 0));
    while (rank < n && fabs(gsl_matrix_get(j, rank, rank)) > enough)
        rank++;
    if (rank == 0)
        return true;
    gsl_matrix_view r = gsl_matrix_submatrix(j, 0, 0, rank, rank);
    if (gsl_linalg_tri_invert(CblasUpper, CblasNonUnit, &r.matrix) != GSL_SUCCESS)
        return false;
    for (size_t a = 0; a < rank; a++)
        for (size_t b = 0; b < rank; b++)
            for (size_t l = a > b ? a : b; l < rank; l++)
                *gsl_matrix_ptr(c, order[a], order[b]) +=
                    gsl_matrix_get(j, a, l) * gsl_matrix_get(j, b, l);
    return true;
}

// C = (J^T J)^-1 with the columns of J scaled to 1, so that "dependent" does not hang on the steps.
static airy_code covariance(const struct problem *problem, gsl_matrix *scaled, gsl_matrix *c,
                            airy_error *err)
{
    double norm[AIRY_FIT_MAX];
    for (int j = 0; j < problem->of.np; j++) {
        gsl_vector_view column = gsl_matrix_column(scaled, (size_t)j);
        norm[j] = gsl_blas_dnrm2(&column.vector);
        if (norm[j] > 0)
            gsl_vector_scale(&column.vector, 1 / norm[j]);
    }
    bool inverted = invert(scaled, 1e-8, c);
    for (int j = 0; j < problem->of.np; j++)
        if (!inverted || !(gsl_matrix_get(c, (size_t)j, (size_t)j) > 0))
            return undetermined(problem, j, err);
    for (int i = 0; i < problem->of.np; i++)
        for (int j = 0; j < problem->of.np; j++)
            *gsl_matrix_ptr(c, (size_t)i, (size_t)j) /= norm[i] * norm[j];
    return AIRY_OK;
}

// A step too small to matter beside the parameters or the caller's steps, which are 1 here.
static bool is_still(const double *dx, const gsl_vector *x)
{
    bool still = true;
    for (size_t i = 0; i < x->size; i++)
        still = still && fabs(dx[i]) <= 1e-9 * (1 + fabs(gsl_vector_get(x, i)));
    return still;
}

// One more Newton step would be dx = C g with g = J^T r, and promises chi^2 to fall by g^T C g.
// This is the minimum when the step is nothing, or when the fall is below a millionth of chi^2 per
// degree of freedom: every parameter is then within a thousandth of its error.
static bool at_minimum(const struct problem *problem, const gsl_multifit_nlinear_workspace *w,
                       const gsl_matrix *c, double chi2)
{
    double g[AIRY_FIT_MAX], dx[AIRY_FIT_MAX] = {0}, fall = 0;
    for (int j = 0; j < problem->of.np; j++) {
        gsl_vector_const_view column = gsl_matrix_const_column(w->J, (size_t)j);
        gsl_blas_ddot(&column.vector, w->f, &g[j]);
    }
    for (int i = 0; i < problem->of.np; i++) {
        for (int j = 0; j < problem->of.np; j++)
            dx[i] += gsl_matrix_get(c, (size_t)i, (size_t)j) * g[j];
        fall += g[i] * dx[i];
    }
    int freedom = problem->of.n > problem->of.np ? problem->of.n - problem->of.np : 1;
    return fall <= 1e-6 * chi2 / freedom || is_still(dx, w->x);
}

// Steps until a step is nothing or none lowers chi^2; whether that is a minimum is seen afterwards.
static void descend(gsl_multifit_nlinear_workspace *w)
{
    for (int i = 0; i < MOST_ITERATIONS; i++)
        if (gsl_multifit_nlinear_iterate(w) != GSL_SUCCESS || is_still(w->dx->data, w->x))
            break;
}

static airy_code take_result(const struct problem *problem, gsl_multifit_nlinear_workspace *w,
                             airy_fit_result *result, airy_error *err)
{
    airy_code code = AIRY_OK;
    size_t np = (size_t)problem->of.np;
    gsl_matrix *scaled = gsl_matrix_alloc((size_t)problem->of.n, np);
    gsl_matrix *c = gsl_matrix_alloc(np, np);
    set_parameters(problem, w->x, result->p);
    if (!scaled || !c) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a fit to %d values", problem->of.n);
        goto done;
    }
    gsl_matrix_memcpy(scaled, w->J);
    code = covariance(problem, scaled, c, err);
    if (code != AIRY_OK)
        goto done;
    gsl_blas_ddot(w->f, w->f, &result->chi2);
    result->iterations = (int)gsl_multifit_nlinear_niter(w);
    if (!at_minimum(problem, w, c, result->chi2)) {
        code = airy_error_set(err, AIRY_ENUMERIC, "the fit did not converge in %d iterations",
                              result->iterations);
        goto done;
    }
    for (size_t i = 0; i < np; i++) {
        result->error[i] = sqrt(gsl_matrix_get(c, i, i)) * problem->of.step[i];
        for (size_t j = 0; j < np; j++)
            result->covariance[i * np + j] =
                gsl_matrix_get(c, i, j) * problem->of.step[i] * problem->of.step[j];
    }
done:
    gsl_matrix_free(c);
    gsl_matrix_free(scaled);
    return code;
}

static airy_code check_fit(struct problem *problem, const airy_fit_result *result, airy_error *err)
{
    if (problem->of.n < problem->of.np)
        return airy_error_set(err, AIRY_EVALUE, "%d values cannot determine %d parameters",
                              problem->of.n, problem->of.np);
    problem->above = airy_memory_new((size_t)problem->of.n, sizeof *problem->above);
    problem->below = airy_memory_new((size_t)problem->of.n, sizeof *problem->below);
    problem->slopes =
        airy_memory_new((size_t)problem->of.n * (size_t)problem->of.np, sizeof *problem->slopes);
    if (!problem->above || !problem->below || !problem->slopes)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a fit to %d values", problem->of.n);
    problem->of.model(result->p, problem->above, problem->of.n, problem->of.context);
    for (int i = 0; i < problem->of.n; i++)
        if (!isfinite(problem->above[i]))
            return airy_error_set(err, AIRY_EVALUE,
                                  "value %d of %d of the fit is not a number at the first guess",
                                  i + 1, problem->of.n);
    return AIRY_OK;
}

static airy_code solve(struct problem *problem, airy_fit_result *result, airy_error *err)
{
    double x[AIRY_FIT_MAX];
    for (int i = 0; i < problem->of.np; i++)
        x[i] = result->p[i] / problem->of.step[i];
    gsl_vector_const_view start = gsl_vector_const_view_array(x, (size_t)problem->of.np);
    gsl_multifit_nlinear_parameters choices = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_fdf fdf = {.f = residuals,
                                    .df = jacobian,
                                    .n = (size_t)problem->of.n,
                                    .p = (size_t)problem->of.np,
                                    .params = problem};
    gsl_multifit_nlinear_workspace *w =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &choices, fdf.n, fdf.p);
    if (!w)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a fit to %d values", problem->of.n);
    if (gsl_multifit_nlinear_init(&start.vector, &fdf, w) == GSL_SUCCESS)
        descend(w);
    airy_code code = take_result(problem, w, result, err);
    gsl_multifit_nlinear_free(w);
    return code;
}

airy_code airy_fit_least_squares(const airy_fit_problem *of, airy_fit_result *result,
                                 airy_error *err)
{
    assert(of->np >= 1 && of->np <= AIRY_FIT_MAX);
    airy_gsl_quiet();
    struct problem problem = {.of = *of};
    airy_code code = check_fit(&problem, result, err);
    if (code == AIRY_OK)
        code = solve(&problem, result, err);
    airy_memory_free(problem.above);
    airy_memory_free(problem.below);
    airy_memory_free(problem.slopes);
    return code;
}

// ------------------------------------------------------------------ simplex

struct search {
    airy_fit_function *function;
    void *context;
    const double *step;
    int np;
};

static double height(const gsl_vector *x, void *context)
{
    const struct search *search = context;
    double p[AIRY_FIT_MAX];
    for (int i = 0; i < search->np; i++)
        p[i] = gsl_vector_get(x, (size_t)i) * search->step[i];
    double value = search->function(p, search->context);
    return isfinite(value) ? value : worst;
}

// Moves the simplex until it is smaller than `tolerance` first steps.
static airy_code contract(gsl_multimin_fminimizer *simplex, double tolerance, int most,
                          airy_error *err)
{
    for (int i = 0; i < most; i++) {
        if (gsl_multimin_fminimizer_iterate(simplex) != GSL_SUCCESS)
            return airy_error_set(err, AIRY_ENUMERIC, "the simplex search got stuck");
        if (gsl_multimin_fminimizer_size(simplex) < tolerance)
            return AIRY_OK;
    }
    return airy_error_set(err, AIRY_ENUMERIC,
                          "the simplex search did not converge in %d iterations", most);
}

airy_code airy_fit_minimise(airy_fit_function *function, void *context, int np, const double *step,
                            double tolerance, double *p, airy_error *err)
{
    assert(np >= 1 && np <= AIRY_FIT_MAX);
    airy_gsl_quiet();
    airy_code code = AIRY_EMEMORY;
    struct search search = {.function = function, .context = context, .step = step, .np = np};
    gsl_multimin_function f = {.f = height, .n = (size_t)np, .params = &search};
    gsl_multimin_fminimizer *simplex =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, f.n);
    double start[AIRY_FIT_MAX], first[AIRY_FIT_MAX];
    for (int i = 0; i < np; i++) {
        start[i] = p[i] / step[i];
        first[i] = 1;
    }
    gsl_vector_const_view x = gsl_vector_const_view_array(start, f.n);
    gsl_vector_const_view one = gsl_vector_const_view_array(first, f.n);
    if (!simplex ||
        gsl_multimin_fminimizer_set(simplex, &f, &x.vector, &one.vector) != GSL_SUCCESS) {
        airy_error_set(err, code, "no memory for a simplex of %d parameters", np);
        goto done;
    }
    code = contract(simplex, tolerance, MOST_ITERATIONS * np, err);
    for (int i = 0; i < np; i++)
        p[i] = gsl_vector_get(simplex->x, (size_t)i) * step[i];
done:
    if (simplex)
        gsl_multimin_fminimizer_free(simplex);
    return code;
}

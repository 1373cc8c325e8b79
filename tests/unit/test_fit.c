// SPDX-License-Identifier: GPL-3.0-or-later
// Fits: exact cases, pulls of width one, and failures with a sentence.
#include "check.h"

#include "airy/math.h"

enum { MOST = 400 };

// Values y at x with errors sd.
struct data {
    double x[MOST], y[MOST], sd;
    int calls;
};

static void line_model(const double *p, double *r, int n, void *context)
{
    struct data *data = context;
    data->calls++;
    for (int i = 0; i < n; i++)
        r[i] = (p[0] + p[1] * data->x[i] - data->y[i]) / data->sd;
}

static airy_code solved(airy_fit_residuals *model, void *context, int n, int np, const double *step,
                        airy_fit_result *fit, airy_error *err)
{
    return airy_fit_least_squares(
        &(airy_fit_problem){.model = model, .context = context, .step = step, .n = n, .np = np},
        fit, err);
}

// Weighted straight line: the closed form (Bevington, Data Reduction, 1969, ch. 6).
static void line(void **state)
{
    (void)state;
    enum { N = 30 };
    struct data data = {.sd = 0.5};
    airy_random random;
    airy_random_init(&random, 1, 2, 3, 4);
    double sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int i = 0; i < N; i++) {
        data.x[i] = 100 + i;
        data.y[i] = -3 + 0.25 * data.x[i] + data.sd * airy_random_normal(&random);
        sx += data.x[i];
        sy += data.y[i];
        sxx += data.x[i] * data.x[i];
        sxy += data.x[i] * data.y[i];
    }
    double det = N * sxx - sx * sx;
    airy_fit_result fit = {.p = {0, 0}};
    assert_ok(solved(line_model, &data, N, 2, (double[]){10, 0.1}, &fit, &err));
    assert_near(fit.p[1], (N * sxy - sx * sy) / det, 1e-8);
    assert_near(fit.p[0], (sxx * sy - sx * sxy) / det, 1e-6);
    assert_near(fit.error[0] / (data.sd * sqrt(sxx / det)), 1, 1e-6);
    assert_near(fit.error[1] / (data.sd * sqrt(N / det)), 1, 1e-6);
    assert_near(fit.covariance[1] / (-data.sd * data.sd * sx / det), 1, 1e-6);
    assert_near(fit.covariance[1], fit.covariance[2], 1e-12);
    assert_true(fit.chi2 > 10 && fit.chi2 < 56); // 28 degrees of freedom, 1e-3 either side
    assert_true(fit.iterations >= 1 && data.calls > 4);
}

// Height, center, width, floor.
static void gaussian_model(const double *p, double *r, int n, void *context)
{
    const struct data *data = context;
    for (int i = 0; i < n; i++) {
        double u = (data->x[i] - p[1]) / p[2];
        r[i] = (p[0] * exp(-u * u / 2) + p[3] - data->y[i]) / data->sd;
    }
}

static void draw_gaussian(struct data *data, int n, const double *truth, uint32_t shot)
{
    airy_random random;
    airy_random_init(&random, 8, shot, 0, 0);
    for (int i = 0; i < n; i++) {
        data->x[i] = 0.1 * i;
        data->y[i] = 0;
    }
    double sd = data->sd, r[MOST];
    data->sd = 1;
    gaussian_model(truth, r, n, data);
    data->sd = sd;
    for (int i = 0; i < n; i++)
        data->y[i] = r[i] + sd * airy_random_normal(&random);
}

// Over many draws (fit - truth) / error has mean 0 and width 1, and chi^2 is n - np.
static void pulls(void **state)
{
    (void)state;
    enum { N = 100, DRAWS = 300, NP = 4 };
    const double truth[NP] = {5, 4.2, 0.8, 1}, step[NP] = {1, 0.3, 0.2, 0.5};
    double sum[NP] = {0}, squares[NP] = {0}, chi2 = 0;
    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        struct data data = {.sd = 0.3};
        draw_gaussian(&data, N, truth, draw);
        airy_fit_result fit = {.p = {4, 4.6, 1.1, 0.7}};
        assert_ok(solved(gaussian_model, &data, N, NP, step, &fit, &err));
        for (int j = 0; j < NP; j++) {
            double pull = (fit.p[j] - truth[j]) / fit.error[j];
            sum[j] += pull;
            squares[j] += pull * pull;
        }
        chi2 += fit.chi2;
    }
    for (int j = 0; j < NP; j++) {
        // 300 draws: the mean is known to 0.058 and the width to 0.041; four of each are allowed
        assert_near(sum[j] / DRAWS, 0, 0.23);
        assert_near(sqrt(squares[j] / DRAWS), 1, 0.16);
    }
    assert_near(chi2 / DRAWS, N - NP, 4 * sqrt(2.0 * (N - NP) / DRAWS));
}

static void exponential_model(const double *p, double *r, int n, void *context)
{
    (void)context;
    for (int i = 0; i < n; i++)
        r[i] = exp(p[0]) - 2 + (i % 2 ? 1 : -1);
}

// At the minimum exp(p) = 2 each residual has the slope 2: the error is 1 / (2 sqrt(n)).
static void error_of_a_curve(void **state)
{
    (void)state;
    airy_fit_result fit = {.p = {0}};
    assert_ok(solved(exponential_model, NULL, 6, 1, (double[]){1}, &fit, &err));
    assert_near(fit.p[0], log(2), 1e-6);
    assert_near(fit.error[0], 0.5 / sqrt(6), 1e-6);
    assert_near(fit.chi2, 6, 1e-9);
}

// Falls to a kink at 0, where no step helps and the slope is not zero.
static void kink_model(const double *p, double *r, int n, void *context)
{
    (void)context;
    for (int i = 0; i < n; i++)
        r[i] = 1 + (p[0] < 0 ? -p[0] : 2 * p[0]);
}

// Data without noise, from the truth itself and from elsewhere; a parameter that is 0.
static void exact(void **state)
{
    (void)state;
    const double truth[] = {5, 0, 0.8, 1}, step[] = {1, 0.3, 0.2, 0.5};
    struct data data = {.sd = 0};
    draw_gaussian(&data, 60, truth, 1);
    data.sd = 1;
    airy_fit_result there = {.p = {5, 0, 0.8, 1}}, away = {.p = {3, 0.5, 0.5, 0}};
    assert_ok(solved(gaussian_model, &data, 60, 4, step, &there, &err));
    assert_ok(solved(gaussian_model, &data, 60, 4, step, &away, &err));
    for (int j = 0; j < 4; j++) {
        assert_near(there.p[j], truth[j], 1e-8);
        assert_near(away.p[j], truth[j], 1e-8);
    }
}

static void root_model(const double *p, double *r, int n, void *context)
{
    (void)context;
    for (int i = 0; i < n; i++)
        r[i] = sqrt(p[0]) - 0.1; // no numbers below 0; the minimum 0.01 lies close to the edge
}

static void edge_of_the_domain(void **state)
{
    (void)state;
    airy_fit_result fit = {.p = {4}};
    assert_ok(solved(root_model, NULL, 3, 1, (double[]){0.01}, &fit, &err));
    assert_near(fit.p[0], 0.01, 1e-7);
    airy_fit_result bad = {.p = {-1}};
    assert_fails(solved(root_model, NULL, 3, 1, (double[]){0.01}, &bad, &err), AIRY_EVALUE,
                 "not a number");
}

static void same_twice_model(const double *p, double *r, int n, void *context)
{
    (void)context;
    for (int i = 0; i < n; i++)
        r[i] = (p[0] + p[1] / 7) * (i + 1) / 3.0 - i * i; // only the sum is determined
}

static void unused_model(const double *p, double *r, int n, void *context)
{
    (void)context;
    for (int i = 0; i < n; i++)
        r[i] = p[0] - i;
}

static void undetermined(void **state)
{
    (void)state;
    const double step[] = {1, 1e5};
    airy_fit_result fit = {.p = {1, 0}};
    assert_fails(solved(same_twice_model, NULL, 9, 2, step, &fit, &err), AIRY_ENUMERIC,
                 "do not determine");
    assert_fails(solved(unused_model, NULL, 9, 2, step, &fit, &err), AIRY_ENUMERIC,
                 "parameter 2 of 2");
    assert_fails(solved(unused_model, NULL, 1, 2, step, &fit, &err), AIRY_EVALUE, "1 values");
    assert_fails(solved(kink_model, NULL, 9, 1, step, &fit, &err), AIRY_ENUMERIC,
                 "did not converge");
}

// ------------------------------------------------------------------ simplex

static double bowl(const double *p, void *context)
{
    ++*(int *)context;
    double a = p[0] - 3, b = p[1] + 0.002, c = p[2] - 5000;
    return a * a + 1e6 * b * b + 1e-6 * c * c + 1e-3 * a * c + 7;
}

static double nowhere(const double *p, void *context)
{
    (void)context;
    return p[0] < 1 ? NAN : (p[0] - 2) * (p[0] - 2);
}

static double cliff(const double *p, void *context)
{
    (void)context;
    return p[0]; // falls for ever
}

static void simplex(void **state)
{
    (void)state;
    int calls = 0;
    double p[] = {0, 0, 4000};
    assert_ok(airy_fit_minimise(bowl, &calls, 3, (double[]){1, 1e-3, 1000}, 1e-6, p, &err));
    assert_near(p[0], 3, 1e-3);
    assert_near(p[1], -0.002, 1e-6);
    assert_near(p[2], 5000, 1);
    assert_true(calls > 10);

    double q[] = {1.2}; // the first step back gives no number
    assert_ok(airy_fit_minimise(nowhere, NULL, 1, (double[]){-0.5}, 1e-6, q, &err));
    assert_near(q[0], 2, 1e-5);
    assert_fails(airy_fit_minimise(cliff, NULL, 1, (double[]){1}, 1e-6, q, &err), AIRY_ENUMERIC,
                 "did not converge");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line),
        cmocka_unit_test(pulls),
        cmocka_unit_test(exact),
        cmocka_unit_test(error_of_a_curve),
        cmocka_unit_test(edge_of_the_domain),
        cmocka_unit_test(undetermined),
        cmocka_unit_test(simplex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

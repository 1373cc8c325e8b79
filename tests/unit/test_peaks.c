// SPDX-License-Identifier: GPL-3.0-or-later
// Peaks by several estimators: exact ones, noisy ones, and the first peak of a measured glass.
#include "check.h"

#include "airy/files.h"
#include "airy/scattering.h"
#include "scattering/peaks.h"

#include <stdio.h>
#include <stdlib.h>

// A pseudo-Voigt of height 100 on a straight background, its right half `right` times as wide.
static double shape(double q, double center, double right)
{
    double w = q > center ? 0.4 * right : 0.4, v = (q - center) / w;
    double lorentz = 1 / (1 + 4 * v * v), gauss = exp(-4 * log(2) * v * v);
    return 100 * (0.3 * lorentz + 0.7 * gauss) + 20 - 3 * (q - center);
}

static airy_spectrum curve_of(double center, double right, double sigma)
{
    airy_spectrum c;
    assert_ok(airy_spectrum_init(&c, 201, &err));
    for (int i = 0; i < c.n; i++) {
        c.q[i] = 1.5 + 0.01 * i;
        c.y[i] = shape(c.q[i], center, right);
        c.sigma[i] = sigma;
    }
    return c;
}

static const airy_peak *find(const airy_peak *peaks, int n, const char *estimator)
{
    for (int i = 0; i < n; i++)
        if (strcmp(peaks[i].estimator, estimator) == 0)
            return &peaks[i];
    fail_msg("no peak by %s", estimator);
    return NULL;
}

static void test_exact_peaks(void **state)
{
    (void)state;
    airy_peak peaks[AIRY_PEAK_ESTIMATORS];
    int n;
    airy_spectrum c = curve_of(2.4567, 1.5, 0);
    assert_ok(airy_peaks_measure(&c, 1.6, 3.4, 0.8, peaks, &n, &err));
    assert_int_equal(n, 3);
    const airy_peak *split = find(peaks, n, "split-pvoigt");
    assert_near(split->position, 2.4567, 1e-6);
    assert_near(split->fwhm, 0.5, 1e-6);
    assert_near(split->height, 100, 1e-4);
    // A symmetric peak tells of an asymmetric one's other place; the top is where the curve is
    // highest, which the background's slope moves by -3 / (2 x 1735) below the center.
    assert_near(find(peaks, n, "polynomial")->position, 2.46, 0.01);
    assert_true(find(peaks, n, "pvoigt")->position > 2.47);
    airy_spectrum_release(&c);
    c = curve_of(2.4567, 1, 0);
    assert_ok(airy_peaks_measure(&c, 1.6, 3.4, 0.9, peaks, &n, &err));
    assert_near(find(peaks, n, "pvoigt")->position, 2.4567, 1e-6);
    assert_near(find(peaks, n, "polynomial")->position, 2.4567 - 3 / 2700.0, 1e-3);
    airy_spectrum_release(&c);
}

// 100 draws with errors of 1: what is found scatters as its error says, within 3 / sqrt(200).
static void test_errors_are_right(void **state)
{
    (void)state;
    enum { DRAWS = 100 };
    airy_spectrum c = curve_of(2.4, 1, 1);
    airy_peak peaks[AIRY_PEAK_ESTIMATORS];
    airy_random random;
    airy_random_init(&random, 11, 0, AIRY_STREAM_POISSON, 0);
    double square[2] = {0}, sum[2] = {0}, truth[2] = {NAN, 2.4};
    int n;
    assert_ok(airy_peaks_measure(&c, 1.8, 3, 0.8, peaks, &n, &err));
    truth[0] = find(peaks, n, "polynomial")->position;
    for (int d = 0; d < DRAWS; d++) {
        for (int i = 0; i < c.n; i++)
            c.y[i] = shape(c.q[i], 2.4, 1) + airy_random_normal(&random);
        assert_ok(airy_peaks_measure(&c, 1.8, 3, 0.8, peaks, &n, &err));
        const airy_peak *by[2] = {find(peaks, n, "polynomial"), find(peaks, n, "pvoigt")};
        for (int k = 0; k < 2; k++) {
            double pull = (by[k]->position - truth[k]) / by[k]->error;
            sum[k] += pull / DRAWS;
            square[k] += pull * pull / DRAWS;
        }
    }
    for (int k = 0; k < 2; k++) {
        assert_near(sqrt(square[k]), 1, 0.21);
        assert_near(sum[k], 0, 0.3);
    }
    airy_spectrum_release(&c);
}

static void test_windows_without_a_peak(void **state)
{
    (void)state;
    airy_spectrum c = curve_of(2.4, 1, 0);
    airy_peak peaks[AIRY_PEAK_ESTIMATORS];
    int n;
    assert_fails(airy_peaks_measure(&c, 2.4, 2.45, 0.8, peaks, &n, &err), AIRY_EVALUE, "points");
    assert_fails(airy_peaks_measure(&c, 1.6, 2.2, 0.8, peaks, &n, &err), AIRY_EVALUE, "no top");
    assert_fails(airy_peaks_measure(&c, 5, 6, 0.8, peaks, &n, &err), AIRY_EVALUE, "0 points");
    airy_spectrum_release(&c);
}

// A sample's pattern less so much of its background; skips the test where there is none.
static void sample_less_background(const char *name, double share, airy_spectrum *c)
{
    char path[600];
    const char *folder = getenv("SHARED_DATA");
    snprintf(path, sizeof path, "%s/glass/%s", folder ? folder : ".", name);
    if (!folder || !airy_file_exists(path)) {
        print_message("%s is not there\n", name);
        skip();
    }
    airy_error error = {0};
    airy_h5 *h5 = airy_h5_open(path, &error);
    double *values, *background;
    int n, m;
    assert_non_null(h5);
    assert_ok(airy_h5_get_doubles(h5, "/q_I", &values, &n, &err));
    assert_ok(airy_h5_get_doubles(h5, "/background_q_I", &background, &m, &err));
    assert_int_equal(n, m);
    assert_ok(airy_spectrum_init(c, n / 2, &err));
    for (int i = 0; i < c->n; i++) {
        c->q[i] = values[2 * i];
        c->y[i] = values[2 * i + 1] - share * background[2 * i + 1];
    }
    airy_memory_free(values);
    airy_memory_free(background);
    airy_h5_close(h5);
}

// By the samples' README: top of the cubic above 95, 90, 80 % at 2.2517, 2.2517, 2.2502;
// pseudo-Voigt with a line, 1.8 to 3.2: 2.2495, FWHM 0.409. Background off with 0.927.
static void test_first_peak_of_a_measured_glass(void **state)
{
    (void)state;
    airy_spectrum c;
    int found;
    sample_less_background("ce-glass.h5", 0.927, &c);
    const double share[] = {0.95, 0.9, 0.8}, top[] = {2.2517, 2.2517, 2.2502};
    airy_peak peaks[AIRY_PEAK_ESTIMATORS];
    for (int i = 0; i < 3; i++) {
        assert_ok(airy_peaks_measure(&c, 1.8, 3.2, share[i], peaks, &found, &err));
        assert_near(find(peaks, found, "polynomial")->position, top[i], 3e-4);
    }
    assert_near(find(peaks, found, "pvoigt")->position, 2.2495, 5e-4);
    assert_near(find(peaks, found, "pvoigt")->fwhm, 0.409, 2e-3);
    airy_spectrum_release(&c);
}

// The first maximum of Mg2SiO4 glass less its empty cell is a sharp line on a broad foot, so that
// estimators disagree. By the samples' README it lies at 2.267 1/A (0.003): that is the top of the
// cubic above 90 %, as for the glass before; the cubic above 95 % has it at 2.262, and the largest
// of the measured values stands at 2.2629 with lower ones on both sides, 0.0056 apart.
static void test_first_peak_of_a_silicate_glass(void **state)
{
    (void)state;
    airy_spectrum c;
    airy_peak peaks[AIRY_PEAK_ESTIMATORS];
    int found, top = -1;
    sample_less_background("mg2sio4-glass.h5", 1, &c);
    for (int i = 0; i < c.n; i++)
        if (c.q[i] > 1.5 && c.q[i] < 3 && (top < 0 || c.y[i] > c.y[top]))
            top = i;
    assert_near(c.q[top], 2.2629, 1e-4);
    assert_true(c.y[top - 2] < c.y[top - 1] && c.y[top + 2] < c.y[top + 1]);
    assert_ok(airy_peaks_measure(&c, 1.9, 2.7, 0.9, peaks, &found, &err));
    assert_near(find(peaks, found, "polynomial")->position, 2.267, 1e-3);
    assert_ok(airy_peaks_measure(&c, 1.9, 2.7, 0.95, peaks, &found, &err));
    assert_near(find(peaks, found, "polynomial")->position, 2.2618, 1e-3);
    airy_spectrum_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_peaks),
        cmocka_unit_test(test_errors_are_right),
        cmocka_unit_test(test_windows_without_a_peak),
        cmocka_unit_test(test_first_peak_of_a_measured_glass),
        cmocka_unit_test(test_first_peak_of_a_silicate_glass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

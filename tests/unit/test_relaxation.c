// SPDX-License-Identifier: GPL-3.0-or-later
// The Mittag-Leffler function against tables, an integral of another kind and its laws; moments of
// stretched exponentials.
#include "check.h"

#include "airy/math.h"
#include "base/units.h"
#include "math/mittag.h"

#include <gsl/gsl_sf_erf.h>

// Values by two 40-digit methods (series, spectral integral) that agree.
static void table(void **state)
{
    (void)state;
    static const double x[] = {0.001, 0.1, 1, 3, 10, 100, 1e4};
    static const struct {
        double b, e[7];
    } rows[] = {
        {0.1,
         {0.99894995100519270522, 0.9047657422574315158, 0.48556446431108210239,
          0.2385593497825385582, 0.08569695701065468541, 9.2726572313118583365e-3,
          9.3569283491411069654e-5}},
        {0.3,
         {0.99888687562755948596, 0.89881153650272255297, 0.45659440832969066901,
          0.21180263319643578039, 0.072649729072772085356, 7.6588562222866413892e-3,
          7.7033810249795532305e-5}},
        {0.45,
         {0.99887193922211916411, 0.89671230604151027725, 0.43480907917197410271,
          0.18786184545630398643, 0.060592104151471207977, 6.1768806411820555441e-3,
          6.1875378495427248008e-5}},
        {0.5,
         {0.99887262008115140863, 0.89645697996912664193, 0.42758357615580700441,
          0.17900115118138995042, 0.056140992743822585858, 5.6416137829894329036e-3,
          5.6418958072680841152e-5}},
        {0.7,
         {0.99890025718286446054, 0.89756112693138677654, 0.39961197811559938437,
          0.13789710966502707183, 0.036173265542309153332, 3.3696874163059937557e-3,
          3.3429961379213105628e-5}},
        {0.9,
         {0.99896084210999752737, 0.90175694244985940329, 0.37606602142464188118,
          0.08388835403377326904, 0.012820606051102102705, 1.068972418287089285e-3,
          1.0513113058088609723e-5}},
        {0.99,
         {0.99899630475754702639, 0.90450358812369841348, 0.36854831806033961629,
          0.05345186750619962362, 1.3478638060832072856e-3, 1.0261344540995115483e-4,
          1.0059047980128711438e-6}},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (int i = 0; i < 7; i++) {
            double e = airy_mittag_leffler(rows[r].b, x[i], NULL);
            assert_near(e, rows[r].e[i], 1e-14);
            if (rows[r].b <= 0.95)
                assert_near(e / rows[r].e[i], 1, 1e-12);
        }
}

static void slopes(void **state)
{
    (void)state;
    static const double rows[][4] = {
        {0.45, 0.3, -0.6782378579, -0.0406873595704},
        {0.45, 2, -0.106554481147, -0.181294617005},
        {0.9, 1, -0.342387553085, -0.0969861613397},
        {0.7, 5, -0.0174301773817, -0.186650615913},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        double slope[2];
        airy_mittag_leffler(rows[r][0], rows[r][1], slope);
        assert_near(slope[0] / rows[r][2], 1, 1e-9);
        assert_near(slope[1] / rows[r][3], 1, 1e-9);
    }
}

// The spectral integral (sin(pi b) / 2 pi) int exp(-e^v) / (cosh(b v - ln x) + cos(pi b)) dv. Its
// poles come near the axis as b grows: within v = ln x / b +- i pi (1 - b) / b; below b = 2/3 the
// trapezoidal rule with this step does not see them.
static double spectral(double b, double x)
{
    const double step = 0.05;
    double sum = 0;
    int from = (int)((fmin(log(x), 0) - 40) / b / step);
    for (int i = from; i <= 100; i++) {
        double v = i * step;
        sum += exp(-exp(v)) / (cosh(b * v - log(x)) + cos(AIRY_PI * b));
    }
    return sin(AIRY_PI * b) / (2 * AIRY_PI) * sum * step;
}

static void against_the_integral(void **state)
{
    (void)state;
    for (double b = 0.05; b < 0.66; b += 0.05)
        for (double x = 1e-6; x < 1e8; x *= 37) {
            double slope[2], e = airy_mittag_leffler(b, x, slope), h = 1e-5;
            assert_near(e, spectral(b, x), 3e-14); // the sum of thousands rounds to that
            double by_log_x = (spectral(b, x * (1 + h)) - spectral(b, x * (1 - h))) / (2 * h);
            double by_b = (spectral(b + h, x) - spectral(b - h, x)) / (2 * h);
            assert_near(slope[0] * x, by_log_x, 1e-7);
            assert_near(slope[1], by_b, 1e-7);
        }
}

// E_1/2(-x) = erfcx(x) = sqrt(2 / pi) / hazard(sqrt(2) x); E_1(-x) = exp(-x); E(0) = 1.
static void special_cases(void **state)
{
    (void)state;
    for (double x = 1e-3; x < 1e6; x *= 2.7)
        assert_near(airy_mittag_leffler(0.5, x, NULL) /
                        (sqrt(2 / AIRY_PI) / gsl_sf_hazard(sqrt(2) * x)),
                    1, 1e-12);
    for (double x = 0; x < 30; x += 0.7) {
        double slope[2];
        assert_near(airy_mittag_leffler(1, x, slope), exp(-x), 1e-16);
        assert_near(slope[0], -exp(-x), 1e-10); // a double pole comes nearer than a single one
    }
    for (double b = 0.05; b <= 1; b += 0.01)
        assert_near(airy_mittag_leffler(b, 0, NULL), 1, 1e-14);
    assert_true(isnan(airy_mittag_leffler(1.1, 1, NULL)));
    assert_true(isnan(airy_mittag_leffler(0, 1, NULL)));
    assert_true(isnan(airy_mittag_leffler(0.5, -1, NULL)));
}

// Completely monotone: falling and convex.
static void monotone(void **state)
{
    (void)state;
    for (double b = 0.05; b < 1; b += 0.05) {
        double last = 1, steep = -INFINITY;
        for (double x = 1e-4; x < 1e5; x *= 1.3) {
            double slope[2], e = airy_mittag_leffler(b, x, slope);
            assert_true(e < last && e > 0);
            assert_true(slope[0] < 0 && slope[0] > steep);
            last = e;
            steep = slope[0];
        }
    }
}

// Short and long times: exp(-z / Gamma(1 + b)), and 1 / (z Gamma(1 - b)) - 1 / (z^2 Gamma(1 - 2b)).
static void limits(void **state)
{
    (void)state;
    const double b = 0.45;
    assert_near(tgamma(1 + b), 0.8856613802710722, 1e-14);
    assert_near(airy_mittag_leffler(b, 1e-6, NULL), exp(-1e-6 / tgamma(1 + b)), 1e-12);
    double z = 1e5;
    assert_near(airy_mittag_leffler(b, z, NULL) * z,
                1 / tgamma(1 - b) - 1 / (z * tgamma(1 - 2 * b)), 1e-9);
}

static void kww_moments(void **state)
{
    (void)state;
    static const double rows[][5] = {
        // beta, area m = 1, m = 2, centroid m = 1, m = 2
        {0.45, 2.478594, 0.531190, 9.657926, 2.069800},
        {0.5, 2, 0.5, 6, 1.5},
        {0.6, 1.504575, 0.473912, 3.077456, 0.969338},
        {0.7, 1.265824, 0.470252, 1.986511, 0.737986},
        {0.8, 1.133003, 0.476369, 1.466612, 0.616634},
        {1, 1, 0.5, 1, 0.5},
        {1.5, 0.902745, 0.568694, 0.659455, 0.415430},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        const double *row = rows[r];
        assert_near(airy_kww_mean_time(1, row[0], 1), row[1], 5e-7);
        assert_near(airy_kww_mean_time(1, row[0], 2), row[2], 5e-7);
        assert_near(airy_kww_centroid(1, row[0], 1), row[3], 5e-7);
        assert_near(airy_kww_centroid(1, row[0], 2), row[4], 5e-7);
        assert_near(airy_kww_moment(3, row[0], 2, 1), 3 * airy_kww_mean_time(1, row[0], 2), 1e-12);
    }
    // <tau^2> = tau^2 Gamma(2 / beta) / beta at beta 1/2: 2 Gamma(4) = 12
    assert_near(airy_kww_moment(1, 0.5, 1, 2), 12, 1e-12);
}

// The area under E^2 by Simpson's rule on t = e^s and the power law beyond.
static double area_by_simpson(double b)
{
    const double step = 0.01;
    int n = (int)((log(1e9) / b + 40) / step) / 2 * 2;
    double sum = 0, e = 0, s = 0;
    for (int i = 0; i <= n; i++) {
        s = -40 + i * step;
        e = airy_mittag_leffler(b, exp(b * s), NULL);
        sum += (i == 0 || i == n ? 1 : i % 2 ? 4 : 2) * exp(s) * e * e;
    }
    return sum * step / 3 + e * e * exp(s) / (2 * b - 1);
}

static void mean_times(void **state)
{
    (void)state;
    assert_true(isinf(airy_mittag_mean_time(3, 0.9, 1)));
    assert_true(isinf(airy_mittag_mean_time(3, 0.5, 2)));
    assert_near(airy_mittag_mean_time(3, 1, 1), 3, 1e-15);
    assert_near(airy_mittag_mean_time(3, 1, 2), 1.5, 1e-15);
    assert_near(airy_mittag_mean_time(3, 0.7, 2), 3 * area_by_simpson(0.7), 1e-7);
    assert_near(airy_mittag_mean_time(1, 0.9, 2), area_by_simpson(0.9), 1e-7);
    assert_near(airy_mittag_mean_time(1, 1 - 1e-9, 2), 0.5, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),         cmocka_unit_test(slopes),
        cmocka_unit_test(special_cases), cmocka_unit_test(against_the_integral),
        cmocka_unit_test(monotone),      cmocka_unit_test(limits),
        cmocka_unit_test(kww_moments),   cmocka_unit_test(mean_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

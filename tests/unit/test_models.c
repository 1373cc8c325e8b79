// SPDX-License-Identifier: GPL-3.0-or-later
// The table of curve models: every slope against differences, every model found again from its own
// curve, and values that are known.
#include "check.h"

#include "airy/math.h"
#include "base/units.h"

enum { MOST = 60 };

// Parameters and range of x at which a model is looked at: what is usual, in the order of its row.
typedef struct example {
    const char *model;
    double p[AIRY_FIT_MAX], low, high;
} example;

static const example examples[] = {
    {"kww", {0.1, 30, 0.7, 1.02}, 0.5, 300},
    {"kww2", {0.1, 30, 1.3, 1.02}, 0.5, 300},
    {"ml", {0.8, 30, 0.6, 0.1}, 0.5, 3000},
    {"ml2", {0.8, 30, 0.75, 0.1}, 0.5, 3000},
    {"exp", {2, 5, 0.3}, 0, 30},
    {"exp2", {2, 1, 1, 20, 0.3}, 0, 80},
    {"cumulant", {0.9, 0.02, 1e-5, 0}, 0, 60},
    {"powerlaw", {3, -0.45, 0}, 1, 100},
    {"arrhenius", {1e-6, 97, 0}, 600, 700},
    {"arrhenius-rate", {1e9, 45, 0}, 250, 300},
    {"vft", {1e-12, 6000, 400}, 600, 700},
    {"kissinger", {138.75, 20}, 650, 750},
    {"isoconversional", {75, 12}, 500, 800},
    {"ageing", {300, 9000}, 0, 40000},
    {"bm2", {75, 161}, 60, 74},
    {"bm3", {75, 161, 3.8}, 60, 74},
    {"murnaghan", {75, 161, 3.8}, 60, 74},
    {"vinet", {75, 161, 3.8}, 60, 74},
    {"bm2-q", {2.6, 102}, 2.6, 2.9},
    {"bm3-q", {2.6, 102, 3.6}, 2.6, 2.9},
    {"murnaghan-q", {2.6, 102, 3.6}, 2.6, 2.9},
    {"vinet-q", {2.6, 102, 3.6}, 2.6, 2.9},
    {"ruby", {694.2, 1904, 7.665}, 694.3, 710},
    {"gauss", {5, 2.6, 0.3, 1, 0}, 1.5, 3.5},
    {"lorentz", {5, 2.6, 0.3, 1, 0}, 1.5, 3.5},
    {"pvoigt", {5, 2.6, 0.3, 0.4, 1, 0}, 1.5, 3.5},
    {"split-pvoigt", {5, 2.63, 0.3, 0.4, 0.4, 1, 0}, 1.5, 3.5},
    {"line", {2, -0.3}, -5, 5},
    {"parabola", {3, 1.7, -0.4}, 0, 4},
    {"sine", {2, 0.31, 0.7, 10}, 0, 20},
    {"einstein", {0.08, 0.3}, 0, 40},
    {"fractional", {0.08, 0.6, 0.3}, 0, 40},
};
enum { EXAMPLES = sizeof examples / sizeof *examples };

static void spread_out(const example *of, int n, double *x)
{
    for (int i = 0; i < n; i++)
        x[i] = of->low + (of->high - of->low) * (i + 0.25) / n;
}

// Every row of the table has an example.
static void all_there(void **state)
{
    (void)state;
    int n = 0;
    while (airy_fit_model_at(n)) {
        assert_string_equal(airy_fit_model_at(n)->name,
                            airy_fit_model_find(airy_fit_model_at(n)->name)->name);
        n++;
    }
    assert_int_equal(n, EXAMPLES);
    assert_null(airy_fit_model_at(-1));
    assert_null(airy_fit_model_find("kww3"));
    assert_int_equal(airy_fit_model_parameter(airy_fit_model_find("kww"), "beta"), 2);
    assert_int_equal(airy_fit_model_parameter(airy_fit_model_find("kww"), "gamma"), -1);
}

static void slopes(void **state)
{
    (void)state;
    for (int e = 0; e < EXAMPLES; e++) {
        const airy_fit_model *model = airy_fit_model_find(examples[e].model);
        double x[MOST], y[MOST], above[MOST], below[MOST], slope[MOST * AIRY_FIT_MAX], size = 0;
        assert_non_null(model);
        spread_out(&examples[e], MOST, x);
        airy_fit_model_values(model, examples[e].p, x, MOST, y, slope);
        for (int i = 0; i < MOST; i++)
            size = fmax(size, fabs(y[i]));
        for (int k = 0; k < model->np; k++) {
            double p[AIRY_FIT_MAX], h = 1e-5 * fmax(fabs(examples[e].p[k]), 1e-3);
            memcpy(p, examples[e].p, sizeof p);
            p[k] += h;
            airy_fit_model_values(model, p, x, MOST, above, NULL);
            p[k] -= 2 * h;
            airy_fit_model_values(model, p, x, MOST, below, NULL);
            for (int i = 0; i < MOST; i++) {
                double by = (above[i] - below[i]) / (2 * h), mine = slope[i * model->np + k];
                if (fabs(by - mine) > 1e-6 * fabs(by) + 1e-9 * size / h * 1e-2)
                    fail_msg("%s by %s at %g: %g, not %g", model->name, model->parameter[k].name,
                             x[i], mine, by);
            }
        }
    }
}

// From the data alone, every model comes back from its own curve.
static void found_again(void **state)
{
    (void)state;
    for (int e = 0; e < EXAMPLES; e++) {
        const airy_fit_model *model = airy_fit_model_find(examples[e].model);
        double x[MOST], y[MOST];
        airy_fit_data data = {.n = MOST, .x = x, .y = y};
        airy_fit_options options;
        airy_fit_curve fit;
        spread_out(&examples[e], MOST, x);
        airy_fit_model_values(model, examples[e].p, x, MOST, y, NULL);
        airy_fit_options_defaults(model, &options);
        airy_error err = {0};
        if (airy_fit_curve_fit(model, &data, &options, &fit, &err) != AIRY_OK)
            fail_msg("%s: %s", model->name, err.message);
        for (int k = 0; k < model->np; k++)
            if (fabs(fit.p[k] - examples[e].p[k]) > 1e-6 * fabs(examples[e].p[k]) + 1e-9)
                fail_msg("%s: %s is %.10g, not %.10g", model->name, model->parameter[k].name,
                         fit.p[k], examples[e].p[k]);
    }
}

// x = V0 / V of a glass with b0 102 GPa and bp 3.6 at 1 to 30 GPa.
static void birch_murnaghan(void **state)
{
    (void)state;
    static const double rows[][2] = {{1, 1.009682},  {2, 1.019131},  {3, 1.028364}, {5, 1.046233},
                                     {10, 1.087935}, {20, 1.161769}, {30, 1.226625}};
    const airy_fit_model *bm3 = airy_fit_model_find("bm3"),
                         *murn = airy_fit_model_find("murnaghan");
    double slope[AIRY_FIT_MAX];
    const double p[] = {1, 102, 3.6};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) { // the table rounds x to 5e-7
        double x = rows[r][1];
        double missing = rows[r][0] - bm3->value(1 / x, p, slope);
        assert_near(missing / (slope[0] * x), 0, 1e-6); // as a relative change of volume
    }
    assert_near(bm3->value(1 / 1.06338, p, slope), 7, 7e-4);
    assert_near(murn->value(1 / 1.06325, p, slope), 7, 7e-4);
    const double q[] = {2.6285, 102, 3.6};
    assert_near(airy_fit_model_find("bm3-q")->value(2.6285 * cbrt(1.06338), q, slope), 7, 7e-4);
}

// Peak temperatures of first-order reactions obey Kissinger's law exactly.
static void kissinger(void **state)
{
    (void)state;
    static const double rates[] = {100, 200, 500, 1000};
    static const double rows[2][5] = {{138.7518, 681.6951, 700, 725.6973, 746.3712},
                                      {208.1276, 687.3760, 700, 717.3971, 731.1266}};
    const airy_fit_model *model = airy_fit_model_find("kissinger");
    airy_fit_options options;
    airy_fit_options_defaults(model, &options);
    for (int r = 0; r < 2; r++) {
        airy_fit_data data = {.n = 4, .x = rows[r] + 1, .y = rates};
        airy_fit_curve fit;
        assert_ok(airy_fit_curve_fit(model, &data, &options, &fit, &err));
        assert_near(fit.p[0], rows[r][0], 2e-3); // temperatures have four decimals
    }
    double x[9], y[9], p[] = {138.7518, 20}, slope[2]; // and exactly
    for (int i = 0; i < 9; i++) {
        x[i] = 650 + 12 * i;
        y[i] = model->value(x[i], p, slope);
    }
    airy_fit_data data = {.n = 9, .x = x, .y = y};
    airy_fit_curve fit;
    assert_ok(airy_fit_curve_fit(model, &data, &options, &fit, &err));
    assert_near(fit.p[0] / p[0], 1, 1e-9);
    assert_near(fit.p[1] / p[1], 1, 1e-9);
    airy_fit_derived derived[AIRY_FIT_DERIVED];
    assert_int_equal(model->derive(fit.p, derived), 1);
    assert_near(derived[0].value,
                log(y[4] / (x[4] * x[4])) + 138.7518e3 / (AIRY_GAS_J_MOL_K * x[4]), 1e-7);
}

// The temperature integral by the trapezium, and reactions of any order: E comes back at every
// share.
static void isoconversional(void **state)
{
    (void)state;
    enum { STEPS = 200000, RATES = 5 };
    static const double rates[RATES] = {2.5, 5, 10, 15, 20}, energy = 75, a = 1e12;
    static const double shares[] = {0.05, 0.3, 0.6, 0.95};
    const airy_fit_model *model = airy_fit_model_find("isoconversional");
    static double integral[STEPS + 1]; // of exp(-E / R T) up to T
    double step = 900.0 / STEPS, before = 0;
    for (int i = 1; i <= STEPS; i++) {
        double now = exp(-energy * 1e3 / (AIRY_GAS_J_MOL_K * i * step));
        integral[i] = integral[i - 1] + step * (before + now) / 2;
        before = now;
    }
    for (int order = 1; order < 3; order++)
        for (int s = 0; s < 4; s++) {
            double left = 1 - shares[s], g = order == 1 ? -log(left) : 1 / left - 1, x[RATES];
            for (int r = 0; r < RATES; r++) {
                int i = 0;
                while (a / rates[r] * integral[i] < g)
                    i++;
                x[r] =
                    step * (i - (integral[i] - g * rates[r] / a) / (integral[i] - integral[i - 1]));
            }
            airy_fit_data data = {.n = RATES, .x = x, .y = rates};
            airy_fit_options options;
            airy_fit_curve fit;
            airy_fit_options_defaults(model, &options);
            assert_ok(airy_fit_curve_fit(model, &data, &options, &fit, &err));
            assert_near(fit.p[0] / energy, 1, 1e-6);
            assert_near(fit.p[1], log(a / g), 1e-5);
        }
}

// A Mittag-Leffler curve looks like a stretched one to a fit that knows no better.
static void rivals(void **state)
{
    (void)state;
    static const double rows[][4] = {{0.6, 3000, 0.475, 19706},
                                     {0.7, 3000, 0.582, 12811},
                                     {0.8, 10000, 0.704, 30867},
                                     {0.9, 10000, 0.842, 24124}};
    const airy_fit_model *ml = airy_fit_model_find("ml"), *kww2 = airy_fit_model_find("kww2");
    for (int r = 0; r < 4; r++) {
        double x[25], y[25], p[] = {1, rows[r][1], rows[r][0], 0};
        for (int i = 0; i < 25; i++)
            x[i] = 2.5 * pow(1.5e5 / 2.5, i / 24.0);
        airy_fit_model_values(ml, p, x, 25, y, NULL);
        airy_fit_options options;
        airy_fit_options_defaults(kww2, &options);
        options.choice[0].held = options.choice[3].held = true;
        options.choice[0].value = 1;
        options.choice[3].value = 0;
        airy_fit_data data = {.n = 25, .x = x, .y = y};
        airy_fit_curve fit;
        assert_ok(airy_fit_curve_fit(kww2, &data, &options, &fit, &err));
        assert_near(fit.p[2], rows[r][2], 6e-4);
        assert_near(fit.p[1] / rows[r][3], 1, 1e-4);
    }
}

static void derived(void **state)
{
    (void)state;
    airy_fit_derived d[AIRY_FIT_DERIVED];
    const double kww[] = {1, 100, 0.6, 0};
    assert_int_equal(airy_fit_model_find("kww2")->derive(kww, d), 3);
    assert_string_equal(d[1].name, "mean_time_field");
    assert_near(d[1].value, 150.4575, 1e-4);
    assert_string_equal(d[2].name, "mean_time_intensity");
    assert_near(d[2].value, 47.3912, 1e-4);
    airy_fit_model_find("ml")->derive(kww, d);
    assert_true(isinf(d[1].value) && isinf(d[2].value));
    airy_fit_model_find("ml2")->derive(kww, d);
    assert_true(isinf(d[1].value) && isfinite(d[2].value));
    const double peak[] = {2, 0, 0.5, 0, 0, 0};
    airy_fit_model_find("gauss")->derive(peak, d);
    assert_near(d[0].value, sqrt(2 * AIRY_PI) * 2 * 0.5 / sqrt(8 * log(2)), 1e-12);
    airy_fit_model_find("lorentz")->derive(peak, d);
    assert_near(d[0].value, AIRY_PI / 2, 1e-12);
    const double energy[] = {1, 97};
    airy_fit_model_find("arrhenius")->derive(energy, d);
    assert_near(d[0].value, 1.005, 5e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_there),   cmocka_unit_test(slopes),
        cmocka_unit_test(found_again), cmocka_unit_test(birch_murnaghan),
        cmocka_unit_test(kissinger),   cmocka_unit_test(isoconversional),
        cmocka_unit_test(rivals),      cmocka_unit_test(derived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Steps, areas, peaks and moduli of curves that are known exactly, and of a model glass.
#include "check.h"

#include "airy/thermal.h"
#include "base/units.h"
#include "thermal/measures.h"
#include "thermal/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { N = 400 };

typedef struct set {
    double x[N], y[N], also[N];
    airy_thermal_curve curve;
} set;

// A curve of n points from x = low on.
static void lay_out(set *to, int n, double low, double step)
{
    for (int i = 0; i < n; i++) {
        to->x[i] = low + step * i;
        to->y[i] = to->also[i] = 0;
    }
    to->curve = (airy_thermal_curve){.n = n, .x = to->x, .y = to->y, .also = to->also};
}

static airy_thermal_options options_of(const char *what)
{
    airy_thermal_options options;
    airy_thermal_options_defaults(&options);
    options.what = what;
    options.draws = 0;
    return options;
}

static const airy_thermal_value *value_of(const airy_thermal_value *values, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(values[i].name, name) == 0)
            return &values[i];
    fail_msg("there is no value %s", name);
    return NULL;
}

static int measured(const set *of, const airy_thermal_options *options, airy_thermal_value *values)
{
    airy_error err = {0};
    int n = airy_thermal_measure_curve(&of->curve, options, 0, values, &err);
    if (n == 0)
        fail_msg("%s", err.message);
    return n;
}

// A ramp between two lines: its corners are onset and endset.
static void ramp(set *to, double noise)
{
    airy_random random;
    airy_random_init(&random, 4, 0, AIRY_STREAM_START, 0);
    lay_out(to, 301, 300, 0.5);
    for (int i = 0; i < to->curve.n; i++) {
        double t = to->x[i], share = fmin(fmax((t - 360) / 20, 0), 1);
        to->y[i] = 0.1 + 1e-3 * t + share * 0.5 + noise * airy_random_normal(&random);
    }
}

static void onset(void **state)
{
    (void)state;
    set of;
    airy_thermal_value v[AIRY_THERMAL_VALUES];
    airy_thermal_options options = options_of("onset");
    ramp(&of, 0);
    options.low = (airy_thermal_window){300, 350};
    int n = measured(&of, &options, v);
    assert_int_equal(n, 1); // without the baseline above there is nothing else to say
    assert_near(v[0].value, 360, 1e-6);
    options.high = (airy_thermal_window){390, 450};
    n = measured(&of, &options, v);
    assert_near(value_of(v, n, "onset")->value, 360, 1e-6);
    assert_near(value_of(v, n, "endset")->value, 380, 1e-6);
    assert_near(value_of(v, n, "midpoint")->value, 370, 1e-6);
    assert_near(value_of(v, n, "step")->value, 0.5, 1e-9);
    options.tangent = AIRY_TANGENT_MIDPOINT;
    n = measured(&of, &options, v);
    assert_near(value_of(v, n, "onset")->value, 360, 1e-6);
    for (int i = 0; i < of.curve.n; i++)
        of.y[i] = -of.y[i]; // exothermic up
    n = measured(&of, &options, v);
    assert_near(value_of(v, n, "onset")->value, 360, 1e-6);
    assert_near(value_of(v, n, "step")->value, -0.5, 1e-9);
}

// Limits hold the truth, and are wider where there is more noise.
static void limits(void **state)
{
    (void)state;
    airy_thermal_options options = options_of("onset");
    options.low = (airy_thermal_window){300, 350};
    options.high = (airy_thermal_window){390, 450};
    options.points = 21;
    options.draws = 200;
    double wide[2];
    for (int k = 0; k < 2; k++) {
        set of;
        airy_thermal_value v[AIRY_THERMAL_VALUES];
        ramp(&of, k ? 4e-3 : 1e-3);
        measured(&of, &options, v);
        wide[k] = v[0].high - v[0].low;
        assert_true(v[0].low - 1 < 360 && 360 < v[0].high + 1);
    }
    assert_true(wide[1] > 2 * wide[0] && wide[0] > 0);
}

// A glass that froze in at Tf: C = Cl - Cg integrated from Tf on, delivered anywhere.
static void fictive(void **state)
{
    (void)state;
    set of;
    airy_thermal_value v[AIRY_THERMAL_VALUES];
    const double frozen = 331.25, above = 400;
    airy_thermal_options options = options_of("fictive");
    options.low_line = (airy_thermal_line){0.2, 4e-4};
    options.high_line = (airy_thermal_line){0.5, 9e-4};
    lay_out(&of, 401 < N ? 401 : N, 300, 0.25);
    double d0 = 0.3 + 5e-4 * above, u = above - frozen, area = d0 * u - 5e-4 * u * u / 2;
    double tail = 0; // what the liquid takes above the peak
    for (int i = 0; i < of.curve.n; i++) {
        double t = of.x[i], excess = t >= 380 ? 0.3 + 5e-4 * t : 0;
        of.y[i] = 0.2 + 4e-4 * t + excess;
        if (i > 0)
            tail += 0.25 * (excess + (of.y[i - 1] - 0.2 - 4e-4 * of.x[i - 1])) / 2;
    }
    double last = of.x[of.curve.n - 1];
    area -= (0.3 + 5e-4 * (last + above) / 2) * (above - last); // the curve ends before `above`
    for (int i = 100; i < 140; i++)                             // a box that holds the rest
        of.y[i] += (area - tail) / (40 * 0.25);
    double area_all = 0;
    for (int i = 0; i + 1 < of.curve.n; i++)
        area_all += 0.25 * (of.y[i] + of.y[i + 1] - 0.4 - 4e-4 * (of.x[i] + of.x[i + 1])) / 2;
    measured(&of, &options, v);
    assert_near(v[0].value, frozen, 1e-6);
    options.high_line = (airy_thermal_line){0.5, 4e-4}; // parallel lines
    measured(&of, &options, v);
    assert_near(v[0].value, last - area_all / 0.3, 1e-6);
}

static void peak_and_area(void **state)
{
    (void)state;
    set of;
    airy_thermal_value v[AIRY_THERMAL_VALUES];
    airy_thermal_options options = options_of("peak");
    for (int sign = 1; sign >= -1; sign -= 2) {
        lay_out(&of, 301, 300, 0.5);
        for (int i = 0; i < of.curve.n; i++) {
            double u = (of.x[i] - 371.3) / 4;
            of.y[i] = 5 + 0.02 * of.x[i] + sign * 3 * exp(-u * u / 2);
        }
        options.what = "peak";
        options.low = (airy_thermal_window){300, 340};
        options.high = (airy_thermal_window){400, 450};
        measured(&of, &options, v);
        assert_near(v[0].value, 371.3, 2e-3); // a parabola through a Gaussian's five points
        assert_near(v[1].value, sign * 3, 2e-3);
        options.what = "area";
        int n = measured(&of, &options, v);
        assert_near(value_of(v, n, "area")->value, sign * 3 * 4 * sqrt(2 * AIRY_PI), 1e-6);
        options.rate = 0.5;
        n = measured(&of, &options, v);
        assert_near(value_of(v, n, "enthalpy")->value, sign * 6 * 4 * sqrt(2 * AIRY_PI), 1e-6);
        options.rate = 0;
    }
}

// Shares of a ramp from 360 to 380 on leaning baselines, of a box from 350 to 370, and of both
// upside down.
static void conversion(void **state)
{
    (void)state;
    for (int sign = 1; sign >= -1; sign -= 2)
        for (int box = 0; box < 2; box++) {
            set of;
            airy_thermal_value v[AIRY_THERMAL_VALUES];
            airy_thermal_options options = options_of(box ? "area-conversion" : "conversion");
            ramp(&of, 0);
            for (int i = 0; i < of.curve.n; i++) {
                double t = of.x[i] - 0.25; // the box ends half-way between points
                of.y[i] = sign * (box ? 2 + 0.01 * t + 3 * (t > 350 && t < 370) : of.y[i]);
            }
            options.low = (airy_thermal_window){300, 345};
            options.high = (airy_thermal_window){390, 450};
            int n = measured(&of, &options, v);
            assert_int_equal(n, 9);
            for (int k = 0; k < 9; k++)
                assert_near(v[k].value, (box ? 350.25 : 360) + 2 * (k + 1), 1e-6);
            assert_string_equal(v[4].name, "conversion_0.5");
            options.high = (airy_thermal_window){365, 450}; // in the midst of it
            airy_error why = {0};
            ramp(&of, 0);
            options.what = "conversion";
            assert_int_equal(airy_thermal_measure_curve(&of.curve, &options, 0, v, &why), 0);
            assert_non_null(strstr(why.message, "never done"));
            options.high.low = 390;
            options.what = "area-conversion"; // of a step
            assert_int_equal(airy_thermal_measure_curve(&of.curve, &options, 0, v, &why), 0);
            assert_non_null(strstr(why.message, "no peak"));
        }
}

// m = step / (cp rate).
static void mass(void **state)
{
    (void)state;
    set of;
    airy_thermal_value v[AIRY_THERMAL_VALUES];
    airy_thermal_options options = options_of("mass");
    ramp(&of, 0);
    options.low = (airy_thermal_window){300, 350};
    options.high = (airy_thermal_window){390, 450};
    assert_fails(airy_options_check(airy_thermal_rows, &options, &err), AIRY_EARGUMENT,
                 "specific heat");
    options.cp = 0.25;
    options.rate = 2;
    measured(&of, &options, v);
    assert_near(v[0].value, 0.5 / (0.25 * 2), 1e-9);
}

// Sine and noise: amplitude and phase by least squares within three errors.
static void modulus(void **state)
{
    (void)state;
    set of;
    airy_random random;
    airy_thermal_value v[AIRY_THERMAL_VALUES];
    const double hz = 1e9, e = 0.01, delta = 0.35, s = 0.4, noise = 0.02;
    airy_random_init(&random, 5, 0, AIRY_STREAM_START, 0);
    lay_out(&of, N, 0, 10 / hz / N);
    for (int i = 0; i < N; i++) {
        double angle = 2 * AIRY_PI * hz * of.x[i];
        of.also[i] = e * sin(angle + 0.8);
        of.y[i] = 0.1 + s * sin(angle + 0.8 + delta) + noise * airy_random_normal(&random);
    }
    for (int known = 0; known < 2; known++) {
        airy_thermal_options options = options_of("modulus");
        options.frequency_hz = known ? hz : 0;
        int n = measured(&of, &options, v);
        assert_near(value_of(v, n, "frequency")->value / hz, 1, 1e-9);
        const airy_thermal_value *storage = value_of(v, n, "storage"),
                                 *loss = value_of(v, n, "loss");
        assert_near(storage->error, s / e * noise * sqrt(2.0 / N) / s, 0.1 * storage->error);
        assert_near(storage->value, s / e * cos(delta), 3 * storage->error);
        assert_near(loss->value, s / e * sin(delta), 3 * loss->error);
        const airy_thermal_value *tan_delta = value_of(v, n, "tan_delta");
        assert_near(tan_delta->value, tan(delta), 3 * tan_delta->error);
    }
    airy_thermal_curve bare = of.curve;
    bare.also = NULL;
    airy_error err = {0};
    airy_thermal_options options = options_of("modulus");
    assert_int_equal(airy_thermal_measure_curve(&bare, &options, 0, v, &err), 0);
    assert_non_null(strstr(err.message, "strain"));
}

static double seconds_of(const set *of, const airy_thermal_options *options)
{
    airy_thermal_value v[AIRY_THERMAL_VALUES];
    clock_t begin = clock();
    assert_true(measured(of, options, v) > 0);
    return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

// Stress and strain that are no sines are fitted from many starts, a hundredth of a second each:
// without windows every draw would find the same, and it is found once.
static void no_draw_fits_again(void **state)
{
    (void)state;
    set of;
    lay_out(&of, 200, 0, 0.02);
    for (int i = 0; i < 200; i++) {
        of.y[i] = fmod(1.7 * of.x[i], 1) + (i * i % 7 > 3);
        of.also[i] = fmod(1.7 * of.x[i] + 0.1, 1) + (i * i % 5 > 2);
    }
    airy_thermal_options options = options_of("modulus");
    options.draws = 0;
    double once = seconds_of(&of, &options) + seconds_of(&of, &options);
    options.draws = 1000;
    assert_true(seconds_of(&of, &options) < 100 * once);
}

// What cannot be measured is said in a sentence.
#define assert_nothing(of, options, words)                                                         \
    do {                                                                                           \
        airy_error why = {0};                                                                      \
        airy_thermal_value none[AIRY_THERMAL_VALUES];                                              \
        assert_int_equal(airy_thermal_measure_curve(&(of)->curve, options, 0, none, &why), 0);     \
        if (!strstr(why.message, words))                                                           \
            fail_msg("'%s' does not hold '%s'", why.message, words);                               \
    } while (0)

static void failures(void **state)
{
    (void)state;
    set of;
    airy_thermal_options options = options_of("onset");
    ramp(&of, 0);
    assert_nothing(&of, &options, "onset wants a baseline");
    options.low = (airy_thermal_window){300, 301};
    assert_nothing(&of, &options, "300:301 holds 3 points");
    options.low = (airy_thermal_window){500, 510};
    assert_nothing(&of, &options, "500:510 holds 0 points");
    options.low = (airy_thermal_window){350, 300};
    assert_nothing(&of, &options, "its low end comes first");
    options.low = (airy_thermal_window){300, 400};
    options.high = (airy_thermal_window){390, 450};
    assert_nothing(&of, &options, "overlap");
    options = options_of("fictive");
    options.low = (airy_thermal_window){300, 350};
    assert_nothing(&of, &options, "fictive wants a second baseline");
    options.high = (airy_thermal_window){352, 358}; // the same line: no step
    assert_nothing(&of, &options, "no temperature makes the areas equal");
    options = options_of("peak");
    assert_nothing(&of, &options, "lies at the end");
    options.points = 4;
    assert_nothing(&of, &options, "odd number");
    options = options_of("colour");
    assert_nothing(&of, &options, "'colour' is nothing");
}

// ------------------------------------------------------------------ other people's curves

static int read_curve(const char *name, const char *by, airy_table *table, airy_curves *curves,
                      const char *x, const char *y)
{
    const char *folder = getenv("SHARED_DATA");
    char path[600];
    snprintf(path, sizeof path, "%s/glass/%s", folder ? folder : ".", name);
    if (!folder || !airy_file_exists(path)) {
        print_message("%s is not there\n", name);
        skip();
    }
    const airy_curves_columns columns = {
        .x = x, .y = y, .by = by, .low = -INFINITY, .high = INFINITY};
    assert_ok(airy_table_read(path, table, &err));
    assert_ok(airy_curves_read(table, &columns, curves, &err));
    return curves->n;
}

// A glass cooled at 1 and at 16 K/min: fictive temperatures of the program that made it.
static void model_glass(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double exact, fitted, onset, peak;
    } rows[] = {{"tnm-cool1-heat16.tsv", 307.350, 307.458, 316.54, 323.875},
                {"tnm-cool16-heat16.tsv", 313.829, 313.629, 313.99, 323.875}};
    for (int r = 0; r < 2; r++) {
        airy_table table = {0};
        airy_curves curves;
        airy_thermal_value v[AIRY_THERMAL_VALUES];
        read_curve(rows[r].name, NULL, &table, &curves, NULL, NULL);
        const airy_curves_one *one = &curves.one[0];
        airy_thermal_curve curve = {.n = one->n, .x = one->x, .y = one->y};
        airy_thermal_options options = options_of("fictive");
        options.low_line = (airy_thermal_line){0.15, 5e-4};
        options.high_line = (airy_thermal_line){0.60, 5e-4};
        assert_int_equal(airy_thermal_measure_curve(&curve, &options, 0, v, NULL), 1);
        assert_near(v[0].value, rows[r].exact, 1.5e-3);
        options = options_of("fictive");
        options.low = (airy_thermal_window){271, 285};
        options.high = (airy_thermal_window){338, 345};
        assert_int_equal(airy_thermal_measure_curve(&curve, &options, 0, v, NULL), 1);
        assert_near(v[0].value, rows[r].fitted, 2e-3);
        options.what = "onset";
        options.points = 3; // central differences
        assert_int_equal(airy_thermal_measure_curve(&curve, &options, 0, v, NULL), 4);
        assert_near(v[0].value, rows[r].onset, 0.02);
        options = options_of("peak");
        assert_int_equal(airy_thermal_measure_curve(&curve, &options, 0, v, NULL), 2);
        assert_near(v[0].value, rows[r].peak, 0.125); // the grid's steps are 0.25 K
        airy_curves_release(&curves);
        airy_table_release(&table);
    }
}

// Loss peaks of a polymer, parabola through five points, degrees Celsius.
static void polymer(void **state)
{
    (void)state;
    static const struct {
        const char *f;
        double peak;
    } rows[] = {{"0.1", 43.71}, {"1", 49.13}, {"10", 55.43}, {"100", 59.79}};
    airy_table table = {0};
    airy_curves curves;
    int n = read_curve("dma-pvb.tsv", "f_Hz", &table, &curves, "T_C", "E_loss_MPa"), found = 0;
    assert_int_equal(n, 10);
    for (int i = 0; i < n; i++)
        for (int r = 0; r < 4; r++) {
            airy_thermal_value v[AIRY_THERMAL_VALUES];
            const airy_curves_one *one = &curves.one[i];
            airy_thermal_curve curve = {.n = one->n, .x = one->x, .y = one->y};
            airy_thermal_options options = options_of("peak");
            if (strcmp(airy_table_get(&table, one->row, "f_Hz"), rows[r].f) != 0)
                continue;
            options.range = (airy_thermal_window){20, 90};
            assert_int_equal(airy_thermal_measure_curve(&curve, &options, 0, v, NULL), 2);
            assert_near(v[0].value, rows[r].peak, 6e-3);
            found++;
        }
    assert_int_equal(found, 4);
    airy_curves_release(&curves);
    airy_table_release(&table);
}

// Rates of mass loss of a first-order reaction, E 75 kJ/mol: peaks, and Kissinger's line through
// them. The file's temperatures lie half a step, 0.24 K, too high.
static void first_order(void **state)
{
    (void)state;
    static const double rates[] = {2.5, 5, 10, 15, 20};
    static const double exact[] = {609.427, 635.582, 663.925, 681.627, 694.730};
    airy_table table = {0}, out = {0};
    airy_text why = {0};
    airy_curves curves;
    read_curve("kinetics-e75.tsv", NULL, &table, &curves, "temperature_C", "mass_mg");
    airy_curves_release(&curves);
    airy_thermal_options options = options_of("peak");
    options.columns.x = "temperature_C";
    options.columns.y = "mass_mg";
    options.columns.by = "rate_K_per_min";
    options.derive = true;
    options.points = 9;
    assert_ok(airy_thermal_add("kinetics", &table, &options, NULL, &out, &why, &err));
    assert_int_equal(out.rows, 10);
    double peak[5];
    for (int i = 0; i < 5; i++) {
        assert_ok(airy_table_get_double(&out, 2 * i, "value", &peak[i], &err));
        assert_string_equal(airy_table_get(&out, 2 * i, "unit"), "K");
        assert_near(peak[i] - 0.24, exact[i], 0.05);
    }
    const airy_fit_model *model = airy_fit_model_find("kissinger");
    airy_fit_options how;
    airy_fit_curve fit;
    airy_fit_options_defaults(model, &how);
    assert_ok(airy_fit_curve_fit(model, &(airy_fit_data){.n = 5, .x = peak, .y = rates}, &how, &fit,
                                 &err));
    assert_near(fit.p[0], 75.04, 0.03);
    assert_near(fit.p[1], 12.002, 0.01);
    airy_table_release(&out);
    // without a model, at every share of the mass
    model = airy_fit_model_find("isoconversional");
    airy_fit_options_defaults(model, &how);
    out = (airy_table){0};
    options.what = "conversion";
    options.derive = false;
    options.low_line = (airy_thermal_line){20, 0};
    options.high_line = (airy_thermal_line){3, 0};
    assert_ok(airy_thermal_add("kinetics", &table, &options, NULL, &out, &why, &err));
    assert_int_equal(out.rows, 45);
    for (int k = 0; k < 9; k++) {
        for (int i = 0; i < 5; i++)
            assert_ok(airy_table_get_double(&out, 9 * i + k, "value", &peak[i], &err));
        assert_ok(airy_fit_curve_fit(model, &(airy_fit_data){.n = 5, .x = peak, .y = rates}, &how,
                                     &fit, &err));
        assert_near(fit.p[0], 75, 0.1); // half a step of 0.24 K makes 0.06
    }
    airy_table_release(&table);
    airy_table_release(&out);
    airy_text_release(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(onset),      cmocka_unit_test(limits),
        cmocka_unit_test(fictive),    cmocka_unit_test(peak_and_area),
        cmocka_unit_test(conversion), cmocka_unit_test(mass),
        cmocka_unit_test(modulus),    cmocka_unit_test(no_draw_fits_again),
        cmocka_unit_test(failures),   cmocka_unit_test(model_glass),
        cmocka_unit_test(polymer),    cmocka_unit_test(first_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

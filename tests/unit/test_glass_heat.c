// SPDX-License-Identifier: GPL-3.0-or-later
// A model glass: against the curves of another program, and its fictive temperature by equal areas.
#include "check.h"

#include "airy/simulate.h"
#include "airy/thermal.h"
#include "simulate/glass_heat.h"
#include "thermal/measures.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 2000 };

static double heat(const airy_glass_heat *glass, double *t, double *cp)
{
    double fictive = NAN;
    assert_true(airy_glass_heat_points(glass) <= MOST);
    assert_ok(airy_glass_heat_curve(glass, 0, t, cp, &fictive, &err));
    return fictive;
}

static double by_areas(const airy_glass_heat *glass, double *t, double *cp)
{
    airy_thermal_curve curve = {.n = airy_glass_heat_points(glass), .x = t, .y = cp};
    airy_thermal_options options;
    airy_thermal_value value[AIRY_THERMAL_VALUES];
    airy_thermal_options_defaults(&options);
    options.what = "fictive";
    options.draws = 0;
    double at_0 = glass->cp_glass - 300 * glass->cp_slope;
    options.low_line = (airy_thermal_line){at_0, glass->cp_slope};
    options.high_line = (airy_thermal_line){at_0 + glass->cp_step, glass->cp_slope};
    assert_int_equal(airy_thermal_measure_curve(&curve, &options, 0, value, NULL), 1);
    return value[0].value;
}

// Area matching returns the fictive temperature for any kinetics and any rates.
static void any_kinetics(void **state)
{
    (void)state;
    static double t[MOST], cp[MOST];
    static const struct {
        double ln_a, x, beta, activation, cool, heat;
    } rows[] = {{-125, 0.5, 0.6, 40638, 1, 16},
                {-125, 0.5, 0.6, 40638, 100, 10},
                {-125, 0.3, 0.45, 40638, 5, 20},
                {-125, 1, 1, 40638, 10, 10},
                {-93, 0.6, 0.5, 30300, 20, 20}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        airy_glass_heat glass;
        airy_glass_heat_defaults(&glass);
        glass.ln_a = rows[r].ln_a;
        glass.nonlinearity = rows[r].x;
        glass.beta = rows[r].beta;
        glass.activation_k = rows[r].activation;
        glass.cool_k_min = rows[r].cool;
        glass.heat_k_min = rows[r].heat;
        glass.low_k = 240;
        glass.high_k = 380;
        double fictive = heat(&glass, t, cp);
        assert_true(fictive > 280 && fictive < 350);
        assert_near(by_areas(&glass, t, cp), fictive, 0.05);
    }
}

// Slower cooling falls out of equilibrium at a lower temperature; noise has the size asked for.
static void laws(void **state)
{
    (void)state;
    static double t[MOST], cp[MOST], noisy[MOST];
    airy_glass_heat glass;
    airy_glass_heat_defaults(&glass);
    double last = 0;
    for (double rate = 0.1; rate < 100; rate *= 3) {
        glass.cool_k_min = rate;
        double fictive = heat(&glass, t, cp);
        assert_true(fictive > last);
        last = fictive;
    }
    glass.noise = 0.01;
    heat(&glass, t, noisy);
    double squares = 0;
    int n = airy_glass_heat_points(&glass);
    for (int i = 0; i < n; i++)
        squares += (noisy[i] - cp[i]) * (noisy[i] - cp[i]);
    assert_near(sqrt(squares / n), 0.01, 4 * 0.01 / sqrt(2.0 * n));
}

static void failures(void **state)
{
    (void)state;
    double t[2], cp[2], fictive;
    airy_glass_heat glass;
    airy_glass_heat_defaults(&glass);
    glass.cool_k_min = 0;
    assert_fails(airy_glass_heat_curve(&glass, 0, t, cp, &fictive, &err), AIRY_EARGUMENT,
                 "cooling rate");
    airy_glass_heat_defaults(&glass);
    glass.low_k = 400;
    assert_fails(airy_glass_heat_curve(&glass, 0, t, cp, &fictive, &err), AIRY_EARGUMENT, "steps");
    airy_glass_heat_defaults(&glass);
    glass.beta = 1.2;
    assert_fails(airy_glass_heat_curve(&glass, 0, t, cp, &fictive, &err), AIRY_EARGUMENT, "beta");
}

// Another program's curves of the same glass, to its eight digits.
static void another_program(void **state)
{
    (void)state;
    static double t[MOST], cp[MOST];
    static const struct {
        const char *name;
        double rate, fictive;
    } rows[] = {{"tnm-cool1-heat16.tsv", 1, 307.350}, {"tnm-cool16-heat16.tsv", 16, 313.829}};
    for (int r = 0; r < 2; r++) {
        const char *folder = getenv("SHARED_DATA");
        char path[600];
        airy_table table = {0};
        airy_glass_heat glass;
        snprintf(path, sizeof path, "%s/glass/%s", folder ? folder : ".", rows[r].name);
        if (!folder || !airy_file_exists(path)) {
            print_message("%s is not there\n", rows[r].name);
            skip();
        }
        airy_glass_heat_defaults(&glass);
        glass.cool_k_min = rows[r].rate;
        assert_near(heat(&glass, t, cp), rows[r].fictive, 5e-4);
        assert_ok(airy_table_read(path, &table, &err));
        assert_int_equal(table.rows, airy_glass_heat_points(&glass));
        for (int i = 0; i < table.rows; i++) {
            double theirs[2];
            assert_ok(airy_table_get_double(&table, i, "temperature_K", &theirs[0], &err));
            assert_ok(airy_table_get_double(&table, i, "Cp_J_per_gK", &theirs[1], &err));
            assert_near(t[i], theirs[0], 1e-9);
            assert_near(cp[i], theirs[1], 1.1e-8);
        }
        airy_table_release(&table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_kinetics),
        cmocka_unit_test(laws),
        cmocka_unit_test(failures),
        cmocka_unit_test(another_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

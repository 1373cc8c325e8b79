// SPDX-License-Identifier: GPL-3.0-or-later
// Kinetics: simulated tables are recovered, intervals are of the right size, threads do not matter.
#include "unit/simulated_shots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static airy_kinetics_options few_draws(void)
{
    airy_kinetics_options options;
    airy_kinetics_options_defaults(&options);
    options.draws = 200;
    options.threads = 2;
    return options;
}

static airy_kinetics fit(const airy_shot_row *shots, int n, const airy_kinetics_options *options)
{
    airy_kinetics kinetics = {0};
    airy_error err = {0};
    if (airy_kinetics_fit(shots, n, options, NULL, &kinetics, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return kinetics;
}

static const airy_kinetics_row *row(const airy_kinetics *kinetics, const char *quantity,
                                    const char *model, const char *parameter)
{
    const airy_kinetics_row *found = airy_kinetics_find(kinetics, quantity, model, parameter);
    if (!found)
        fail_msg("no row %s %s %s", quantity, model, parameter);
    return found;
}

static void assert_near(const airy_kinetics_row *found, double wanted, double within)
{
    if (!(fabs(found->value - wanted) <= within))
        fail_msg("%s %s %s is %g, wanted %g within %g", found->quantity, found->model,
                 found->parameter, found->value, wanted, within);
}

static void three_stages_are_recovered(void **state)
{
    (void)state;
    const truth of = {{1.2, 0, 4}, 0.008, 0.1, 12, 0, 0};
    airy_shot_row shots[SHOTS_MOST + 1];
    int n = simulate_shots(&of, 1, 0, shots);
    airy_kinetics_options options = few_draws();
    airy_kinetics found = fit(shots, n, &options);
    assert_near(row(&found, "r_mean", "best", "breaks"), 2, 0);
    // a mean of 12 shots has an error of 0.15 nm: three of them over 6 ps, 8 ps, 6 ps
    assert_near(row(&found, "r_mean", "segments-2", "rate_1"), 1.2, 0.12);
    assert_near(row(&found, "r_mean", "segments-2", "rate_2"), 0, 0.09);
    assert_near(row(&found, "r_mean", "segments-2", "rate_3"), 4, 0.12);
    assert_near(row(&found, "r_mean", "segments-2", "break_1"), 6, 0.6);
    assert_near(row(&found, "r_mean", "segments-2", "break_2"), 14, 0.2);
    // the spread of 108 particles is known to 7 %
    assert_near(row(&found, "r_mean", "spread", "all delays"), 0.008, 0.0016);
    assert_true(row(&found, "r_mean", "segments-2", "probability")->value > 0.99);
    assert_non_null(strstr(found.sentences.text, "Mean radius: two break points, at "));
    assert_non_null(strstr(found.sentences.text, "no expansion is seen in it"));
    airy_kinetics_release(&found);
}

static void straight_line_has_no_breaks(void **state)
{
    (void)state;
    const truth of = {{1, 1, 1}, 0.008, 0.1, 6, 0, 0};
    airy_shot_row shots[SHOTS_MOST + 1];
    int n = simulate_shots(&of, 3, 0, shots);
    airy_kinetics_options options = few_draws();
    airy_kinetics found = fit(shots, n, &options);
    assert_near(row(&found, "r_mean", "best", "breaks"), 0, 0);
    assert_near(row(&found, "r_mean", "segments-0", "rate_1"), 1, 0.05);
    assert_non_null(strstr(found.sentences.text, "do not show a stage without expansion"));
    airy_kinetics_release(&found);
}

static void noiseless_means_are_met_exactly(void **state)
{
    (void)state;
    const truth of = {{1.2, 0, 4}, 0, 1e-6, 2, 0, 0};
    airy_shot_row shots[SHOTS_MOST + 1];
    int n = simulate_shots(&of, 4, 0, shots);
    airy_kinetics_options options = few_draws();
    airy_kinetics found = fit(shots, n, &options);
    // the refinement of break points ends at 1/2048 of a step of 0.5 ps
    assert_near(row(&found, "r_mean", "segments-2", "break_1"), 6, 1e-3);
    assert_near(row(&found, "r_mean", "segments-2", "break_2"), 14, 1e-3);
    assert_near(row(&found, "r_mean", "segments-2", "rate_1"), 1.2, 1e-3);
    airy_kinetics_release(&found);
}

static void parabola_along_and_line_across(void **state)
{
    (void)state;
    const truth of = {{0.8, 0, 4}, 0.005, 0.05, 12, 0, 0};
    airy_shot_row shots[SHOTS_MOST + 1];
    int n = simulate_shots(&of, 5, 0, shots);
    // 0.12 t^2 is 4.3 nm at 6 ps; its error there is about 0.2 nm
    for (int i = 0; i < n; i++) {
        double t = fmin(shots[i].delay_ps, 6);
        shots[i].r_par_nm += 0.12 * t * t;
    }
    airy_kinetics_options options = few_draws();
    options.curve_until = 6;
    airy_kinetics found = fit(shots, n, &options);
    const airy_kinetics_row *bend = row(&found, "r_par", "parabola", "quadratic");
    assert_near(bend, 0.12, 0.04);
    assert_true(bend->low > 0);
    bend = row(&found, "r_perp", "parabola", "quadratic");
    assert_true(bend->low < 0 && bend->high > 0);
    assert_non_null(
        strstr(found.sentences.text, "radius along the polarisation: a quadratic term pays"));
    assert_non_null(strstr(found.sentences.text,
                           "radius across the polarisation: a quadratic term does not pay"));
    airy_kinetics_release(&found);
}

static void means_by_hand(void **state)
{
    (void)state;
    airy_shot_row shots[6];
    const double r[6] = {54, 56, 60, 62, 65, 67};
    for (int i = 0; i < 6; i++) {
        airy_shot_unknown(&shots[i]);
        shots[i].delay_ps = 5.0 * (i / 2);
        shots[i].rim_par_nm = shots[i].rim_perp_nm = r[i];
        shots[i].band_length_nm = r[i];
    }
    airy_kinetics_options options = few_draws();
    airy_kinetics found = fit(shots, 6, &options);
    const airy_kinetics_row *mean = row(&found, "band_length", "delay", "5 ps");
    assert_near(mean, 61, 1e-12);
    // pooled variance 2 with 3 degrees of freedom: standard error 1, Student's 97.5 % is 3.1824
    assert_near(row(&found, "band_length", "spread", "all delays"), sqrt(2), 1e-12);
    assert_true(fabs(mean->high - mean->value - 3.1824463) < 1e-6);
    // a length of the particle differs by a share of itself: 1/55, 1/61 and 1/66
    double share = sqrt(2.0 / 3 * (1 / (55.0 * 55) + 1 / (61.0 * 61) + 1 / (66.0 * 66)));
    assert_near(row(&found, "rim_mean", "spread", "all delays"), share, 1e-12);
    mean = row(&found, "rim_mean", "delay", "5 ps");
    assert_true(fabs(mean->high - mean->value - 3.1824463 * 61 * share / sqrt(2)) < 1e-6);
    airy_kinetics_release(&found);
}

// Unpumped shots tell how particles differ; pumped ones count as well until they differ more.
static void spread_of_unpumped_shots(void **state)
{
    (void)state;
    const truth alike = {{1.2, 0, 4}, 0.01, 0.1, 12, 0, 0},
                more = {{1.2, 0, 4}, 0.01, 0.1, 12, 0, 0.03};
    airy_shot_row shots[SHOTS_MOST + 1];
    airy_kinetics_options options = few_draws();
    airy_kinetics found = fit(shots, simulate_shots(&alike, 7, 0, shots), &options);
    assert_true(row(&found, "r_mean", "spread", "p_alike")->value > 0.05);
    assert_null(strstr(found.sentences.text, "differ more than unpumped"));
    double pooled = row(&found, "r_mean", "delay", "0 ps")->high;
    airy_kinetics_release(&found);
    int n = simulate_shots(&more, 7, 0, shots);
    found = fit(shots, n, &options);
    assert_true(row(&found, "r_mean", "spread", "p_alike")->value < 0.001);
    // 11 and 96 degrees of freedom: known to 21 % and 7 %
    assert_near(row(&found, "r_mean", "spread", "unpumped"), 0.01, 0.005);
    assert_near(row(&found, "r_mean", "spread", "pumped"), 0.03, 0.006);
    assert_non_null(strstr(found.sentences.text, "differ more than unpumped"));
    const airy_kinetics_row *first = row(&found, "r_mean", "delay", "0 ps"),
                            *last = row(&found, "r_mean", "delay", "1 ps");
    assert_true(last->high - last->low > 2 * (first->high - first->low));
    assert_true(first->high < pooled + 0.5);
    airy_kinetics_release(&found);
    options.spread = AIRY_SPREAD_UNPUMPED;
    found = fit(shots, n, &options);
    last = row(&found, "r_mean", "delay", "1 ps");
    // 55 x 1.2 nm, 0.01 / sqrt(12), Student's t for 11 degrees of freedom: 2.20
    assert_true(fabs((last->high - last->low) / 2 - 2.2 * 56.2 * 0.01 / sqrt(12)) < 0.15);
    airy_kinetics_release(&found);
}

// A jitter of 1 ps rounds the corners off by 0.4 nm/ps x the change of slope: told of it, the fit
// finds the same stages.
static void jitter_is_known_to_the_fit(void **state)
{
    (void)state;
    const truth of = {{2, 0, 5}, 0.001, 0.01, 20, 1.0, 0};
    airy_shot_row shots[SHOTS_MOST + 1];
    int n = simulate_shots(&of, 8, 0, shots);
    airy_kinetics_options options = few_draws();
    options.jitter_ps = 1;
    airy_kinetics found = fit(shots, n, &options);
    const struct {
        const char *parameter;
        double value;
    } wanted[] = {{"break_1", 6}, {"break_2", 14}, {"rate_1", 2}, {"rate_2", 0}, {"rate_3", 5}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const airy_kinetics_row *is = row(&found, "r_mean", "segments-2", wanted[i].parameter);
        assert_true(is->low <= wanted[i].value && wanted[i].value <= is->high);
        assert_true(is->high - is->low < 2.5);
    }
    // what the jitter does is not taken for a spread of particles: 2 nm/ps x 1 ps / 60 nm is 0.03
    assert_true(row(&found, "r_mean", "spread", "all delays")->value < 0.01);
    airy_kinetics_release(&found);
}

// Delays spread over bins of 2 ps: as many means as bins, and the line is not bent.
static void delay_bins(void **state)
{
    (void)state;
    enum { N = 60 };
    airy_shot_row shots[N];
    for (int i = 0; i < N; i++) {
        airy_shot_unknown(&shots[i]);
        shots[i].delay_ps = 0.2 * i;
        shots[i].rim_par_nm = shots[i].rim_perp_nm = 55 + shots[i].delay_ps + 0.01 * (i % 2);
    }
    airy_kinetics_options options = few_draws();
    options.bin_ps = 2;
    airy_kinetics found = fit(shots, N, &options);
    int means = 0;
    for (int i = 0; i < found.n; i++)
        means += strcmp(found.rows[i].quantity, "rim_mean") == 0 &&
                 strcmp(found.rows[i].model, "delay") == 0;
    assert_int_equal(means, 7); // 0 to 0.8, 1 to 2.8, ..., 11 to 11.8
    assert_near(row(&found, "rim_mean", "segments-0", "rate_1"), 1, 0.002);
    assert_near(row(&found, "rim_mean", "best", "breaks"), 0, 0);
    // 0.01 nm in 60, not the 0.6 nm by which delays in a bin differ
    assert_true(row(&found, "rim_mean", "spread", "all delays")->value < 2e-4);
    airy_kinetics_release(&found);
}

static void quantities_by_stage(void **state)
{
    (void)state;
    const truth of = {{1.2, 0, 4}, 0.004, 0.05, 12, 0, 0};
    airy_shot_row shots[SHOTS_MOST + 1];
    int n = simulate_shots(&of, 9, 0, shots);
    for (int i = 0; i < n; i++) {
        double t = shots[i].delay_ps;
        shots[i].low_fraction = (t < 6 ? 0.55 : t <= 14 ? 0.45 : 0.5) + 0.01 * (i % 3 - 1);
        shots[i].band_length_nm = 100 + i % 3;
    }
    airy_kinetics_options options = few_draws();
    airy_kinetics found = fit(shots, n, &options);
    assert_near(row(&found, "low_fraction", "stage", "I"), 0.55, 1e-9);
    assert_near(row(&found, "low_fraction", "stage", "II"), 0.45, 1e-9);
    assert_near(row(&found, "low_fraction", "stage", "III - II"), 0.05, 1e-9);
    const airy_kinetics_row *step = row(&found, "low_fraction", "stage", "II - I");
    assert_near(step, -0.1, 1e-9);
    assert_true(step->high < 0);
    const char *said = strstr(found.sentences.text, "Share of low density: ");
    assert_non_null(said);
    assert_non_null(strstr(said, "falls to 0.45"));
    said = strstr(found.sentences.text, "Length of bands: ");
    assert_non_null(said);
    assert_non_null(strstr(said, "unchanged within errors"));
    airy_kinetics_release(&found);
    for (int i = 0; i < n; i++)
        shots[i].low_fraction_err = 0.1;
    found = fit(shots, n, &options);
    assert_true(row(&found, "low_fraction", "stage", "II - I")->high > 0);
    assert_true(row(&found, "low_fraction", "scatter", "II - I")->high < 0);
    assert_non_null(strstr(found.sentences.text, "falls, by less than the error all shots share"));
    airy_kinetics_release(&found);
}

// A share lies between 0 and 1, and so does its interval, where all shots say 1 and where particles
// differ widely.
static void shares_have_intervals_of_shares(void **state)
{
    (void)state;
    const truth of = {{1.2, 0, 4}, 0.004, 0.05, 4, 0, 0};
    airy_shot_row shots[SHOTS_MOST + 1];
    int n = simulate_shots(&of, 9, 0, shots);
    for (int i = 0; i < n; i++) {
        double t = shots[i].delay_ps;
        shots[i].low_fraction = t < 6 ? 0 : 1;
        shots[i].fraction_20_40 = t < 6 ? 0.1 + 0.3 * (i % 2) : t <= 14 ? 1 : 0.95 - 0.1 * (i % 4);
    }
    airy_kinetics_options options = few_draws();
    airy_kinetics found = fit(shots, n, &options);
    int intervals = 0;
    for (int i = 0; i < found.n; i++) {
        const airy_kinetics_row *is = &found.rows[i];
        bool share = strcmp(is->quantity, "low_fraction") == 0 ||
                     strcmp(is->quantity, "fraction_20_40") == 0;
        if (!share || isnan(is->low))
            continue;
        bool step = strchr(is->parameter, '-') != NULL;
        intervals++;
        if (!(is->low >= (step ? -1 : 0) && is->low <= is->value && is->value <= is->high &&
              is->high <= 1 && is->low < is->high))
            fail_msg("%s %s: %g [%g, %g]", is->quantity, is->parameter, is->value, is->low,
                     is->high);
    }
    assert_int_equal(intervals, 2 * (DELAYS + 5));
    // nobody disagrees: each of 4 shots counts as one draw, and none of 4 is Wilson's
    // t^2 / (4 + t^2) with Student's t of 27 degrees of freedom, 2.0518
    const airy_kinetics_row *none = row(&found, "low_fraction", "delay", "0 ps");
    assert_true(none->value == 0 && none->low == 0);
    assert_true(fabs(none->high - 2.0518305 * 2.0518305 / (4 + 2.0518305 * 2.0518305)) < 1e-6);
    airy_kinetics_release(&found);
}

// What the model gets wrong it gets wrong in all shots: more of them do not tell better.
static void shared_errors_do_not_average_out(void **state)
{
    (void)state;
    const truth of = {{1.2, 0, 4}, 0.004, 0.05, 4, 0, 0};
    const double error[2] = {0, 0.03};
    airy_shot_row shots[SHOTS_MOST + 1];
    double half[2];
    int n = simulate_shots(&of, 9, 0, shots);
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < n; i++) {
            shots[i].low_fraction = 0.45 + 0.01 * (i % 4);
            shots[i].low_fraction_err = error[k];
        }
        airy_kinetics_options options = few_draws();
        airy_kinetics found = fit(shots, n, &options);
        const airy_kinetics_row *mean = row(&found, "low_fraction", "delay", "10 ps");
        half[k] = mean->high - mean->value;
        airy_kinetics_release(&found);
    }
    // Student's t of 27 degrees of freedom
    assert_true(fabs(half[1] - hypot(half[0], 2.0518305 * 0.03)) < 1e-6);
}

static void gates_and_threads(void **state)
{
    (void)state;
    const truth of = {{1.2, 0, 4}, 0.008, 0.1, 4, 0, 0};
    airy_shot_row shots[SHOTS_MOST + 1];
    int n = simulate_shots(&of, 6, 0, shots);
    airy_kinetics_options options = few_draws();
    airy_kinetics two = fit(shots, n, &options);
    options.threads = 1;
    shots[n] = shots[0];
    shots[n].gate = 0;
    shots[n].r_par_nm = 1000;
    airy_kinetics one = fit(shots, n + 1, &options);
    assert_int_equal(one.n, two.n);
    assert_memory_equal(one.rows, two.rows, (size_t)one.n * sizeof *one.rows);
    assert_string_equal(one.sentences.text, two.sentences.text);
    airy_kinetics_release(&one);
    airy_kinetics_release(&two);
}

static void too_little_is_an_error(void **state)
{
    (void)state;
    airy_shot_row shots[4];
    airy_kinetics kinetics = {0};
    airy_error err = {0};
    airy_kinetics_options options = few_draws();
    for (int i = 0; i < 4; i++) {
        airy_shot_unknown(&shots[i]);
        shots[i].delay_ps = i % 2;
        shots[i].r_par_nm = shots[i].r_perp_nm = 55;
    }
    assert_int_equal(airy_kinetics_fit(shots, 4, &options, NULL, &kinetics, &err), AIRY_EVALUE);
    assert_non_null(strstr(err.message, "3 delays"));
    options.breaks = 3;
    assert_int_equal(airy_kinetics_fit(shots, 4, &options, NULL, &kinetics, &err), AIRY_EARGUMENT);
    airy_kinetics_release(&kinetics);
}

// The contract's columns come first, in its order; what airy adds stands behind them.
static void columns_are_the_contract(void **state)
{
    (void)state;
    static const char names[] =
        "shot delay_ps photons r_factor r_free r_par_nm r_par_err_nm r_perp_nm r_perp_err_nm "
        "rim_par_nm rim_perp_nm a_low_nm2 a_total_nm2 low_fraction n_branches band_length_nm "
        "fraction_20_40 gate ";
    airy_text joined = {0};
    airy_shot_row shot;
    airy_shot_unknown(&shot);
    shot.r_par_nm = 7;
    for (int i = 0; i < airy_shot_numbers.n; i++) {
        const airy_number *column = &airy_shot_numbers.number[i];
        bool known = strcmp(column->name, "r_par_nm") == 0;
        double value = airy_number_get(column, &shot);
        airy_text_append(&joined, "%s ", column->name);
        assert_true(known ? value == 7 : isnan(value) || column->type == AIRY_NUMBER_COUNT);
    }
    assert_memory_equal(joined.text, names, strlen(names));
    airy_text_release(&joined);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_stages_are_recovered),
        cmocka_unit_test(straight_line_has_no_breaks),
        cmocka_unit_test(noiseless_means_are_met_exactly),
        cmocka_unit_test(parabola_along_and_line_across),
        cmocka_unit_test(means_by_hand),
        cmocka_unit_test(spread_of_unpumped_shots),
        cmocka_unit_test(jitter_is_known_to_the_fit),
        cmocka_unit_test(delay_bins),
        cmocka_unit_test(quantities_by_stage),
        cmocka_unit_test(shares_have_intervals_of_shares),
        cmocka_unit_test(shared_errors_do_not_average_out),
        cmocka_unit_test(gates_and_threads),
        cmocka_unit_test(too_little_is_an_error),
        cmocka_unit_test(columns_are_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

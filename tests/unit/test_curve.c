// SPDX-License-Identifier: GPL-3.0-or-later
// Fits of models: errors and limits against what many draws show, parameters at their limits,
// rivals, and data that cannot be fitted.
#include "check.h"

#include "airy/math.h"

enum { N = 60, MOST = 400 };

// A curve of a model with Gaussian noise of a known size.
typedef struct noisy {
    double x[MOST], y[MOST], dy[MOST];
    airy_fit_data data;
} noisy;

static void draw(noisy *to, const char *model, const double *p, int n, double error, uint32_t shot)
{
    airy_random random;
    airy_random_init(&random, 11, shot, AIRY_STREAM_START, 0);
    airy_fit_model_values(airy_fit_model_find(model), p, to->x, n, to->y, NULL);
    for (int i = 0; i < n; i++) {
        to->dy[i] = error;
        to->y[i] += error * airy_random_normal(&random);
    }
    to->data = (airy_fit_data){.n = n, .x = to->x, .y = to->y, .dy = to->dy};
}

static void log_times(noisy *to, int n, double first, double last)
{
    for (int i = 0; i < n; i++)
        to->x[i] = first * pow(last / first, i / (n - 1.0));
}

static airy_fit_options options_of(const char *model)
{
    airy_fit_options options;
    airy_fit_options_defaults(airy_fit_model_find(model), &options);
    return options;
}

// Pulls of tau, beta and contrast have width 1, and 95 % limits hold the truth so often, whatever
// way they are found.
static void pulls(void **state)
{
    (void)state;
    enum { DRAWS = 200 };
    static const struct {
        const char *model;
        double p[4], error;
    } cases[] = {{"kww2", {0.1, 300, 0.7, 1.02}, 5e-4}, {"ml", {0.1, 300, 0.6, 1.02}, 3e-4}};
    for (int c = 0; c < 2; c++) {
        double squares[4] = {0}, inside = 0;
        for (uint32_t shot = 0; shot < DRAWS; shot++) {
            noisy set;
            airy_fit_curve fit;
            airy_fit_options options = options_of(cases[c].model);
            log_times(&set, N, 1, 1e5);
            draw(&set, cases[c].model, cases[c].p, N, cases[c].error, shot);
            assert_ok(airy_fit_curve_fit(airy_fit_model_find(cases[c].model), &set.data, &options,
                                         &fit, &err));
            for (int k = 0; k < 4; k++) {
                double pull = (fit.p[k] - cases[c].p[k]) / fit.error[k];
                squares[k] += pull * pull / DRAWS;
                inside += fit.low[k] < cases[c].p[k] && cases[c].p[k] < fit.high[k];
            }
        }
        for (int k = 0; k < 4; k++)
            assert_near(sqrt(squares[k]), 1, 0.15); // 200 draws know the width to 0.05
        assert_near(inside / (4 * DRAWS), 0.95, 0.04);
    }
}

// Where chi^2 is a parabola, all three ways agree; where it is not, the profile is lopsided.
static void limits(void **state)
{
    (void)state;
    noisy set;
    airy_fit_curve plain, profile, draws;
    const airy_fit_model *line = airy_fit_model_find("line");
    for (int i = 0; i < N; i++)
        set.x[i] = i;
    draw(&set, "line", (double[]){3, -0.2}, N, 0.5, 7);
    airy_fit_options options = options_of("line");
    assert_ok(airy_fit_curve_fit(line, &set.data, &options, &plain, &err));
    options.limits = AIRY_LIMITS_PROFILE;
    assert_ok(airy_fit_curve_fit(line, &set.data, &options, &profile, &err));
    options.limits = AIRY_LIMITS_BOOTSTRAP;
    options.block = 1;
    assert_ok(airy_fit_curve_fit(line, &set.data, &options, &draws, &err));
    double scatter = sqrt(plain.chi2 / (N - 2)); // the bootstrap takes errors as they scatter
    for (int k = 0; k < 2; k++) {
        double half = 1.959964 * plain.error[k];
        assert_near(plain.low[k], plain.p[k] - half, 1e-6 * half);
        assert_near(profile.low[k], plain.low[k], 1e-5 * half);
        assert_near(profile.high[k], plain.high[k], 1e-5 * half);
        assert_near(draws.error[k] / plain.error[k] / scatter, 1, 0.1); // 1000 draws: 2 %
        assert_near(draws.low[k], plain.p[k] - half * scatter, 0.15 * half);
        assert_near(draws.high[k], plain.p[k] + half * scatter, 0.15 * half);
    }
    assert_int_equal(draws.lost, 0);

    log_times(&set, 12, 10, 400); // the record ends before the decay does
    draw(&set, "exp", (double[]){1, 600, 0}, 12, 0.02, 3);
    options = options_of("exp");
    options.limits = AIRY_LIMITS_PROFILE;
    assert_ok(airy_fit_curve_fit(airy_fit_model_find("exp"), &set.data, &options, &profile, &err));
    assert_true(profile.high[1] - profile.p[1] > 1.5 * (profile.p[1] - profile.low[1]));
    assert_true(profile.low[1] < 600 && 600 < profile.high[1]);
}

// Chi^2 at a profile's end has risen by z^2.
static void profile_is_a_rise(void **state)
{
    (void)state;
    noisy set;
    airy_fit_curve fit, held;
    const airy_fit_model *model = airy_fit_model_find("kww");
    log_times(&set, N, 1, 1e4);
    draw(&set, "kww", (double[]){0.5, 200, 0.6, 0.1}, N, 5e-3, 1);
    airy_fit_options options = options_of("kww");
    options.limits = AIRY_LIMITS_PROFILE;
    options.level = 0.9;
    assert_ok(airy_fit_curve_fit(model, &set.data, &options, &fit, &err));
    for (int k = 0; k < 4; k++)
        for (int side = 0; side < 2; side++) {
            airy_fit_options at = options_of("kww");
            at.choice[k].held = true;
            at.choice[k].value = side ? fit.high[k] : fit.low[k];
            assert_ok(airy_fit_curve_fit(model, &set.data, &at, &held, &err));
            assert_near(held.chi2 - fit.chi2, 1.644854 * 1.644854, 1e-3);
        }
}

// The bootstrap's numbers hang on seed and stream alone, and blocks keep what neighbours share.
static void bootstrap(void **state)
{
    (void)state;
    noisy set;
    airy_fit_curve fit[4];
    airy_random random;
    airy_random_init(&random, 3, 0, AIRY_STREAM_START, 0);
    const airy_fit_model *line = airy_fit_model_find("line");
    double noise = 0;
    for (int i = 0; i < MOST; i++) { // noise that remembers ten points
        set.x[i] = i;
        noise = 0.9 * noise + airy_random_normal(&random);
        set.y[i] = 2 + noise;
    }
    set.data = (airy_fit_data){.n = MOST, .x = set.x, .y = set.y};
    airy_fit_options options = options_of("line");
    options.limits = AIRY_LIMITS_BOOTSTRAP;
    options.draws = 200;
    for (int i = 0; i < 4; i++) {
        options.seed = i == 1 ? 8 : 5;
        options.block = i == 2 ? 40 : 1;
        options.draws = 200;
        assert_ok(airy_fit_curve_fit(line, &set.data, &options, &fit[i], &err));
    }
    assert_true(fit[0].error[0] != fit[1].error[0]);
    assert_true(fit[0].error[0] == fit[3].error[0] && fit[0].low[1] == fit[3].low[1]);
    // truth: errors are sqrt((1 + 0.9) / (1 - 0.9)) = 4.4 times those of free noise
    assert_true(fit[2].error[0] > 2.5 * fit[0].error[0]);
}

// beta of a plain exponential fitted by Mittag-Leffler wants to exceed 1.
static void at_a_limit(void **state)
{
    (void)state;
    noisy set;
    airy_fit_curve fit;
    const airy_fit_model *ml = airy_fit_model_find("ml");
    log_times(&set, N, 1, 1e4);
    draw(&set, "kww", (double[]){1, 300, 1.2, 0}, N, 1e-2, 5);
    airy_fit_options options = options_of("ml");
    assert_ok(airy_fit_curve_fit(ml, &set.data, &options, &fit, &err));
    assert_int_equal(fit.state[2], AIRY_FIT_AT_HIGH);
    assert_true(fit.p[2] == 1 && isnan(fit.error[2]) && fit.high[2] == 1);
    assert_true(fit.error[1] > 0);
    options.limits = AIRY_LIMITS_PROFILE;
    assert_ok(airy_fit_curve_fit(ml, &set.data, &options, &fit, &err));
    assert_true(fit.low[2] > 0.9 && fit.low[2] < 1 && fit.high[2] == 1);

    options = options_of("kww"); // a bound of the caller's
    options.choice[1].high = 250;
    assert_ok(airy_fit_curve_fit(airy_fit_model_find("kww"), &set.data, &options, &fit, &err));
    assert_int_equal(fit.state[1], AIRY_FIT_AT_HIGH);
    assert_true(fit.p[1] == 250);
}

static void held(void **state)
{
    (void)state;
    noisy set;
    airy_fit_curve fit;
    const airy_fit_model *kww = airy_fit_model_find("kww");
    log_times(&set, N, 1, 1e4);
    draw(&set, "kww", (double[]){1, 300, 0.7, 0}, N, 1e-3, 2);
    airy_fit_options options = options_of("kww");
    for (int k = 2; k < 4; k++)
        options.choice[k].held = true;
    options.choice[2].value = 0.7;
    options.choice[3].value = 0;
    assert_ok(airy_fit_curve_fit(kww, &set.data, &options, &fit, &err));
    assert_int_equal(fit.free, 2);
    assert_true(fit.p[2] == 0.7 && fit.error[2] == 0 && fit.state[2] == AIRY_FIT_HELD);
    assert_near(fit.p[1], 300, 4 * fit.error[1]);
    options.choice[0] = (airy_fit_choice){true, 1, -INFINITY, INFINITY};
    options.choice[1].held = true;
    options.choice[1].value = 300;
    assert_ok(airy_fit_curve_fit(kww, &set.data, &options, &fit, &err)); // nothing is free
    assert_int_equal(fit.free, 0);
    assert_true(fit.chi2 > 25 && fit.chi2 < 110);
}

static void censored(void **state)
{
    (void)state;
    noisy set;
    airy_fit_curve fit;
    airy_fit_options options = options_of("kww2");
    options.choice[2] = (airy_fit_choice){true, 1, 0.02, INFINITY};
    options.choice[3] = (airy_fit_choice){true, 0, -INFINITY, INFINITY};
    const struct {
        double tau;
        int censored;
    } cases[] = {{5000, 1}, {300, 0}, {0.7, 2}};
    for (int c = 0; c < 3; c++) {
        log_times(&set, N, 1, 1000);
        draw(&set, "kww2", (double[]){1, cases[c].tau, 1, 0}, N, 1e-3, 2);
        assert_ok(airy_fit_curve_fit(airy_fit_model_find("kww2"), &set.data, &options, &fit, &err));
        assert_int_equal(fit.censored, cases[c].censored);
    }
}

// The model that made the data wins; AICc as it is written.
static void rivals(void **state)
{
    (void)state;
    noisy set;
    airy_fit_curve fit[2];
    const char *const names[] = {"ml", "kww"};
    double aicc[2], weight[2];
    log_times(&set, N, 1, 1e5);
    draw(&set, "ml", (double[]){1, 300, 0.7, 0}, N, 5e-3, 9);
    for (int i = 0; i < 2; i++) {
        airy_fit_options options = options_of(names[i]);
        assert_ok(
            airy_fit_curve_fit(airy_fit_model_find(names[i]), &set.data, &options, &fit[i], &err));
        aicc[i] = fit[i].aicc;
        assert_near(aicc[i], fit[i].chi2 + 8 + 2.0 * 4 * 5 / (N - 5), 1e-9);
    }
    airy_fit_weights(aicc, 2, weight);
    assert_true(weight[0] > 0.99);
    assert_near(weight[0] + weight[1], 1, 1e-15);
    assert_near(weight[1] / weight[0], exp((aicc[0] - aicc[1]) / 2), 1e-12);
    airy_fit_weights((double[]){3, INFINITY}, 2, weight);
    assert_true(weight[0] == 1 && weight[1] == 0);
}

// ln y with equal relative errors is a line for an Arrhenius law.
static void logarithm(void **state)
{
    (void)state;
    noisy set;
    airy_fit_curve fit;
    airy_fit_options options = options_of("arrhenius");
    for (int i = 0; i < 5; i++)
        set.x[i] = 633 + 10 * i;
    draw(&set, "arrhenius", (double[]){1e-6, 97}, 5, 0, 0);
    for (int i = 0; i < 5; i++)
        set.dy[i] = 0.1 * set.y[i];
    assert_near(set.y[0] / set.y[4], 2.990, 1e-3);
    assert_ok(
        airy_fit_curve_fit(airy_fit_model_find("arrhenius"), &set.data, &options, &fit, &err));
    assert_true(fit.logarithmic);
    assert_near(fit.p[1], 97, 1e-6);
    // error of a slope: 0.1 R / sqrt(sum (1/T - mean)^2)
    double mean = 0, squares = 0;
    for (int i = 0; i < 5; i++)
        mean += 1 / set.x[i] / 5;
    for (int i = 0; i < 5; i++)
        squares += (1 / set.x[i] - mean) * (1 / set.x[i] - mean);
    assert_near(fit.error[1] / (0.1 * 8.31446261815324e-3 / sqrt(squares)), 1, 1e-6);
}

// Peak positions with errors at known pressures: errors of x make those of b0 what draws show.
static void errors_of_x(void **state)
{
    (void)state;
    enum { DRAWS = 150, POINTS = 12 };
    const airy_fit_model *bm3 = airy_fit_model_find("bm3-q");
    const double truth[] = {2.6285, 102, 3.6};
    double squares[2] = {0}, chi2 = 0, slope[3];
    for (uint32_t shot = 0; shot < DRAWS; shot++) {
        double q[POINTS], p[POINTS], dq[POINTS];
        airy_random random;
        airy_random_init(&random, 2, shot, AIRY_STREAM_START, 0);
        for (int i = 0; i < POINTS; i++) {
            q[i] = 2.6285 * (1 + 0.004 * i);
            p[i] = bm3->value(q[i], truth, slope);
            dq[i] = 1e-3;
            q[i] += dq[i] * airy_random_normal(&random);
        }
        airy_fit_data data = {.n = POINTS, .x = q, .y = p};
        airy_fit_curve fit;
        airy_fit_options options = options_of("bm3-q");
        options.choice[2].held = true;
        options.choice[2].value = 3.6;
        assert_ok(airy_fit_effective(bm3, &data, dq, &options, &fit, &err));
        for (int k = 0; k < 2; k++) {
            double pull = (fit.p[k] - truth[k]) / fit.error[k];
            squares[k] += pull * pull / DRAWS;
        }
        chi2 += fit.chi2 / DRAWS;
        assert_true(fit.error[1] > 0.5 && fit.error[1] < 5);
    }
    assert_near(sqrt(squares[0]), 1, 0.18); // 150 draws know the width to 0.058
    assert_near(sqrt(squares[1]), 1, 0.18);
    assert_near(chi2, POINTS - 2, 4 * sqrt(2.0 * (POINTS - 2) / DRAWS));
    double x[] = {1, 2, 3}, y[] = {1, 1, 1}, dx[] = {0.1, 0.1, 0.1};
    airy_fit_data flat = {.n = 3, .x = x, .y = y};
    airy_fit_curve fit;
    airy_fit_options options = options_of("line");
    assert_fails(airy_fit_effective(airy_fit_model_find("line"), &flat, dx, &options, &fit, &err),
                 AIRY_EVALUE, "no error");
}

static void failures(void **state)
{
    (void)state;
    double x[] = {1, 2, 3, 4, 5, 6}, y[] = {1, 1, 1, 1, 1, 1}, dy[] = {1, 1, 0, 1, 1, 1};
    airy_fit_data data = {.n = 6, .x = x, .y = y};
    airy_fit_curve fit;
    const airy_fit_model *kww = airy_fit_model_find("kww"), *rate = airy_fit_model_find("vft");
    airy_fit_options options = options_of("kww");
    options.choice[0] = (airy_fit_choice){true, 0, -INFINITY, INFINITY};
    assert_fails(airy_fit_curve_fit(kww, &data, &options, &fit, &err), AIRY_ENUMERIC,
                 "do not determine tau");
    options = options_of("kww");
    data.n = 3;
    assert_fails(airy_fit_curve_fit(kww, &data, &options, &fit, &err), AIRY_EVALUE,
                 "3 points cannot determine 4 parameters of kww");
    data.n = 0;
    assert_fails(airy_fit_curve_fit(kww, &data, &options, &fit, &err), AIRY_EVALUE, "0 points");
    data = (airy_fit_data){.n = 6, .x = x, .y = y, .dy = dy};
    assert_fails(airy_fit_curve_fit(kww, &data, &options, &fit, &err), AIRY_EVALUE,
                 "point 3 has the error 0");
    data.dy = NULL;
    x[0] = -1;
    assert_fails(airy_fit_curve_fit(kww, &data, &options, &fit, &err), AIRY_EVALUE,
                 "kww wants x >= 0");
    x[0] = 1;
    y[4] = NAN;
    assert_fails(airy_fit_curve_fit(kww, &data, &options, &fit, &err), AIRY_EVALUE, "not a number");
    y[4] = -2;
    airy_fit_options others = options_of("vft");
    assert_fails(airy_fit_curve_fit(rate, &data, &others, &fit, &err), AIRY_EVALUE,
                 "ln y is fitted");
    options.choice[1].value = -4;
    assert_fails(airy_fit_curve_fit(kww, &data, &options, &fit, &err), AIRY_EARGUMENT,
                 "tau = -4 is not between 0 and inf");
    options = options_of("kww");
    options.choice[2].low = 3;
    options.choice[2].high = 2;
    assert_fails(airy_fit_curve_fit(kww, &data, &options, &fit, &err), AIRY_EARGUMENT, "no range");
    options = options_of("kww");
    options.limits = AIRY_LIMITS_BOOTSTRAP;
    options.draws = 3;
    assert_fails(airy_fit_curve_fit(kww, &data, &options, &fit, &err), AIRY_EARGUMENT, "draws");
}

// Noise that neighbours share, r from one to the next, is seen in what is left; noise of its own
// leaves 1 / sqrt(n).
static void neighbours_alike(void **state)
{
    (void)state;
    static noisy set;
    const airy_fit_model *line = airy_fit_model_find("line");
    airy_fit_options options = options_of("line");
    airy_fit_curve fit;
    for (int i = 0; i < MOST; i++)
        set.x[i] = i;
    draw(&set, "line", (double[]){1, 0.1}, MOST, 0.1, 3);
    assert_ok(airy_fit_curve_fit(line, &set.data, &options, &fit, &err));
    assert_true(fabs(fit.alike) < 3 / sqrt(MOST));
    double shared = 0;
    airy_random random;
    airy_random_init(&random, 11, 4, AIRY_STREAM_START, 0);
    for (int i = 0; i < MOST; i++) {
        shared = 0.8 * shared + 0.6 * airy_random_normal(&random);
        set.y[i] = 1 + 0.1 * i + 0.1 * shared;
    }
    assert_ok(airy_fit_curve_fit(line, &set.data, &options, &fit, &err));
    assert_near(fit.alike, 0.8, 0.1);
    assert_false(fit.in_blocks);
    options.limits = AIRY_LIMITS_BOOTSTRAP;
    options.draws = 40;
    options.block = 10;
    assert_ok(airy_fit_curve_fit(line, &set.data, &options, &fit, &err));
    assert_true(fit.in_blocks);
}

// A curve that is the mean of 16 with noise that neighbours share: fits without one of them tell
// what parameters scatter by, of which the covariance of independent points knows a third.
static void parts_know_what_is_shared(void **state)
{
    enum { DRAWS = 200, PARTS = 16, POINTS = 80 };
    const airy_fit_model *model = airy_fit_model_find("kww2");
    const double p[4] = {0.1, 30, 0.8, 1};
    static double less[PARTS * POINTS];
    double square[2][3] = {{0}}, inside = 0;
    noisy set;
    (void)state;
    for (uint32_t shot = 0; shot < DRAWS; shot++) {
        airy_random random;
        airy_random_init(&random, 12, shot, AIRY_STREAM_START, 0);
        log_times(&set, POINTS, 1, 300);
        airy_fit_model_values(model, p, set.x, POINTS, set.y, NULL);
        for (int i = 0; i < PARTS * POINTS; i++)
            less[i] = set.y[i % POINTS];
        for (int part = 0; part < PARTS; part++) {
            double shared = airy_random_normal(&random);
            for (int i = 0; i < POINTS; i++) {
                shared = 0.9 * shared + sqrt(1 - 0.81) * airy_random_normal(&random);
                set.y[i] += 0.004 * shared / PARTS;
                for (int other = 0; other < PARTS; other++)
                    less[other * POINTS + i] += other == part ? 0 : 0.004 * shared / (PARTS - 1);
            }
        }
        for (int i = 0; i < POINTS; i++)
            set.dy[i] = 0.001;
        set.data = (airy_fit_data){POINTS, set.x, set.y, set.dy, PARTS, less};
        for (int known = 0; known < 2; known++) {
            airy_fit_options options = options_of("kww2");
            airy_fit_curve fit;
            options.choice[3].held = true, options.choice[3].value = 1;
            set.data.less = known ? less : NULL;
            assert_ok(airy_fit_curve_fit(model, &set.data, &options, &fit, &err));
            assert_int_equal(fit.parts, known ? PARTS : 0);
            for (int k = 0; k < 3; k++) {
                square[known][k] += pow((fit.p[k] - p[k]) / fit.error[k], 2) / DRAWS;
                inside += known && fit.low[k] < p[k] && p[k] < fit.high[k];
            }
        }
    }
    for (int k = 0; k < 3; k++) {
        assert_true(sqrt(square[0][k]) > 2);
        assert_near(sqrt(square[1][k] * 13 / 15), 1, 0.15); // Student of 15
    }
    assert_near(inside / (3 * DRAWS), 0.95, 0.04);
    airy_fit_options options = options_of("kww2");
    airy_fit_curve fit;
    double dx[POINTS];
    for (int i = 0; i < POINTS; i++)
        dx[i] = 1e-4 * set.x[i];
    assert_ok(airy_fit_effective(model, &set.data, dx, &options, &fit, &err));
    assert_int_equal(fit.parts, PARTS);
    for (int i = 0; i < 9 * POINTS; i++)
        less[i] = NAN;
    assert_fails(airy_fit_curve_fit(model, &set.data, &options, &fit, &err), AIRY_ENUMERIC,
                 "fitted 7 times, and errors want 8 of them (--parts off");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pulls),
        cmocka_unit_test(limits),
        cmocka_unit_test(profile_is_a_rise),
        cmocka_unit_test(bootstrap),
        cmocka_unit_test(parts_know_what_is_shared),
        cmocka_unit_test(neighbours_alike),
        cmocka_unit_test(at_a_limit),
        cmocka_unit_test(held),
        cmocka_unit_test(censored),
        cmocka_unit_test(rivals),
        cmocka_unit_test(logarithm),
        cmocka_unit_test(errors_of_x),
        cmocka_unit_test(failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

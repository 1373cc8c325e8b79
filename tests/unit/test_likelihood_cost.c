// SPDX-License-Identifier: GPL-3.0-or-later
// The objective: its transforms, the response of bins, the logarithm and the gradient, each against
// the sum that defines it.
#include "likelihood_shots.h"

#include "base/units.h"

#include <float.h>
#include <stdlib.h>

// Where the counts' center lies: off the bins, and on one.
static const shot_how off = {1e5, 40.3, 39.62, true, 0, false}, on = {1e5, 40, 40, true, 0, false};

typedef struct room {
    airy_pattern counts;
    airy_search_input input;
    airy_folded folded;
    airy_level level;
    airy_bench bench;
    airy_trial trial;
    airy_random random;
} room;

// The first level, with an image that is drawn and all priors.
static void enter(room *r, const shot_how *how)
{
    airy_powers powers;
    *r = (room){.counts = shot_make(how)};
    r->input = shot_input(&r->counts);
    airy_random_init(&r->random, 3, 0, 0, 0);
    assert_ok(airy_folded_init(&r->folded, &r->input, &err));
    assert_ok(airy_level_init(&r->level, &r->folded, &r->input, 1.05, 8.9, &err));
    assert_ok(airy_bench_init(&r->bench, &r->level, &err));
    assert_ok(airy_trial_init(&r->trial, &r->level, &err));
    airy_powers_guess(&powers, &r->level);
    airy_powers_set(&powers, &r->level);
    airy_trial_draw(&r->level, &r->bench, &r->random, &r->trial);
    r->level.variation = 30;
    r->level.rounding = 0.02f;
}

static void leave(room *r)
{
    airy_trial_release(&r->trial);
    airy_bench_release(&r->bench);
    airy_level_release(&r->level);
    airy_folded_release(&r->folded);
    airy_pattern_release(&r->counts);
}

static float *draw_window(room *r)
{
    float *window = airy_memory_new((size_t)r->level.broad, sizeof *window);
    for (int i = 0; i < r->level.area; i++)
        window[i] = r->level.support[i] * (float)airy_random_normal(&r->random);
    return window;
}

// ------------------------------------------------------------------ transforms

// Of a window about its middle, by definition.
static double complex coefficient(const airy_level *l, const float *window, int ky, int kx)
{
    double complex sum = 0;
    for (int i = 0; i < l->area; i++) {
        double y = i / l->window - l->window / 2, x = i % l->window - l->window / 2;
        sum += (double)window[i] * cexp(-2 * AIRY_PI * I * (ky * y + kx * x) / l->n);
    }
    return sum;
}

static void forward_is_a_sum(void **state)
{
    (void)state;
    room r;
    enter(&r, &off);
    float *window = draw_window(&r);
    airy_level_forward(&r.level, &r.bench, window, r.bench.spectrum);
    for (int i = 0; i < r.level.pixels; i += 7) {
        double complex wanted =
            coefficient(&r.level, window, airy_level_ky(&r.level, i), airy_level_kx(&r.level, i));
        // Rounding of floats, of a sum that is about 40.
        assert_true(cabs(wanted - (double complex)r.bench.spectrum[i]) < 1e-4);
    }
    airy_memory_free(window);
    leave(&r);
}

// The half plane stands for both: a coefficient and its conjugate at the mate; column 0 is whole.
static double pixel_of(const airy_level *l, const float complex *spectrum, double y, double x)
{
    double sum = 0;
    for (int i = 0; i < l->pixels; i++) {
        int ky = airy_level_ky(l, i), kx = airy_level_kx(l, i);
        double complex turned =
            (double complex)spectrum[i] * cexp(2 * AIRY_PI * I * (ky * y + kx * x) / l->n);
        sum += (kx ? 2 : 1) * creal(turned);
    }
    return sum;
}

static void backward_is_a_sum(void **state)
{
    (void)state;
    room r;
    enter(&r, &off);
    const airy_level *l = &r.level;
    float *window = airy_memory_new((size_t)l->broad, sizeof *window);
    double power = 0;
    for (int i = 0; i < l->pixels; i++) {
        float re = (float)airy_random_normal(&r.random), im = (float)airy_random_normal(&r.random);
        r.bench.spectrum[i] = re + im * (float complex)I;
        power += (double)(re * re + im * im);
    }
    airy_level_backward(l, &r.bench, r.bench.spectrum, window);
    for (int i = 0; i < l->area; i += 5) {
        int y = i / l->window - l->window / 2, x = i % l->window - l->window / 2;
        double wanted = l->support[i] > 0 ? pixel_of(l, r.bench.spectrum, y, x) : 0;
        assert_near((double)window[i], wanted, 1e-5 * sqrt(power));
    }
    airy_memory_free(window);
    leave(&r);
}

// ------------------------------------------------------------------ the response

enum { POINTS = 12 };
typedef struct points {
    double y[POINTS], x[POINTS], mass[POINTS]; // cycles a bin
} points;

// The mean of sum_ab m_a m_b cos(2 pi q (r_a - r_b)) over the bin about q.
static double mean_over_bin(const void *particle, double qy, double qx)
{
    const points *p = particle;
    double sum = 0;
    for (int a = 0; a < POINTS; a++)
        for (int b = 0; b < POINTS; b++) {
            double fy = AIRY_PI * (p->y[a] - p->y[b]), fx = AIRY_PI * (p->x[a] - p->x[b]);
            double sy = fabs(fy) < 1e-9 ? 1 : sin(fy) / fy, sx = fabs(fx) < 1e-9 ? 1 : sin(fx) / fx;
            sum += p->mass[a] * p->mass[b] * sy * sx * cos(2 * (fy * qy + fx * qx));
        }
    return sum;
}

static void scatter(room *r, points *p, float *window)
{
    const airy_level *l = &r->level;
    for (int i = 0; i < POINTS;) {
        int at = (int)airy_random_below(&r->random, (uint32_t)l->area);
        double y = at / l->window - l->window / 2, x = at % l->window - l->window / 2;
        if (hypot(y, x) > l->window / 5.0 || window[at] != 0)
            continue;
        p->mass[i] = airy_random_uniform(&r->random);
        p->y[i] = y / l->n;
        p->x[i] = x / l->n;
        window[at] = (float)p->mass[i++];
    }
}

// Of a bin and its mate, by what each has of the exposure.
static double mean_of_both(const room *r, int i, double (*mean)(const void *, double, double),
                           const void *particle)
{
    int ky = airy_level_ky(&r->level, i), kx = airy_level_kx(&r->level, i);
    double dy = r->folded.dy, dx = r->folded.dx;
    return (double)r->level.share[0][i] * mean(particle, ky + dy, kx + dx) +
           (double)r->level.share[1][i] * mean(particle, -ky + dy, -kx + dx);
}

// Differences from the means over bins, where bench->plane[0] is the intensity: of `highest`, the
// intensity at the middle, and of the noise of 1e7 photons.
typedef struct errors {
    double of_highest, of_noise;
} errors;

static errors response_errors(room *r, double (*mean)(const void *, double, double),
                              const void *particle)
{
    const airy_level *l = &r->level;
    double sum = 0, highest = mean(particle, 0, 0);
    errors worst = {0};
    airy_response_apply(l, &r->bench, r->bench.plane[0], r->bench.linear);
    for (int i = 0; i < l->pixels; i++)
        sum += l->weight[i] > 0 ? 2 * mean_of_both(r, i, mean, particle) : 0;
    double scale = 1e7 / sum;
    for (int i = 0; i < l->pixels; i++) {
        if (l->weight[i] == 0)
            continue;
        double wanted = mean_of_both(r, i, mean, particle);
        double apart = fabs((double)r->bench.linear[i] - wanted);
        worst.of_highest = fmax(worst.of_highest, apart / highest);
        worst.of_noise = fmax(worst.of_noise, apart * sqrt(scale / wanted));
    }
    return worst;
}

static void response_is_the_mean_over_bins(void **state)
{
    (void)state;
    const shot_how *hows[] = {&off, &on};
    for (int how = 0; how < 2; how++) {
        room r;
        points p;
        enter(&r, hows[how]);
        const airy_level *l = &r.level;
        assert_int_equal(l->response.symmetric, how == 1);
        float *window = airy_memory_new((size_t)l->broad, sizeof *window);
        scatter(&r, &p, window);
        airy_level_forward(l, &r.bench, window, r.bench.spectrum);
        for (int i = 0; i < l->pixels; i++)
            r.bench.plane[0][i] = powf(cabsf(r.bench.spectrum[i]), 2);
        errors found = response_errors(&r, mean_over_bin, &p);
        assert_true(found.of_highest < 1e-4);
        airy_memory_free(window);
        leave(&r);
    }
}

static double mean_of_particle(const void *particle, double qy, double qx)
{
    (void)particle;
    return shot_mean(qy, qx, false);
}

// Of a particle, whose autocorrelation ends smoothly.
static void response_of_a_particle(void **state)
{
    (void)state;
    const shot_how *hows[] = {&off, &on};
    for (int how = 0; how < 2; how++) {
        room r;
        enter(&r, hows[how]);
        for (int i = 0; i < r.level.pixels; i++)
            r.bench.plane[0][i] = (float)shot_intensity(airy_level_ky(&r.level, i),
                                                        airy_level_kx(&r.level, i), false);
        errors found = response_errors(&r, mean_of_particle, NULL);
        assert_true(found.of_highest < 1e-4 && found.of_noise < 0.2);
        leave(&r);
    }
}

// Half planes stand for whole ones: column 0 is its own mate, and counts half.
static void draw_plane(room *r, float *plane)
{
    const airy_level *l = &r->level;
    for (int i = 0; i < l->pixels; i++)
        plane[i] = (float)airy_random_normal(&r->random);
    for (int y = 1; y < l->n / 2; y++)
        plane[l->n - y] = plane[y];
}

static double product(const airy_level *l, const float *a, const float *b)
{
    double sum = 0;
    for (int i = 0; i < l->pixels; i++)
        sum += (double)l->pair[i] * (double)a[i] * (double)b[i];
    return sum;
}

// <A x, y> = <x, A' y>.
static void adjoint_is_the_adjoint(void **state)
{
    (void)state;
    const shot_how *hows[] = {&off, &on};
    for (int how = 0; how < 2; how++) {
        room r;
        enter(&r, hows[how]);
        float *x = r.bench.linear, *y = r.bench.square;
        float *ax = airy_memory_new((size_t)r.level.wide, sizeof *ax);
        float *ay = airy_memory_new((size_t)r.level.wide, sizeof *ay);
        draw_plane(&r, x);
        draw_plane(&r, y);
        airy_response_apply(&r.level, &r.bench, x, ax);
        airy_response_adjoint(&r.level, &r.bench, y, ay);
        double size = sqrt(product(&r.level, ax, ax) * product(&r.level, y, y));
        assert_near(product(&r.level, ax, y), product(&r.level, x, ay), 1e-6 * size);
        airy_memory_free(ax);
        airy_memory_free(ay);
        leave(&r);
    }
}

// ------------------------------------------------------------------ the objective

// One bin at a time, model over photons from 1e-6 to 1e6 and near 1.
static void logarithm_is_that_of_libm(void **state)
{
    (void)state;
    room r;
    enter(&r, &off);
    airy_level *l = &r.level;
    const double none[3] = {0};
    l->variation = 0;
    memset(l->weight, 0, (size_t)l->wide * sizeof *l->weight);
    for (int trial = 0; trial < 2000; trial++) {
        int i = trial % l->pixels;
        double spread = trial % 2 ? 6 : 0.01, slope;
        l->exposure[i] = 2;
        l->offset[i] = 0.5f;
        l->weight[i] = 1;
        l->photons[i] = (float)pow(10, 2 + 2 * airy_random_normal(&r.random));
        double ratio = pow(10, spread * (2 * airy_random_uniform(&r.random) - 1));
        r.bench.model[i] = (float)fmax(((double)l->photons[i] * ratio - 0.5) / 2, 0);
        double m = (double)(2 * r.bench.model[i] + 0.5f), n = (double)l->photons[i];
        double wanted = 2 * (m - n - n * log(m / n));
        double found = airy_level_along(l, &r.bench, &r.trial, none, 0, &slope);
        // Floats are subtracted: what is left is right to their rounding.
        assert_near(found, wanted, 4 * (double)FLT_EPSILON * (m + n + n * fabs(log(m / n))));
        l->weight[i] = 0;
    }
    leave(&r);
}

enum term { COUNTS, POWER, VARIATION, ALL, TERMS };

static void keep_only(airy_level *l, enum term term)
{
    size_t bytes = (size_t)l->wide * sizeof(float);
    if (term != COUNTS && term != ALL) {
        memset(l->weight, 0, bytes);
        memset(l->exposure, 0, bytes);
    }
    if (term != POWER && term != ALL) {
        memset(l->even, 0, bytes);
        memset(l->odd, 0, bytes);
    }
    if (term != VARIATION && term != ALL)
        l->variation = 0;
}

static double cost_at(room *r, const float *direction, double t)
{
    airy_trial there;
    assert_ok(airy_trial_init(&there, &r->level, &err));
    for (int i = 0; i < r->level.area; i++)
        there.density[i] = r->trial.density[i] + (float)t * direction[i];
    double cost = airy_level_judge(&r->level, &r->bench, &there).objective;
    airy_trial_release(&there);
    return cost;
}

static double root_mean_square(const float *a, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)a[i] * (double)a[i];
    return sqrt(sum / n);
}

// dJ along a direction by the gradient, by the line and by a difference.
static void compare_slopes(room *r, double tolerance)
{
    const airy_level *l = &r->level;
    float *gradient = airy_memory_new((size_t)l->broad, sizeof *gradient);
    float *direction = draw_window(r);
    double size = root_mean_square(r->trial.density, l->area), power[3], slope, by_gradient = 0;
    for (int i = 0; i < l->area; i++)
        direction[i] *= (float)size;
    airy_level_judge(l, &r->bench, &r->trial);
    airy_level_gradient(l, &r->bench, &r->trial, gradient);
    for (int i = 0; i < l->area; i++)
        by_gradient += (double)gradient[i] * (double)direction[i];
    memcpy(r->bench.direction, direction, (size_t)l->broad * sizeof *direction);
    airy_level_line(l, &r->bench, &r->trial, power);
    double cost = airy_level_along(l, &r->bench, &r->trial, power, 0, &slope), other;
    assert_near(cost, r->trial.cost, 1e-6 * cost);
    double t = 0.02;
    double by_line = (airy_level_along(l, &r->bench, &r->trial, power, t, &other) -
                      airy_level_along(l, &r->bench, &r->trial, power, -t, &other)) /
                     (2 * t);
    double by_difference = (cost_at(r, direction, t) - cost_at(r, direction, -t)) / (2 * t);
    double scale =
        root_mean_square(gradient, l->area) * root_mean_square(direction, l->area) * sqrt(l->area);
    assert_near(by_gradient, slope, 1e-4 * scale);
    assert_near(by_gradient, by_line, tolerance * scale);
    assert_near(by_gradient, by_difference, tolerance * scale);
    airy_memory_free(gradient);
    airy_memory_free(direction);
}

static void gradient_is_the_slope(void **state)
{
    (void)state;
    const shot_how *hows[] = {&off, &on};
    for (int how = 0; how < 2; how++)
        for (enum term term = COUNTS; term < TERMS; term++) {
            room r;
            enter(&r, hows[how]);
            keep_only(&r.level, term);
            for (int i = 0; i < 3; i++)
                compare_slopes(&r, 2e-3);
            leave(&r);
        }
}

// A step along the line is the trial there.
static void advance_is_the_trial_there(void **state)
{
    (void)state;
    room r;
    double power[3], slope;
    enter(&r, &off);
    float *direction = draw_window(&r);
    memcpy(r.bench.direction, direction, (size_t)r.level.broad * sizeof *direction);
    airy_level_judge(&r.level, &r.bench, &r.trial);
    airy_level_line(&r.level, &r.bench, &r.trial, power);
    double there = airy_level_along(&r.level, &r.bench, &r.trial, power, 0.3, &slope);
    airy_level_advance(&r.level, &r.bench, &r.trial, 0.3);
    assert_near(airy_level_judge(&r.level, &r.bench, &r.trial).objective, there, 1e-5 * there);
    airy_memory_free(direction);
    leave(&r);
}

// Noise of 0.3 photons a bin, which the variance claims to be three times what it is.
static void negative_counts_tell_the_noise(void **state)
{
    (void)state;
    const shot_how dim = {1e3, 40.3, 39.62, true, 0, false};
    airy_pattern counts = shot_make(&dim);
    airy_search_input input = shot_input(&counts);
    airy_folded folded;
    airy_random random;
    airy_random_init(&random, 8, 0, 0, 0);
    assert_ok(airy_folded_init(&folded, &input, &err));
    assert_near(folded.noise, 0, 0); // whole photons
    airy_folded_release(&folded);
    for (int i = 0; i < SHOT_BINS * SHOT_BINS; i++) {
        counts.photons.px[i] += (float)(0.3 * airy_random_normal(&random));
        counts.variance.px[i] = counts.photons.px[i] + 3 * 0.09f;
    }
    assert_ok(airy_folded_init(&folded, &input, &err));
    assert_near(folded.noise, 1 / 3.0, 0.03); // of 2,800 bins
    airy_folded_release(&folded);
    airy_pattern_release(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_is_a_sum),
        cmocka_unit_test(backward_is_a_sum),
        cmocka_unit_test(response_is_the_mean_over_bins),
        cmocka_unit_test(response_of_a_particle),
        cmocka_unit_test(adjoint_is_the_adjoint),
        cmocka_unit_test(logarithm_is_that_of_libm),
        cmocka_unit_test(gradient_is_the_slope),
        cmocka_unit_test(advance_is_the_trial_there),
        cmocka_unit_test(negative_counts_tell_the_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

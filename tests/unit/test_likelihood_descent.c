// SPDX-License-Identifier: GPL-3.0-or-later
// Images of a search: descent goes down and ends at rest, images are drawn as they are expected,
// children are made of their parents, the twin costs the same.
#include "likelihood_shots.h"

#include <stdlib.h>

static const shot_how how = {1e6, 40.3, 39.62, true, 0, false};

typedef struct room {
    airy_pattern counts;
    airy_search_input input;
    airy_folded folded;
    airy_level level[2]; // a coarse one and a finer
    airy_bench bench[2];
    airy_trial trial[3];
    airy_random random;
} room;

static void enter(room *r)
{
    const double fringes[] = {6, 8.9};
    airy_powers powers;
    *r = (room){.counts = shot_make(&how)};
    r->input = shot_input(&r->counts);
    airy_random_init(&r->random, 5, 0, 0, 0);
    assert_ok(airy_folded_init(&r->folded, &r->input, &err));
    for (int i = 0; i < 2; i++) {
        airy_level *l = &r->level[i];
        assert_ok(airy_level_init(l, &r->folded, &r->input, 1.05, fringes[i], &err));
        assert_ok(airy_bench_init(&r->bench[i], l, &err));
        if (i == 0)
            airy_powers_guess(&powers, l);
        airy_powers_set(&powers, l);
        l->variation = 3;
        l->rounding = 0.02f;
    }
    for (int i = 0; i < 3; i++)
        assert_ok(airy_trial_init(&r->trial[i], &r->level[1], &err));
}

static void leave(room *r)
{
    for (int i = 0; i < 3; i++)
        airy_trial_release(&r->trial[i]);
    for (int i = 0; i < 2; i++) {
        airy_bench_release(&r->bench[i]);
        airy_level_release(&r->level[i]);
    }
    airy_folded_release(&r->folded);
    airy_pattern_release(&r->counts);
}

static void draw(room *r, int i)
{
    airy_trial_draw(&r->level[1], &r->bench[1], &r->random, &r->trial[i]);
    airy_level_judge(&r->level[1], &r->bench[1], &r->trial[i]);
}

static double largest(const float *values, int n)
{
    double most = 0;
    for (int i = 0; i < n; i++)
        most = fmax(most, fabs((double)values[i]));
    return most;
}

static double largest_difference(const float *a, const float *b, int n)
{
    double most = 0;
    for (int i = 0; i < n; i++)
        most = fmax(most, fabs((double)a[i] - (double)b[i]));
    return most;
}

// ------------------------------------------------------------------ descent

static void polish_never_raises_the_cost(void **state)
{
    (void)state;
    room r;
    enter(&r);
    const airy_level *l = &r.level[1];
    for (int i = 0; i < 3; i++) {
        draw(&r, i);
        double before = r.trial[i].cost;
        for (int steps = 1; steps < 40; steps *= 3) {
            airy_polish(l, &r.bench[1], &r.trial[i], steps);
            double told = r.trial[i].cost;
            double is = airy_level_judge(l, &r.bench[1], &r.trial[i]).objective;
            // Rounding of floats over the steps.
            assert_near(told, is, 1e-5 * is);
            assert_true(is <= before * (1 + 1e-6));
            before = is;
        }
    }
    leave(&r);
}

static void polish_ends_at_rest(void **state)
{
    (void)state;
    room r;
    enter(&r);
    const airy_level *l = &r.level[1];
    float *gradient = airy_memory_new((size_t)l->broad, sizeof *gradient);
    draw(&r, 0);
    airy_level_gradient(l, &r.bench[1], &r.trial[0], gradient);
    double before = largest(gradient, l->area), cost = r.trial[0].cost;
    airy_polish(l, &r.bench[1], &r.trial[0], 3000);
    airy_level_judge(l, &r.bench[1], &r.trial[0]);
    airy_level_gradient(l, &r.bench[1], &r.trial[0], gradient);
    assert_true(r.trial[0].cost < 0.1 * cost);
    assert_true(largest(gradient, l->area) < 1e-3 * before);
    airy_memory_free(gradient);
    leave(&r);
}

// ------------------------------------------------------------------ drawing

// Parts of D's power over what is expected, beyond two fringes, within which a window's mates are
// not independent.
static void add_power(const airy_level *l, const airy_trial *trial, double sum[3])
{
    for (int i = 0; i < l->pixels; i++) {
        if (airy_level_radius(l, i) < 2 * l->fringe)
            continue;
        double density = (double)l->n * l->n / l->inside;
        double re = (double)(crealf(trial->transform[i]) - l->body[i]);
        double im = (double)cimagf(trial->transform[i]);
        sum[0] += re * re * (double)l->even[i] * density;
        sum[1] += im * im * (double)l->odd[i] * density;
        sum[2] += 1;
    }
}

static void draws_have_the_expected_power(void **state)
{
    (void)state;
    room r;
    airy_powers flat = {.odd = log(3), .rings = AIRY_RINGS};
    double sum[3] = {0};
    enter(&r);
    for (int i = 0; i < AIRY_RINGS; i++)
        flat.even[i] = 5;
    airy_powers_set(&flat, &r.level[1]);
    assert_near((double)r.level[1].odd[9] * r.level[1].n * r.level[1].n, r.level[1].inside / 3.0,
                1e-3 * r.level[1].inside);
    for (int i = 0; i < 60; i++) {
        draw(&r, 0);
        add_power(&r.level[1], &r.trial[0], sum);
    }
    // Half the amplitude of the even part; 60 x 220 independent numbers of each are known to 1.3 %.
    assert_near(sum[0] / sum[2], 0.25, 0.25 * 0.04);
    assert_near(sum[1] / sum[2], 1, 0.04);
    leave(&r);
}

// ------------------------------------------------------------------ mating

static void mates_of_equals_are_equal(void **state)
{
    (void)state;
    room r;
    int same = 0;
    enter(&r);
    const airy_level *l = &r.level[1];
    draw(&r, 0);
    airy_trial_copy(&r.trial[1], &r.trial[0], l);
    // Half planes end before column n / 2, which is lost on the way.
    double small = 0.01 * largest(r.trial[0].density, l->area);
    for (int i = 0; i < 40; i++) {
        airy_trial_mate(l, &r.bench[1], &r.random, &r.trial[0], &r.trial[1], &r.trial[2]);
        same += largest_difference(r.trial[2].density, r.trial[0].density, l->area) < small;
    }
    // The father comes as his twin half of the time: 20 +- 3.2.
    assert_in_range(same, 8, 32);
    leave(&r);
}

// D(y, x) -> D(-y, -x) about the middle; row and column 0 are outside the support.
static void turn(const airy_level *l, const float *in, float *out)
{
    int w = l->window;
    for (int y = 1; y < w; y++)
        for (int x = 1; x < w; x++)
            out[y * w + x] = in[(w - y) * w + w - x];
}

static void twins_cost_the_same(void **state)
{
    (void)state;
    room r;
    enter(&r);
    const airy_level *l = &r.level[1];
    draw(&r, 0);
    turn(l, r.trial[0].density, r.trial[1].density);
    airy_candidate one = airy_level_judge(l, &r.bench[1], &r.trial[0]);
    airy_candidate twin = airy_level_judge(l, &r.bench[1], &r.trial[1]);
    assert_near(one.deviance, twin.deviance, 1e-5 * one.deviance);
    assert_near(one.power, twin.power, 1e-5 * one.power);
    // Forward differences of one are backward differences of the other.
    assert_near(one.variation, twin.variation, 1e-2 * one.variation);
    assert_near(airy_trial_agreement(l, &r.trial[0], &r.trial[1]), -1, 1e-5);
    assert_near(airy_trial_agreement(l, &r.trial[0], &r.trial[0]), 1, 1e-9);
    // Children of what is its own twin are all alike; column n / 2 is lost on the way.
    for (int i = 0; i < l->area; i++)
        r.trial[0].density[i] = (r.trial[0].density[i] + r.trial[1].density[i]) / 2;
    airy_level_judge(l, &r.bench[1], &r.trial[0]);
    for (int i = 0; i < 5; i++) {
        airy_trial_mate(l, &r.bench[1], &r.random, &r.trial[0], &r.trial[0], &r.trial[2]);
        assert_true(largest_difference(r.trial[2].density, r.trial[0].density, l->area) <
                    0.01 * largest(r.trial[0].density, l->area));
    }
    leave(&r);
}

// All of it turned is the twin, but for what soft edges leave.
static void all_turned_is_the_twin(void **state)
{
    (void)state;
    room r;
    enter(&r);
    const airy_level *l = &r.level[1];
    const airy_domain all = {0, 360, INFINITY};
    draw(&r, 0);
    airy_trial_turn(l, &r.bench[1], &r.trial[0], &all, &r.trial[1]);
    airy_level_judge(l, &r.bench[1], &r.trial[1]);
    assert_near(airy_trial_agreement(l, &r.trial[0], &r.trial[1]), -1, 0.01);
    leave(&r);
}

// What the stop hides is part of an image: two that differ in it alone are not one.
static void hidden_coefficients_count(void **state)
{
    (void)state;
    room r;
    enter(&r);
    const airy_level *l = &r.level[1];
    draw(&r, 0);
    for (int i = 0; i < l->pixels; i++)
        if (airy_level_radius(l, i) < 2.5)
            r.trial[0].transform[i] *= 100;
    airy_trial_copy(&r.trial[1], &r.trial[0], l);
    for (int i = 0; i < l->pixels; i++)
        if (airy_level_radius(l, i) < 2.5)
            r.trial[1].transform[i] = conjf(r.trial[1].transform[i]);
    assert_true(airy_trial_agreement(l, &r.trial[0], &r.trial[1]) < 0);
    leave(&r);
}

// What a coarse array holds is held by a fine one, as the same coefficients.
static void moving_keeps_the_coefficients(void **state)
{
    (void)state;
    room r;
    enter(&r);
    const airy_level *coarse = &r.level[0], *fine = &r.level[1];
    airy_trial there;
    assert_true(coarse->n < fine->n);
    assert_ok(airy_trial_init(&there, coarse, &err));
    airy_trial_draw(coarse, &r.bench[0], &r.random, &there);
    airy_polish(coarse, &r.bench[0], &there, 60);
    airy_trial_move(coarse, &there, fine, &r.bench[1], &r.trial[0]);
    airy_level_judge(fine, &r.bench[1], &r.trial[0]);
    double apart = 0, power = 0;
    for (int kx = 0; kx < coarse->n / 4; kx++)
        for (int ky = 0; ky < coarse->n / 4; ky++) {
            float complex a =
                there.transform[kx * coarse->n + ky] - coarse->body[kx * coarse->n + ky];
            float complex b =
                r.trial[0].transform[kx * fine->n + ky] - fine->body[kx * fine->n + ky];
            apart += pow((double)cabsf(a - b), 2);
            power += pow((double)cabsf(a), 2);
        }
    // The support has other pixels at its rim.
    assert_true(apart < 0.05 * 0.05 * power);
    airy_trial_release(&there);
    leave(&r);
}

// ------------------------------------------------------------------ populations

static void populations_do_not_get_worse(void **state)
{
    (void)state;
    room r;
    airy_population p;
    enter(&r);
    const airy_level *l = &r.level[0];
    double before[4], best = INFINITY;
    assert_ok(airy_population_init(&p, 4, l, &err));
    for (int i = 0; i < 4; i++) {
        airy_trial_draw(l, &r.bench[0], &r.random, &p.trial[i]);
        airy_polish(l, &r.bench[0], &p.trial[i], 20);
    }
    airy_population_sort(&p);
    for (int i = 0; i < 4; i++)
        before[i] = p.trial[i].cost;
    airy_population_evolve(&p, l, &r.bench[0], &r.random, 30, 20);
    airy_population_sort(&p);
    for (int i = 0; i < 4; i++) {
        assert_true(p.trial[i].cost <= before[i]);
        assert_true(i == 0 || p.trial[i].cost >= p.trial[i - 1].cost);
        best = fmin(best, before[i]);
    }
    assert_true(p.trial[0].cost < best);
    airy_population_release(&p);
    leave(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polish_never_raises_the_cost),
        cmocka_unit_test(polish_ends_at_rest),
        cmocka_unit_test(draws_have_the_expected_power),
        cmocka_unit_test(mates_of_equals_are_equal),
        cmocka_unit_test(twins_cost_the_same),
        cmocka_unit_test(all_turned_is_the_twin),
        cmocka_unit_test(hidden_coefficients_count),
        cmocka_unit_test(moving_keeps_the_coefficients),
        cmocka_unit_test(populations_do_not_get_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

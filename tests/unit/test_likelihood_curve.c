// SPDX-License-Identifier: GPL-3.0-or-later
// The information an image is held by: it is the gradient's own slope, symmetric, the covariance of
// what is drawn, and is solved for.
#include "likelihood_shots.h"

#include "likelihood/lanes.h"

#include <string.h>

static const shot_how how = {1e6, 40.3, 39.62, true, 0, false};
enum { DRAWN = 400 };

typedef struct room {
    airy_pattern counts;
    airy_search_input input;
    airy_folded folded;
    airy_level level;
    airy_desk desk;
    airy_random random;
    float *window[4];
} room;

// At an image that is drawn, whose own expectation was counted: there the objective's second
// derivative is Fisher's information and nothing else.
static void enter(room *r)
{
    airy_powers powers;
    airy_level *l = &r->level;
    *r = (room){.counts = shot_make(&how)};
    r->input = shot_input(&r->counts);
    airy_random_init(&r->random, 11, 0, 0, 0);
    assert_ok(airy_folded_init(&r->folded, &r->input, &err));
    assert_ok(airy_level_init(l, &r->folded, &r->input, 1.05, 7, &err));
    airy_powers_guess(&powers, l);
    airy_powers_set(&powers, l);
    l->variation = 0;
    l->rounding = 0.02f;
    assert_ok(airy_desk_init(&r->desk, l, &err));
    airy_trial_draw(l, &r->desk.bench, &r->random, &r->desk.trial);
    airy_level_judge(l, &r->desk.bench, &r->desk.trial);
    for (int i = 0; i < l->pixels; i++)
        l->photons[i] = l->exposure[i] * fmaxf(r->desk.bench.model[i], 0) + l->offset[i];
    for (int i = 0; i < 4; i++)
        r->window[i] = airy_memory_new((size_t)l->broad, sizeof(float));
}

static void leave(room *r)
{
    for (int i = 0; i < 4; i++)
        airy_memory_free(r->window[i]);
    airy_desk_release(&r->desk);
    airy_level_release(&r->level);
    airy_folded_release(&r->folded);
    airy_pattern_release(&r->counts);
}

static void draw_window(room *r, float *out)
{
    for (int i = 0; i < r->level.area; i++)
        out[i] = r->level.support[i] * (float)airy_random_normal(&r->random);
}

static void curve(room *r, const float *v, float *out)
{
    airy_level_curve(&r->level, &r->desk.bench, r->desk.trial.transform, v, out);
}

static void curve_is_the_slope_of_the_gradient(void **state)
{
    room r;
    (void)state;
    enter(&r);
    airy_level *l = &r.level;
    airy_bench *b = &r.desk.bench;
    float *v = r.window[0], *expected = r.window[1], *after = r.window[2], *before = r.window[3];
    draw_window(&r, v);
    curve(&r, v, expected);
    const float step =
        1e-3f * sqrtf((float)(airy_lanes_dot(r.desk.trial.density, r.desk.trial.density, l->broad) /
                              airy_lanes_dot(v, v, l->broad)));
    float *sides[] = {after, before};
    const float to[] = {step, -2 * step};
    for (int i = 0; i < 2; i++) {
        airy_lanes_add(to[i], v, r.desk.trial.density, l->broad);
        airy_level_judge(l, b, &r.desk.trial);
        airy_level_gradient(l, b, &r.desk.trial, sides[i]);
    }
    double apart = 0, all = 0;
    for (int i = 0; i < l->area; i++) {
        double slope = (double)(after[i] - before[i]) / (4 * (double)step);
        apart += (slope - (double)expected[i]) * (slope - (double)expected[i]);
        all += (double)expected[i] * (double)expected[i];
    }
    assert_true(sqrt(apart / all) < 5e-3); // single precision differences of a sum over 2,000 bins
    leave(&r);
}

static void curve_is_symmetric(void **state)
{
    room r;
    (void)state;
    enter(&r);
    int n = r.level.broad;
    draw_window(&r, r.window[0]);
    draw_window(&r, r.window[1]);
    curve(&r, r.window[0], r.window[2]);
    curve(&r, r.window[1], r.window[3]);
    double a = airy_lanes_dot(r.window[1], r.window[2], n);
    double b = airy_lanes_dot(r.window[0], r.window[3], n);
    double scale = airy_lanes_dot(r.window[0], r.window[2], n);
    assert_true(fabs(a - b) < 1e-4 * scale);
    leave(&r);
}

// (v . b)^2 of DRAWN draws is v . (H / 2) v on average, within 4 standard errors of a chi squared.
static void draws_have_the_curve_as_covariance(void **state)
{
    room r;
    (void)state;
    enter(&r);
    int n = r.level.broad;
    draw_window(&r, r.window[0]);
    curve(&r, r.window[0], r.window[1]);
    double wanted = airy_lanes_dot(r.window[0], r.window[1], n), found = 0;
    for (int i = 0; i < DRAWN; i++) {
        airy_level_curve_draw(&r.level, &r.desk.bench, r.desk.trial.transform, &r.random,
                              r.window[2]);
        double dot = airy_lanes_dot(r.window[0], r.window[2], n);
        found += dot * dot / DRAWN;
    }
    assert_true(fabs(found / wanted - 1) < 4 * sqrt(2.0 / DRAWN));
    leave(&r);
}

static void what_is_solved_for_comes_back(void **state)
{
    room r;
    (void)state;
    enter(&r);
    int n = r.level.broad;
    double size = 0;
    draw_window(&r, r.window[0]);
    curve(&r, r.window[0], r.window[1]);
    int steps = airy_level_curve_solve(&r.level, &r.desk.bench, r.desk.trial.transform, r.window[1],
                                       r.window[2], 1e-5, 2000);
    assert_in_range(steps, 2, 1999);
    size = airy_lanes_dot(r.window[0], r.window[0], n);
    airy_lanes_add(-1, r.window[0], r.window[2], n);
    assert_true(airy_lanes_dot(r.window[2], r.window[2], n) < 1e-4 * size);
    leave(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curve_is_the_slope_of_the_gradient),
        cmocka_unit_test(curve_is_symmetric),
        cmocka_unit_test(draws_have_the_curve_as_covariance),
        cmocka_unit_test(what_is_solved_for_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Modes of a support that a hole hides, against what is known of them.
#include "check.h"

#include "airy/image.h"

enum { SIDE = 48, PIXELS = SIDE * SIDE };

// Everything measured but a disc of `hole` pixels about the center.
static airy_problem problem_with(double hole, double radius)
{
    airy_problem problem;
    airy_pattern pattern;
    airy_mask support;
    assert_ok(airy_pattern_init(&pattern, SIDE, SIDE, &err));
    assert_ok(airy_mask_init(&support, SIDE, SIDE, &err));
    for (int i = 0; i < PIXELS; i++) {
        double k = hypot(i / SIDE - SIDE / 2, i % SIDE - SIDE / 2);
        pattern.photons.px[i] = 1;
        pattern.mask.bits[i] = k < hole ? AIRY_MASK_SHADOWED : 0;
    }
    airy_pattern_apply_mask(&pattern);
    pattern.merged = true;
    airy_support_ellipse(radius, radius, &support);
    assert_ok(airy_problem_init(&problem, &pattern, &support, &err));
    airy_pattern_release(&pattern);
    airy_mask_release(&support);
    return problem;
}

// Where the support is the whole array, every pixel of the hole is a mode of its own, all hidden.
static void without_support_every_pixel_is_open(void **state)
{
    (void)state;
    airy_problem problem = problem_with(2.5, 100);
    airy_modes modes;
    assert_ok(airy_modes_find(&problem, &modes, &err));
    assert_int_equal(modes.hole, 21);
    assert_int_equal(modes.open, 21);
    for (int i = 0; i < modes.hole; i++)
        assert_near(modes.share[i], 1, 1e-5);
    airy_problem_release(&problem);
}

// One pixel's mode is the flat support, of whose power it holds the share |S| / N^2.
static void one_pixel_hides_the_mean(void **state)
{
    (void)state;
    airy_problem problem = problem_with(0.5, 9);
    airy_modes modes;
    assert_ok(airy_modes_find(&problem, &modes, &err));
    assert_int_equal(modes.hole, 1);
    assert_near(modes.share[0], (double)airy_support_count(&problem.support) / PIXELS, 1e-5);
    assert_int_equal(modes.open + modes.weak, 0);
    airy_problem_release(&problem);
}

// The trace of the operator: shares add up to pixels of the hole x |S| / N^2, and none is negative
// or above 1.
static void shares_add_up(void **state)
{
    (void)state;
    airy_problem problem = problem_with(6, 11);
    airy_modes modes;
    double sum = 0;
    assert_ok(airy_modes_find(&problem, &modes, &err));
    for (int i = 0; i < modes.hole; i++) {
        assert_true(modes.share[i] >= 0 && modes.share[i] <= 1);
        assert_true(i == 0 || modes.share[i] <= modes.share[i - 1]);
        sum += modes.share[i];
    }
    double support = airy_support_count(&problem.support);
    assert_near(sum, modes.hole * support / PIXELS, 1e-4 * sum);
    assert_true(modes.open >= 1 && modes.weak > modes.open);
    airy_problem_release(&problem);
}

static void nothing_missing_nothing_open(void **state)
{
    (void)state;
    airy_problem problem = problem_with(0, 9), wide = problem_with(12, 9);
    airy_modes modes;
    assert_ok(airy_modes_find(&problem, &modes, &err));
    assert_int_equal(modes.hole + modes.open + modes.weak, 0);
    assert_fails(airy_modes_find(&wide, &modes, &err), AIRY_EVALUE, "up to 400");
    airy_problem_release(&problem);
    airy_problem_release(&wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_support_every_pixel_is_open),
        cmocka_unit_test(one_pixel_hides_the_mean),
        cmocka_unit_test(shares_add_up),
        cmocka_unit_test(nothing_missing_nothing_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Masks: shapes against their definitions, and every reason where it belongs and nowhere else.
#include "check.h"

#include "airy/pattern.h"
#include "pattern/mask.h"

enum { N = 64 };

// A smooth hill of light, Poisson, with the center where the hill is.
static airy_pattern hill(double top, uint32_t shot)
{
    airy_pattern pattern;
    assert_ok(airy_pattern_init(&pattern, N, N, &err));
    airy_random random;
    airy_random_init(&random, 11, shot, 0, 0);
    for (int i = 0; i < N * N; i++) {
        double r = hypot(i / N - 30, i % N - 33);
        pattern.photons.px[i] = (float)airy_random_poisson(&random, top * exp(-r * r / 800) + 0.01);
    }
    pattern.has_center = true;
    pattern.center_y = 30;
    pattern.center_x = 33;
    return pattern;
}

static void shapes(void **state)
{
    (void)state;
    airy_shape circle, rectangle, square, star;
    assert_ok(airy_shape_parse(AIRY_SHAPE_CIRCLE, "10,20,3", &circle, &err));
    assert_ok(airy_shape_parse(AIRY_SHAPE_RECTANGLE, "40,5,30,9", &rectangle, &err));
    assert_ok(airy_shape_parse(AIRY_SHAPE_POLYGON, "30,5,30,9,40,9,40,5", &square, &err));
    assert_ok(airy_shape_parse(AIRY_SHAPE_POLYGON, "50,50,50,60,60,50", &star, &err));
    airy_mask mask;
    assert_ok(airy_mask_init(&mask, N, N, &err));
    airy_mask_shape(&mask, &circle, AIRY_MASK_BAD);
    airy_mask_shape(&mask, &rectangle, AIRY_MASK_HOT);
    airy_mask_shape(&mask, &square, AIRY_MASK_DEAD);
    airy_mask_shape(&mask, &star, AIRY_MASK_NOISY);
    for (int i = 0; i < N * N; i++) {
        int y = i / N, x = i % N;
        bool box = y >= 30 && y <= 40 && x >= 5 && x <= 9;
        assert_int_equal(!!(mask.bits[i] & AIRY_MASK_BAD),
                         (y - 10) * (y - 10) + (x - 20) * (x - 20) <= 9);
        assert_int_equal(!!(mask.bits[i] & AIRY_MASK_HOT), box);
        assert_int_equal(!!(mask.bits[i] & AIRY_MASK_DEAD), box); // edges included
        assert_int_equal(!!(mask.bits[i] & AIRY_MASK_NOISY), y >= 50 && x >= 50 && y + x <= 110);
    }
    airy_mask_release(&mask);
}

static void bad_shapes(void **state)
{
    (void)state;
    airy_shape shape;
    assert_fails(airy_shape_parse(AIRY_SHAPE_CIRCLE, "1,2", &shape, &err), AIRY_EARGUMENT,
                 "y,x,radius");
    assert_fails(airy_shape_parse(AIRY_SHAPE_CIRCLE, "1,2,-3", &shape, &err), AIRY_EARGUMENT,
                 "negative");
    assert_fails(airy_shape_parse(AIRY_SHAPE_POLYGON, "1,2,3,4,5", &shape, &err), AIRY_EARGUMENT,
                 "three corners");
    assert_fails(airy_shape_parse(AIRY_SHAPE_RECTANGLE, "1,2,3,x", &shape, &err), AIRY_EARGUMENT,
                 "rectangle");
}

// Planted hot and dead pixels are found, and in 4096 Poisson pixels next to nothing else.
static void hot_and_dead(void **state)
{
    (void)state;
    airy_pattern pattern = hill(400, 1);
    const int hot[] = {5 * N + 7, 30 * N + 40, 60 * N + 3}, dead[] = {28 * N + 30, 33 * N + 41};
    for (int k = 0; k < 3; k++)
        pattern.photons.px[hot[k]] = 2000;
    for (int k = 0; k < 2; k++)
        pattern.photons.px[dead[k]] = 0;
    airy_mask_options options;
    airy_mask_options_defaults(&options);
    options.hot = options.dead = 6;
    assert_ok(airy_mask_build(&pattern, &options, NULL, 0, &err));
    for (int k = 0; k < 3; k++)
        assert_int_equal(pattern.mask.bits[hot[k]], AIRY_MASK_HOT);
    for (int k = 0; k < 2; k++)
        assert_int_equal(pattern.mask.bits[dead[k]], AIRY_MASK_DEAD);
    assert_int_equal(airy_mask_count(&pattern.mask, AIRY_MASK_EXCLUDES), 5);
    assert_true(isnan(pattern.photons.px[hot[0]]) && isnan(pattern.variance.px[hot[0]]));
    airy_pattern_release(&pattern);
}

// Strong fringes are no hot pixels.
static void fringes_stay(void **state)
{
    (void)state;
    airy_pattern pattern = hill(400, 2);
    airy_random random;
    airy_random_init(&random, 12, 0, 0, 0);
    for (int i = 0; i < N * N; i++) {
        double r = hypot(i / N - 30, i % N - 33), phase = 0.7 * (i % N);
        double mu = 4000 * exp(-r * r / 300) * pow(sin(phase), 2);
        pattern.photons.px[i] = (float)airy_random_poisson(&random, mu);
    }
    airy_mask_options options;
    airy_mask_options_defaults(&options);
    options.hot = 8;
    assert_ok(airy_mask_build(&pattern, &options, NULL, 0, &err));
    assert_int_equal(airy_mask_count(&pattern.mask, AIRY_MASK_HOT), 0);
    airy_pattern_release(&pattern);
}

static void ranges_and_stop(void **state)
{
    (void)state;
    airy_pattern pattern = hill(100, 3), before;
    assert_ok(airy_pattern_copy(&before, &pattern, &err));
    airy_mask_options options;
    airy_mask_options_defaults(&options);
    options.beamstop = 4;
    options.saturation = 110;
    options.below = 1;
    options.above = 90;
    assert_ok(airy_mask_build(&pattern, &options, NULL, 0, &err));
    for (int i = 0; i < N * N; i++) {
        bool stop = hypot(i / N - 30, i % N - 33) <= 4;
        float photons = before.photons.px[i];
        assert_int_equal(!!(pattern.mask.bits[i] & AIRY_MASK_SHADOWED), stop);
        if (stop)
            continue;
        assert_int_equal(!!(pattern.mask.bits[i] & AIRY_MASK_SATURATED), photons >= 110);
        assert_int_equal(!!(pattern.mask.bits[i] & AIRY_MASK_RANGE), photons < 1 || photons > 90);
    }
    airy_pattern_release(&pattern);
    airy_pattern_release(&before);
}

// Edges run along the frame and along gaps; growing keeps the reasons apart.
static void edges_and_growth(void **state)
{
    (void)state;
    airy_pattern pattern = hill(100, 4);
    for (int i = 0; i < N * N; i++)
        if (i / N >= 40 && i / N < 44)
            pattern.mask.bits[i] = AIRY_MASK_MISSING;
    airy_mask_options options;
    airy_mask_options_defaults(&options);
    options.edges = 2;
    assert_ok(airy_mask_build(&pattern, &options, NULL, 0, &err));
    for (int i = 0; i < N * N; i++) {
        int y = i / N, x = i % N;
        bool gap = y >= 40 && y < 44, border = y < 2 || x < 2 || y >= N - 2 || x >= N - 2;
        bool beside = y == 38 || y == 39 || y == 44 || y == 45;
        assert_int_equal(!!(pattern.mask.bits[i] & AIRY_MASK_EDGE), !gap && (border || beside));
    }
    airy_mask_options_defaults(&options);
    options.grow = 3;
    assert_ok(airy_mask_build(&pattern, &options, NULL, 0, &err));
    assert_int_equal(pattern.mask.bits[37 * N + 30], AIRY_MASK_MISSING | AIRY_MASK_EDGE);
    assert_int_equal(pattern.mask.bits[35 * N + 30], AIRY_MASK_EDGE);
    assert_int_equal(pattern.mask.bits[34 * N + 30], 0);
    airy_pattern_release(&pattern);
}

static void combining(void **state)
{
    (void)state;
    airy_mask a, b, c;
    assert_ok(airy_mask_init(&a, 4, 4, &err));
    assert_ok(airy_mask_init(&b, 4, 4, &err));
    assert_ok(airy_mask_init(&c, 4, 5, &err));
    a.bits[3] = AIRY_MASK_HOT;
    b.bits[3] = AIRY_MASK_BAD;
    assert_ok(airy_mask_combine(&a, &b, &err));
    assert_int_equal(a.bits[3], AIRY_MASK_HOT | AIRY_MASK_BAD);
    assert_fails(airy_mask_combine(&a, &c, &err), AIRY_ESHAPE, "4 x 5");
    airy_mask_release(&a);
    airy_mask_release(&b);
    airy_mask_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),          cmocka_unit_test(bad_shapes),
        cmocka_unit_test(hot_and_dead),    cmocka_unit_test(fringes_stay),
        cmocka_unit_test(ranges_and_stop), cmocka_unit_test(edges_and_growth),
        cmocka_unit_test(combining),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

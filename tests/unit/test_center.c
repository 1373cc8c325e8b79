// SPDX-License-Identifier: GPL-3.0-or-later
// The center of symmetry: found anywhere, at any dose, within its own error, and never half a
// pixel off.
#include "check.h"

#include "airy/pattern.h"
#include "airy/simulate.h"
#include "simulate/ideal.h"

// A banded particle (not symmetric itself), stop and gap in place; center forgotten but returned.
static airy_pattern shot(int size, double photons, double oy, double ox, uint32_t number,
                         double *truth)
{
    airy_phantom phantom;
    airy_simulate_options options;
    airy_pattern pattern;
    airy_phantom_example(&phantom, 25);
    airy_simulate_options_defaults(&options, size);
    options.photons = photons;
    options.offset_y = oy;
    options.offset_x = ox;
    options.gap = 6;
    options.stop_radius = 4;
    options.seed = 5;
    options.shot = (int)number;
    assert_ok(airy_simulate_pattern(&phantom, &options, &pattern, NULL, &err));
    truth[0] = pattern.center_y;
    truth[1] = pattern.center_x;
    pattern.has_center = false;
    return pattern;
}

static void check(const airy_center_result *found, const double *truth)
{
    // Five standard errors: one false alarm in two million numbers.
    assert_near(found->y, truth[0], 5 * found->y_error);
    assert_near(found->x, truth[1], 5 * found->x_error);
}

static void found_anywhere(void **state)
{
    (void)state;
    const double offsets[][2] = {{0, 0}, {0.5, -0.5}, {3.3, -5.2}, {-20.7, 11.1}, {30.25, 29.75}};
    const double photons[] = {1e5, 1e6, 1e7};
    airy_center_options options;
    airy_center_options_defaults(&options);
    for (uint32_t k = 0; k < 5; k++)
        for (int d = 0; d < 3; d++) {
            double truth[2];
            airy_pattern pattern = shot(200, photons[d], offsets[k][0], offsets[k][1], k, truth);
            airy_center_result found;
            assert_ok(airy_pattern_center(&pattern, &options, &found, &err));
            check(&found, truth);
            // The demand: a tenth of a pixel at a million photons.
            assert_true(photons[d] < 1e6 || (found.y_error < 0.02 && found.x_error < 0.02));
            airy_pattern_release(&pattern);
        }
}

// The mates tell a center that is half a pixel wrong, along either axis.
static void half_a_pixel_shows(void **state)
{
    (void)state;
    double truth[2];
    airy_pattern pattern = shot(200, 1e6, 3.3, -5.2, 1, truth);
    airy_center_options options;
    airy_center_options_defaults(&options);
    airy_center_result found;
    assert_ok(airy_pattern_center(&pattern, &options, &found, &err));
    // chi2 of a pair has variance 2: over `pairs` its mean scatters by sqrt(2 / pairs).
    double scatter = sqrt(2.0 / found.pairs);
    assert_near(found.chi2, 1, 0.15); // smoothing overestimates the noise of bright fringes
    assert_true(found.chi2_shifted > found.chi2 + 20 * scatter);
    const double aside[4][2] = {{0.5, 0}, {-0.5, 0}, {0, 0.5}, {0, -0.5}};
    for (int k = 0; k < 4; k++) {
        double chi2;
        int pairs;
        assert_ok(airy_pattern_friedel(&pattern, truth[0] + aside[k][0], truth[1] + aside[k][1],
                                       &chi2, &pairs, &err));
        assert_true(chi2 > found.chi2 + 20 * scatter);
    }
    airy_pattern_release(&pattern);
}

// A wrong first center is corrected by the refinement alone.
static void starts_nearby(void **state)
{
    (void)state;
    double truth[2];
    airy_pattern pattern = shot(200, 1e6, -2.8, 4.4, 2, truth);
    airy_center_options options;
    airy_center_options_defaults(&options);
    options.has_start = true;
    options.start_y = truth[0] + 1.5;
    options.start_x = truth[1] - 1;
    airy_center_result found;
    assert_ok(airy_pattern_center(&pattern, &options, &found, &err));
    check(&found, truth);
    airy_pattern_release(&pattern);
}

// Mates on whole and half pixels are exact: chi2 of a pattern made symmetric there is zero.
static void exact_mates(void **state)
{
    (void)state;
    airy_pattern pattern;
    assert_ok(airy_pattern_init(&pattern, 41, 40, &err));
    airy_random random;
    airy_random_init(&random, 1, 0, 0, 0);
    for (int i = 0; i < 41 * 40; i++) { // about (20, 19.5): i and n - 1 - i
        int mate = 41 * 40 - 1 - i;
        pattern.photons.px[i] =
            i < mate ? (float)airy_random_poisson(&random, 30) + 1 : pattern.photons.px[mate];
    }
    double chi2;
    int pairs;
    assert_ok(airy_pattern_friedel(&pattern, 20, 19.5, &chi2, &pairs, &err));
    assert_true(chi2 == 0);
    assert_int_equal(pairs, 41 * 40 / 2);
    assert_ok(airy_pattern_friedel(&pattern, 20, 20, &chi2, &pairs, &err));
    // Independent Poisson numbers of the same mean: chi2 is 1, to sqrt(2 / 780) and the smoothing.
    assert_near(chi2, 1, 0.25);
    airy_pattern_release(&pattern);
}

// Large arrays go through a binned copy; the answer comes back in their own pixels.
static void large_arrays(void **state)
{
    (void)state;
    airy_phantom phantom;
    airy_simulate_options simulate;
    airy_pattern pattern;
    airy_phantom_plain(&phantom, 40, 40);
    airy_simulate_options_defaults(&simulate, 900);
    simulate.offset_y = 12.4;
    simulate.offset_x = -7.7;
    assert_ok(airy_simulate_pattern(&phantom, &simulate, &pattern, NULL, &err));
    const double truth[] = {pattern.center_y, pattern.center_x};
    airy_center_options options;
    airy_center_options_defaults(&options);
    airy_center_result found;
    assert_ok(airy_pattern_center(&pattern, &options, &found, &err));
    check(&found, truth);
    assert_near(found.y, truth[0], 0.1);
    airy_pattern_release(&pattern);
}

static void nothing_to_find(void **state)
{
    (void)state;
    airy_pattern pattern;
    airy_center_options options;
    airy_center_result found;
    airy_center_options_defaults(&options);
    assert_ok(airy_pattern_init(&pattern, 30, 30, &err));
    assert_fails(airy_pattern_center(&pattern, &options, &found, &err), AIRY_EVALUE, "no photons");
    options.overlap = 0;
    assert_fails(airy_pattern_center(&pattern, &options, &found, &err), AIRY_EARGUMENT, "overlap");
    for (int i = 0; i < 900; i++)
        pattern.mask.bits[i] = AIRY_MASK_MISSING;
    airy_pattern_apply_mask(&pattern);
    airy_center_options_defaults(&options);
    assert_fails(airy_pattern_center(&pattern, &options, &found, &err), AIRY_EVALUE, "no photons");
    airy_pattern_release(&pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_anywhere), cmocka_unit_test(half_a_pixel_shows),
        cmocka_unit_test(starts_nearby),  cmocka_unit_test(exact_mates),
        cmocka_unit_test(large_arrays),   cmocka_unit_test(nothing_to_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

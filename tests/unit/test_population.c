// SPDX-License-Identifier: GPL-3.0-or-later
// Angles of populations: even directions look even, preferred ones do not, and branches of one
// particle count as one particle.
#include "airy/density.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

enum { PARTICLES = 40, BRANCHES = 4 };

static airy_branch branch(double direction, double length)
{
    return (airy_branch){.length_nm = length,
                         .direction_deg = fmod(direction + 360, 180),
                         .angle_deg = airy_angles_fold(direction)};
}

// Branches of each particle around +-`angle` with a spread; each particle turned at random or not.
static airy_population made(double angle, double spread, bool turned, uint64_t seed)
{
    airy_members members = {0};
    airy_population found;
    airy_population_options options;
    airy_error err = {0};
    airy_population_options_defaults(&options);
    for (uint32_t p = 0; p < PARTICLES; p++) {
        airy_branch one[BRANCHES];
        airy_random random;
        airy_random_init(&random, seed, p, 0, 0);
        double turn = turned ? 180 * airy_random_uniform(&random) : 0;
        for (int i = 0; i < BRANCHES; i++)
            one[i] = branch((i % 2 ? angle : -angle) + turn + spread * airy_random_normal(&random),
                            20 + 10 * airy_random_uniform(&random));
        assert_int_equal(airy_members_add(&members, one, BRANCHES, &err), AIRY_OK);
    }
    assert_int_equal(members.first[members.members], PARTICLES * BRANCHES);
    assert_int_equal(airy_population_make(&members, &options, &found, &err), AIRY_OK);
    airy_members_release(&members);
    return found;
}

static void preferred_angles_are_seen(void **state)
{
    (void)state;
    airy_population found = made(30, 4, false, 1);
    assert_true(found.angles.fraction_20_40 > 0.95);
    assert_true(found.p_uniform < 0.002 && found.p_20_40 < 0.002);
    assert_true(found.fraction_low > 0.9 && found.fraction_high <= 1);
    double sum = 0;
    for (int b = 0; b < AIRY_ANGLE_BINS; b++) {
        sum += found.angles.histogram[b];
        assert_true(found.low[b] <= found.angles.histogram[b] + 1e-12);
        assert_true(found.high[b] >= found.angles.histogram[b] - 1e-12);
    }
    assert_true(fabs(sum - 1) < 1e-9);
    airy_population other = made(70, 4, false, 1); // uneven, but elsewhere
    assert_true(other.p_uniform < 0.002 && other.p_20_40 > 0.99);
}

// Particles with two directions each, turned at random: chances are evenly distributed themselves.
static void chances_are_chances(void **state)
{
    (void)state;
    enum { TRIALS = 40 };
    int low = 0, half = 0, held = 0;
    for (uint64_t seed = 0; seed < TRIALS; seed++) {
        airy_population found = made(30, 4, true, 100 + seed);
        low += found.p_uniform < 0.05;
        half += found.p_20_40 < 0.5;
        held += found.fraction_low <= 2 / 9.0 && found.fraction_high >= 2 / 9.0;
    }
    assert_true(low <= 6); // 2 expected, standard deviation 1.4
    assert_true(half >= 10 && half <= 30);
    assert_true(held >= 33); // of 38; percentiles of 40 particles are somewhat narrow
}

static void nothing_is_no_error(void **state)
{
    (void)state;
    airy_members members = {0};
    airy_population found;
    airy_population_options options;
    airy_table table = {0};
    airy_error err = {0};
    airy_population_options_defaults(&options);
    assert_int_equal(airy_members_add(&members, NULL, 0, &err), AIRY_OK);
    assert_int_equal(airy_population_make(&members, &options, &found, &err), AIRY_OK);
    assert_int_equal(found.members, 1);
    assert_int_equal(found.branches, 0);
    assert_true(isnan(found.p_uniform) && isnan(found.angles.fraction_20_40));
    assert_int_equal(airy_populations_to_angles(&found, 1, &table, &err), AIRY_OK);
    assert_int_equal(table.rows, AIRY_ANGLE_BINS);
    assert_string_equal(airy_table_get(&table, 0, "share"), "nan");
    airy_table_release(&table);
    airy_members_release(&members);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(preferred_angles_are_seen),
        cmocka_unit_test(chances_are_chances),
        cmocka_unit_test(nothing_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Hits: what is counted in a frame, and the gap between frames with a particle and without.
#include "check.h"

#include "airy/pattern.h"
#include "airy/simulate.h"
#include "simulate/ideal.h"

#include <math.h>

enum { SIDE = 200, FRAMES = 36 };

// A flat background, and with photons > 0 a sphere's pattern on it.
static airy_pattern frame(double background, double photons, int number)
{
    airy_phantom phantom;
    airy_simulate_options options;
    airy_pattern p;
    airy_phantom_plain(&phantom, 27, 27);
    airy_simulate_options_defaults(&options, SIDE);
    options.photons = photons > 0 ? photons : 1e-9;
    options.background = background;
    options.gap = 8;
    options.stop_radius = 5;
    options.offset_y = 12;
    options.seed = 3;
    options.shot = number;
    assert_ok(airy_simulate_pattern(&phantom, &options, &p, NULL, &err));
    return p;
}

static void counts(void **state)
{
    (void)state;
    airy_hit_options options;
    airy_hit hit;
    airy_hit_options_defaults(&options);
    airy_pattern p = frame(0.02, 0, 1);
    assert_ok(airy_pattern_hit(&p, &options, &hit, &err));
    int lit = 0, pixels = 0;
    double photons = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        if (!isnan(p.photons.px[i])) {
            pixels++;
            photons += p.photons.px[i];
            lit += p.photons.px[i] > 0;
        }
    assert_true(hit.measured == pixels && hit.lit == lit && hit.photons == photons);
    assert_near(hit.background, 0.02, 5 * hit.background_sd);
    assert_true(hit.radius == 0); // no cell stands out
    airy_pattern_release(&p);

    p = frame(0.02, 1e6, 2);
    assert_ok(airy_pattern_hit(&p, &options, &hit, &err));
    assert_true(hit.radius > 20 && hit.radius < 180);
    assert_true(hit.photons > 2e5);
    airy_pattern_release(&p);

    assert_ok(airy_pattern_init(&p, 64, 64, &err));
    for (int i = 0; i < 64 * 64; i++)
        p.mask.bits[i] = AIRY_MASK_LOST;
    airy_pattern_apply_mask(&p);
    assert_ok(airy_pattern_hit(&p, &options, &hit, &err));
    assert_true(hit.measured == 0 && hit.lit == 0 && isnan(hit.background));
    options.cell = 1;
    assert_fails(airy_pattern_hit(&p, &options, &hit, &err), AIRY_EARGUMENT, "cells of 1");
    airy_pattern_release(&p);
}

// Lit pixels, photons and background as the plain loops give them, at sides that no number of lanes
// divides, with pixels that are excluded, not finite, or exactly on the limit.
static void as_plain_loops(void **state)
{
    (void)state;
    enum { NY = 101, NX = 83, CELL = 37 };
    const float limit = 0.7F; // a little less than 0.7
    airy_hit_options options;
    airy_pattern p;
    airy_hit hit;
    airy_random random;
    int lit = 0, pixels = 0;
    double photons = 0;
    airy_hit_options_defaults(&options);
    options.cell = CELL;
    airy_random_init(&random, 8, 0, 0, 1);
    assert_ok(airy_pattern_init(&p, NY, NX, &err));
    for (int i = 0; i < NY * NX; i++) {
        const float special[] = {NAN, INFINITY, -INFINITY, limit, 1, -2};
        int kind = (int)(20 * airy_random_uniform(&random));
        p.photons.px[i] =
            kind < 6 ? special[kind] : (float)(64 * airy_random_uniform(&random)) / 64;
        p.mask.bits[i] = kind == 19 ? AIRY_MASK_DEAD : kind == 18 ? AIRY_MASK_FILLED : 0;
        if (kind == 19 || !isfinite(p.photons.px[i]))
            continue;
        pixels++;
        lit += (double)p.photons.px[i] >= options.lit;
        photons += (double)p.photons.px[i];
    }
    assert_ok(airy_pattern_hit(&p, &options, &hit, &err));
    assert_int_equal(hit.measured, pixels);
    assert_int_equal(hit.lit, lit);
    assert_near(hit.photons, photons, 1e-9);
    assert_int_equal(airy_pattern_measured(&p), pixels);
    assert_near(airy_pattern_photons(&p), photons, 1e-9);
    airy_pattern_release(&p);
}

static bool parts(const double *values, int n, double *threshold)
{
    bool parted;
    assert_ok(airy_hit_threshold(values, n, &parted, threshold, NULL));
    return parted;
}

// Every third frame is a hit of some strength between 3e3 and 1e6 photons in all; the background
// follows the pulse energy, +- 15 %. Not one frame is taken for the other kind.
static void told_apart(void **state)
{
    (void)state;
    airy_hit_options options;
    double lit[FRAMES], threshold = 0;
    airy_random random;
    airy_hit_options_defaults(&options);
    airy_random_init(&random, 8, 0, 0, 0);
    for (int k = 0; k < FRAMES; k++) {
        airy_hit hit;
        double pulse = 1 + 0.15 * airy_random_normal(&random);
        double strength = 3e3 * pow(10, 2.5 * airy_random_uniform(&random));
        airy_pattern p = frame(0.01 * pulse, k % 3 ? 0 : strength, k);
        assert_ok(airy_pattern_hit(&p, &options, &hit, &err));
        lit[k] = hit.lit;
        airy_pattern_release(&p);
    }
    assert_true(parts(lit, FRAMES, &threshold));
    for (int k = 0; k < FRAMES; k++)
        assert_true((lit[k] > threshold) == (k % 3 == 0));
}

// One kind of frames only: no threshold. They scatter by counting and, as pulse energies do, by a
// tenth where there are few; by a fifth where there are more: two such may well differ 1.5 times.
static void one_kind(void **state)
{
    (void)state;
    double values[400], threshold = -1;
    airy_random random;
    airy_random_init(&random, 1, 0, 0, 0);
    for (int n = 2; n <= 400; n += n / 3 + 1)
        for (int scatter = 0; scatter < (n < 30 ? 2 : 3); scatter++) {
            for (int i = 0; i < n; i++)
                values[i] = airy_random_poisson(&random, 1000) *
                            exp(0.1 * scatter * airy_random_normal(&random));
            assert_false(parts(values, n, &threshold));
        }
    assert_true(threshold == -1);
    const double lone[] = {NAN, 5, NAN}, two[] = {900, 40000, NAN}, none[] = {0, 0, 1, 0};
    assert_false(parts(lone, 3, &threshold));
    assert_false(parts(none, 4, &threshold));
    assert_true(parts(two, 3, &threshold));
    assert_near(threshold, 6000, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(as_plain_loops),
        cmocka_unit_test(told_apart),
        cmocka_unit_test(one_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

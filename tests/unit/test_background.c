// SPDX-License-Identifier: GPL-3.0-or-later
// The background of a frame: its scale is found beside a particle, its photons are taken off, and
// their noise is not.
#include "check.h"

#include "airy/pattern.h"
#include "airy/simulate.h"
#include "airy/source.h"
#include "pattern/background.h"
#include "pattern/noise.h"
#include "simulate/diffract.h"
#include "simulate/ideal.h"

#include <math.h>
#include <stdlib.h>

enum { SIDE = 256, MISSES = 40, SHOTS = 8 };
#define RADIUS 27.0

static airy_phantom phantom;

// Photons of slits and membrane: a streak, a halo and a level; 0.02 to 3 a pixel.
static double behind(int i)
{
    double y = i / SIDE - 120.0, x = i % SIDE - 112.0;
    return 0.02 + 3 / (1 + pow(hypot(y, x) / 20, 2)) + 0.5 * exp(-y * y / 18);
}

// Without a particle: a gap and a beam stop of the size simulate has.
static airy_pattern dark(void)
{
    airy_pattern p;
    assert_ok(airy_pattern_init(&p, SIDE, SIDE, &err));
    for (int i = 0; i < SIDE * SIDE; i++)
        if (abs(i / SIDE - SIDE / 2) < 4 || hypot(i / SIDE - 128., i % SIDE - 128.) < 6)
            p.mask.bits[i] = AIRY_MASK_MISSING;
    airy_pattern_apply_mask(&p);
    return p;
}

static airy_pattern particle(double photons, int number)
{
    airy_simulate_options options;
    airy_pattern p;
    airy_simulate_options_defaults(&options, SIDE);
    options.photons = photons;
    options.gap = 8;
    options.stop_radius = 6;
    options.seed = 12;
    options.shot = number;
    // At 90 keV angles are so small that q is linear in the pixel, as simulate takes it.
    options.setup.energy_ev = 50000;
    airy_setup_set_object_pixel(&options.setup, SIDE, 2.24);
    assert_ok(airy_simulate_pattern(&phantom, &options, &p, NULL, &err));
    return p;
}

static airy_pattern frame(double photons, double scale, int number)
{
    airy_pattern p = photons > 0 ? particle(photons, number) : dark();
    airy_random random;
    airy_random_init(&random, 6, (uint32_t)number, 1, 0);
    for (int i = 0; i < SIDE * SIDE; i++) {
        p.photons.px[i] += (float)airy_random_poisson(&random, scale * behind(i));
        p.variance.px[i] = p.photons.px[i];
    }
    return p;
}

static airy_pattern mean_miss(void)
{
    airy_exposures *run = airy_exposures_new(NULL);
    airy_pattern mean;
    for (int k = 0; k < MISSES; k++) {
        airy_pattern p = frame(0, 1, 1000 + k);
        assert_ok(airy_exposures_add(run, &p, &err));
        airy_pattern_release(&p);
    }
    assert_ok(airy_exposures_mean(run, 0.5, &mean, &err));
    airy_exposures_free(run);
    return mean;
}

// A frame without a particle gives its scale within its error; photons and noise add up.
static void alone(void **state)
{
    (void)state;
    airy_pattern mean = mean_miss();
    double pulls = 0;
    for (int k = 0; k < SHOTS; k++) {
        double scale = 0.6 + 0.05 * k;
        airy_background_result did;
        airy_pattern p = frame(0, scale, k), before;
        assert_ok(airy_pattern_copy(&before, &p, &err));
        assert_ok(airy_pattern_take_background(&p, &mean, &did, &err));
        pulls += pow((did.scale - scale) / did.scale_error, 2) / SHOTS;
        assert_true(did.chi2 > 0.5 && did.chi2 < 1.5); // 64 cells: 1 +- 0.18
        assert_true(did.cells > 0.95 * did.all);
        for (int i = 0; i < SIDE * SIDE; i++)
            if (!isnan(p.photons.px[i]))
                assert_near(p.photons.px[i] + p.background.px[i], before.photons.px[i], 1e-4);
        airy_pattern_release(&before);
        airy_pattern_release(&p);
    }
    // eight squares: 1 +- 0.5
    assert_near(pulls, 1, 1);
    airy_pattern_release(&mean);
}

// With a particle of 1e5 photons on a background of as many, the size keeps its error bar: pulls
// over the shots have width 1 within their own scatter (8 squares: +- 0.5), and with the background
// left in they have not.
static void beside_a_particle(void **state)
{
    (void)state;
    airy_pattern mean = mean_miss();
    airy_sphere_options options;
    airy_sphere_options_defaults(&options);
    options.pixel_area = false; // simulated at points
    double with = 0, without = 0, off = 0;
    for (int k = 0; k < SHOTS; k++) {
        double scale = 0.7 + 0.03 * k;
        airy_background_result did;
        airy_sphere_fit fit;
        airy_pattern p = frame(1e5, scale, k);
        assert_ok(airy_pattern_sphere(&p, &options, &fit, &err));
        without += pow((fit.radius_par_nm - RADIUS) / fit.radius_par_error_nm, 2) / SHOTS;
        assert_ok(airy_pattern_take_background(&p, &mean, &did, &err));
        off += (did.scale / scale - 1) / SHOTS;
        assert_ok(airy_pattern_sphere(&p, &options, &fit, &err));
        with += pow((fit.radius_par_nm - RADIUS) / fit.radius_par_error_nm, 2) / SHOTS;
        airy_pattern_release(&p);
    }
    print_message("size: pulls^2 %.2f, %.1f with the background left in; scale %+.4f\n", with,
                  without, off);
    assert_near(with, 1, 1);
    assert_true(without > 2 * with);
    // The particle's faint light in cells that agree with the background within their noise.
    assert_near(off, 0, 0.12);
    airy_pattern_release(&mean);
}

// Binned, merged, written and read, it stays the same number: counted = photons + background.
static void kept(void **state)
{
    (void)state;
    airy_pattern mean = mean_miss(), p = frame(1e6, 1, 3), binned, whole, merged, back;
    airy_background_result did;
    airy_bin_options bin;
    airy_merge_options merge;
    airy_bin_options_defaults(&bin);
    airy_merge_options_defaults(&merge);
    assert_ok(airy_pattern_bin(&p, &bin, &whole, NULL, &err));
    assert_ok(airy_pattern_take_background(&p, &mean, &did, &err));
    assert_fails(airy_pattern_take_background(&p, &mean, &did, &err), AIRY_EVALUE, "before");
    assert_ok(airy_pattern_bin(&p, &bin, &binned, NULL, &err));
    for (int i = 0; i < binned.photons.ny * binned.photons.nx; i++)
        if (!isnan(binned.photons.px[i]))
            assert_near(binned.photons.px[i] + binned.background.px[i], whole.photons.px[i],
                        1e-3 + 1e-6 * (double)whole.photons.px[i]); // float
    assert_ok(airy_pattern_write("background.h5", &binned, NULL, true, &err));
    assert_ok(airy_pattern_read("background.h5", 0, &back, NULL, &err));
    assert_memory_equal(back.background.px, binned.background.px,
                        (size_t)back.photons.ny * (size_t)back.photons.nx * sizeof(float));
    assert_ok(airy_pattern_merge(&binned, &merge, &merged, &err));
    airy_image factor, extra;
    assert_ok(airy_pattern_noise(&merged, &factor, &extra, &err));
    int empty = 0;
    for (int i = 0; i < merged.photons.ny * merged.photons.nx; i++)
        if (!isnan(merged.photons.px[i])) {
            // a pixel that counted nothing still has the noise of what was expected there
            assert_true(extra.px[i] >= factor.px[i] * merged.background.px[i] - 1e-6f);
            empty += merged.photons.px[i] + merged.background.px[i] < 0.01f;
        }
    assert_true(empty > 10);
    airy_image_release(&factor);
    airy_image_release(&extra);
    airy_pattern *all[] = {&mean, &p, &binned, &whole, &merged, &back};
    for (int k = 0; k < 6; k++)
        airy_pattern_release(all[k]);
}

// The mean of two frames of 0.3 photons a pixel: known to a fifth everywhere, unbiased, and in a
// bright corner every pixel stays itself.
static void steadied(void **state)
{
    (void)state;
    airy_exposures *run = airy_exposures_new(NULL);
    airy_pattern mean, before;
    airy_random random;
    airy_random_init(&random, 2, 0, 0, 0);
    for (int k = 0; k < 2; k++) {
        airy_pattern p = dark();
        for (int i = 0; i < SIDE * SIDE; i++) {
            bool corner = i / SIDE < 20 && i % SIDE < 20;
            p.photons.px[i] += (float)airy_random_poisson(&random, corner ? 200 : 0.3);
            p.variance.px[i] = p.photons.px[i];
        }
        assert_ok(airy_exposures_add(run, &p, &err));
        airy_pattern_release(&p);
    }
    assert_ok(airy_exposures_mean(run, 0.5, &mean, &err));
    assert_ok(airy_pattern_copy(&before, &mean, &err));
    assert_ok(airy_pattern_steady_background(&mean, &err));
    double sum = 0;
    int n = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
        assert_true(isnan(mean.photons.px[i]) == isnan(before.photons.px[i]));
        if (isnan(mean.photons.px[i]))
            continue;
        if (i / SIDE < 20 && i % SIDE < 20) {
            assert_true(mean.photons.px[i] == before.photons.px[i]);
        } else if (i / SIDE > 60 && i % SIDE > 60) { // beyond what reaches into the corner
            sum += (double)mean.photons.px[i];
            n++;
            assert_near(mean.photons.px[i], 0.3, 0.3); // five times a fifth
        }
    }
    // Stopping at the first square that is certain prefers bright ones: some per cent.
    assert_near(sum / n, 0.3, 0.03);
    airy_pattern_release(&before);
    airy_pattern_release(&mean);
    airy_exposures_free(run);
}

static void refused(void **state)
{
    (void)state;
    airy_pattern mean, p = frame(0, 1, 1);
    airy_background_result did;
    assert_ok(airy_pattern_init(&mean, 4, 4, &err));
    assert_fails(airy_pattern_take_background(&p, &mean, &did, &err), AIRY_ESHAPE, "4 x 4");
    airy_pattern_release(&mean);
    assert_ok(airy_pattern_init(&mean, SIDE, SIDE, &err)); // dark: nothing to scale
    assert_fails(airy_pattern_take_background(&p, &mean, &did, &err), AIRY_EVALUE, "too few");
    airy_pattern_release(&mean);
    airy_pattern_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone),    cmocka_unit_test(beside_a_particle), cmocka_unit_test(kept),
        cmocka_unit_test(steadied), cmocka_unit_test(refused),
    };
    airy_phantom_plain(&phantom, RADIUS, RADIUS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

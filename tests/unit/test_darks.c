// SPDX-License-Identifier: GPL-3.0-or-later
// Dark frames: mean and RMS of each stage, wrong stages, noisy pixels, and patterns' life.
#include "airy/detector.h"

#include "check.h"

enum { NY = AIRY_MODULE_NY, NX = AIRY_MODULE_NX, PIXELS = NY * NX, FRAMES = 50 };

static const uint16_t gain_bits[AIRY_GAINS] = {0, 0x4000, 0xc000};

// Frames of stage g whose pixels alternate between mean - 3 and mean + 3.
static void add_frames(airy_darks *darks, int g, int mean)
{
    uint16_t *raw = airy_memory_new(PIXELS, sizeof *raw);
    for (int f = 0; f < FRAMES; f++) {
        for (int i = 0; i < PIXELS; i++)
            raw[i] = (uint16_t)(gain_bits[g] | (mean + (f % 2 ? 3 : -3)));
        raw[5] = (uint16_t)(gain_bits[g] | (mean + (f % 2 ? 60 : -60))); // noisy
        if (f == 7)
            raw[6] = (uint16_t)(gain_bits[(g + 1) % 3] | 100); // 2 % in another stage
        airy_darks_add(darks, g, raw);
    }
    airy_memory_free(raw);
}

static void means_and_noise_of_every_stage(void **state)
{
    (void)state;
    airy_calibration c;
    airy_darks *darks = airy_darks_new(NY, NX, NULL);
    assert_non_null(darks);
    add_frames(darks, 0, 3000);
    add_frames(darks, 1, 15000);
    assert_ok(airy_darks_finish(darks, 5, &c, &err));
    double noise = 3 * sqrt(FRAMES / (FRAMES - 1.0)); // of +-3 with n - 1
    assert_near(c.pedestal.px[100], 3000, 0);
    assert_near(c.noise.px[100], noise, 1e-6);
    assert_near(c.pedestal.px[PIXELS + 100], 15000, 0);
    assert_near(c.noise.px[PIXELS + 100], noise, 1e-6);
    assert_true(isnan(c.pedestal.px[2 * PIXELS + 100])); // no frames in G2
    assert_null(c.gain.px);
    assert_int_equal(c.mask.bits[100], 0);
    assert_int_equal(c.mask.bits[5], AIRY_MASK_NOISY);
    assert_int_equal(c.mask.bits[6], AIRY_MASK_GAIN);
    // the frame in another stage does not enter the mean: one +3 less of 50
    assert_near(c.pedestal.px[6], 3000 - 3.0 / 49, 1e-3);
    airy_calibration_release(&c);
    assert_ok(airy_darks_finish(darks, 0, &c, &err));
    assert_int_equal(c.mask.bits[5], 0);
    airy_calibration_release(&c);
    airy_darks_free(darks);
}

static void nothing_gives_no_pedestal(void **state)
{
    (void)state;
    airy_calibration c;
    airy_error none = {0};
    airy_darks *darks = airy_darks_new(NY, NX, NULL);
    assert_fails(airy_darks_finish(darks, 5, &c, &err), AIRY_EVALUE, "no dark frames");
    airy_darks_free(darks);
    assert_null(airy_darks_new(100, NX, &none));
    assert_int_equal(none.code, AIRY_ESHAPE);
    airy_darks_free(NULL);
}

static void reasons_agree_with_the_excluding_bits(void **state)
{
    (void)state;
    int n;
    uint32_t excludes = 0, all = 0;
    const airy_reason_row *rows = airy_mask_reasons(&n);
    for (int i = 0; i < n; i++) {
        assert_int_equal(all & rows[i].bit, 0);
        all |= rows[i].bit;
        excludes |= rows[i].excludes ? rows[i].bit : 0;
        assert_true(strlen(rows[i].name) > 0 && strlen(rows[i].means) > 0);
    }
    assert_int_equal(excludes, AIRY_MASK_EXCLUDES);
}

static void patterns_are_copied_deep_and_masked(void **state)
{
    (void)state;
    airy_pattern a, b;
    assert_ok(airy_pattern_init(&a, 2, 3, &err));
    for (int i = 0; i < 6; i++)
        a.photons.px[i] = a.variance.px[i] = (float)i;
    a.mask.bits[1] = AIRY_MASK_HOT;
    a.mask.bits[2] = AIRY_MASK_FILLED; // informational: stays
    a.has_center = true, a.center_x = 1.5;
    assert_ok(airy_image_init(&a.coverage, 2, 3, &err));
    assert_ok(airy_pattern_copy(&b, &a, &err));
    airy_pattern_apply_mask(&b);
    assert_true(isnan(b.photons.px[1]) && isnan(b.variance.px[1]));
    assert_near(b.photons.px[2], 2, 0);
    assert_near(a.photons.px[1], 1, 0);
    assert_near(b.center_x, 1.5, 0);
    airy_pattern_release(&a);
    assert_near(b.photons.px[5], 5, 0);
    airy_image_release(&b.variance);
    assert_ok(airy_pattern_copy(&a, &b, &err)); // without a variance
    assert_null(a.variance.px);
    airy_pattern_apply_mask(&a);
    airy_pattern_release(&a);
    airy_pattern_release(&a);
    airy_pattern_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_and_noise_of_every_stage),
        cmocka_unit_test(nothing_gives_no_pedestal),
        cmocka_unit_test(reasons_agree_with_the_excluding_bits),
        cmocka_unit_test(patterns_are_copied_deep_and_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// One shot dealt out to two halves: nothing lost, equal shares, independent.
#include "check.h"

#include "airy/pattern.h"

enum { SIDE = 128, PIXELS = SIDE * SIDE };

// Poisson counts of mean `mean`; a few pixels are excluded.
static airy_pattern counted(double mean)
{
    airy_pattern pattern;
    airy_random random;
    airy_random_init(&random, 7, 0, 0, 0);
    assert_ok(airy_pattern_init(&pattern, SIDE, SIDE, &err));
    for (int i = 0; i < PIXELS; i++) {
        pattern.photons.px[i] = (float)airy_random_poisson(&random, mean);
        pattern.variance.px[i] = pattern.photons.px[i] + 0.04f;
        pattern.mask.bits[i] = i % 97 == 0 ? AIRY_MASK_BAD : 0;
    }
    airy_pattern_apply_mask(&pattern);
    return pattern;
}

static void split(const airy_pattern *in, airy_pattern halves[2])
{
    airy_random random;
    airy_random_init(&random, 1, 2, 3, 4);
    assert_ok(airy_pattern_split(in, &random, halves, &err));
}

static void drop(airy_pattern *in, airy_pattern halves[2])
{
    airy_pattern_release(in);
    airy_pattern_release(&halves[0]);
    airy_pattern_release(&halves[1]);
}

static void no_photon_is_lost(void **state)
{
    (void)state;
    airy_pattern in = counted(3), halves[2];
    split(&in, halves);
    for (int i = 0; i < PIXELS; i++) {
        double a = halves[0].photons.px[i], b = halves[1].photons.px[i];
        if (in.mask.bits[i]) {
            assert_true(isnan(a) && isnan(b));
            continue;
        }
        assert_true(a == floor(a) && b == floor(b) && a >= 0 && b >= 0);
        assert_near(a + b, in.photons.px[i], 0);
        assert_near(halves[0].variance.px[i], a + 0.01, 1e-5);
    }
    drop(&in, halves);
}

// Means and variances of the halves are half of the whole's; they do not correlate.
static void halves_are_independent(void **state)
{
    (void)state;
    const double mean = 3;
    airy_pattern in = counted(mean), halves[2];
    split(&in, halves);
    double n = 0, a1 = 0, b1 = 0, aa = 0, ab = 0;
    for (int i = 0; i < PIXELS; i++) {
        double a = halves[0].photons.px[i] - mean / 2, b = halves[1].photons.px[i] - mean / 2;
        if (isnan(a))
            continue;
        n++;
        a1 += a;
        b1 += b;
        aa += a * a;
        ab += a * b;
    }
    // 16215 pixels: the mean is known to 0.0096, the variance to 0.018, the covariance to 0.012;
    // four of each are allowed.
    assert_near(a1 / n, 0, 0.04);
    assert_near(b1 / n, 0, 0.04);
    assert_near(aa / n, mean / 2, 0.07);
    assert_near(ab / n, 0, 0.05);
    drop(&in, halves);
}

// A merged pixel is the mean of two counts, a binned cell may stand for less than its area; read
// noise is no photon.
static void units_are_counts(void **state)
{
    (void)state;
    airy_pattern in = counted(3), halves[2];
    assert_ok(airy_image_init(&in.coverage, SIDE, SIDE, &err));
    in.merged = true;
    for (int i = 0; i < PIXELS; i++) {
        in.coverage.px[i] = i % 2 ? 0.5f : 1;
        in.mask.bits[i] |= i % 3 == 0 ? AIRY_MASK_FILLED : 0;
        in.photons.px[i] = in.mask.bits[i] & AIRY_MASK_BAD ? NAN : (float)(i % 5) + 0.1f;
    }
    split(&in, halves);
    for (int i = 0; i < PIXELS; i++) {
        double unit = (i % 2 ? 2 : 1) * (i % 3 == 0 ? 1 : 0.5);
        double a = halves[0].photons.px[i] / unit, b = halves[1].photons.px[i] / unit;
        if (isnan(in.photons.px[i]))
            continue;
        assert_true(a == floor(a) && b == floor(b));
        assert_near(a + b, floor((i % 5 + 0.1) / unit + 0.5), 0);
    }
    drop(&in, halves);
}

static void condensed_patterns_are_refused(void **state)
{
    (void)state;
    airy_pattern in = counted(3), halves[2];
    airy_random random;
    airy_random_init(&random, 1, 2, 3, 4);
    in.condensed = true;
    assert_fails(airy_pattern_split(&in, &random, halves, &err), AIRY_EVALUE, "no counted photons");
    airy_pattern_release(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_photon_is_lost),
        cmocka_unit_test(halves_are_independent),
        cmocka_unit_test(units_are_counts),
        cmocka_unit_test(condensed_patterns_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

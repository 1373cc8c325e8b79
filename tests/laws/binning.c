// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of binning and of the Friedel merge: photons, variances, coverage and centers are accounted
// for.
#include "check.h"

#include "airy/pattern.h"
#include "pattern/noise.h"

enum { NY = 47, NX = 52 };

// Poisson counts with a share of masked pixels.
static airy_pattern counts(double masked, uint32_t shot)
{
    airy_pattern pattern;
    assert_ok(airy_pattern_init(&pattern, NY, NX, &err));
    airy_random random;
    airy_random_init(&random, 3, shot, 0, 0);
    for (int i = 0; i < NY * NX; i++) {
        pattern.photons.px[i] = (float)airy_random_poisson(&random, 1 + i % 7);
        pattern.variance.px[i] = pattern.photons.px[i] + 0.25f;
        if (airy_random_uniform(&random) < masked)
            pattern.mask.bits[i] = AIRY_MASK_BAD;
    }
    airy_pattern_apply_mask(&pattern);
    return pattern;
}

static bool good(const airy_pattern *pattern, int y, int x)
{
    bool on = y >= 0 && x >= 0 && y < pattern->photons.ny && x < pattern->photons.nx;
    return on && !(pattern->mask.bits[y * pattern->photons.nx + x] & AIRY_MASK_EXCLUDES);
}

// Every cell against the definition; whole numbers of photons below 2^24 add up exactly in float.
static void check_cells(const airy_pattern *in, const airy_pattern *out, int n, int oy, int ox,
                        double least)
{
    for (int i = 0; i < out->photons.ny * out->photons.nx; i++) {
        int y0 = oy + n * (i / out->photons.nx), x0 = ox + n * (i % out->photons.nx), valid = 0;
        double sum = 0, variance = 0;
        for (int k = 0; k < n * n; k++) {
            int y = y0 + k / n, x = x0 + k % n;
            if (!good(in, y, x))
                continue;
            valid++;
            sum += (double)in->photons.px[y * NX + x];
            variance += (double)in->variance.px[y * NX + x];
        }
        double scale = valid ? (double)(n * n) / valid : 0;
        assert_true(out->coverage.px[i] == (float)((double)valid / (n * n)));
        if (!valid || (double)valid / (n * n) < least) {
            assert_true(isnan(out->photons.px[i]) && isnan(out->variance.px[i]));
            assert_true(out->mask.bits[i] & AIRY_MASK_COVERAGE);
        } else {
            assert_true(out->photons.px[i] == (float)(sum * scale));
            assert_true(out->variance.px[i] == (float)(variance * scale * scale));
            assert_false(out->mask.bits[i] & AIRY_MASK_EXCLUDES);
        }
    }
}

static void cells(void **state)
{
    (void)state;
    for (int n = 1; n <= 5; n++)
        for (int k = 0; k < 3; k++) {
            airy_pattern in = counts(0.3 * k, (uint32_t)n), out;
            airy_bin_options options;
            airy_bin_options_defaults(&options);
            options.factor = n;
            options.origin_y = n / 2;
            options.origin_x = n - 1;
            assert_ok(airy_pattern_bin(&in, &options, &out, NULL, &err));
            check_cells(&in, &out, n, n / 2, n - 1, options.coverage);
            airy_pattern_release(&in);
            airy_pattern_release(&out);
        }
}

// Fully valid cells keep every photon, whatever the factor.
static void photons_are_kept(void **state)
{
    (void)state;
    for (int n = 1; n <= 7; n++) {
        airy_pattern in = counts(0, 9), out;
        airy_bin_options options;
        airy_bin_result did;
        airy_bin_options_defaults(&options);
        options.factor = n;
        assert_ok(airy_pattern_bin(&in, &options, &out, &did, &err));
        double kept = 0;
        for (int y = 0; y < NY - did.dropped_y; y++)
            for (int x = 0; x < NX - did.dropped_x; x++)
                kept += (double)in.photons.px[y * NX + x];
        assert_true(did.photons_out == kept);
        assert_int_equal(did.dropped_y, NY % n);
        assert_int_equal(did.dropped_x, NX % n);
        airy_pattern_release(&in);
        airy_pattern_release(&out);
    }
}

// Partial cells are not biased: the mean photons a pixel stay those of the measured pixels.
static void coverage_is_not_biased(void **state)
{
    (void)state;
    airy_pattern in = counts(0.4, 4), out;
    for (int i = 0; i < NY * NX; i++)
        in.photons.px[i] = isnan(in.photons.px[i]) ? NAN : 2.5f;
    airy_bin_options options;
    airy_bin_options_defaults(&options);
    options.factor = 4;
    assert_ok(airy_pattern_bin(&in, &options, &out, NULL, &err));
    for (int i = 0; i < out.photons.ny * out.photons.nx; i++)
        assert_true(isnan(out.photons.px[i]) || out.photons.px[i] == 40.0f);
    airy_pattern_release(&in);
    airy_pattern_release(&out);
}

// The center of a pair of mates' cells is the binned center; aligned, it is as whole as can be.
static void center_follows(void **state)
{
    (void)state;
    for (int n = 1; n <= 6; n++)
        for (double c = 18; c < 22; c += 0.25) {
            airy_pattern in = counts(0, 1), out;
            airy_bin_options options;
            airy_bin_result did;
            airy_bin_options_defaults(&options);
            options.factor = n;
            in.has_center = true;
            in.center_y = c;
            in.center_x = c + 1;
            in.setup.pitch_m = 75e-6;
            assert_ok(airy_pattern_bin(&in, &options, &out, &did, &err));
            double back = out.center_y * n + (n - 1) / 2.0 + did.origin_y;
            assert_near(back, c, 1e-12);
            // Origins are whole pixels: nothing can be nearer than half a pixel, 1 / (2 n) of a
            // cell.
            assert_true(fabs(out.center_x - round(out.center_x)) <= 0.5 / n + 1e-12);
            if (n % 2 && c == round(c))
                assert_near(out.center_y, round(out.center_y), 1e-12);
            assert_near(out.setup.pitch_m, n * 75e-6, 1e-12);
            airy_pattern_release(&in);
            airy_pattern_release(&out);
        }
}

static void bad_options(void **state)
{
    (void)state;
    airy_pattern in = counts(0, 1), out;
    airy_bin_options options;
    airy_bin_options_defaults(&options);
    options.factor = 0;
    assert_fails(airy_pattern_bin(&in, &options, &out, NULL, &err), AIRY_EARGUMENT, "factor");
    options.factor = 64;
    assert_fails(airy_pattern_bin(&in, &options, &out, NULL, &err), AIRY_ESHAPE, "47 x 52");
    options.factor = 3;
    options.coverage = NAN;
    assert_fails(airy_pattern_bin(&in, &options, &out, NULL, &err), AIRY_EARGUMENT, "coverage");
    airy_pattern_release(&in);
}

// ------------------------------------------------------------------ the merge

// Every merged pixel against the definition; the result is its own mirror image, bit for bit.
static void merge_is_the_mean_of_mates(void **state)
{
    (void)state;
    airy_pattern in = counts(0.3, 7), out;
    airy_merge_options options;
    airy_merge_options_defaults(&options);
    in.has_center = true;
    in.center_y = 24.4;
    in.center_x = 26.6;
    const int n = options.size = 40, cy = 24, cx = 27;
    assert_ok(airy_pattern_merge(&in, &options, &out, &err));
    for (int i = 0; i < n * n; i++) {
        int dy = i / n - n / 2, dx = i % n - n / 2;
        bool a = good(&in, cy + dy, cx + dx), b = good(&in, cy - dy, cx - dx);
        bool own = dy == 0 && dx == 0;
        int pixel = (cy + dy) * NX + cx + dx, mate = (cy - dy) * NX + cx - dx;
        int valid = own ? a : a + b;
        double sum = a ? (double)in.photons.px[pixel] : 0, variance = 0;
        sum += b && !own ? (double)in.photons.px[mate] : 0;
        variance += a ? (double)in.variance.px[pixel] : 0;
        variance += b && !own ? (double)in.variance.px[mate] : 0;
        assert_int_equal(good(&out, i / n, i % n), valid > 0);
        assert_int_equal(!!(out.mask.bits[i] & AIRY_MASK_FILLED), !own && valid == 1);
        if (!valid)
            continue;
        assert_true(out.photons.px[i] == (float)(sum / valid));
        assert_true(out.variance.px[i] == (float)(variance / (valid * valid)));
        int other = (n / 2 - dy) * n + n / 2 - dx;
        if (dy > -n / 2 && dx > -n / 2)
            assert_true(out.photons.px[i] == out.photons.px[other]);
    }
    assert_true(out.merged && out.has_center);
    assert_true(out.center_y == n / 2 && out.center_x == n / 2);
    airy_pattern_release(&in);
    airy_pattern_release(&out);
}

// Merging what is merged changes nothing, variance included.
static void merge_happens_once(void **state)
{
    (void)state;
    airy_pattern in = counts(0.2, 8), once, twice;
    airy_merge_options options;
    airy_merge_options_defaults(&options);
    in.has_center = true;
    in.center_y = 23;
    in.center_x = 26;
    assert_ok(airy_pattern_merge(&in, &options, &once, &err));
    assert_ok(airy_pattern_merge(&once, &options, &twice, &err));
    size_t bytes = (size_t)(once.photons.ny * once.photons.nx) * sizeof(float);
    assert_memory_equal(once.photons.px, twice.photons.px, bytes);
    assert_memory_equal(once.variance.px, twice.variance.px, bytes);
    airy_pattern_release(&in);
    airy_pattern_release(&once);
    airy_pattern_release(&twice);
}

// The noise model knows that means of two are quieter: V / mu is 1 / 2 for pairs, 1 for single
// ones.
static void noise_of_merged_pixels(void **state)
{
    (void)state;
    airy_pattern in = counts(0.3, 5), out;
    airy_image factor, extra;
    airy_merge_options options;
    airy_merge_options_defaults(&options);
    in.has_center = true;
    in.center_y = 23;
    in.center_x = 26;
    for (int i = 0; i < NY * NX; i++)
        in.variance.px[i] = in.photons.px[i]; // photon noise alone
    assert_ok(airy_pattern_merge(&in, &options, &out, &err));
    assert_ok(airy_pattern_noise(&out, &factor, &extra, &err));
    int n = out.photons.ny;
    for (int i = 0; i < n * n; i++) {
        if (!good(&out, i / n, i % n) || i == n / 2 * n + n / 2)
            continue;
        bool pair = !(out.mask.bits[i] & AIRY_MASK_FILLED);
        assert_true(factor.px[i] == (pair ? 0.5f : 1.0f));
        assert_true(extra.px[i] == 0);
    }
    airy_image_release(&factor);
    airy_image_release(&extra);
    airy_pattern_release(&in);
    airy_pattern_release(&out);
}

static void merge_needs_a_center(void **state)
{
    (void)state;
    airy_pattern in = counts(0, 1), out;
    airy_merge_options options;
    airy_merge_options_defaults(&options);
    assert_fails(airy_pattern_merge(&in, &options, &out, &err), AIRY_EVALUE, "airy center");
    options.size = 33;
    assert_fails(airy_pattern_merge(&in, &options, &out, &err), AIRY_EARGUMENT, "even");
    airy_pattern_release(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells),
        cmocka_unit_test(photons_are_kept),
        cmocka_unit_test(coverage_is_not_biased),
        cmocka_unit_test(center_follows),
        cmocka_unit_test(bad_options),
        cmocka_unit_test(merge_is_the_mean_of_mates),
        cmocka_unit_test(merge_happens_once),
        cmocka_unit_test(noise_of_merged_pixels),
        cmocka_unit_test(merge_needs_a_center),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

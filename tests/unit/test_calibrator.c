// SPDX-License-Identifier: GPL-3.0-or-later
// Words to the plane in one pass, and straight to cells: the same numbers as the slow, obvious way.
#include "airy/pattern.h"

#include "check.h"
#include "airy/source.h"
#include "detector/calibrate.h"
#include "pattern/mask.h"

#include <string.h>

enum { NY = 1024, NX = 1024, PIXELS = NY * NX }; // two modules

static uint16_t any_word(airy_random *random)
{
    static const uint16_t special[] = {0xc000, 0x3fff, 0x4000, 0xffff, 0x8123, 0};
    double u = airy_random_uniform(random);
    if (u < 0.9)
        return (uint16_t)(2900 + 4000 * u * u * u * u);
    if (u < 0.95)
        return (uint16_t)(0x4000 | (int)(15000 - 40000 * (u - 0.9)));
    if (u < 0.99)
        return (uint16_t)(0xc000 | (int)(15000 - 100000 * (u - 0.95)));
    return special[(int)(600 * (u - 0.99)) % 6];
}

// Every pixel differs from the others; some stages are not calibrated, some pixels are bad.
static void make_calibration(airy_calibration *c)
{
    static const float gain[] = {41.5f, -1.39f, -0.11f}, pedestal[] = {3000, 15000, 15100};
    airy_random random;
    airy_random_init(&random, 11, 1, 0, 0);
    *c = (airy_calibration){0};
    assert_ok(airy_stack_init(&c->gain, 3, NY, NX, &err));
    assert_ok(airy_stack_init(&c->pedestal, 3, NY, NX, &err));
    assert_ok(airy_stack_init(&c->noise, 3, NY, NX, &err));
    assert_ok(airy_mask_init(&c->mask, NY, NX, &err));
    for (int i = 0; i < 3 * PIXELS; i++) {
        double u = airy_random_uniform(&random);
        c->gain.px[i] = gain[i / PIXELS] * (float)(0.95 + 0.1 * u);
        c->pedestal.px[i] = pedestal[i / PIXELS] + 37 * (float)u;
        c->noise.px[i] = 3 + (float)u;
        if (u < 0.002)
            (u < 0.001 ? c->gain : c->pedestal).px[i] = NAN;
        if (u > 0.9995)
            c->mask.bits[i % PIXELS] |= AIRY_MASK_NOISY;
    }
}

static uint16_t *make_words(uint32_t frame)
{
    uint16_t *words = airy_memory_new(PIXELS, sizeof *words);
    airy_random random;
    airy_random_init(&random, 12, frame, 0, 0);
    for (int i = 0; i < PIXELS; i++)
        words[i] = any_word(&random);
    return words;
}

// The definition, in double, pixel by pixel.
static double photons_of(const airy_calibration *c, double energy_ev, uint16_t word, int i)
{
    static const int stages[] = {0, 1, -1, 2};
    int g = stages[word >> 14];
    if (g < 0 || word == 0xc000 || word == 0x4000 || word == 0xffff || word == 0)
        return NAN;
    double adu = (word & 0x3fff) - (double)c->pedestal.px[g * PIXELS + i];
    return adu / (double)c->gain.px[g * PIXELS + i] / (energy_ev * 1e-3);
}

static void single_pixels_follow_the_definition(void **state)
{
    (void)state;
    airy_calibration c;
    airy_pattern out;
    airy_calibrate_options o;
    airy_calibrate_options_defaults(&o);
    o.wide = AIRY_WIDE_KEEP, o.mask_edges = false;
    make_calibration(&c);
    uint16_t *words = make_words(1);
    assert_ok(airy_pattern_init(&out, NY, NX, &err));
    assert_ok(airy_jungfrau_calibrate(words, NY, NX, &c, &o, &out, &err));
    int measured = 0;
    for (int i = 0; i < PIXELS; i++) {
        double wanted = photons_of(&c, o.energy_ev, words[i], i);
        if (c.mask.bits[i] & AIRY_MASK_EXCLUDES)
            wanted = NAN;
        assert_int_equal(isnan(wanted), isnan(out.photons.px[i]));
        assert_int_equal(isnan(wanted), isnan(out.variance.px[i]));
        if (isnan(wanted))
            continue;
        measured++;
        // single precision: differences of a few units in the last of 24 bits
        assert_near(out.photons.px[i], wanted, 4e-7 * fabs(wanted) + 1e-9);
    }
    assert_in_range(measured, 0.97 * PIXELS, PIXELS - 1);
    airy_memory_free(words);
    airy_pattern_release(&out);
    airy_calibration_release(&c);
}

static void assert_same(const airy_pattern *a, const airy_pattern *b)
{
    size_t n = (size_t)a->photons.ny * (size_t)a->photons.nx;
    assert_int_equal(a->photons.ny, b->photons.ny);
    assert_int_equal(a->photons.nx, b->photons.nx);
    assert_memory_equal(a->mask.bits, b->mask.bits, n * sizeof *a->mask.bits);
    for (size_t i = 0; i < n; i++) {
        assert_true(a->photons.px[i] == b->photons.px[i] || isnan(a->photons.px[i]));
        assert_true(a->variance.px[i] == b->variance.px[i] || isnan(a->variance.px[i]));
        assert_int_equal(isnan(a->photons.px[i]), isnan(b->photons.px[i]));
        assert_int_equal(isnan(a->variance.px[i]), isnan(b->variance.px[i]));
        if (a->coverage.px)
            assert_true(a->coverage.px[i] == b->coverage.px[i]);
    }
}

// Turned by a little: rows of the data cross rows of the plane, some pixels meet and some places
// stay empty; the second module is turned by a right angle, and one rectangle is bad.
static const char turned[] =
    "res = 13333.3\nclen = 1\nphoton_energy = 9000\nmask_edge_pixels = 1\n"
    "bada/min_x = 100\nbada/max_x = 120\nbada/min_y = 50\nbada/max_y = 60\n"
    "a/min_fs = 0\na/max_fs = 1023\na/min_ss = 0\na/max_ss = 511\n"
    "a/corner_x = -20.3\na/corner_y = 10.1\n"
    "a/fs = 0.99995x +0.01y\na/ss = -0.01x +0.99995y\n"
    "b/min_fs = 0\nb/max_fs = 1023\nb/min_ss = 512\nb/max_ss = 1023\n"
    "b/corner_x = -20\nb/corner_y = 40\nb/fs = 0x +1y\nb/ss = -1x +0y\n";

static void read_turned(airy_geometry *g)
{
    assert_ok(airy_geometry_crystfel(g, turned, "turned", &err));
}

static void column(airy_geometry *g)
{
    assert_ok(airy_geometry_grid(g, 2, 1, &err));
}

static void stacked(airy_geometry *g)
{
    *g = (airy_geometry){0};
}

// The slow way: calibrated in data order, then moved.
static void slowly(const uint16_t *words, const airy_calibration *c,
                   const airy_calibrate_options *o, const airy_geometry *g, airy_pattern *plane)
{
    airy_pattern data;
    assert_ok(airy_pattern_init(&data, NY, NX, &err));
    assert_ok(airy_jungfrau_calibrate(words, NY, NX, c, o, &data, &err));
    if (g->n == 0) {
        *plane = data;
        return;
    }
    assert_ok(airy_geometry_plane(g, plane, &err));
    assert_ok(airy_geometry_assemble(g, &data, plane, &err));
    airy_pattern_release(&data);
}

// A frame binned at once against calibrated, moved, masked and binned.
static void check_bins(const airy_calibrator *calibrator, const uint16_t *words, bool lost,
                       const airy_pattern *plane, int factor)
{
    airy_pattern binned, wanted;
    airy_bin_options o;
    airy_bin_result did, slow;
    airy_bin_options_defaults(&o);
    o.factor = factor, o.origin_y = factor > 2, o.origin_x = factor > 3 ? 2 : 0;
    o.coverage = factor == 2 ? 0.3 : 0.5;
    assert_ok(airy_pattern_bin(plane, &o, &wanted, &slow, &err));
    airy_raw_bins *bins = airy_raw_bins_new(calibrator, &o, plane, NULL);
    assert_non_null(bins);
    airy_raw_bins_work *work = airy_raw_bins_work_new(bins, NULL);
    assert_non_null(work);
    assert_ok(airy_raw_bins_plane(bins, &binned, &err));
    airy_raw_bins_frame(bins, work, words, !lost, &binned, &did); // the workspace is left clean
    airy_raw_bins_frame(bins, work, words, lost, &binned, &did);
    assert_same(&binned, &wanted);
    assert_int_equal(did.dropped_x, slow.dropped_x);
    assert_int_equal(did.origin_y, slow.origin_y);
    assert_near(did.photons_in, slow.photons_in, 1e-9 * slow.photons_in);
    assert_near(did.photons_out, slow.photons_out, 1e-9 * slow.photons_out);
    assert_true(binned.has_center == wanted.has_center && binned.center_x == wanted.center_x);
    airy_raw_bins_work_free(work);
    airy_raw_bins_free(bins);
    airy_pattern_release(&binned);
    airy_pattern_release(&wanted);
}

static const struct {
    const char *name;
    void (*geometry)(airy_geometry *g);
    airy_calibrate_options options;
    int factor;
} rows[] = {
    {"grid", column, {.energy_ev = 9000, .wide = AIRY_WIDE_MASK, .mask_edges = true}, 3},
    {"grid, high gain", column, {.energy_ev = 9000, .high_gain = true}, 2},
    {"grid, rounded", column, {.energy_ev = 9000, .threshold = 0.6, .round = true}, 4},
    {"turned", read_turned, {.energy_ev = 8000, .wide = AIRY_WIDE_KEEP, .mask_edges = true}, 3},
    {"common mode", read_turned, {.energy_ev = 9000, .common_mode = true}, 5},
    {"stacked", stacked, {.energy_ev = 9000, .wide = AIRY_WIDE_SPLIT}, 3},
};

static void one_pass_is_the_slow_way(void **state)
{
    (void)state;
    airy_calibration c;
    make_calibration(&c);
    uint16_t *words = make_words(2);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        airy_geometry g;
        airy_pattern slow, quick;
        airy_calibrate_options o = rows[r].options;
        o.common_mode_below = 2;
        rows[r].geometry(&g);
        slowly(words, &c, &o, &g, &slow);
        airy_calibrator *calibrator = airy_calibrator_new(&c, &o, &g, NY, NX, NULL);
        assert_non_null(calibrator);
        assert_ok(airy_calibrator_plane(calibrator, &quick, &err));
        assert_ok(airy_calibrator_frame(calibrator, words, false, &quick, &err));
        assert_same(&quick, &slow);
        assert_true(quick.setup.energy_ev == o.energy_ev && quick.has_center == slow.has_center);
        check_bins(calibrator, words, false, &quick, rows[r].factor);
        airy_calibrator_free(calibrator);
        airy_pattern_release(&slow);
        airy_pattern_release(&quick);
        airy_geometry_release(&g);
    }
    airy_memory_free(words);
    airy_calibration_release(&c);
}

// Lost frames keep nothing, gaps stay gaps; further masks act as they do on patterns.
static void lost_frames_and_masks(void **state)
{
    (void)state;
    airy_calibration c;
    airy_calibrate_options o;
    airy_geometry g;
    airy_pattern plane, masked;
    airy_mask mask, small;
    make_calibration(&c);
    uint16_t *words = make_words(3);
    airy_calibrate_options_defaults(&o);
    column(&g);
    airy_calibrator *calibrator = airy_calibrator_new(&c, &o, &g, NY, NX, NULL);
    assert_ok(airy_calibrator_plane(calibrator, &plane, &err));
    assert_ok(airy_calibrator_frame(calibrator, words, true, &plane, &err));
    for (int i = 0; i < plane.mask.ny * plane.mask.nx; i++) {
        uint32_t bits = plane.mask.bits[i];
        assert_true(isnan(plane.photons.px[i]));
        assert_true(bits == AIRY_MASK_MISSING || bits & AIRY_MASK_LOST);
    }
    check_bins(calibrator, words, true, &plane, 3);

    assert_ok(airy_calibrator_frame(calibrator, words, false, &plane, &err));
    assert_ok(airy_mask_init(&mask, g.ny, g.nx, &err));
    for (int i = 0; i < g.ny * g.nx; i += 7)
        mask.bits[i] = i % 2 ? AIRY_MASK_HOT : AIRY_MASK_SIGNAL;
    assert_ok(airy_calibrator_mask(calibrator, &mask, &err));
    assert_ok(airy_pattern_copy(&masked, &plane, &err));
    assert_ok(airy_calibrator_frame(calibrator, words, false, &masked, &err));
    assert_ok(airy_mask_combine(&plane.mask, &mask, &err));
    airy_pattern_apply_mask(&plane);
    assert_same(&masked, &plane);
    check_bins(calibrator, words, false, &plane, 3);
    assert_ok(airy_mask_init(&small, 10, 10, &err));
    assert_fails(airy_calibrator_mask(calibrator, &small, &err), AIRY_ESHAPE, "10 x 10");
    airy_calibrator_free(calibrator);
    airy_mask_release(&mask);
    airy_mask_release(&small);
    airy_pattern_release(&plane);
    airy_pattern_release(&masked);
    airy_geometry_release(&g);
    airy_memory_free(words);
    airy_calibration_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_pixels_follow_the_definition),
        cmocka_unit_test(one_pass_is_the_slow_way),
        cmocka_unit_test(lost_frames_and_masks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Words and photons: what the camera writes, calibration reads back, in every gain stage.
#include "airy/files.h"
#include "airy/simulate.h"

#include "check.h"
#include "detector/jungfrau.h"
#include "simulate/camera.h"
#include "detector/calibrate.h"

#include <stdio.h>
#include <stdlib.h>

enum { NY = AIRY_MODULE_NY, NX = AIRY_MODULE_NX, PIXELS = NY * NX };

// A camera of one module without spread, with the calibration's typical values.
static void plain_calibration(airy_calibration *c)
{
    airy_camera_options o;
    airy_camera_options_defaults(&o);
    o.gain_spread = o.dead = o.hot = o.stuck = o.noise = 0;
    assert_ok(airy_camera_init(c, NY, NX, &o, 1, &err));
    for (int i = 0; i < PIXELS; i++) {
        c->pedestal.px[i] = 3000;
        c->pedestal.px[PIXELS + i] = c->pedestal.px[2 * PIXELS + i] = 15000;
    }
}

static airy_calibrate_options options_of(double energy_ev)
{
    airy_calibrate_options o;
    airy_calibrate_options_defaults(&o);
    o.energy_ev = energy_ev;
    return o;
}

// Each stage by hand: (adc - pedestal) / gain / energy.
static void words_are_decoded(void **state)
{
    (void)state;
    static const struct {
        uint16_t word;
        double photons;
        uint32_t bits;
    } rows[] = {
        {3000, 0, 0},
        {3415, 1, 0},                        // 10 keV x 41.5 ADU/keV
        {0x4000 | 13610, 100, 0},            // 1000 keV x -1.39
        {0xc000 | 12800, 2000, 0},           // 20 MeV x -0.11
        {0x8000 | 3000, 0, AIRY_MASK_GAIN},  // no such stage
        {0xc000, 0, AIRY_MASK_SATURATED},    // bottom of G2
        {0x4000, 0, AIRY_MASK_INVALID},      // bottom of G1: stuck
        {0xffff, 0, AIRY_MASK_LOST},         // fill
        {0x3fff, (16383 - 3000) / 415.0, 0}, // saturated in HG0 only
        {2585, -1, 0},                       // below the pedestal stays below
    };
    enum { ROWS = sizeof rows / sizeof *rows, AT = 10 * NX + 10 };
    airy_calibration c;
    airy_pattern out;
    airy_calibrate_options o = options_of(10000);
    uint16_t *raw = airy_memory_new(PIXELS, sizeof *raw);
    plain_calibration(&c);
    assert_ok(airy_pattern_init(&out, NY, NX, &err));
    for (int i = 0; i < ROWS; i++)
        raw[AT + i] = rows[i].word;
    raw[AT + ROWS] = 3000;
    c.gain.px[AT + ROWS] = NAN; // G0 of one pixel is not calibrated
    assert_ok(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err));
    for (int i = 0; i < ROWS; i++) {
        assert_int_equal(out.mask.bits[AT + i], rows[i].bits);
        assert_int_equal(isnan(out.photons.px[AT + i]), rows[i].bits != 0);
        if (!rows[i].bits) // gains are floats: 1e-7 of them
            assert_near(out.photons.px[AT + i], rows[i].photons, 1e-6 + 1e-6 * rows[i].photons);
    }
    assert_int_equal(out.mask.bits[AT + ROWS], AIRY_MASK_GAIN);
    o.high_gain = true;
    assert_ok(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err));
    assert_int_equal(out.mask.bits[AT + 8], AIRY_MASK_SATURATED);
    airy_memory_free(raw);
    airy_pattern_release(&out);
    airy_calibration_release(&c);
}

static void variance_is_photons_noise_and_step(void **state)
{
    (void)state;
    airy_calibration c;
    airy_pattern out;
    airy_calibrate_options o = options_of(10000);
    uint16_t *raw = airy_memory_new(PIXELS, sizeof *raw);
    plain_calibration(&c);
    assert_ok(airy_pattern_init(&out, NY, NX, &err));
    enum { AT = 20 * NX + 20 };
    raw[AT] = 3000 + 4 * 415, c.noise.px[AT] = 10;
    raw[AT + 1] = 3000 - 415, c.noise.px[AT + 1] = 10;
    raw[AT + 2] = 0x4000 | 13610, c.noise.px[PIXELS + AT + 2] = 3;
    assert_ok(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err));
    double step = 1.0 / 12;
    assert_near(out.variance.px[AT], 4 + (100 + step) / (415 * 415.0), 1e-5);
    assert_near(out.variance.px[AT + 1], (100 + step) / (415 * 415.0), 1e-8);
    assert_near(out.variance.px[AT + 2], 100 + (9 + step) / (13.9 * 13.9), 1e-4);
    airy_memory_free(raw);
    airy_pattern_release(&out);
    airy_calibration_release(&c);
}

static void wide_pixels_and_edges(void **state)
{
    (void)state;
    static const struct {
        int y, x, area;
        uint32_t bits;
    } rows[] = {{100, 255, 2, AIRY_MASK_WIDE},
                {100, 256, 2, AIRY_MASK_WIDE},
                {255, 700, 2, AIRY_MASK_WIDE},
                {256, 512, 4, AIRY_MASK_WIDE},
                {100, 254, 1, 0},
                {0, 100, 1, AIRY_MASK_EDGE},
                {511, 3, 1, AIRY_MASK_EDGE},
                {100, 1023, 1, AIRY_MASK_EDGE},
                {0, 255, 2, AIRY_MASK_WIDE | AIRY_MASK_EDGE}};
    airy_calibration c;
    airy_pattern out;
    airy_calibrate_options o = options_of(10000);
    uint16_t *raw = airy_memory_new(PIXELS, sizeof *raw);
    plain_calibration(&c);
    assert_ok(airy_pattern_init(&out, NY, NX, &err));
    for (int i = 0; i < PIXELS; i++)
        raw[i] = 3000 + 8 * 415;
    for (int pass = 0; pass < 3; pass++) {
        o.wide = (airy_wide)pass;
        o.mask_edges = o.wide == AIRY_WIDE_MASK;
        assert_ok(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err));
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            int i = rows[k].y * NX + rows[k].x;
            assert_int_equal(airy_jungfrau_area(rows[k].y, rows[k].x), rows[k].area);
            assert_int_equal(out.mask.bits[i], pass == AIRY_WIDE_MASK ? rows[k].bits : 0);
            double wanted = o.wide == AIRY_WIDE_SPLIT ? 8.0 / rows[k].area : 8;
            if (pass != AIRY_WIDE_MASK)
                assert_near(out.photons.px[i], wanted, 1e-5);
        }
    }
    airy_memory_free(raw);
    airy_pattern_release(&out);
    airy_calibration_release(&c);
}

static void threshold_and_rounding(void **state)
{
    (void)state;
    airy_calibration c;
    airy_pattern out;
    airy_calibrate_options o = options_of(10000);
    uint16_t *raw = airy_memory_new(PIXELS, sizeof *raw);
    plain_calibration(&c);
    assert_ok(airy_pattern_init(&out, NY, NX, &err));
    enum { AT = 30 * NX + 30 };
    raw[AT] = 3000 + 166;     // 0.4 photons
    raw[AT + 1] = 3000 + 664; // 1.6 photons
    o.threshold = 0.5;
    assert_ok(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err));
    assert_near(out.photons.px[AT], 0, 0);
    assert_near(out.photons.px[AT + 1], 1.6, 1e-5);
    o.round = true;
    assert_ok(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err));
    assert_near(out.photons.px[AT + 1], 2, 0);
    airy_memory_free(raw);
    airy_pattern_release(&out);
    airy_calibration_release(&c);
}

// A drift of one bank by 50 ADU goes away, and lit or switched pixels do not disturb the estimate.
static void common_mode_is_taken_out(void **state)
{
    (void)state;
    airy_calibration c;
    airy_pattern out;
    airy_calibrate_options o = options_of(10000);
    uint16_t *raw = airy_memory_new(PIXELS, sizeof *raw);
    plain_calibration(&c);
    assert_ok(airy_pattern_init(&out, NY, NX, &err));
    for (int y = 0; y < NY; y++)
        for (int x = 0; x < NX; x++) {
            int bank = y < 256 && x / 64 == 5, lit = (x + y) % 3 == 0;
            raw[y * NX + x] = (uint16_t)(3000 + 50 * bank + 415 * lit);
        }
    raw[40 * NX + 330] = 0x4000 | 13610;
    o.common_mode = true;
    assert_ok(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err));
    assert_near(out.photons.px[41 * NX + 330], 0, 1e-6);   // (371) % 3 != 0: unlit
    assert_near(out.photons.px[42 * NX + 330], 1, 1e-6);   // lit
    assert_near(out.photons.px[40 * NX + 330], 100, 1e-4); // G1 has no common mode
    assert_near(out.photons.px[41 * NX + 250], 1, 1e-6);   // another bank
    airy_memory_free(raw);
    airy_pattern_release(&out);
    airy_calibration_release(&c);
}

static void shapes_and_options_are_checked(void **state)
{
    (void)state;
    airy_calibration c;
    airy_pattern out;
    airy_calibrate_options o = options_of(10000);
    uint16_t *raw = airy_memory_new(PIXELS, sizeof *raw);
    plain_calibration(&c);
    assert_ok(airy_pattern_init(&out, NY, NX, &err));
    assert_fails(airy_jungfrau_calibrate(raw, 500, NX, &c, &o, &out, &err), AIRY_ESHAPE,
                 "500 x 1024");
    assert_fails(airy_jungfrau_calibrate(raw, 2 * NY, NX, &c, &o, &out, &err), AIRY_ESHAPE,
                 "gain is 3 x 512 x 1024");
    o.energy_ev = 0;
    assert_fails(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err), AIRY_EARGUMENT,
                 "photon energy");
    o = options_of(9000);
    airy_stack_release(&c.pedestal);
    assert_fails(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err), AIRY_ESHAPE, "pedestal");
    airy_memory_free(raw);
    airy_pattern_release(&out);
    airy_calibration_release(&c);
}

typedef struct pull {
    double n, bias, square;
} pull;

// Photons in, words, photons out: unbiased in each stage, with the width the variance claims.
static void photons_come_back_from_every_stage(void **state)
{
    (void)state;
    airy_camera_options o;
    airy_calibration camera;
    airy_image photons;
    airy_pattern out;
    airy_random random;
    airy_camera_options_defaults(&o);
    o.dead = o.hot = o.stuck = 1e-3;
    uint16_t *words = airy_memory_new(PIXELS, sizeof *words);
    assert_ok(airy_camera_init(&camera, NY, NX, &o, 7, &err));
    assert_ok(airy_image_init(&photons, NY, NX, &err));
    assert_ok(airy_pattern_init(&out, NY, NX, &err));
    for (int i = 0; i < PIXELS; i++) // 0 to 12 000 photons, as many low as high ones
        photons.px[i] = (float)floor(pow(10, 4.08 * (i % 1009) / 1009.0) - 1);
    airy_random_init(&random, 7, 0, 1, 0);
    airy_camera_expose(&camera, &o, &photons, &random, words);
    airy_calibrate_options calibrate = options_of(o.energy_ev);
    assert_ok(airy_jungfrau_calibrate(words, NY, NX, &camera, &calibrate, &out, &err));
    pull stage[AIRY_GAINS] = {{0}};
    for (int i = 0; i < PIXELS; i++) {
        int g = airy_jungfrau_stage(words[i]);
        // code 2 only where the camera's own mask says so
        assert_int_equal(g < 0, camera.mask.bits[i] == AIRY_MASK_GAIN);
        if (isnan(out.photons.px[i]))
            continue;
        double d = (double)out.photons.px[i] - (double)photons.px[i];
        double read = (double)out.variance.px[i] - fmax(0, (double)out.photons.px[i]);
        stage[g].n++, stage[g].bias += d, stage[g].square += d * d / read;
    }
    for (int g = 0; g < AIRY_GAINS; g++) {
        assert_true(stage[g].n > 20000);
        assert_near(stage[g].bias / stage[g].n, 0, 0.1); // photons
        // float variances of 1e4 photons hold the read noise of 4 to 1e-3
        assert_near(sqrt(stage[g].square / stage[g].n), 1, 0.02);
    }
    airy_memory_free(words);
    airy_image_release(&photons);
    airy_pattern_release(&out);
    airy_calibration_release(&camera);
}

// Beyond the range of G2 the word is 0xC000, below it never is.
static void saturation_begins_where_g2_ends(void **state)
{
    (void)state;
    airy_camera_options o;
    airy_calibration camera;
    airy_image photons;
    airy_random random;
    airy_camera_options_defaults(&o);
    o.noise = o.gain_spread = o.dead = o.hot = o.stuck = 0;
    o.energy_ev = 10000;
    uint16_t *words = airy_memory_new(PIXELS, sizeof *words);
    plain_calibration(&camera);
    assert_ok(airy_image_init(&photons, NY, NX, &err));
    photons.px[0] = 13636; // 15000 / 0.11 keV = 13636.4 photons of 10 keV
    photons.px[1] = 13700;
    photons.px[2] = 30; // 300 keV: below 12 800 / 41.5 = 308.4 keV
    photons.px[3] = 31;
    photons.px[4] = 867; // below 12 060 / 1.39 = 8676 keV
    photons.px[5] = 868;
    airy_random_init(&random, 1, 0, 1, 0);
    airy_camera_expose(&camera, &o, &photons, &random, words);
    assert_int_equal(words[0], 0xc000);
    assert_int_equal(words[1], 0xc000);
    static const int stage[] = {0, 1, 1, 2};
    for (int i = 0; i < 4; i++)
        assert_int_equal(airy_jungfrau_stage(words[2 + i]), stage[i]);
    airy_memory_free(words);
    airy_image_release(&photons);
    airy_calibration_release(&camera);
}

// Flat light on every panel: 1, 2 or 4 a data pixel, and nothing collected twice.
static void wide_pixels_collect_the_gap(void **state)
{
    (void)state;
    airy_geometry g;
    airy_image light, data;
    assert_ok(airy_geometry_grid(&g, 1, 1, &err));
    assert_ok(airy_image_init(&light, AIRY_CHIP + 2, AIRY_CHIP + 2, &err));
    assert_ok(airy_image_init(&data, NY, NX, &err));
    for (int i = 0; i < light.ny * light.nx; i++)
        light.px[i] = 1;
    for (int k = 0; k < g.n; k++)
        airy_camera_collect(&g.panels[k], g.panels[k].y0, &light, &data);
    double sum = 0;
    for (int i = 0; i < PIXELS; i++) {
        assert_near(data.px[i], airy_jungfrau_area(i / NX, i % NX), 0);
        sum += data.px[i];
    }
    assert_near(sum, 514 * 1030, 0);
    airy_image_release(&light);
    airy_image_release(&data);
    airy_geometry_release(&g);
}

static void tiles_are_restacked(void **state)
{
    (void)state;
    enum { TY = 2 * NY, TX = 2 * NX };
    uint16_t *tiles = airy_memory_new(TY * TX, sizeof *tiles);
    uint16_t *stack = airy_memory_new(TY * TX, sizeof *stack);
    for (int y = 0; y < TY; y++)
        for (int x = 0; x < TX; x++)
            tiles[y * TX + x] = (uint16_t)(y / NY * 2 + x / NX);
    tiles[(NY + 3) * TX + NX + 4] = 99; // module 3, row 3, column 4
    airy_jungfrau_restack(tiles, TY, TX, stack);
    for (int m = 0; m < 4; m++)
        assert_int_equal(stack[(m * NY + 100) * NX + 100], m);
    assert_int_equal(stack[(3 * NY + 3) * NX + 4], 99);
    airy_memory_free(tiles);
    airy_memory_free(stack);
}

// Frames of a real module against photons converted by others.
static void real_frames_are_converted(void **state)
{
    (void)state;
    const char *folder = getenv("SHARED_DATA");
    char path[1024];
    snprintf(path, sizeof path, "%s/jungfrau-module.h5", folder ? folder : "");
    if (!folder || !airy_file_exists(path))
        skip();
    airy_h5 *h5 = airy_h5_open(path, NULL);
    assert_non_null(h5);
    airy_calibration c = {0};
    airy_calibrate_options o = options_of(1000); // gains are ADU a photon, not ADU/keV
    airy_pattern out;
    uint16_t *raw = airy_memory_new(PIXELS, sizeof *raw);
    o.wide = AIRY_WIDE_KEEP, o.mask_edges = false;
    assert_ok(airy_h5_get_stack(h5, "/gain", &c.gain, &err));
    assert_ok(airy_h5_get_stack(h5, "/pedestal", &c.pedestal, &err));
    assert_ok(airy_pattern_init(&out, NY, NX, &err));
    int compared = 0;
    for (int frame = 0; frame < 4; frame++) {
        airy_image wanted;
        airy_image words; // floats hold 16 bits exactly
        assert_ok(airy_h5_get_frame(h5, "/raw", frame, &words, &err));
        for (int i = 0; i < PIXELS; i++)
            raw[i] = (uint16_t)words.px[i];
        airy_image_release(&words);
        assert_ok(airy_h5_get_frame(h5, "/photons_expected", frame, &wanted, &err));
        assert_ok(airy_jungfrau_calibrate(raw, NY, NX, &c, &o, &out, &err));
        for (int i = 0; i < PIXELS; i++) {
            if (isnan(out.photons.px[i]) || wanted.px[i] >= 32678)
                continue;
            compared++;
            assert_near(out.photons.px[i], wanted.px[i], 1e-3);
        }
        airy_image_release(&wanted);
    }
    assert_true(compared > PIXELS);
    airy_memory_free(raw);
    airy_pattern_release(&out);
    airy_calibration_release(&c);
    airy_h5_close(h5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_decoded),
        cmocka_unit_test(variance_is_photons_noise_and_step),
        cmocka_unit_test(wide_pixels_and_edges),
        cmocka_unit_test(threshold_and_rounding),
        cmocka_unit_test(common_mode_is_taken_out),
        cmocka_unit_test(shapes_and_options_are_checked),
        cmocka_unit_test(photons_come_back_from_every_stage),
        cmocka_unit_test(saturation_begins_where_g2_ends),
        cmocka_unit_test(wide_pixels_collect_the_gap),
        cmocka_unit_test(tiles_are_restacked),
        cmocka_unit_test(real_frames_are_converted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

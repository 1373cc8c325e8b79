// SPDX-License-Identifier: GPL-3.0-or-later
// Detector frames: what we write comes back, and a small sample of every layout is recognised.
#include "check.h"

#include "airy/source.h"

#include <stdio.h>
#include <stdlib.h>

enum { NY = AIRY_MODULE_NY, NX = AIRY_MODULE_NX, PIXELS = NY * NX };

static uint16_t *make_words(int modules, int frame)
{
    uint16_t *words = airy_memory_new((size_t)modules * PIXELS, sizeof *words);
    assert_non_null(words);
    for (int i = 0; i < modules * PIXELS; i++)
        words[i] = (uint16_t)(i % 16000 + frame + 7 * (i / PIXELS));
    return words;
}

static airy_raw *open_raw(const char *spec, const char *layout)
{
    airy_error problem = {0};
    airy_raw *raw = airy_raw_open(spec, layout, &problem);
    if (!raw)
        fail_msg("%s", problem.message);
    return raw;
}

static void assert_not_opened(const char *spec, const char *layout, airy_code code,
                              const char *words)
{
    airy_error problem = {0};
    assert_null(airy_raw_open(spec, layout, &problem));
    assert_int_equal(problem.code, code);
    if (!strstr(problem.message, words))
        fail_msg("'%s' does not hold '%s'", problem.message, words);
}

static void test_own_words(void **state)
{
    (void)state;
    airy_setup setup = {9000, 1.2, 75e-6};
    airy_raw_writer *writer = airy_raw_create("raw.h5", 2 * NY, NX, true, NULL);
    for (int i = 0; i < 3; i++) {
        uint16_t *words = make_words(2, i);
        assert_ok(airy_raw_append(writer, words, 1000 + i, &err));
        airy_memory_free(words);
    }
    assert_ok(airy_raw_commit(writer, &setup, NULL, &err));
    airy_raw_writer_close(writer);

    int ny = 0, nx = 0;
    airy_raw *raw = open_raw("raw.h5", NULL);
    assert_string_equal(airy_raw_layout(raw), "swissfel");
    assert_non_null(strstr(airy_raw_why(raw), "/data/JF01T02V01/data"));
    assert_int_equal(airy_raw_count(raw), 3);
    assert_int_equal(airy_raw_unit_of(raw), AIRY_UNIT_WORDS);
    airy_raw_shape(raw, &ny, &nx);
    assert_true(ny == 2 * NY && nx == NX);
    uint16_t *back = airy_memory_new(2 * PIXELS, sizeof *back);
    for (int i = 0; i < 3; i++) {
        airy_raw_facts facts;
        uint16_t *words = make_words(2, i);
        assert_ok(airy_raw_read(raw, i, back, &err));
        assert_memory_equal(back, words, 2 * PIXELS * sizeof *words);
        assert_ok(airy_raw_frame_facts(raw, i, &facts, &err));
        assert_true(facts.pulse_id == 1000 + i && facts.good && !facts.high_gain);
        assert_near(facts.setup.energy_ev, 9000, 1e-5); // through joules and back
        assert_true(facts.setup.distance_m == 1.2 && facts.setup.pitch_m == 75e-6);
        airy_memory_free(words);
    }
    airy_raw_facts facts;
    assert_fails(airy_raw_read(raw, 3, back, &err), AIRY_ESHAPE, "not in it");
    assert_fails(airy_raw_frame_facts(raw, 3, &facts, &err), AIRY_EARGUMENT, "0 to 2");
    airy_pattern pattern;
    assert_fails(airy_raw_read_values(raw, 0, &pattern, &err), AIRY_EFORMAT, "gain and pedestal");
    airy_memory_free(back);
    airy_raw_close(raw);
}

static void test_writer_refuses(void **state)
{
    (void)state;
    airy_error problem = {0};
    assert_null(airy_raw_create("r2.h5", 500, NX, true, &problem));
    assert_non_null(strstr(problem.message, "500 x 1024"));
    airy_raw_writer *writer = airy_raw_create("r2.h5", NY, NX, true, NULL);
    assert_fails(airy_raw_commit(writer, NULL, NULL, &err), AIRY_EVALUE, "no frame");
    airy_raw_writer_close(writer);
    assert_false(airy_file_exists("r2.h5"));
}

// Eight modules side by side without gaps: module m stands at row m / 2, column m % 2 of tiles.
static void test_tiled_square(void **state)
{
    (void)state;
    uint16_t *square = airy_memory_new(8 * PIXELS, sizeof *square);
    uint16_t *words = airy_memory_new(8 * PIXELS, sizeof *words);
    for (int y = 0; y < 2048; y++)
        for (int x = 0; x < 2048; x++)
            square[y * 2048 + x] = (uint16_t)(1000 * (2 * (y / NY) + x / NX) + y % NY + x % NX % 7);
    airy_h5 *h5 = airy_h5_create("square.h5", true, NULL);
    airy_h5_put_words(h5, "/data", square, 1, 2048, 2048, NULL);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    int ny = 0, nx = 0;
    airy_raw *raw = open_raw("square.h5", "auto");
    assert_string_equal(airy_raw_layout(raw), "bare");
    assert_non_null(strstr(airy_raw_why(raw), "8 modules"));
    airy_raw_shape(raw, &ny, &nx);
    assert_true(ny == 8 * NY && nx == NX);
    assert_ok(airy_raw_read(raw, 0, words, &err));
    for (int i = 0; i < 8 * PIXELS; i++) {
        int m = i / PIXELS, y = i / NX % NY, x = i % NX;
        if (words[i] != 1000 * m + y + x % 7)
            fail_msg("module %d row %d column %d holds %d", m, y, x, words[i]);
    }
    airy_raw_close(raw);
    airy_memory_free(square);
    airy_memory_free(words);
}

// Absent modules are not in the file; their place holds 0xFFFF.
static void test_absent_module(void **state)
{
    (void)state;
    const int map[3] = {1, -1, 0}, one = 1;
    uint16_t *words = make_words(2, 0), *back = airy_memory_new(3 * PIXELS, sizeof *back);
    airy_h5 *h5 = airy_h5_create("absent.h5", true, NULL);
    airy_h5_put_words(h5, "/data/JF06T03V01/data", words, 1, 2 * NY, NX, NULL);
    airy_h5_put_ints(h5, "/data/JF06T03V01/meta/module_map", map, 1, (const int[]){3}, NULL);
    airy_h5_put_ints(h5, "/data/JF06T03V01/daq_rec", &one, 1, &one, NULL);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    airy_raw *raw = open_raw("absent.h5", NULL);
    airy_raw_facts facts;
    assert_ok(airy_raw_read(raw, 0, back, &err));
    assert_memory_equal(back, words + PIXELS, PIXELS * sizeof *words);
    assert_int_equal(back[PIXELS], 0xffff);
    assert_memory_equal(back + 2 * PIXELS, words, PIXELS * sizeof *words);
    assert_ok(airy_raw_frame_facts(raw, 0, &facts, &err));
    assert_true(facts.high_gain);
    airy_raw_close(raw);
    airy_memory_free(words);
    airy_memory_free(back);
}

static void test_not_recognised(void **state)
{
    (void)state;
    airy_h5 *h5 = airy_h5_create("none.h5", true, NULL);
    airy_h5_put_double(h5, "/x", 1, NULL);
    airy_h5_put_ints(h5, "/list", (const int[]){1, 2}, 1, (const int[]){2}, NULL);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    assert_not_opened("none.h5", NULL, AIRY_EMISSING, "swissfel nxmx");
    assert_not_opened("none.h5", "swissfel", AIRY_EMISSING, "/data/JF*T*V*/data");
    assert_not_opened("none.h5", "fish", AIRY_EARGUMENT, "fish");
    assert_not_opened("none.h5:/list", NULL, AIRY_ESHAPE, "1 dimensions");
    assert_not_opened("absent-file.h5", NULL, AIRY_EMISSING, "absent-file.h5");
}

// ------------------------------------------------------------------ layouts

enum { FY = 4, FX = 6, FN = 2 };

// Frames i = 0, 1 with value 100 i + pixel; what a sample adds is written by `more`.
static void make_sample(const char *path, const char *data, void (*more)(airy_h5 *h5))
{
    airy_stack stack;
    assert_ok(airy_stack_init(&stack, FN, FY, FX, &err));
    for (int i = 0; i < FN * FY * FX; i++)
        stack.px[i] = (float)(100 * (i / (FY * FX)) + i % (FY * FX));
    stack.px[3] = -32768;
    stack.px[4] = 60000;
    airy_h5 *h5 = airy_h5_create(path, true, NULL);
    airy_h5_put_stack(h5, data, &stack, NULL);
    more(h5);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    airy_stack_release(&stack);
}

// Reads frame 1 (value 100 + pixel, times scale) and frame 0 of a sample.
static void assert_sample(const char *path, const char *layout, airy_raw_unit unit, double scale)
{
    airy_raw *raw = open_raw(path, NULL);
    airy_pattern p;
    assert_string_equal(airy_raw_layout(raw), layout);
    assert_int_equal(airy_raw_unit_of(raw), unit);
    assert_int_equal(airy_raw_count(raw), FN);
    assert_ok(airy_raw_read_values(raw, 1, &p, &err));
    assert_near(p.photons.px[7], 107 * scale, 1e-4); // float
    airy_pattern_release(&p);
    airy_raw_close(raw);
}

static airy_pattern first_frame(const char *path, airy_raw_facts *facts)
{
    airy_pattern p;
    airy_raw *raw = open_raw(path, NULL);
    assert_ok(airy_raw_read_values(raw, 0, &p, &err));
    assert_ok(airy_raw_frame_facts(raw, 0, facts, &err));
    airy_raw_close(raw);
    return p;
}

static void more_nxmx(airy_h5 *h5)
{
    airy_mask mask;
    assert_ok(airy_mask_init(&mask, FY, FX, &err));
    mask.bits[0] = 1;           // gap
    mask.bits[1] = 1u << 31;    // interpolated: informs only
    mask.bits[2] = 1u << 8 | 2; // user mask and dead
    airy_h5_put_mask(h5, "/entry/instrument/detector/pixel_mask", &mask, NULL);
    airy_h5_put_double(h5, "/entry/instrument/beam/incident_wavelength", 1.37760, NULL);
    airy_h5_put_double(h5, "/entry/instrument/detector/distance", 0.8, NULL);
    airy_h5_put_double(h5, "/entry/instrument/detector/x_pixel_size", 75e-9, NULL); // 1000 x
    airy_h5_put_double(h5, "/entry/instrument/detector/beam_center_x", 2.5, NULL);
    airy_h5_put_double(h5, "/entry/instrument/detector/beam_center_y", 1.5, NULL);
    airy_h5_put_double(h5, "/entry/instrument/detector/saturation_value", 50000, NULL);
    airy_mask_release(&mask);
}

static void test_nxmx(void **state)
{
    (void)state;
    airy_raw_facts facts;
    make_sample("nxmx.h5", "/entry/data/data", more_nxmx);
    assert_sample("nxmx.h5", "nxmx", AIRY_UNIT_PHOTONS, 1);
    airy_pattern p = first_frame("nxmx.h5", &facts);
    assert_int_equal(p.mask.bits[0], AIRY_MASK_MISSING);
    assert_int_equal(p.mask.bits[1], 0);
    assert_int_equal(p.mask.bits[2], AIRY_MASK_BAD | AIRY_MASK_DEAD);
    assert_int_equal(p.mask.bits[3], AIRY_MASK_LOST);
    assert_int_equal(p.mask.bits[4], AIRY_MASK_SATURATED);
    assert_true(isnan(p.photons.px[3]) && p.photons.px[1] == 1);
    assert_near(facts.setup.energy_ev, 9000, 0.04); // the wavelength has 6 digits
    assert_near(facts.setup.pitch_m, 75e-6, 1e-12);
    assert_true(facts.has_beam && facts.beam_x == 2.5 && facts.beam_y == 1.5);
    airy_pattern_release(&p);
}

static void more_pal(airy_h5 *h5)
{
    const double wavelength[FN] = {1.3776, 1.4};
    airy_h5_put_doubles(h5, "/R0012/scan_dat/photon_wavelength", wavelength, 1, (const int[]){FN},
                        NULL);
    airy_h5_put_double(h5, "/R0012/header/detector_0_distance", 120, NULL); // mm
}

static void test_pal(void **state)
{
    (void)state;
    airy_raw_facts facts;
    make_sample("pal.h5", "/R0012/scan_dat/JF4M01_A_data", more_pal);
    assert_sample("pal.h5", "pal-jf4m", AIRY_UNIT_ADU, 1);
    airy_pattern p = first_frame("pal.h5", &facts);
    assert_near(facts.setup.distance_m, 0.12, 1e-12);
    assert_near(facts.setup.energy_ev, 9000, 0.1);
    assert_int_equal(p.mask.bits[3], AIRY_MASK_LOST); // below -1e4
    airy_pattern_release(&p);
}

static void more_nothing(airy_h5 *h5)
{
    (void)h5;
}

static void test_pal_point(void **state)
{
    (void)state;
    make_sample("point.h5", "/detector/eh1/jungfrau2/image/block0_values", more_nothing);
    assert_sample("point.h5", "pal-point", AIRY_UNIT_KEV, 1);
}

#define XFEL "/INSTRUMENT/SPB_IRDA_JF4M/DET/JNGFR03:daqOutput/data/"

static void more_euxfel(airy_h5 *h5)
{
    int bits[FN * FY * FX] = {0}; // one mask a frame
    bits[0] = 1;
    bits[1] = 1 << 22; // wide pixel: informs only
    airy_h5_put_ints(h5, XFEL "mask", bits, 3, (const int[]){FN, FY, FX}, NULL);
}

static void test_euxfel(void **state)
{
    (void)state;
    airy_raw_facts facts;
    make_sample("euxfel.h5", XFEL "adc", more_euxfel);
    assert_sample("euxfel.h5", "euxfel", AIRY_UNIT_KEV, 1);
    airy_pattern p = first_frame("euxfel.h5", &facts);
    assert_true(p.mask.bits[0] == AIRY_MASK_BAD && p.mask.bits[1] == 0);
    airy_pattern_release(&p);
}

// Raw ADC and gain stages are put together.
static void test_euxfel_raw(void **state)
{
    (void)state;
    uint16_t adc[24], gain[24], words[6];
    for (int i = 0; i < 24; i++)
        adc[i] = (uint16_t)(1000 + i), gain[i] = (uint16_t)(i % 4);
    airy_h5 *h5 = airy_h5_create("euraw.h5", true, NULL);
    airy_h5_put_words(h5, XFEL "adc", adc, 4, 2, 3, NULL);
    airy_h5_put_words(h5, XFEL "gain", gain, 4, 2, 3, NULL);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    airy_raw *raw = open_raw("euraw.h5", NULL);
    assert_string_equal(airy_raw_layout(raw), "euxfel-raw");
    assert_int_equal(airy_raw_count(raw), 4);
    assert_ok(airy_raw_read(raw, 1, words, &err));
    assert_int_equal(words[0], 1006 | 3 << 14); // stage 2 is written 3
    assert_int_equal(words[1], 1007 | 3 << 14);
    assert_int_equal(words[2], 1008);
    assert_int_equal(words[3], 1009 | 1 << 14);
    airy_raw_close(raw);
}

static void more_esrf(airy_h5 *h5)
{
    airy_h5_put_double(h5, "/1.1/instrument/jungfrau4m_rr_smx/detector_information/adus_per_photon",
                       4, NULL);
    airy_h5_put_double(h5, "/1.1/instrument/jungfrau4m_rr_smx/beam/incident_wavelength", 1.3776,
                       NULL);
}

static void test_esrf(void **state)
{
    (void)state;
    make_sample("esrf.h5", "/1.1/instrument/jungfrau4m_rr_smx/data", more_esrf);
    assert_sample("esrf.h5", "esrf-jf4m", AIRY_UNIT_PHOTONS, 0.25);
}

// One group a shot, in the order of tags.
static void test_sacla(void **state)
{
    (void)state;
    airy_raw_facts facts;
    airy_pattern p;
    airy_image image;
    char path[64];
    assert_ok(airy_image_init(&image, FY, FX, &err));
    airy_h5 *h5 = airy_h5_create("sacla.h5", true, NULL);
    for (int i = 0; i < 3; i++) {
        image.px[0] = (float)(10 * i);
        snprintf(path, sizeof path, "/tag-%d/data", 1000 + i);
        airy_h5_put_image(h5, path, &image, NULL);
        snprintf(path, sizeof path, "/tag-%d/photon_energy_ev", 1000 + i);
        airy_h5_put_double(h5, path, 5000 + i, NULL);
    }
    airy_h5_put_double(h5, "/metadata/distance_in_mm", 1500, NULL);
    airy_h5_put_double(h5, "/metadata/pixelsizex_in_um", 50, NULL);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    airy_image_release(&image);

    airy_raw *raw = open_raw("sacla.h5", NULL);
    assert_string_equal(airy_raw_layout(raw), "sacla");
    assert_int_equal(airy_raw_count(raw), 3);
    assert_ok(airy_raw_read_values(raw, 2, &p, &err));
    assert_near(p.photons.px[0], 2, 1e-6); // tenths of a photon; float
    assert_ok(airy_raw_frame_facts(raw, 1, &facts, &err));
    assert_true(facts.setup.energy_ev == 5001);
    assert_near(facts.setup.distance_m, 1.5, 1e-12);
    assert_near(facts.setup.pitch_m, 50e-6, 1e-15);
    airy_pattern_release(&p);
    airy_raw_close(raw);
}

// ------------------------------------------------------------------ SLS receiver files

enum { HEADER = 112, HALF = PIXELS / 2 };

// One frame of a port: number, packets caught of `packets`, words = port * 1000 + row.
static void write_frame(FILE *file, unsigned char number, int lost, int port, int words)
{
    unsigned char header[HEADER] = {number};
    int packets = words / 4096;
    header[12] = (unsigned char)(packets - (lost >= 0));
    for (int i = 0; i < packets; i++)
        if (i != lost)
            header[48 + i / 8] |= (unsigned char)(1 << i % 8);
    fwrite(header, 1, HEADER, file);
    for (int i = 0; i < words; i++) {
        uint16_t word = (uint16_t)(1000 * port + i / NX);
        fwrite(&word, 2, 1, file);
    }
}

static const char master[] = "{ \"Detector Type\": \"Jungfrau\", \"Geometry\": {\"x\": 1, "
                             "\"y\": 2}, \"Image Size in bytes\": 524288, "
                             "\"Max Frames Per File\": 2, \"Frames in File\": 3 }";

static void test_sls_run(void **state)
{
    (void)state;
    char name[64];
    for (int port = 0; port < 2; port++)
        for (int f = 0; f < 2; f++) {
            snprintf(name, sizeof name, "run_d%d_f%d_7.raw", port, f);
            FILE *file = fopen(name, "wb");
            for (int i = 0; i < 2 - f; i++)
                write_frame(file, (unsigned char)(2 * f + i + 1), port == 1 && f == 1 ? 3 : -1,
                            port, HALF);
            fclose(file);
        }
    assert_ok(airy_file_write_text("run_master_7.json", master, true, &err));
    int ny = 0, nx = 0;
    airy_raw_facts facts;
    airy_raw *raw = open_raw("run_master_7.json", NULL);
    assert_string_equal(airy_raw_layout(raw), "sls-raw");
    airy_raw_shape(raw, &ny, &nx);
    assert_true(airy_raw_count(raw) == 3 && ny == NY && nx == NX);
    uint16_t *words = airy_memory_new(PIXELS, sizeof *words);
    assert_ok(airy_raw_read(raw, 2, words, &err));
    assert_int_equal(words[5 * NX], 5);
    assert_int_equal(words[HALF], 1000);
    assert_int_equal(words[HALF + 3 * 4096], 0xffff); // the lost packet
    assert_int_equal(words[HALF + 4 * 4096], 1016);
    assert_ok(airy_raw_frame_facts(raw, 2, &facts, &err));
    assert_true(facts.pulse_id == 3 && !facts.good);
    assert_ok(airy_raw_frame_facts(raw, 0, &facts, &err));
    assert_true(facts.pulse_id == 1 && facts.good);
    assert_fails(airy_raw_read(raw, 3, words, &err), AIRY_ESHAPE, "0 to 2");
    remove("run_d1_f1_7.raw");
    assert_fails(airy_raw_read(raw, 2, words, &err), AIRY_EMISSING, "run_d1_f1_7.raw");
    airy_raw_close(raw);
    airy_memory_free(words);
    assert_not_opened("run_master_8.json", NULL, AIRY_EMISSING, "run_master_8.json");
    assert_ok(airy_file_write_text("bad_master_0.json", "{}", true, &err));
    assert_not_opened("bad_master_0.json", NULL, AIRY_EFORMAT, "no master file");
    assert_ok(airy_file_write_text("bad.raw", "short", true, &err));
    assert_not_opened("bad.raw", NULL, AIRY_EFORMAT, "5 bytes");
}

// A real frame, where there is one: number 10, its first word 2102.
static void test_sls_sample(void **state)
{
    (void)state;
    const char *folder = getenv("SHARED_DATA");
    airy_text command = {0};
    airy_text_append(&command, "xz -dkc %s/aare_jungfrau_single_d0_f3_0.raw.xz >real.raw 2>&1",
                     folder ? folder : ".");
    bool there = folder && system(command.text) == 0;
    airy_text_release(&command);
    if (!there)
        skip();
    airy_raw_facts facts;
    airy_raw *raw = open_raw("real.raw", NULL);
    assert_int_equal(airy_raw_count(raw), 1);
    uint16_t *words = airy_memory_new(PIXELS, sizeof *words);
    assert_ok(airy_raw_read(raw, 0, words, &err));
    assert_int_equal(words[0], 2102);
    assert_ok(airy_raw_frame_facts(raw, 0, &facts, &err));
    assert_true(facts.pulse_id == 10 && facts.good);
    airy_memory_free(words);
    airy_raw_close(raw);
}

static void more_cxi(airy_h5 *h5)
{
    airy_h5_put_int(h5, "/cxi_version", 150, NULL);
}

static void test_cxi(void **state)
{
    (void)state;
    make_sample("lcls.cxi", "/entry_1/data_1/data", more_cxi);
    assert_sample("lcls.cxi", "cxi", AIRY_UNIT_ADU, 1);
}

static void more_two(airy_h5 *h5)
{
    more_cxi(h5);
    more_nxmx(h5);
    airy_h5_link(h5, "/entry/data/data", "/entry_1/data_1/data", NULL);
}

static void test_ambiguous(void **state)
{
    (void)state;
    make_sample("two.h5", "/entry_1/data_1/data", more_two);
    assert_not_opened("two.h5", NULL, AIRY_EFORMAT, "nxmx or cxi");
    airy_raw_close(open_raw("two.h5", "nxmx"));
    airy_raw_close(open_raw("two.h5:/entry_1/data_1/data", NULL));
}

// ------------------------------------------------------------------ calibrations

static void test_calibration(void **state)
{
    (void)state;
    airy_calibration c = {0}, back;
    assert_ok(airy_stack_init(&c.gain, 3, 8, 6, &err));
    assert_ok(airy_stack_init(&c.pedestal, 3, 8, 6, &err));
    assert_ok(airy_stack_init(&c.noise, 3, 8, 6, &err));
    assert_ok(airy_mask_init(&c.mask, 8, 6, &err));
    for (int i = 0; i < 3 * 48; i++) {
        c.gain.px[i] = (float)(i - 40);
        c.pedestal.px[i] = (float)(3000 + i);
        c.noise.px[i] = 2;
    }
    c.mask.bits[3] = AIRY_MASK_NOISY;
    assert_ok(airy_calibration_write("gain.h5", "pedestal.h5", &c, NULL, true, &err));
    assert_ok(airy_calibration_read("gain.h5", "pedestal.h5", false, AIRY_GAIN_AUTO, &back, &err));
    assert_true(isnan(back.gain.px[40]) && back.gain.px[41] == 1); // 0 is no gain
    assert_memory_equal(back.pedestal.px, c.pedestal.px, 3 * 48 * sizeof(float));
    assert_memory_equal(back.noise.px, c.noise.px, 3 * 48 * sizeof(float));
    assert_memory_equal(back.mask.bits, c.mask.bits, 48 * sizeof(uint32_t));
    airy_calibration_release(&back);
    assert_ok(airy_calibration_read("gain.h5", NULL, true, AIRY_GAIN_AUTO, &back, &err));
    assert_true(isnan(back.gain.px[0])); // nothing is known about high gain
    airy_calibration_release(&back);
    assert_ok(airy_calibration_read(NULL, "pedestal.h5", false, AIRY_GAIN_AUTO, &back, &err));
    assert_null(back.gain.px);
    airy_calibration_release(&back);
    airy_calibration_release(&c);
}

// Six planes: G0 G1 G2 and their high-gain sisters.
static void test_planes(void **state)
{
    (void)state;
    airy_calibration c;
    airy_stack planes;
    for (int n = 3; n <= 7; n++) {
        assert_ok(airy_stack_init(&planes, n, 4, 5, &err));
        for (int i = 0; i < n * 20; i++)
            planes.px[i] = (float)(10 * (i / 20 + 1));
        airy_h5 *h5 = airy_h5_create("planes.h5", true, NULL);
        airy_h5_put_stack(h5, "/gains", &planes, NULL);
        assert_ok(airy_h5_commit(h5, &err));
        airy_h5_close(h5);
        airy_stack_release(&planes);
        if (n == 5 || n == 7) {
            assert_fails(airy_calibration_read("planes.h5", NULL, true, AIRY_GAIN_AUTO, &c, &err),
                         AIRY_ESHAPE, "3, 4 or 6 planes");
            continue;
        }
        assert_ok(airy_calibration_read("planes.h5", "planes.h5", true, AIRY_GAIN_AUTO, &c, &err));
        assert_true(c.gain.px[0] == (n == 3 ? 10 : 40));      // HG0 where there is one
        assert_true(c.gain.px[20] == (n == 6 ? 50 : 20));     // HG1
        assert_true(c.pedestal.px[40] == (n == 6 ? 60 : 30)); // HG2
        airy_calibration_release(&c);
    }
    assert_fails(airy_calibration_read("none.h5", NULL, false, AIRY_GAIN_AUTO, &c, &err),
                 AIRY_EMISSING, "/gains");
    assert_fails(airy_calibration_read("gone.h5", NULL, false, AIRY_GAIN_AUTO, &c, &err),
                 AIRY_EMISSING, "gone.h5");
}

// PSI's binaries, a module each; and files that are none.
static void test_gain_binaries(void **state)
{
    (void)state;
    airy_calibration c;
    double *planes = malloc(sizeof(double) * 4 * PIXELS);
    assert_non_null(planes);
    for (int m = 0; m < 2; m++) {
        for (int i = 0; i < 4 * PIXELS; i++)
            planes[i] = 10 * (i / PIXELS + 1) + m + (i % PIXELS == 77 ? 0.5 : 0);
        FILE *file = fopen(m ? "M1.bin" : "M0.bin", "wb");
        fwrite(planes, sizeof(double), 4 * PIXELS, file);
        fclose(file);
    }
    free(planes);
    assert_ok(airy_calibration_read("M0.bin,M1.bin", NULL, false, AIRY_GAIN_AUTO, &c, &err));
    assert_true(c.gain.ny == 2 * NY && c.gain.nx == NX && c.gain.n == AIRY_GAINS);
    assert_true(c.gain.px[0] == 10 && c.gain.px[77] == 10.5f && c.gain.px[PIXELS] == 11);
    assert_true(c.gain.px[2 * 2 * PIXELS + PIXELS] == 31);
    airy_calibration_release(&c);
    assert_ok(airy_calibration_read("M1.bin", NULL, true, AIRY_GAIN_AUTO, &c, &err));
    assert_true(c.gain.ny == NY && c.gain.px[0] == 41); // HG0
    airy_calibration_release(&c);
    assert_fails(airy_calibration_read("M0.bin,M7.bin", NULL, false, AIRY_GAIN_AUTO, &c, &err),
                 AIRY_EMISSING, "M7.bin");
    assert_fails(airy_calibration_read("M0.bin,,M1.bin", NULL, false, AIRY_GAIN_AUTO, &c, &err),
                 AIRY_EARGUMENT, "empty name");
    assert_ok(airy_file_write_text("short.bin", "0123456789", true, &err));
    assert_fails(airy_calibration_read("short.bin", NULL, false, AIRY_GAIN_AUTO, &c, &err),
                 AIRY_EFORMAT, "3, 4 or 6 planes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_words),
        cmocka_unit_test(test_writer_refuses),
        cmocka_unit_test(test_tiled_square),
        cmocka_unit_test(test_absent_module),
        cmocka_unit_test(test_not_recognised),
        cmocka_unit_test(test_nxmx),
        cmocka_unit_test(test_pal),
        cmocka_unit_test(test_pal_point),
        cmocka_unit_test(test_euxfel),
        cmocka_unit_test(test_euxfel_raw),
        cmocka_unit_test(test_esrf),
        cmocka_unit_test(test_cxi),
        cmocka_unit_test(test_sacla),
        cmocka_unit_test(test_sls_run),
        cmocka_unit_test(test_sls_sample),
        cmocka_unit_test(test_ambiguous),
        cmocka_unit_test(test_calibration),
        cmocka_unit_test(test_planes),
        cmocka_unit_test(test_gain_binaries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

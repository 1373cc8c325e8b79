// SPDX-License-Identifier: GPL-3.0-or-later
// One small sample of every row of the table of layouts, in the types and conventions its writers
// use, made from the same reference photons: each is recognised and gives those photons back.
#include "check.h"

#include "source/raw.h"
#include "detector/calibrate.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NY = AIRY_MODULE_NY, NX = AIRY_MODULE_NX, PIXELS = NY * NX, FRAMES = 2 };
enum { BAD = 7, LOST = 4711 }; // pixels: in the file's mask; without a value
#define KEV 9.0
#define ADU_A_PHOTON 4.0 // where a layout counts in ADU
// Words are exact: 400, -12 and -1 ADU a photon.
static const double adu[AIRY_GAINS] = {400, -12, -1}, pedestal[AIRY_GAINS] = {3000, 15000, 14000};

// 0 to 2000 whole photons, all gain stages among them; float16 holds four times each exactly.
static int photons(int frame, int i)
{
    return i == LOST ? 3 : (i * 7 + frame * 13) % 97 == 0 ? i % 2001 : (i + frame) % 5;
}

static int stage_of(int n)
{
    return n < 25 ? 0 : n < 900 ? 1 : 2;
}

static int adc_of(int n)
{
    int g = stage_of(n);
    return (int)(pedestal[g] + adu[g] * n);
}

// ------------------------------------------------------------------ writing with HDF5 itself

static hid_t file;

static void put(const char *path, hid_t stored, hid_t memory, int rank, const hsize_t *dims,
                const void *values)
{
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(rank, dims, NULL);
    H5Pset_create_intermediate_group(links, 1);
    hid_t dataset = H5Dcreate2(file, path, stored, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(dataset >= 0 &&
                H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(links);
}

static void put_number(const char *path, double value)
{
    put(path, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 0, NULL, &value);
}

// h5py's bool.
static hid_t bool_type(void)
{
    const int8_t no = 0, yes = 1;
    hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    H5Tenum_insert(type, "FALSE", &no);
    H5Tenum_insert(type, "TRUE", &yes);
    return type;
}

static hid_t float16_type(void)
{
    hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(type, 15, 10, 5, 0, 10);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, 15);
    return type;
}

// Frames of scale x photons with `lost` where there is no value; (frames, ny, nx) or, `cells`,
// (frames, 1, ny, nx).
static void put_values(const char *path, hid_t stored, double scale, double lost, bool cells)
{
    const hsize_t dims[4] = {FRAMES, NY, NX}, more[4] = {FRAMES, 1, NY, NX};
    float *values = malloc(sizeof(float) * FRAMES * PIXELS);
    assert_non_null(values);
    for (int i = 0; i < FRAMES * PIXELS; i++)
        values[i] = (float)(i % PIXELS == LOST ? lost : scale * photons(i / PIXELS, i % PIXELS));
    put(path, stored, H5T_NATIVE_FLOAT, cells ? 4 : 3, cells ? more : dims, values);
    free(values);
}

// Raw words, or the ADC and the gain stages apart.
static void put_words(const char *path, const char *gain_path, bool cells)
{
    const hsize_t dims[4] = {FRAMES, NY, NX}, more[4] = {FRAMES, 1, NY, NX};
    uint16_t *words = malloc(sizeof(uint16_t) * FRAMES * PIXELS);
    uint8_t *gain = malloc(FRAMES * PIXELS);
    assert_true(words && gain);
    for (int i = 0; i < FRAMES * PIXELS; i++) {
        int n = photons(i / PIXELS, i % PIXELS), g = stage_of(n);
        gain[i] = (uint8_t)g;
        words[i] = (uint16_t)(adc_of(n) | (gain_path ? 0 : (g == 2 ? 3 : g) << 14));
        if (i % PIXELS == LOST && !gain_path)
            words[i] = 0xffff;
    }
    put(path, H5T_STD_U16LE, H5T_NATIVE_UINT16, cells ? 4 : 3, cells ? more : dims, words);
    if (gain_path)
        put(gain_path, H5T_STD_U8LE, H5T_NATIVE_UINT8, cells ? 4 : 3, cells ? more : dims, gain);
    free(words);
    free(gain);
}

// One mask for all frames: `good`, and `bad` at one pixel.
static void put_mask(const char *path, hid_t stored, unsigned good, unsigned bad)
{
    const hsize_t dims[2] = {NY, NX};
    bool enumerated = H5Tget_class(stored) == H5T_ENUM;
    unsigned *wide = malloc(sizeof(unsigned) * PIXELS);
    int8_t *narrow = malloc(PIXELS);
    assert_true(wide && narrow);
    for (int i = 0; i < PIXELS; i++) {
        wide[i] = i == BAD ? bad : good;
        narrow[i] = (int8_t)wide[i];
    }
    put(path, stored, enumerated ? stored : H5T_NATIVE_UINT, 2, dims,
        enumerated ? (const void *)narrow : (const void *)wide);
    free(wide);
    free(narrow);
}

// ------------------------------------------------------------------ the samples

#define DET "/entry/instrument/detector"
#define XFEL "/INSTRUMENT/SPB_IRDA_JF4M/DET/JNGFR03:daqOutput/data"
#define ESRF "/1.1/instrument/jungfrau4m_rr4_smx"
#define CXI "/entry_1/instrument_1/detector_1"

static void swissfel_raw(void)
{
    put_words("/data/JF01T01V01/data", NULL, false);
}

static void swissfel_kev(void)
{
    hid_t flag = bool_type();
    put_values("/data/JF01T01V01/data", H5T_IEEE_F32LE, KEV, NAN, false);
    put_mask("/data/JF01T01V01/meta/pixel_mask", flag, 1, 0); // True = valid
    H5Tclose(flag);
}

static void swissfel_int(void)
{
    put_values("/data/JF01T01V01/data", H5T_STD_I32LE, 1, photons(0, LOST), false);
    put_number("/data/JF01T01V01/meta/conversion_factor", KEV);
}

static void nxmx(hid_t stored, double lost)
{
    put_values("/entry/data/data", stored, 1, lost, false);
    put_mask(DET "/pixel_mask", H5T_STD_U32LE, 1u << 31, 1); // virtual pixels are good ones
    put_number("/entry/instrument/beam/incident_wavelength", 12.398419843320026 / KEV);
    put_number(DET "/saturation_value", 32763);
}

static void nxmx_16(void)
{
    nxmx(H5T_STD_I16LE, INT16_MIN);
}

static void nxmx_32(void)
{
    nxmx(H5T_STD_I32LE, INT32_MIN);
}

static void pal_4m(void)
{
    put_values("/R0012/scan_dat/JF4M01_A_data", H5T_IEEE_F32LE, ADU_A_PHOTON, -2e5, false);
    put_number("/R0012/header/detector_0_distance", 120);
    put_number("/header/RunNumber", 12);
}

static void pal_point(void)
{
    put_values("/detector/eh1/jungfrau2/image/block0_values", H5T_IEEE_F32LE, KEV, -2e5, false);
}

static void euxfel_raw(void)
{
    put_words(XFEL "/adc", XFEL "/gain", true);
}

static void euxfel_kev(void)
{
    const hsize_t dims[4] = {FRAMES, 1, NY, NX};
    unsigned *bits = malloc(sizeof(unsigned) * FRAMES * PIXELS);
    assert_non_null(bits);
    for (int i = 0; i < FRAMES * PIXELS; i++)
        bits[i] = i % PIXELS == BAD ? 1u << 3 : i % 2 ? 1u << 22 : 0; // 22 informs only
    put_values(XFEL "/adc", H5T_IEEE_F32LE, KEV, NAN, true);
    put(XFEL "/mask", H5T_STD_U32LE, H5T_NATIVE_UINT, 4, dims, bits);
    free(bits);
}

static void esrf(hid_t stored, double lost)
{
    put_values(ESRF "/data", stored, ADU_A_PHOTON, lost, false);
    put_mask(ESRF "/detector_information/pixel_mask", H5T_STD_U8LE, 0, 1);
    put_number(ESRF "/detector_information/adus_per_photon", ADU_A_PHOTON);
    put_number(ESRF "/detector_information/underload_value", -1);
}

static void esrf_float16(void)
{
    hid_t half = float16_type();
    esrf(half, NAN);
    H5Tclose(half);
}

static void esrf_int(void)
{
    esrf(H5T_STD_I32LE, -9);
}

static void own(void)
{
    airy_pattern p;
    assert_ok(airy_pattern_init(&p, NY, NX, &err));
    airy_frames *frames = airy_frames_create("own.h5", true, NULL);
    for (int f = 0; f < FRAMES; f++) {
        for (int i = 0; i < PIXELS; i++)
            p.photons.px[i] = (float)photons(f, i);
        p.mask.bits[BAD] = AIRY_MASK_HOT;
        p.mask.bits[LOST] = AIRY_MASK_LOST;
        airy_pattern_apply_mask(&p);
        assert_ok(airy_frames_append(frames, &p, &err));
    }
    assert_ok(airy_frames_commit(frames, NULL, &err));
    airy_frames_close(frames);
    airy_pattern_release(&p);
}

static void cxi(int version)
{
    const hsize_t one = 1;
    put("/cxi_version", H5T_STD_I32LE, H5T_NATIVE_INT, version % 20 ? 0 : 1, &one, &version);
    put_mask(CXI "/mask", H5T_STD_U32LE, 0x1000, 0x4); // signal above background is no flaw
    put_number("/entry_1/instrument_1/source_1/energy", KEV * 1e3 * 1.602176634e-19);
    H5Lcreate_soft(CXI "/data", file, "/entry_1/data_1/data", H5P_DEFAULT, H5P_DEFAULT);
}

static void cxi_raw(void)
{
    put_words(CXI "/data", NULL, false);
    H5Gclose(H5Gcreate2(file, "/entry_1/data_1", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    cxi(150);
}

static void cxi_values(int version)
{
    put_values(CXI "/data", H5T_IEEE_F32LE, ADU_A_PHOTON, NAN, false);
    H5Gclose(H5Gcreate2(file, "/entry_1/data_1", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    cxi(version);
}

static void cxi_130(void)
{
    cxi_values(130);
}

static void cxi_140(void)
{
    cxi_values(140);
}

static void cxi_160(void)
{
    cxi_values(160);
}

static void sacla(void)
{
    const hsize_t dims[2] = {NY, NX};
    float *values = malloc(sizeof(float) * PIXELS);
    char path[64];
    assert_non_null(values);
    for (int f = 0; f < FRAMES; f++) {
        for (int i = 0; i < PIXELS; i++)
            values[i] = i == LOST ? NAN : (float)(10 * photons(f, i)); // tenths
        snprintf(path, sizeof path, "/tag-%d/data", 20177 + 2 * f);
        put(path, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, 2, dims, values);
        snprintf(path, sizeof path, "/tag-%d/photon_energy_ev", 20177 + 2 * f);
        put_number(path, KEV * 1e3);
    }
    put_mask("/metadata/pixelmask", H5T_STD_U8LE, 0, 1);
    free(values);
}

static void sls(void)
{
    FILE *raw = fopen("run_d0_f0_0.raw", "wb");
    for (int f = 0; f < FRAMES; f++) {
        unsigned char header[112] = {(unsigned char)(f + 1)};
        header[12] = 128; // packets caught
        memset(header + 48, 0xff, 16);
        fwrite(header, 1, sizeof header, raw);
        for (int i = 0; i < PIXELS; i++) {
            int n = photons(f, i), g = stage_of(n);
            int word = i == LOST ? 0xffff : adc_of(n) | (g == 2 ? 3 : g) << 14;
            const unsigned char bytes[2] = {(unsigned char)(word & 0xff),
                                            (unsigned char)(word >> 8)};
            fwrite(bytes, 1, 2, raw);
        }
    }
    fclose(raw);
    assert_ok(airy_file_write_text("run_master_0.json",
                                   "{\"Detector Type\": \"Jungfrau\", \"Geometry\": {\"x\": 1, "
                                   "\"y\": 1}, \"Image Size in bytes\": 1048576, \"Max Frames Per "
                                   "File\": 100, \"Frames in File\": 2}",
                                   true, &err));
}

static void bare(void)
{
    put_words("/somewhere/else", NULL, false);
}

// ------------------------------------------------------------------ reading

// Values x scale = photons; words: 0.
static const struct sample {
    const char *layout, *name, *spec;
    void (*make)(void);
    airy_raw_unit unit;
    double scale;
    bool masked;      // the file has a mask of its own
    bool no_sentinel; // and no value that means none
} samples[] = {
    {"swissfel", "swissfel-raw.h5", NULL, swissfel_raw, AIRY_UNIT_WORDS, 0, false, false},
    {"swissfel", "swissfel-kev.h5", NULL, swissfel_kev, AIRY_UNIT_KEV, 1 / KEV, true, false},
    {"swissfel", "swissfel-int.h5", NULL, swissfel_int, AIRY_UNIT_KEV, 1 / KEV, false, true},
    {"nxmx", "nxmx16.h5", NULL, nxmx_16, AIRY_UNIT_PHOTONS, 1, true, false},
    {"nxmx", "nxmx32.h5", NULL, nxmx_32, AIRY_UNIT_PHOTONS, 1, true, false},
    {"pal-jf4m", "pal4m.h5", NULL, pal_4m, AIRY_UNIT_ADU, 1 / ADU_A_PHOTON, false, false},
    {"pal-point", "p0001.h5", NULL, pal_point, AIRY_UNIT_KEV, 1 / KEV, false, false},
    {"euxfel-raw", "RAW-S00000.h5", NULL, euxfel_raw, AIRY_UNIT_WORDS, 0, false, true},
    {"euxfel", "CORR-S00000.h5", NULL, euxfel_kev, AIRY_UNIT_KEV, 1 / KEV, true, false},
    {"esrf-jf4m", "esrf16.h5", NULL, esrf_float16, AIRY_UNIT_PHOTONS, 1, true, false},
    {"esrf-jf4m", "esrf32.h5", NULL, esrf_int, AIRY_UNIT_PHOTONS, 1, true, false},
    {"airy", "own.h5", NULL, NULL, AIRY_UNIT_PHOTONS, 1, true, false},
    {"cxi", "lcls.cxi", NULL, cxi_raw, AIRY_UNIT_WORDS, 0, false, false},
    {"cxi", "v130.cxi", NULL, cxi_130, AIRY_UNIT_ADU, 1 / ADU_A_PHOTON, true, false},
    {"cxi", "v140.cxi", NULL, cxi_140, AIRY_UNIT_ADU, 1 / ADU_A_PHOTON, true, false},
    {"cxi", "v160.cxi", NULL, cxi_160, AIRY_UNIT_ADU, 1 / ADU_A_PHOTON, true, false},
    {"sacla", "sacla.h5", NULL, sacla, AIRY_UNIT_PHOTONS, 1, true, false},
    {"sls-raw", "run_master_0.json", NULL, NULL, AIRY_UNIT_WORDS, 0, false, false},
    {"bare", "bare.h5", "bare.h5:/somewhere/else", bare, AIRY_UNIT_WORDS, 0, false, false},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static airy_calibration calibration(void)
{
    airy_calibration c = {0};
    assert_ok(airy_stack_init(&c.gain, AIRY_GAINS, NY, NX, &err));
    assert_ok(airy_stack_init(&c.pedestal, AIRY_GAINS, NY, NX, &err));
    for (int i = 0; i < AIRY_GAINS * PIXELS; i++) {
        c.gain.px[i] = (float)(adu[i / PIXELS] / KEV);
        c.pedestal.px[i] = (float)pedestal[i / PIXELS];
    }
    return c;
}

// Frame f as photons, whatever the file holds.
static airy_pattern read_photons(airy_raw *raw, int f, double scale, const airy_calibration *c)
{
    airy_pattern p;
    if (airy_raw_unit_of(raw) != AIRY_UNIT_WORDS) {
        assert_ok(airy_raw_read_values(raw, f, &p, &err));
        for (int i = 0; i < PIXELS; i++)
            p.photons.px[i] = (float)(p.photons.px[i] * scale);
        return p;
    }
    airy_calibrate_options options;
    airy_calibrate_options_defaults(&options);
    options.energy_ev = KEV * 1e3;
    options.wide = AIRY_WIDE_KEEP;
    options.mask_edges = false;
    uint16_t *words = airy_memory_new(PIXELS, sizeof *words);
    assert_ok(airy_raw_read(raw, f, words, &err));
    assert_ok(airy_pattern_init(&p, NY, NX, &err));
    assert_ok(airy_jungfrau_calibrate(words, NY, NX, c, &options, &p, &err));
    airy_memory_free(words);
    return p;
}

static void assert_photons(const struct sample *s, const airy_pattern *p, int f)
{
    for (int i = 0; i < PIXELS; i++) {
        bool excluded = p->mask.bits[i] & AIRY_MASK_EXCLUDES;
        bool wanted = (i == BAD && s->masked) || (i == LOST && !s->no_sentinel);
        int n = photons(f, i);
        if (excluded != wanted || isnan(p->photons.px[i]) != wanted)
            fail_msg("%s: frame %d, pixel %d is %sexcluded", s->name, f, i, wanted ? "not " : "");
        // 1 / 9 and back, and 1 / (12 / 9), in float
        if (!wanted && fabs((double)p->photons.px[i] - n) > 1e-6 * (n + 1))
            fail_msg("%s: frame %d, pixel %d holds %.9g photons, %d were put in", s->name, f, i,
                     (double)p->photons.px[i], n);
    }
}

static void same_photons(void **state)
{
    (void)state;
    airy_calibration c = calibration();
    own();
    sls();
    for (const struct sample *s = samples; s < samples + SAMPLES; s++) {
        airy_error problem = {0};
        if (s->make) {
            file = H5Fcreate(s->name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
            s->make();
            H5Fclose(file);
        }
        airy_raw *raw = airy_raw_open(s->spec ? s->spec : s->name, "auto", &problem);
        if (!raw)
            fail_msg("%s", problem.message);
        int ny = 0, nx = 0;
        airy_raw_shape(raw, &ny, &nx);
        assert_string_equal(airy_raw_layout(raw), s->layout);
        assert_non_null(strstr(airy_raw_why(raw), s->layout));
        assert_int_equal(airy_raw_unit_of(raw), s->unit);
        assert_true(airy_raw_count(raw) == FRAMES && ny == NY && nx == NX);
        for (int f = 0; f < FRAMES; f++) {
            airy_pattern p = read_photons(raw, f, s->scale, &c);
            assert_photons(s, &p, f);
            airy_pattern_release(&p);
        }
        airy_raw_close(raw);
        remove(s->name);
    }
    airy_calibration_release(&c);
}

static void every_row_has_one(void **state)
{
    (void)state;
    int rows;
    const airy_layout *table = airy_layout_table(&rows);
    for (int r = 0; r < rows; r++) {
        int found = 0;
        for (int k = 0; k < SAMPLES; k++)
            found += strcmp(samples[k].layout, table[r].row.name) == 0;
        if (!found)
            fail_msg("layout %s has no sample here", table[r].row.name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_photons),
        cmocka_unit_test(every_row_has_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5 files with any kinds of values at the paths that readers look at: frames, detector frames,
// calibrations and history, or a sentence. Damaged bytes are not tried: libhdf5 1.10 itself does
// not survive them.
#include "airy/source.h"

#include "bytes_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define CXI "/entry_1/instrument_1/detector_1"
#define XFEL "/INSTRUMENT/A/DET/B:daqOutput/data"

static const char *const paths[] = {
    CXI "/data",
    CXI "/mask",
    CXI "/variance",
    CXI "/coverage",
    CXI "/distance",
    CXI "/x_pixel_size",
    "/entry_1/image_1/data",
    "/entry_1/image_1/mask",
    "/entry_1/image_1/data_space",
    "/entry_1/image_1/image_center",
    "/entry_1/image_1/image_center_error",
    "/entry_1/image_1/friedel_merged",
    "/entry_1/image_1/x_pixel_size",
    "/entry_1/data_1/data",
    "/cxi_version",
    "/entry_1/instrument_1/source_1/energy",
    "/entry_1/process_1/program",
    "/entry_1/process_1/command",
    "/entry_1/process_1/seed",
    "/data/JF01T01V01/data",
    "/data/JF01T01V01/pulse_id",
    "/data/JF01T01V01/meta/module_map",
    "/data/JF01T01V01/meta/pixel_mask",
    "/data/JF01T01V01/meta/conversion_factor",
    "/entry/data/data",
    "/entry/instrument/detector/pixel_mask",
    "/entry/instrument/detector/saturation_value",
    "/entry/instrument/beam/incident_wavelength",
    XFEL "/adc",
    XFEL "/gain",
    XFEL "/mask",
    "/tag-1/data",
    "/tag-2/data",
    "/tag-2/x",
    "/metadata/pixelmask",
    "/R0001/scan_dat/a_data",
    "/R0001/header/detector_0_distance",
    "/1.1/instrument/jungfrau4m_a/data",
    "/1.1/instrument/jungfrau4m_a/detector_information/adus_per_photon",
    "/gains",
    "/gainsRMS",
    "/pixel_mask",
    "/pixel_mask_reasons",
    "/raw",
};
enum { PATHS = sizeof paths / sizeof paths[0], VALUES = 4096 };

// One dataset from four bytes: where, which kind, which sizes.
static void put(airy_h5 *h5, const uint8_t *b)
{
    static float px[VALUES];
    static double numbers[VALUES];
    static int wholes[VALUES];
    const char *path = paths[b[0] % PATHS];
    int n = 1 + b[2] % 4, ny = 1 + b[2] / 4 % 8, nx = 1 + b[3] % 8, rank = 1 + b[3] / 8 % 4;
    const int dims[4] = {n, ny, nx, 1 + b[3] / 32};
    for (int i = 0; i < VALUES; i++) {
        numbers[i] = px[i] = (float)((i * 37 + b[2] * 1000) % 70000 - 100 * (b[1] / 16));
        wholes[i] = (i + b[2]) % 3 - 1;
    }
    airy_image image = {ny, nx, px};
    airy_stack stack = {n, ny, nx, px};
    airy_mask mask = {ny, nx, (uint32_t *)wholes};
    switch (b[1] % 9) {
    case 0:
        airy_h5_put_image(h5, path, &image, NULL);
        break;
    case 1:
        airy_h5_put_stack(h5, path, &stack, NULL);
        break;
    case 2:
        airy_h5_put_mask(h5, path, &mask, NULL);
        break;
    case 3:
        airy_h5_put_words(h5, path, (const uint16_t *)wholes, n, ny, nx, NULL);
        break;
    case 4:
        airy_h5_put_doubles(h5, path, numbers, rank, dims, NULL);
        break;
    case 5:
        airy_h5_put_ints(h5, path, wholes, rank, dims, NULL);
        break;
    case 6:
        airy_h5_put_text(h5, path, b[2] & 1 ? "airy" : "real", NULL);
        break;
    case 7:
        airy_h5_put_double(h5, path, numbers[0] * 1e-6, NULL);
        break;
    default:
        airy_h5_link(h5, path, paths[b[2] % PATHS], NULL);
    }
}

static bool make(const char *path, const uint8_t *bytes, size_t n)
{
    airy_h5 *h5 = airy_h5_create(path, true, NULL);
    if (!h5)
        abort();
    for (size_t i = 0; i + 4 <= n && i < 80; i += 4)
        put(h5, bytes + i);
    bool good = airy_h5_commit(h5, NULL) == AIRY_OK; // not when a path was taken already
    airy_h5_close(h5);
    return good;
}

static void wants_sentence(airy_code code, const airy_error *err)
{
    if (code != AIRY_OK && (!err->message[0] || err->code != code))
        abort();
}

static void read_frames(const char *path)
{
    airy_error err = {0};
    airy_frames *frames = airy_frames_open(path, &err);
    for (int i = 0; frames && i < airy_frames_count(frames) && i < 3; i++) {
        airy_pattern pattern = {0};
        wants_sentence(airy_frames_read(frames, i, &pattern, &err), &err);
        airy_pattern_release(&pattern);
    }
    airy_frames_close(frames);
}

static void read_raw(const char *path)
{
    airy_error err = {0};
    airy_raw_facts facts;
    airy_pattern pattern = {0};
    int ny, nx;
    airy_raw *raw = airy_raw_open(path, NULL, &err);
    if (!raw)
        return;
    airy_raw_shape(raw, &ny, &nx);
    uint16_t *words = airy_memory_new((size_t)ny * (size_t)nx, sizeof *words);
    wants_sentence(airy_raw_frame_facts(raw, 0, &facts, &err), &err);
    wants_sentence(airy_raw_read(raw, 0, words, &err), &err);
    airy_packed_words *packed = airy_packed_words_new(NULL);
    airy_code code = airy_raw_fetch(raw, 0, packed, words, &err);
    wants_sentence(code == AIRY_OK ? airy_words_unpack(packed, words, &err) : code, &err);
    airy_packed_words_free(packed);
    wants_sentence(airy_raw_read_values(raw, 0, &pattern, &err), &err);
    airy_pattern_release(&pattern);
    airy_memory_free(words);
    airy_raw_close(raw);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *path = bytes_file(bytes, n, ".h5");
    airy_history history = {0};
    airy_calibration calibration;
    airy_mask mask;
    airy_error err = {0};
    if (make(path, bytes, n)) {
        read_frames(path);
        read_raw(path);
        wants_sentence(airy_history_read_file(path, &history, &err), &err);
        wants_sentence(airy_calibration_read(path, path, true, AIRY_GAIN_AUTO, &calibration, &err),
                       &err);
        wants_sentence(airy_mask_read(path, &mask, &err), &err);
        airy_calibration_release(&calibration);
        airy_mask_release(&mask);
        airy_history_release(&history);
    }
    unlink(path);
    return 0;
}

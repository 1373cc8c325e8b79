// SPDX-License-Identifier: GPL-3.0-or-later
// One pattern in any format: the table of formats, and what is the same for all of them.
#include "formats.h"
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Extensions decide; first bytes only where the extension says nothing.
static const airy_format formats[] = {
    {"HDF5", ".h5 .cxi .hdf5 .hdf .nxs", "\211HDF\r\n\032\n", 8, NULL, airy_cxi_write},
    {"FITS", ".fits .fit", "SIMPLE  =", 9, airy_fits_read, airy_fits_write},
    {"PNG", ".png", "\211PNG\r\n\032\n", 8, airy_png_read, airy_png_write},
    {"MATLAB", ".mat", "MATLAB 5.0", 10, airy_mat_read, NULL},
    {"NumPy", ".npy", "\223NUMPY", 6, airy_npy_read, airy_npy_write},
    {"TSV", ".tsv", "# airy pixels", 13, airy_tsv_read, airy_tsv_write},
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static bool has_extension(const airy_format *format, const char *extension)
{
    const char *found = strstr(format->extensions, extension);
    size_t length = strlen(extension);
    return found && length > 1 && (found[length] == ' ' || found[length] == '\0');
}

static const airy_format *by_extension(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (int i = 0; dot && i < FORMATS; i++)
        if (has_extension(&formats[i], dot))
            return &formats[i];
    return NULL;
}

const airy_format *airy_format_of(const char *path)
{
    char start[16] = {0};
    const airy_format *format = by_extension(path);
    if (format)
        return format;
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(start, 1, sizeof start, file) : 0;
    if (file)
        fclose(file);
    for (int i = 0; i < FORMATS; i++)
        if (n >= (size_t)formats[i].magic_length &&
            memcmp(start, formats[i].magic, (size_t)formats[i].magic_length) == 0)
            return &formats[i];
    return &formats[0];
}

void airy_pattern_settle(airy_pattern *pattern)
{
    int n = pattern->photons.ny * pattern->photons.nx;
    for (int i = 0; i < n; i++)
        if (!isfinite(pattern->photons.px[i]) && !(pattern->mask.bits[i] & AIRY_MASK_EXCLUDES))
            pattern->mask.bits[i] |= AIRY_MASK_MISSING;
    airy_pattern_apply_mask(pattern);
}

airy_code airy_pattern_adopt(airy_pattern *pattern, airy_image *pixels, airy_error *err)
{
    *pattern = (airy_pattern){.photons = *pixels};
    *pixels = (airy_image){0};
    airy_code code = airy_mask_init(&pattern->mask, pattern->photons.ny, pattern->photons.nx, err);
    if (code == AIRY_OK)
        airy_pattern_settle(pattern);
    else
        airy_pattern_release(pattern);
    return code;
}

airy_code airy_pattern_write(const char *path, const airy_pattern *pattern,
                             const airy_history *history, bool overwrite, airy_error *err)
{
    const airy_format *format = by_extension(path);
    if (!format || !format->write)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s: no format with this ending can be written; use .h5 .cxi .fits "
                              ".png .npy or .tsv",
                              path);
    return format->write(path, pattern, history, overwrite, err);
}

airy_code airy_pattern_read(const char *spec, int frame, airy_pattern *pattern,
                            airy_history *history, airy_error *err)
{
    *pattern = (airy_pattern){0};
    if (history)
        airy_history_init(history);
    airy_frames *frames = airy_frames_open(spec, err);
    airy_code code = frames ? AIRY_OK : err ? err->code : AIRY_EIO;
    if (code == AIRY_OK)
        code = airy_frames_read(frames, frame, pattern, err);
    if (code == AIRY_OK && history)
        code = airy_frames_history(frames, history, err);
    airy_frames_close(frames);
    if (code != AIRY_OK)
        airy_pattern_release(pattern);
    return code;
}

airy_code airy_history_read_file(const char *path, airy_history *history, airy_error *err)
{
    const airy_format *format = airy_format_of(path);
    airy_history_init(history);
    if (!format->read) {
        airy_h5 *h5 = airy_h5_open(path, err);
        airy_code code = h5 ? airy_history_read(h5, history, err) : err ? err->code : AIRY_EIO;
        airy_h5_close(h5);
        return code;
    }
    if (format->read == airy_fits_read)
        return airy_fits_history(path, history, err);
    if (format->read == airy_png_read)
        return airy_png_history(path, history, err);
    if (format->read != airy_tsv_read)
        return AIRY_OK; // a format without a place for it
    char *text;
    airy_code code = airy_file_read_text(path, &text, err);
    if (code == AIRY_OK)
        code = airy_comments_history(text, history, err);
    free(text);
    return code;
}

// ------------------------------------------------------------------ masks

// A 0/1 image is a mask by itself (1 = bad); any other one masks where it has no value.
static bool only_zero_one(const airy_image *image)
{
    bool ones = false;
    for (int i = 0; i < image->ny * image->nx; i++) {
        if (image->px[i] != 0 && image->px[i] != 1)
            return false;
        ones |= image->px[i] == 1;
    }
    return ones;
}

static uint32_t all_reasons(void)
{
    int n;
    uint32_t all = 0;
    const airy_reason_row *rows = airy_mask_reasons(&n);
    for (int i = 0; i < n; i++)
        all |= rows[i].bit;
    return all;
}

// Values that are no bits of ours still mean that the pixel is bad.
static void keep_known_bits(airy_mask *mask)
{
    uint32_t all = all_reasons();
    for (int i = 0; i < mask->ny * mask->nx; i++)
        if (mask->bits[i] & ~all)
            mask->bits[i] = (mask->bits[i] & all) | AIRY_MASK_BAD;
}

// Where a mask stands in files of ours, before the arrays themselves.
static const char *const mask_places[] = {"/entry_1/instrument_1/detector_1/mask",
                                          "/entry_1/image_1/mask", "/pixel_mask", "/mask", NULL};

// The mask dataset of an HDF5 spec without or with a dataset; false when there is none.
static bool read_h5_mask(const char *path, const char *dataset, airy_mask *mask, airy_error *err)
{
    airy_h5 *h5 = airy_h5_open(path, err);
    for (int i = 0; h5 && !dataset && mask_places[i]; i++)
        if (airy_h5_has(h5, mask_places[i]))
            dataset = mask_places[i];
    bool found = h5 && dataset && airy_h5_get_mask(h5, dataset, mask, err) == AIRY_OK;
    airy_h5_close(h5);
    return found;
}

airy_code airy_mask_read(const char *spec, airy_mask *mask, airy_error *err)
{
    const char *dataset;
    airy_pattern pattern = {0};
    *mask = (airy_mask){0};
    char *path = airy_spec_path(spec, &dataset);
    if (!path)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a file name");
    bool whole = !airy_format_of(path)->read && read_h5_mask(path, dataset, mask, err);
    free(path);
    if (whole) {
        keep_known_bits(mask);
        return AIRY_OK;
    }
    airy_code code = airy_pattern_read(spec, 0, &pattern, NULL, err);
    if (code != AIRY_OK)
        return code;
    *mask = pattern.mask;
    pattern.mask = (airy_mask){0};
    if (only_zero_one(&pattern.photons))
        for (int i = 0; i < mask->ny * mask->nx; i++)
            mask->bits[i] |= pattern.photons.px[i] == 1 ? AIRY_MASK_BAD : 0;
    airy_pattern_release(&pattern);
    return AIRY_OK;
}

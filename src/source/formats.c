// SPDX-License-Identifier: GPL-3.0-or-later
// One pattern in any format: the table of formats, and what is the same for all of them.
#include "formats.h"
#include "files/input.h"
#include "files/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static airy_code read_archive(const char *path, const char *dataset, airy_pattern *pattern,
                              airy_history *history, airy_error *err)
{
    (void)dataset, (void)pattern, (void)history;
    return airy_error_set(err, AIRY_EFORMAT,
                          "%s is an archive of arrays, which is not read: save one of them as .npy",
                          path);
}

static const airy_format formats[] = {
    {AIRY_KIND_HDF5, "HDF5", NULL, airy_cxi_write},
    {AIRY_KIND_FITS, "FITS", airy_fits_read, airy_fits_write},
    {AIRY_KIND_PNG, "PNG", airy_png_read, airy_png_write},
    {AIRY_KIND_MATLAB, "MATLAB", airy_mat_read, NULL},
    {AIRY_KIND_NUMPY_ARCHIVE, "NumPy archive", read_archive, NULL},
    {AIRY_KIND_NUMPY, "NumPy", airy_npy_read, airy_npy_write},
    {AIRY_KIND_TIFF, "TIFF", airy_tiff_read, NULL},
    {AIRY_KIND_CBF, "CBF", airy_cbf_read, NULL},
    {AIRY_KIND_EDF, "EDF", airy_edf_read, NULL},
    {AIRY_KIND_PIXELS, "TSV", airy_tsv_read, airy_tsv_write},
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static const airy_format *format_of_kind(airy_kind kind)
{
    for (int i = 0; i < FORMATS; i++)
        if (formats[i].kind == kind)
            return &formats[i];
    return NULL;
}

// Extensions decide; first bytes only where the extension says nothing, and of .mat, which may be
// plain HDF5 from Python.
const airy_format *airy_format_of(const char *path)
{
    const airy_format *named = format_of_kind(airy_kind_of_name(path));
    if (named && named->kind != AIRY_KIND_MATLAB)
        return named;
    const airy_format *found = format_of_kind(airy_kind_of_file(path));
    return found ? found : named ? named : &formats[0];
}

void airy_pattern_settle(airy_pattern *pattern)
{
    int n = pattern->photons.ny * pattern->photons.nx;
    for (int i = 0; i < n; i++)
        if (!isfinite(pattern->photons.px[i]) && !(pattern->mask.bits[i] & AIRY_MASK_EXCLUDES))
            pattern->mask.bits[i] |= AIRY_MASK_MISSING;
    airy_pattern_apply_mask(pattern);
}

// Values of 4 bytes, (ny, nx), moved by half of each side.
static airy_code unshift(void *values, int ny, int nx, airy_error *err)
{
    size_t n = (size_t)ny * (size_t)nx;
    uint32_t *from = airy_memory_new(n, sizeof *from), *to = values;
    if (!from)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a pattern");
    memcpy(from, values, n * sizeof *from);
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++)
            to[(y + ny / 2) % ny * nx + (x + nx / 2) % nx] = from[y * nx + x];
    airy_memory_free(from);
    return AIRY_OK;
}

airy_code airy_pattern_unshift(airy_pattern *p, airy_error *err)
{
    void *const arrays[] = {p->photons.px, p->variance.px, p->coverage.px, p->background.px,
                            p->mask.bits};
    airy_code code = AIRY_OK;
    int ny = p->photons.ny, nx = p->photons.nx;
    for (size_t i = 0; code == AIRY_OK && i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i])
            code = unshift(arrays[i], ny, nx, err);
    airy_pattern_set_center(p, ny / 2, nx / 2, 0, 0);
    return code;
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
    const airy_format *format = format_of_kind(airy_kind_of_name(path));
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
    airy_code code = frames ? AIRY_OK : airy_error_code(err, AIRY_EIO);
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
        airy_code code = h5 ? airy_history_read(h5, history, err) : airy_error_code(err, AIRY_EIO);
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

airy_code airy_histories_merge(const char *const *more, airy_history *history, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (; more && *more && code == AIRY_OK; more++) {
        airy_history other = {0};
        const char *dataset;
        char *path = airy_spec_path(*more, &dataset);
        airy_code read = path ? airy_history_read_file(path, &other, err) : AIRY_EMEMORY;
        if (read == AIRY_OK)
            code = airy_history_merge(history, &other, err);
        else if (read == AIRY_EMEMORY) // others' files have no history
            code = read;
        airy_history_release(&other);
        free(path);
    }
    return code;
}

void airy_source_versions(airy_text *text)
{
    airy_fits_version(text);
    airy_png_version(text);
    airy_mat_version(text);
    airy_tiff_version(text);
}

// ------------------------------------------------------------------ masks

// What an image has to be to serve as a mask: two values, 0 and another (1, or 255 of a drawing),
// or a pattern that lacks a value where it is to be masked.
typedef struct mask_image {
    bool two_values;
    float high;  // the value beside 0; 0: there is none
    int missing; // pixels without a value
} mask_image;

static mask_image look_at_mask(const airy_pattern *p)
{
    mask_image found = {.two_values = true};
    for (int i = 0; i < p->photons.ny * p->photons.nx; i++) {
        float value = p->photons.px[i];
        bool none = isnan(value) || p->mask.bits[i] & AIRY_MASK_EXCLUDES;
        found.missing += none;
        if (none || value == 0)
            continue;
        found.two_values = found.two_values && (found.high == 0 || value == found.high);
        found.high = value;
    }
    return found;
}

static airy_code mask_of_image(const char *spec, airy_pattern *p, airy_error *err)
{
    const mask_image found = look_at_mask(p);
    if (!found.two_values && found.missing == 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s is no mask: it holds neither two values, 0 and 1 or 255 (not 0 = "
                              "excluded), nor pixels without a value",
                              spec);
    for (int i = 0; found.two_values && i < p->photons.ny * p->photons.nx; i++)
        p->mask.bits[i] |= p->photons.px[i] == found.high && found.high != 0 ? AIRY_MASK_BAD : 0;
    return AIRY_OK;
}

void airy_mask_take_file(airy_mask *mask)
{
    const uint32_t beside = AIRY_MASK_BESIDE | AIRY_MASK_INVALID;
    for (int i = 0; i < mask->ny * mask->nx; i++) {
        uint32_t bits = mask->bits[i];
        mask->bits[i] = airy_mask_take((bits & beside) == beside ? bits & ~beside : bits);
    }
}

// Where a mask stands in files of ours, before the arrays themselves.
static const char *const mask_places[] = {"/entry_1/instrument_1/detector_1/mask",
                                          "/entry_1/image_1/mask", "/pixel_mask", "/mask", NULL};

// The mask dataset of an HDF5 spec without or with a dataset; false when there is none, or, with
// AIRY_EMEMORY, when that cannot be told.
static bool read_h5_mask(const char *path, const char *dataset, airy_mask *mask, airy_error *err)
{
    airy_h5 *h5 = airy_h5_open(path, err);
    for (int i = 0; h5 && !dataset && mask_places[i]; i++)
        if (airy_h5_has(h5, mask_places[i]))
            dataset = mask_places[i];
    bool found = h5 && dataset && airy_h5_get_mask(h5, dataset, mask, err) == AIRY_OK;
    if (h5 && airy_h5_trust(h5, err) != AIRY_OK) {
        airy_mask_release(mask);
        found = false;
    }
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
    airy_error why = {0};
    bool whole = !airy_format_of(path)->read && read_h5_mask(path, dataset, mask, &why);
    free(path);
    if (why.code == AIRY_EMEMORY)
        return airy_error_set(err, why.code, "%s", why.message);
    if (whole) {
        airy_mask_take_file(mask);
        return AIRY_OK;
    }
    airy_code code = airy_pattern_read(spec, 0, &pattern, NULL, err);
    if (code != AIRY_OK)
        return code;
    code = mask_of_image(spec, &pattern, err);
    if (code == AIRY_OK) {
        *mask = pattern.mask;
        pattern.mask = (airy_mask){0};
    }
    airy_pattern_release(&pattern);
    return code;
}

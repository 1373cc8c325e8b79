// SPDX-License-Identifier: GPL-3.0-or-later
// The table of formats of one pattern.
#include "formats.h"

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

void airy_source_versions(airy_text *text)
{
    airy_fits_version(text);
    airy_png_version(text);
    airy_mat_version(text);
    airy_tiff_version(text);
}

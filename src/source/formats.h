// SPDX-License-Identifier: GPL-3.0-or-later
// File formats of single patterns as a table: one row and two functions each.
#ifndef AIRY_SOURCE_FORMATS_H
#define AIRY_SOURCE_FORMATS_H

#include "airy/source.h"

typedef airy_code (*airy_pattern_reader)(const char *path, const char *dataset,
                                         airy_pattern *pattern, airy_history *history,
                                         airy_error *err);
typedef airy_code (*airy_pattern_writer)(const char *path, const airy_pattern *pattern,
                                         const airy_history *history, bool overwrite,
                                         airy_error *err);

typedef struct airy_format {
    airy_kind kind;
    const char *name;
    airy_pattern_reader read;  // NULL: HDF5, read through airy_frames
    airy_pattern_writer write; // NULL: cannot be written
} airy_format;

// The row of a path by its extension, or by its first bytes when the extension says nothing; HDF5's
// row otherwise.
const airy_format *airy_format_of(const char *path);

// A pattern of these pixels, which it takes over: NaN and infinities become MISSING. On errors the
// image is released.
AIRY_MUST_CHECK airy_code airy_pattern_adopt(airy_pattern *pattern, airy_image *pixels,
                                             airy_error *err);

// Puts a pattern with zero frequency in its corner in order: the middle is at n / 2 then, and is
// its center.
AIRY_MUST_CHECK airy_code airy_pattern_unshift(airy_pattern *pattern, airy_error *err);

// The bits of a mask as they stand in a file, ours or anybody's: see airy_mask_take. A reason that
// readers of CXI's own bits would not see has INVALID set beside on disk, and a mark that it was.
void airy_mask_take_file(airy_mask *mask);

// Reasons for pixels without value, and NaN for excluded ones.
void airy_pattern_settle(airy_pattern *pattern);

// One reader and writer a format; history arguments may be NULL. `read` functions fill an empty
// pattern.
airy_code airy_fits_read(const char *path, const char *dataset, airy_pattern *pattern,
                         airy_history *history, airy_error *err);
airy_code airy_fits_write(const char *path, const airy_pattern *pattern,
                          const airy_history *history, bool overwrite, airy_error *err);
airy_code airy_png_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err);
airy_code airy_png_write(const char *path, const airy_pattern *pattern, const airy_history *history,
                         bool overwrite, airy_error *err);
airy_code airy_mat_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err);
airy_code airy_tiff_read(const char *path, const char *dataset, airy_pattern *pattern,
                         airy_history *history, airy_error *err);
airy_code airy_cbf_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err);
airy_code airy_edf_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err);
airy_code airy_npy_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err);
airy_code airy_npy_write(const char *path, const airy_pattern *pattern, const airy_history *history,
                         bool overwrite, airy_error *err);
airy_code airy_tsv_write(const char *path, const airy_pattern *pattern, const airy_history *history,
                         bool overwrite, airy_error *err);
airy_code airy_tsv_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err);
airy_code airy_cxi_write(const char *path, const airy_pattern *pattern, const airy_history *history,
                         bool overwrite, airy_error *err);

// Of a file of several images (page.c) the one that dataset "/N" names, counted from 0. Errors:
// AIRY_EVALUE when none is named and there are several, AIRY_EMISSING.
AIRY_MUST_CHECK airy_code airy_page_choose(const char *path, const char *dataset, int pages,
                                           int *page, airy_error *err);

// Pixel side, distance and wavelength of a detector's comments ("# Pixel_size 172e-6 m x 172e-6 m",
// "# Detector_distance 0.2 m", "# Wavelength 0.9 A"), where they can be; whether there are such
// comments at all. Values below 0 of such detectors are no values.
bool airy_camera_comments(const char *text, airy_setup *setup);
void airy_image_without_negative(airy_image *image);

// Each library's version, from the one file that may include its header.
void airy_fits_version(airy_text *text);
void airy_png_version(airy_text *text);
void airy_mat_version(airy_text *text);
void airy_tiff_version(airy_text *text);

// Histories alone.
airy_code airy_fits_history(const char *path, airy_history *history, airy_error *err);
airy_code airy_png_history(const char *path, airy_history *history, airy_error *err);

// Counts beside a condensed pattern (counts.c): appended to a file that is being written, and those
// of a frame, if the file has them. Errors: AIRY_ESHAPE, AIRY_EFORMAT.
airy_code airy_counts_append(airy_h5 *h5, const airy_pattern *counts, airy_error *err);
AIRY_MUST_CHECK airy_code airy_counts_read(airy_h5 *h5, int frame, airy_pattern *pattern,
                                           airy_error *err);

// Beam (SI) and history of a file that is not CXI itself: what airy_cxi_begin writes without
// /cxi_version. Both may be NULL.
airy_code airy_h5_put_facts(airy_h5 *h5, const airy_setup *setup, const airy_history *history,
                            airy_error *err);

#endif

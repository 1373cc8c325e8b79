// SPDX-License-Identifier: GPL-3.0-or-later
// Small square pictures without axes, for sheets of many shots.
#ifndef AIRY_REPORT_THUMBNAIL_H
#define AIRY_REPORT_THUMBNAIL_H

#include "airy/source.h"
#include "airy/report.h"

// The square of an image that is drawn, pixels, and the values that the ends of the colours stand
// for.
typedef struct airy_window {
    double center_y, center_x, field; // field: its side
    double low, high;
    bool log;
} airy_window;

// Draws the window `side` pixels wide, y up; hidden pixels (NaN) and what lies outside are grey.
// out->index is freed with airy_memory_free.
AIRY_MUST_CHECK airy_code airy_thumbnail_draw(const airy_image *image, const airy_window *window,
                                              const airy_colormap *map, int side, airy_indexed *out,
                                              airy_error *err);

// Puts black strokes where labels are not 0.
void airy_thumbnail_strokes(const airy_image *labels, const airy_window *window, airy_indexed *out);

#endif

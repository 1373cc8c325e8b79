// SPDX-License-Identifier: GPL-3.0-or-later
// Of cxi.c, for the room and its tests.
#ifndef AIRY_SOURCE_CXI_H
#define AIRY_SOURCE_CXI_H

#include "airy/source.h"

// Makes `target` the main array: /entry_1/data_1/data leads to it, viewers open there.
airy_code airy_cxi_main(airy_h5 *h5, const char *target, airy_error *err);

// An axis of the main array as NeXus plots it: pixel i is at (i - center) * step.
typedef struct airy_cxi_axis {
    const char *name, *unit, *title; // of the dataset beside the data: "x_nm", "nm", "x"
    int n;
    double center, step;
} airy_cxi_axis;

// Axes y and x of the main array; frames: a dimension of frames goes before them. After
// airy_cxi_main.
airy_code airy_cxi_axes(airy_h5 *h5, const airy_cxi_axis axes[2], bool frames, airy_error *err);

// Side of a pixel of /entry_1/image_1/data in m: stated, or the image's size by its pixels; 0 when
// neither is there.
double airy_cxi_pitch(airy_h5 *h5);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Where an image is a valley, how deep, and which way it runs.
#ifndef AIRY_DENSITY_VALLEY_H
#define AIRY_DENSITY_VALLEY_H

#include "airy/base.h"

// What second and first derivatives at one scale say. All (ny, nx), all released together.
typedef struct airy_valley {
    airy_image depth;         // depth of a Gaussian valley of the scale's own width that has the
                              // curvature found across the line: 0 or less where there is none
    airy_image smooth;        // the image smoothed over the scale
    airy_image jyy, jyx, jxx; // structure tensor, averaged over the scale
} airy_valley;

// sigma: standard deviation of a matched Gaussian valley's profile, pixels. NaN counts as 0.
AIRY_MUST_CHECK airy_code airy_valley_make(const airy_image *image, double sigma,
                                           airy_valley *valley, airy_error *err);
void airy_valley_release(airy_valley *valley);

#endif

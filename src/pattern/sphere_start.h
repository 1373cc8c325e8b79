// SPDX-License-Identifier: GPL-3.0-or-later
// Where the fit of a sphere begins.
#ifndef AIRY_PATTERN_SPHERE_START_H
#define AIRY_PATTERN_SPHERE_START_H

#include "airy/base.h"

typedef struct airy_sphere_start {
    double cycles; // radius in cycles a pixel; above 0 beforehand: given, and kept
    double intensity, background;
    double fringes; // radius by their period; 0 = not known
    bool anywhere;  // beforehand: rings are fitted at any radius
} airy_sphere_start;

// Radius, intensity and background of the sphere whose rings fit the means over rings best, among
// radii near the one that the period of the fringes tells. NaN pixels are left out. AIRY_ENUMERIC
// where nothing fits.
AIRY_MUST_CHECK airy_code airy_sphere_start_find(const airy_image *photons, double cy, double cx,
                                                 airy_sphere_start *start, airy_error *err);

#endif

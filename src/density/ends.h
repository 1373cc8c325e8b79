// SPDX-License-Identifier: GPL-3.0-or-later
// Of ends.c, for the room and its tests.
#ifndef AIRY_DENSITY_ENDS_H
#define AIRY_DENSITY_ENDS_H

#include "airy/density.h"
#include "path.h"

// The same with free ends where the region's medial axis has them, half a width before the border,
// by the region's area there (density/ends.c); width in pixels.
double airy_path_length_in(const airy_path *path, const airy_mask *region, double width);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Building a geometry: what the parsers and the regular grids share.
#ifndef AIRY_DETECTOR_GEOMETRY_H
#define AIRY_DETECTOR_GEOMETRY_H

#include "airy/detector.h"

// Appends a panel or a bad region; NULL when there is no memory (geometry stays releasable).
airy_panel *airy_geometry_add_panel(airy_geometry *geometry);
airy_bad_region *airy_geometry_add_bad(airy_geometry *geometry);

// Eight chips of a module whose first pixel's corner lies at (y, x), rows along (slow), columns
// along (fast), for rows from row0 on of data plane `plane`; chips are two pixels apart.
typedef struct airy_module_place {
    int number, row0, plane;
    double x, y, fast_x, fast_y, slow_x, slow_y;
} airy_module_place;
AIRY_MUST_CHECK airy_code airy_geometry_add_module(airy_geometry *geometry,
                                                   const airy_module_place *place, airy_error *err);

// Checks panels and sets ny, nx and origin so that the plane holds every pixel.
AIRY_MUST_CHECK airy_code airy_geometry_close(airy_geometry *geometry, const char *name,
                                              airy_error *err);

#endif

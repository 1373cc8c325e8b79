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

// A data pixel and where it lies: index in the data array, index on the plane, what the geometry
// says against it, and the place of its center in pixels of the plane, corner of the first one = 0.
typedef struct airy_placed {
    int from, to;
    uint32_t reasons;
    const airy_panel *panel;
    double y, x;
} airy_placed;

// Index on the plane of the pixel that holds (y, x), both cut to the plane's borders.
int airy_geometry_index(const airy_geometry *geometry, double y, double x);

// Calls `visit` for every data pixel of an array of ny x nx, panel by panel.
AIRY_MUST_CHECK airy_code airy_geometry_visit(const airy_geometry *geometry, int ny, int nx,
                                              void (*visit)(const airy_placed *at, void *context),
                                              void *context, airy_error *err);

// Checks panels and sets ny, nx and origin so that the plane holds every pixel.
AIRY_MUST_CHECK airy_code airy_geometry_close(airy_geometry *geometry, const char *name,
                                              airy_error *err);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Light on a detector of panels, wherever they lie.
#ifndef AIRY_SIMULATE_PANELS_H
#define AIRY_SIMULATE_PANELS_H

#include "airy/simulate.h"

#include "simulate/diffract.h"

// What falls on each panel, on the panel's own grid with one pixel more on every side (ny + 2,
// nx + 2): chip-border pixels collect there.
typedef struct airy_light {
    const airy_geometry *geometry; // the caller's
    double beam_y, beam_x;         // where the beam hits, in the panels' coordinates
    airy_image *on;                // (panels)
} airy_light;

// The beam lies where the geometry has it, or in the middle (ny / 2, nx / 2) of its plane, and then
// so many pixels further up and right.
AIRY_MUST_CHECK airy_code airy_light_init(airy_light *light, const airy_geometry *geometry,
                                          double offset_y, double offset_x, airy_error *err);
void airy_light_release(airy_light *light);

// |F|^2 of a scatterer and its second on every panel. Panels may be turned by any angle for a
// phantom, not for an image. Errors: AIRY_EARGUMENT for panels whose pixels are no rectangles.
AIRY_MUST_CHECK airy_code airy_light_make(airy_light *light, const airy_scatterer *object,
                                          const airy_second *second, const airy_setup *setup,
                                          airy_error *err);

// Zero within `stop` pixels of the beam, factor times light plus background elsewhere.
void airy_light_shape(airy_light *light, double stop, double factor, double background);

// Expectation of the data pixels, the modules stacked; those without a panel keep theirs.
void airy_light_collect(const airy_light *light, airy_image *data);

// Rows of the stack of modules that the panels of a geometry are cut from (simulate/panels.c).
// Errors: AIRY_EFORMAT when they are cut from anything else than modules of 512 x 1024.
AIRY_MUST_CHECK airy_code airy_simulation_rows(const airy_geometry *geometry, int *rows,
                                               airy_error *err);

#endif

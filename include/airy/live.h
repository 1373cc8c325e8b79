// SPDX-License-Identifier: GPL-3.0-or-later
// What can be said of frames while a run is being taken: one frame at a glance, files that grow,
// and what many frames have in common so far.
#ifndef AIRY_LIVE_H
#define AIRY_LIVE_H

#include "airy/base.h"
#include "airy/detector.h"
#include "airy/files.h"
#include "airy/pattern.h"

// ------------------------------------------------------------------ one frame (live/look.c)

typedef struct airy_look_options {
    int factor;      // pixels a cell side; 0 = a side of about 280 cells, finer for fine fringes
    double beamstop; // radius of the beam stop, pixels; 0 = its shadow is looked for
    double axis_deg; // of a spheroid
    bool spheroid;
    airy_hit_options hit;
    bool has_start;          // the center is refined from here instead of searched
    double start_y, start_x; // pixels of the frame
} airy_look_options;

void airy_look_options_defaults(airy_look_options *options);
AIRY_MUST_CHECK airy_code airy_look_options_check(const airy_look_options *options,
                                                  airy_error *err);

// What one frame tells. Centers are in pixels of the frame; NaN: not found, and `why` says it.
typedef struct airy_look {
    airy_hit hit;  // photons, lit pixels, background
    int saturated; // pixels
    double peak;   // photons in the brightest measured pixel
    double center_y, center_x, center_y_error, center_x_error;
    double center_chi2;  // of Friedel mates, about 1
    airy_sphere_fit fit; // of `cells`; radii NaN when there is none
    double second;       // visibility of a second particle's fringes; NaN: not known
    int factor;          // pixels a cell side
    airy_pattern cells;  // what was fitted: binned, masked, with its center
    char why[256];       // what could not be found, or ""
} airy_look;

void airy_look_release(airy_look *look);

// Light, saturation, center and size of a frame, in memory: airy_pattern_hit, _bin, _center, the
// shadow of airy_exposures_mask and _sphere. A frame in which nothing was hit is no error. `look`
// is initialised here. Errors: AIRY_EMEMORY, AIRY_EARGUMENT.
AIRY_MUST_CHECK airy_code airy_look_pattern(const airy_pattern *frame,
                                            const airy_look_options *options, airy_look *look,
                                            airy_error *err);

// The light alone: hit, saturated, peak; the rest is NaN and `cells` empty.
AIRY_MUST_CHECK airy_code airy_look_light(const airy_pattern *frame,
                                          const airy_look_options *options, airy_look *look,
                                          airy_error *err);

// The numbers of a look as a row of the table of all looks, which the first one makes.
AIRY_MUST_CHECK airy_code airy_look_add_row(const airy_look *look, const char *file, int frame,
                                            airy_table *table, airy_error *err);

#endif

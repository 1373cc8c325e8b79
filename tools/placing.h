// SPDX-License-Identifier: GPL-3.0-or-later
// Where the modules of a frame lie: what --geometry names, and the mask that such a file may name.
#ifndef AIRY_TOOLS_PLACING_H
#define AIRY_TOOLS_PLACING_H

#include "airy/source.h"
#include "options.h"

// "grid" (2 modules across for a 4M, else one below the other), "none" (no panels), a CrystFEL
// .geom file, a psana .data file, or a .tsv table with columns x and y: where the first pixel of
// each module lies.
AIRY_MUST_CHECK airy_code placing_read(const char *name, int modules, airy_geometry *geometry,
                                       airy_error *err);

// The masks that a geometry names, as reasons of data pixels (ny, nx); left empty when there are
// none. Files are looked for as they are named and beside the geometry, masks without a file in the
// first input; a warning tells what is not there.
AIRY_MUST_CHECK airy_code placing_masks(const invocation *call, const char *name,
                                        const airy_geometry *geometry, int ny, int nx,
                                        airy_mask *mask, airy_error *err);

// Warns of what a geometry says and is not done. words: frames are not calibrated.
void placing_question(const invocation *call, const char *name, const airy_geometry *geometry,
                      bool words);

// A warning when panels lie on top of each other, for data of ny x nx.
AIRY_MUST_CHECK airy_code placing_overlap(const invocation *call, const char *name,
                                          const airy_geometry *geometry, int ny, int nx,
                                          airy_error *err);

#endif

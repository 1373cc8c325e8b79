// SPDX-License-Identifier: GPL-3.0-or-later
// What is summed of a region.
#ifndef AIRY_SPECKLE_PLANES_H
#define AIRY_SPECKLE_PLANES_H

#include "speckle/parts.h"
#include "speckle/tiles.h"

// What is summed of one region: of products of values that were divided by their frame's mean.
typedef struct airy_planes {
    airy_tiles tiles;
    int cell_level, cells; // the two-time map has cells of 2^cell_level frames, `cells` a side
    double *map;           // (cells, cells), i <= j: pairs t1 < t2 with t1 in cell i, t2 in j
    double *full;          // (frames) by lag, 0 too; NULL: not kept
    // By group of pixels and level: differences of what straddles block s, see steps.c; NULL: not
    // kept.
    double *straddle[AIRY_TILE_LEVELS];
    airy_parts parts;
} airy_planes;

// What is to be kept.
typedef struct airy_planes_plan {
    int frames, grain;
    int map;                         // most cells a side of the two-time map
    bool full;                       // every lag
    bool steps;                      // what straddles
    const airy_curve_options *curve; // whose parts are kept; NULL: none
    bool by_mean;                    // see airy_correlate_options
    bool by_age;                     // parts of curves by age, too
} airy_planes_plan;

// Empty planes of a plan. AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_planes_init(airy_planes *planes, const airy_planes_plan *plan,
                                           airy_error *err);
void airy_planes_release(airy_planes *planes);

// Bytes that planes of a plan take.
double airy_planes_bytes(const airy_planes_plan *plan);

#endif

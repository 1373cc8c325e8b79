// SPDX-License-Identifier: GPL-3.0-or-later
// One path of the skeleton becomes one row of the branch table.
#ifndef AIRY_DENSITY_BRANCHES_H
#define AIRY_DENSITY_BRANCHES_H

#include "airy/density.h"
#include "density/valley.h"
#include "path.h"

// What branches are measured on.
typedef struct airy_ruler {
    const airy_bands_input *input;
    const airy_image *low;      // what is looked for is negative
    const airy_mask *region;    // what was thinned
    const airy_image *distance; // of its pixels to its border
    const airy_valley *valley;
    double scale; // width looked for, pixels
    double polarization_deg;
    bool half_depth; // width at half of the branch's own depth instead of the region's
} airy_ruler;

// Measures a path; the number of the branch is left to the caller. Errors: AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_branch_measure(const airy_ruler *ruler, const airy_path *path,
                                              airy_branch *branch, airy_error *err);

#endif

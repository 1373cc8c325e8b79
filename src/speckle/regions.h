// SPDX-License-Identifier: GPL-3.0-or-later
// Pixel sets that are correlated one by one.
#ifndef AIRY_SPECKLE_REGIONS_H
#define AIRY_SPECKLE_REGIONS_H

#include "airy/speckle.h"

// Pixel sets that are correlated one by one: pixels of region r are pixel[first[r]] to
// pixel[first[r + 1] - 1], as y * nx + x, increasing. Zero-initialise.
typedef struct airy_regions {
    int ny, nx, n;
    int *first;      // (n + 1)
    int *pixel;      // (first[n])
    int *label;      // (n) number in the map they came from
    double *q_inv_a; // (n) mean scattering vector, 1/A; NaN: not known
    double *phi_deg; // (n) mean azimuth, degrees; NaN: not known, or all round
} airy_regions;

// The regions that bins are, those without a pixel left out; rings and sectors are numbered from 1
// on. q_inv_a is the bins' middle, whose polar counts in 1/A. AIRY_EVALUE when all are empty.
AIRY_MUST_CHECK airy_code airy_regions_from_bins(const airy_bins *bins, airy_regions *regions,
                                                 airy_error *err);

// The regions of a map of whole numbers (ny * nx): one a number above 0, in the order of numbers;
// 0 and NaN are in none. polar (may be NULL) tells where they lie. Errors: AIRY_EVALUE when there
// are none, or a number is not whole.
AIRY_MUST_CHECK airy_code airy_regions_from_map(const airy_image *map, const airy_polar *polar,
                                                airy_regions *regions, airy_error *err);

// Which member each pixel is, (ny * nx), -1: none; where a pixel is several, *member is NULL.
// airy_memory_free(*member).
AIRY_MUST_CHECK airy_code airy_regions_members(const airy_regions *regions, int **member,
                                               airy_error *err);

// Takes the pixels out for which keep[y * nx + x] is 0. AIRY_EVALUE when a region loses all.
AIRY_MUST_CHECK airy_code airy_regions_keep(airy_regions *regions, const uint8_t *keep,
                                            airy_error *err);
void airy_regions_release(airy_regions *regions);

#endif

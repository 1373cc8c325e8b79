// SPDX-License-Identifier: GPL-3.0-or-later
// Curves without a part of the pixels, whose scatter is that of the whole curve: what points of
// one curve share is in it (the jackknife: Tukey, Ann. Math. Statist. 29, 614, 1958).
#ifndef AIRY_SPECKLE_PARTS_H
#define AIRY_SPECKLE_PARTS_H

#include "speckle/tiles.h"

enum { AIRY_SPECKLE_GROUPS = 16 }; // of pixels

// Ages in cells, a bin of ages many of them (speckle/ages.c).
typedef struct airy_ages {
    int frames, cells, bins; // bins 0: all ages alone
    double bin;              // frames
    bool middle;
} airy_ages;

airy_ages airy_ages_of(int frames, const airy_curve_options *curve);

// The mean age of the pairs of a row of tiles, the cell of an age, and the bin of a cell.
double airy_ages_tile(const airy_ages *ages, int grain, airy_pair_tile tile);
int airy_ages_cell(const airy_ages *ages, double age);
int airy_ages_bin(const airy_ages *ages, int cell);

// Sums of one region by group of its pixels. Zero-initialise.
typedef struct airy_parts {
    airy_ages ages;
    bool by_mean;    // one mean of all frames divides
    int bins, slots; // of ages, 1 at least; of tiles: (levels, lags)
    double *sum;     // (groups, bins, slots) of products; NULL: not kept
    int light_level; // light is told of blocks of 2^light_level frames
    double *light;   // (groups, blocks) means of a group over that of the region, summed
} airy_parts;

// What is to be kept; by_age false: all ages alone. airy_parts_bytes of it.
typedef struct airy_parts_plan {
    int frames;
    const airy_curve_options *curve; // NULL: nothing
    bool by_age, by_mean;
} airy_parts_plan;

AIRY_MUST_CHECK airy_code airy_parts_init(airy_parts *parts, const airy_parts_plan *plan,
                                          airy_error *err);
void airy_parts_release(airy_parts *parts);
double airy_parts_bytes(const airy_parts_plan *plan);
int airy_parts_blocks(const airy_parts *parts); // of light

// Groups of the n members of a region: stretch s of them, members airy_parts_begin(s, n) to
// airy_parts_begin(s + 1, n) - 1, is of group airy_parts_of(s). Mates by a center (i and n - 1 - i
// of a ring, which show the same speckle at small angles) are in one group.
enum { AIRY_PARTS_STRETCHES = 2 * AIRY_SPECKLE_GROUPS };
int airy_parts_begin(int stretch, int n);
int airy_parts_of(int stretch);
int airy_parts_group(int i, int n);   // of member i
int airy_parts_members(int g, int n); // of group g

// Adds a product of a group; and what frame t of a group is beside the region, for all groups.
void airy_parts_add(airy_parts *parts, int grain, airy_pair_tile tile, int group, double product);
void airy_parts_add_light(airy_parts *parts, int t, const double *light);

// Light of a group in frames `from` to `to` - 1, of which those count that `before` (frames + 1)
// counts: their mean. Blocks at the ends are taken by their share.
double airy_parts_light(const airy_parts *parts, int group, const int *before, double from,
                        double to);

#endif

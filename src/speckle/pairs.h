// SPDX-License-Identifier: GPL-3.0-or-later
// How many pairs of frames there are.
#ifndef AIRY_SPECKLE_PAIRS_H
#define AIRY_SPECKLE_PAIRS_H

#include "speckle/tiles.h"

// Pairs of frames, neither of them in a gap of the region, in a tile; in a cell of the two-time
// map; and of a lag.
typedef struct airy_frame_pairs {
    int frames;
    int *before;    // (frames + 1) frames that count before t
    int gaps, *gap; // frames that do not
} airy_frame_pairs;
AIRY_MUST_CHECK airy_code airy_frame_pairs_init(airy_frame_pairs *pairs, const double *frame_mean,
                                                int frames, airy_error *err);
void airy_frame_pairs_release(airy_frame_pairs *pairs);
double airy_frame_pairs_tile(const airy_frame_pairs *pairs, airy_pair_tile tile);
double airy_frame_pairs_cell(const airy_frame_pairs *pairs, int level, int i, int j);
double airy_frame_pairs_lag(const airy_frame_pairs *pairs, int lag);

#endif

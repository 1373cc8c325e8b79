// SPDX-License-Identifier: GPL-3.0-or-later
// All pairs of frames, sorted (Brugnara et al., J. Synchrotron Rad. 33 (2026) 698 give the idea:
// fine in lag, coarser at long lags, linear in age): at level l blocks of 2^l frames meet blocks 8
// to 15 behind them, so that a lag is known to an eighth, its age to an eighth of the lag, and
// 120000 frames need 24 products a frame. A pair belongs to exactly one tile, see airy_tile_of;
// three kernels fill the same tiles, and give the same sums to 1e-12.
#ifndef AIRY_SPECKLE_TILES_H
#define AIRY_SPECKLE_TILES_H

#include "airy/speckle.h"

enum { AIRY_TILE_LAGS = 16, AIRY_TILE_LEVELS = 28 };

// Where a pair lies: blocks `row` and `row` + `lag` of 2^level frames.
typedef struct airy_pair_tile {
    int level, row, lag;
} airy_pair_tile;

// The tile of the pair t1 <= t2: the highest level at which their blocks are 8 or more apart, or
// level 0. Its lags are 0 to 15 at level 0 and 8 to 15 above; 15 only for even rows.
airy_pair_tile airy_tile_of(int t1, int t2);

// Sums over the pixels of a region and over the pairs of each tile; row r of level l at
// sum[l][r * AIRY_TILE_LAGS + lag]. To bound the memory, blocks shorter than 2^grain frames share
// the row of the 2^grain frames that they lie in: lags stay as fine as they are, ages do not.
typedef struct airy_tiles {
    int frames, levels, grain;
    double *sum[AIRY_TILE_LEVELS];
} airy_tiles;

// Empty tiles of that many frames. AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_tiles_init(airy_tiles *tiles, int frames, int grain,
                                          airy_error *err);
void airy_tiles_release(airy_tiles *tiles);

// Levels that frames need, rows of a level, bytes of all sums, and the row that block `block` of a
// level is in.
int airy_tiles_levels(int frames);
int airy_tiles_rows(const airy_tiles *tiles, int level);
double airy_tiles_bytes(int frames, int grain);
int airy_tiles_row(const airy_tiles *tiles, int level, int block);

#endif

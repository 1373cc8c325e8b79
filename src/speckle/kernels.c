// SPDX-License-Identifier: GPL-3.0-or-later
// Where products go, whatever kernel made them.
#include "kernels.h"

bool airy_planes_grouped(const airy_planes *planes)
{
    return planes->straddle[0] || planes->parts.sum;
}

// Blocks row and row + lag straddle the borders row + 1 to row + lag: a difference at both ends.
// Lag 15 is left out, since only every second one is there.
static void straddle(airy_planes *planes, airy_pair_tile tile, int group, double product)
{
    int blocks = ((planes->tiles.frames - 1) >> tile.level) + 1 + AIRY_TILE_LAGS;
    double *at = planes->straddle[tile.level] + (size_t)group * (size_t)blocks;
    if (tile.lag == 0 || tile.lag == AIRY_TILE_LAGS - 1)
        return;
    at[tile.row + 1] += product;
    at[tile.row + tile.lag + 1] -= product;
}

void airy_planes_add(airy_planes *planes, airy_pair_tile tile, int group, double product)
{
    size_t row = (size_t)airy_tiles_row(&planes->tiles, tile.level, tile.row);
    planes->tiles.sum[tile.level][row * AIRY_TILE_LAGS + (size_t)tile.lag] += product;
    if (planes->straddle[tile.level])
        straddle(planes, tile, group, product);
}

void airy_planes_settle_map(airy_planes *planes)
{
    const airy_tiles *tiles = &planes->tiles;
    int coarse = planes->cell_level > tiles->grain ? planes->cell_level : tiles->grain;
    int share = coarse - tiles->grain; // rows of level 0 a cell, as a power of two
    for (int i = 0; i < planes->cells; i++) {
        double self = 0;
        for (int row = i << share; row < (i + 1) << share && row < airy_tiles_rows(tiles, 0); row++)
            self += tiles->sum[0][(size_t)row * AIRY_TILE_LAGS];
        double *cell = planes->map + (size_t)i * (size_t)planes->cells + i;
        *cell = (*cell - self) / 2;
    }
}

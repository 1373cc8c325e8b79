// SPDX-License-Identifier: GPL-3.0-or-later
// Which tile a pair of frames is in, and room for the tiles' sums.
#include "airy/speckle.h"
#include "tiles.h"

enum { LAGS = AIRY_TILE_LAGS, NEAR = LAGS / 2 };

// Blocks of 2^l frames that are NEAR apart halve their distance, rounded up or down, from one level
// to the next: the highest level at which it is still NEAR or more. There it is below LAGS, since a
// level higher it is below NEAR.
airy_pair_tile airy_tile_of(int t1, int t2)
{
    int level = 0;
    while ((t2 >> (level + 1)) - (t1 >> (level + 1)) >= NEAR)
        level++;
    return (airy_pair_tile){level, t1 >> level, (t2 >> level) - (t1 >> level)};
}

// At level l no pair is NEAR blocks apart when NEAR - 1 blocks hold all frames.
int airy_tiles_levels(int frames)
{
    int levels = 1;
    while (((long long)(NEAR - 1) << levels) < frames)
        levels++;
    return levels;
}

static int row_frames(int level, int grain)
{
    return level > grain ? level : grain;
}

static int count_rows(int frames, int level, int grain)
{
    int of = row_frames(level, grain);
    return (int)(((long long)frames + (1LL << of) - 1) >> of);
}

int airy_tiles_rows(const airy_tiles *tiles, int level)
{
    return count_rows(tiles->frames, level, tiles->grain);
}

int airy_tiles_row(const airy_tiles *tiles, int level, int block)
{
    return level < tiles->grain ? block >> (tiles->grain - level) : block;
}

double airy_tiles_bytes(int frames, int grain)
{
    double rows = 0;
    for (int l = 0; l < airy_tiles_levels(frames); l++)
        rows += count_rows(frames, l, grain);
    return rows * LAGS * sizeof(double);
}

airy_code airy_tiles_init(airy_tiles *tiles, int frames, int grain, airy_error *err)
{
    *tiles = (airy_tiles){.frames = frames, .grain = grain, .levels = airy_tiles_levels(frames)};
    for (int l = 0; l < tiles->levels; l++) {
        size_t rows = (size_t)count_rows(frames, l, grain);
        tiles->sum[l] = airy_memory_new(rows * LAGS, sizeof(double));
        if (!tiles->sum[l]) {
            airy_tiles_release(tiles);
            return airy_error_set(err, AIRY_EMEMORY, "no memory for the tiles of %d frames",
                                  frames);
        }
    }
    return AIRY_OK;
}

void airy_tiles_release(airy_tiles *tiles)
{
    for (int l = 0; l < AIRY_TILE_LEVELS; l++)
        airy_memory_free(tiles->sum[l]);
    *tiles = (airy_tiles){0};
}

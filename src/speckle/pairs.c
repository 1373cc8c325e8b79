// SPDX-License-Identifier: GPL-3.0-or-later
// How many pairs of frames there are, gaps left out.
#include "airy/speckle.h"
#include "pairs.h"

#include <math.h>

airy_code airy_frame_pairs_init(airy_frame_pairs *pairs, const double *frame_mean, int frames,
                                airy_error *err)
{
    *pairs = (airy_frame_pairs){.frames = frames};
    pairs->before = airy_memory_new((size_t)frames + 1, sizeof *pairs->before);
    pairs->gap = airy_memory_new((size_t)frames, sizeof *pairs->gap);
    if (!pairs->before || !pairs->gap) {
        airy_frame_pairs_release(pairs);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", frames);
    }
    for (int t = 0; t < frames; t++) {
        bool counts = !isnan(frame_mean[t]);
        pairs->before[t + 1] = pairs->before[t] + counts;
        if (!counts)
            pairs->gap[pairs->gaps++] = t;
    }
    return AIRY_OK;
}

void airy_frame_pairs_release(airy_frame_pairs *pairs)
{
    airy_memory_free(pairs->before);
    airy_memory_free(pairs->gap);
    *pairs = (airy_frame_pairs){0};
}

// Frames that count in block `block` of 2^level.
static double in_block(const airy_frame_pairs *pairs, int level, long long block)
{
    long long from = block << level, to = (block + 1) << level, n = pairs->frames;
    return from >= n ? 0 : pairs->before[to < n ? to : n] - pairs->before[from];
}

double airy_frame_pairs_tile(const airy_frame_pairs *pairs, airy_pair_tile tile)
{
    double n = in_block(pairs, tile.level, tile.row);
    return tile.lag == 0 ? n : n * in_block(pairs, tile.level, tile.row + tile.lag);
}

double airy_frame_pairs_cell(const airy_frame_pairs *pairs, int level, int i, int j)
{
    double n = in_block(pairs, level, i);
    return i == j ? n * (n - 1) / 2 : n * in_block(pairs, level, j);
}

// All pairs of the lag but those that begin or end in a gap; those that do both were taken twice.
double airy_frame_pairs_lag(const airy_frame_pairs *pairs, int lag)
{
    const int *before = pairs->before;
    int n = pairs->frames, most = n - lag;
    double pairs_left = before[most] - (double)(most - (before[n] - before[lag]));
    for (int k = 0; k < pairs->gaps && pairs->gap[k] < most; k++) {
        int t = pairs->gap[k] + lag;
        pairs_left += before[t + 1] == before[t];
    }
    return pairs_left;
}

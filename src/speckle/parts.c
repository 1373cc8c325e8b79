// SPDX-License-Identifier: GPL-3.0-or-later
// Ages in cells, and what is summed by group of pixels.
#include "parts.h"

#include <math.h>

enum { LAGS = AIRY_TILE_LAGS, GROUPS = AIRY_SPECKLE_GROUPS, STRETCHES = AIRY_PARTS_STRETCHES };
enum { CELLS = 1024, CELLS_AGE = 16, CELLS_MOST = 16384 }; // of ages
enum { BLOCKS_MOST = 512 };                                // of light

// ------------------------------------------------------------------ ages

// Cells that ages fall into: bins of ages begin where cells do, within a cell.
airy_ages airy_ages_of(int frames, const airy_curve_options *curve)
{
    double bin = curve->age_bin;
    airy_ages ages = {.frames = frames, .bin = bin, .middle = curve->middle};
    ages.bins = bin > 0 ? (int)ceil(frames / bin - 1e-9) : 0;
    double cells = ages.bins > 0 ? CELLS_AGE * (frames / bin) : CELLS;
    cells = cells < CELLS ? CELLS : cells > CELLS_MOST ? CELLS_MOST : cells;
    ages.cells = frames < cells ? frames : (int)cells;
    return ages;
}

double airy_ages_tile(const airy_ages *ages, int grain, airy_pair_tile tile)
{
    double delay = (double)((long long)tile.lag << tile.level);
    int level = tile.level > grain ? tile.level : grain, row = tile.row >> (level - tile.level);
    double middle = ((double)row + 0.5) * (double)(1LL << level) - 0.5;
    return middle + (ages->middle ? delay / 2 : 0);
}

int airy_ages_cell(const airy_ages *ages, double age)
{
    int at = (int)(age * ages->cells / ages->frames);
    return at < ages->cells ? at : ages->cells - 1;
}

int airy_ages_bin(const airy_ages *ages, int cell)
{
    int bin =
        ages->bins > 0 ? (int)floor((cell + 1e-9) * ages->frames / ages->cells / ages->bin) : 0;
    return bin < ages->bins ? bin : ages->bins > 0 ? ages->bins - 1 : 0;
}

// ------------------------------------------------------------------ groups

int airy_parts_begin(int stretch, int n)
{
    return (int)(((long long)stretch * n + STRETCHES - 1) / STRETCHES);
}

int airy_parts_of(int stretch)
{
    return stretch < GROUPS ? stretch : STRETCHES - 1 - stretch;
}

int airy_parts_group(int i, int n)
{
    return airy_parts_of((int)((long long)i * STRETCHES / n));
}

int airy_parts_members(int g, int n)
{
    int members = 0;
    for (int s = 0; s < STRETCHES; s++)
        if (airy_parts_of(s) == g)
            members += airy_parts_begin(s + 1, n) - airy_parts_begin(s, n);
    return members;
}

// ------------------------------------------------------------------ room

static airy_ages ages_of(const airy_parts_plan *plan)
{
    airy_curve_options curve = *plan->curve;
    curve.age_bin = plan->by_age ? curve.age_bin : 0;
    return airy_ages_of(plan->frames, &curve);
}

static int level_of_light(int frames)
{
    int level = 0;
    while ((frames - 1) >> level >= BLOCKS_MOST)
        level++;
    return level;
}

int airy_parts_blocks(const airy_parts *parts)
{
    return ((parts->ages.frames - 1) >> parts->light_level) + 1;
}

double airy_parts_bytes(const airy_parts_plan *plan)
{
    if (!plan->curve)
        return 0;
    int bins = ages_of(plan).bins, level = level_of_light(plan->frames);
    double slots = (double)airy_tiles_levels(plan->frames) * LAGS * (bins > 0 ? bins : 1);
    return GROUPS * sizeof(double) * (slots + ((plan->frames - 1) >> level) + 1);
}

airy_code airy_parts_init(airy_parts *parts, const airy_parts_plan *plan, airy_error *err)
{
    *parts = (airy_parts){0};
    if (!plan->curve)
        return AIRY_OK;
    parts->ages = ages_of(plan);
    parts->by_mean = plan->by_mean;
    parts->bins = parts->ages.bins > 0 ? parts->ages.bins : 1;
    parts->slots = airy_tiles_levels(plan->frames) * LAGS;
    parts->light_level = level_of_light(plan->frames);
    size_t slots = (size_t)parts->bins * (size_t)parts->slots;
    parts->sum = airy_memory_new(GROUPS * slots, sizeof *parts->sum);
    parts->light = airy_memory_new(GROUPS * (size_t)airy_parts_blocks(parts), sizeof *parts->light);
    if (parts->sum && parts->light)
        return AIRY_OK;
    airy_parts_release(parts);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for parts of %d ages", plan->frames);
}

void airy_parts_release(airy_parts *parts)
{
    airy_memory_free(parts->sum);
    airy_memory_free(parts->light);
    *parts = (airy_parts){0};
}

// ------------------------------------------------------------------ sums

void airy_parts_add(airy_parts *parts, int grain, airy_pair_tile tile, int group, double product)
{
    const airy_ages *ages = &parts->ages;
    int bin = 0;
    if (parts->bins > 1)
        bin = airy_ages_bin(ages, airy_ages_cell(ages, airy_ages_tile(ages, grain, tile)));
    size_t row = (size_t)group * (size_t)parts->bins + (size_t)bin;
    parts->sum[row * (size_t)parts->slots + (size_t)(tile.level * LAGS + tile.lag)] += product;
}

void airy_parts_add_light(airy_parts *parts, int t, const double *light)
{
    size_t blocks = (size_t)airy_parts_blocks(parts), at = (size_t)t >> parts->light_level;
    for (size_t g = 0; g < GROUPS; g++)
        parts->light[g * blocks + at] += light[g];
}

double airy_parts_light(const airy_parts *parts, int group, const int *before, double from,
                        double to)
{
    double sum = 0, frames = 0, end = fmin(to, parts->ages.frames);
    const double *light = parts->light + (size_t)group * (size_t)airy_parts_blocks(parts);
    int level = parts->light_level, last = parts->ages.frames;
    for (int block = (int)from >> level; block << level < end; block++) {
        int low = block << level, high = (block + 1) << level < last ? (block + 1) << level : last;
        double share = (fmin(end, high) - fmax(from, low)) / (high - low);
        sum += share * light[block];
        frames += share * (before[high] - before[low]);
    }
    return frames > 0 ? sum / frames : 1;
}

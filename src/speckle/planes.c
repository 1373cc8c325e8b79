// SPDX-License-Identifier: GPL-3.0-or-later
// Room for what is summed of one region.
#include "kernels.h"

// The least power of two frames a cell with which the map has at most `most` cells a side.
static int level_of_cells(int frames, int most)
{
    int level = 0;
    while ((((long long)frames - 1) >> level) + 1 > most)
        level++;
    return level;
}

static size_t straddle_room(int frames, int level)
{
    return (((size_t)frames - 1) >> level) + 1 + AIRY_TILE_LAGS;
}

static airy_parts_plan parts_of(const airy_planes_plan *plan)
{
    return (airy_parts_plan){plan->frames, plan->curve, plan->by_age, plan->by_mean};
}

double airy_planes_bytes(const airy_planes_plan *plan)
{
    const airy_parts_plan parts = parts_of(plan);
    int level = level_of_cells(plan->frames, plan->map);
    double cells = (double)(((plan->frames - 1) >> level) + 1);
    double numbers = cells * cells + (plan->full ? plan->frames : 0);
    for (int l = 0; plan->steps && l < airy_tiles_levels(plan->frames); l++)
        numbers += (double)straddle_room(plan->frames, l) * AIRY_SPECKLE_GROUPS;
    return numbers * sizeof(double) + airy_tiles_bytes(plan->frames, plan->grain) +
           airy_parts_bytes(&parts);
}

airy_code airy_planes_init(airy_planes *planes, const airy_planes_plan *plan, airy_error *err)
{
    int level = level_of_cells(plan->frames, plan->map);
    *planes = (airy_planes){.cell_level = level, .cells = ((plan->frames - 1) >> level) + 1};
    const airy_parts_plan parts = parts_of(plan);
    airy_code code = airy_tiles_init(&planes->tiles, plan->frames, plan->grain, err);
    if (code == AIRY_OK)
        code = airy_parts_init(&planes->parts, &parts, err);
    if (code != AIRY_OK) {
        airy_planes_release(planes);
        return code;
    }
    size_t cells = (size_t)planes->cells;
    planes->map = airy_memory_new(cells * cells, sizeof *planes->map);
    planes->full = plan->full ? airy_memory_new((size_t)plan->frames, sizeof(double)) : NULL;
    bool good = planes->map && (planes->full || !plan->full);
    for (int l = 0; plan->steps && good && l < planes->tiles.levels; l++) {
        size_t room = straddle_room(plan->frames, l) * AIRY_SPECKLE_GROUPS;
        planes->straddle[l] = airy_memory_new(room, sizeof(double));
        good = planes->straddle[l] != NULL;
    }
    if (good)
        return AIRY_OK;
    airy_planes_release(planes);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for the planes of %d frames", plan->frames);
}

int airy_planes_list(const airy_planes *p, airy_plane_part parts[AIRY_PLANE_PARTS])
{
    int n = 0, frames = p->tiles.frames;
    for (int l = 0; l < p->tiles.levels; l++) {
        size_t rows = (size_t)airy_tiles_rows(&p->tiles, l);
        parts[n++] = (airy_plane_part){p->tiles.sum[l], rows * AIRY_TILE_LAGS};
        if (p->straddle[l])
            parts[n++] =
                (airy_plane_part){p->straddle[l], straddle_room(frames, l) * AIRY_SPECKLE_GROUPS};
    }
    parts[n++] = (airy_plane_part){p->map, (size_t)p->cells * (size_t)p->cells};
    if (p->full)
        parts[n++] = (airy_plane_part){p->full, (size_t)frames};
    if (p->parts.sum) {
        size_t slots = (size_t)p->parts.bins * (size_t)p->parts.slots,
               blocks = (size_t)airy_parts_blocks(&p->parts);
        parts[n++] = (airy_plane_part){p->parts.sum, AIRY_SPECKLE_GROUPS * slots};
        parts[n++] = (airy_plane_part){p->parts.light, AIRY_SPECKLE_GROUPS * blocks};
    }
    return n;
}

void airy_planes_release(airy_planes *planes)
{
    airy_tiles_release(&planes->tiles);
    airy_parts_release(&planes->parts);
    airy_memory_free(planes->map);
    airy_memory_free(planes->full);
    for (int l = 0; l < AIRY_TILE_LEVELS; l++)
        airy_memory_free(planes->straddle[l]);
    *planes = (airy_planes){0};
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Sparse frames: the photons of a pixel meet one another, level by level, as blocks that are not
// empty; and for every lag, each with each.
//
// A level of all pixels is one job, a slice of pixels is one for map and lags: sums in an order of
// their own, whatever the threads.
#include "kernels.h"

#include <string.h>

enum { LAGS = AIRY_TILE_LAGS, NEAR = LAGS / 2, SLICES = 16 };

// The photons of one pixel in blocks of 2^level frames; blocks without any are not there.
typedef struct blocks {
    int n, *block;
    double *value;
} blocks;

typedef struct work {
    const airy_kernel_input *in;
    const airy_photons *photons;
    size_t longest;       // list of a pixel
    double **map, **full; // (SLICES) of one region
    int region;
} work;

static void drop_blocks(void *workspace)
{
    blocks *b = workspace;
    if (b) {
        airy_memory_free(b->block);
        airy_memory_free(b->value);
    }
    airy_memory_free(b);
}

static void *make_blocks(void *context)
{
    const work *w = context;
    blocks *b = airy_memory_new(1, sizeof *b);
    if (b) {
        b->block = airy_memory_new(w->longest + 1, sizeof *b->block);
        b->value = airy_memory_new(w->longest + 1, sizeof *b->value);
    }
    if (b && b->block && b->value)
        return b;
    drop_blocks(b);
    return NULL;
}

static void fill(const work *w, int member, int region, int level, blocks *b)
{
    const airy_photons *p = w->photons;
    const double *weight = w->in->weight + (size_t)region * (size_t)w->in->frames;
    double share = w->in->share[member];
    b->n = 0;
    for (size_t e = p->first[member - p->from]; e < p->first[member - p->from + 1]; e++) {
        int t = (int)(p->event[e] >> 8), block = t >> level;
        double value = (p->event[e] & 255) * weight[t] * share;
        if (weight[t] <= 0)
            continue;
        if (b->n == 0 || b->block[b->n - 1] != block) {
            b->block[b->n] = block;
            b->value[b->n++] = 0;
        }
        b->value[b->n - 1] += value;
    }
}

// Blocks of one pixel that are as far apart as the level's tiles are.
static void meet(airy_planes *planes, int level, int group, const blocks *b)
{
    int near = level ? NEAR : 0;
    double sum[LAGS] = {0}; // of all ages
    for (int i = 0, from = 0; i < b->n; i++) {
        while (from < b->n && b->block[from] - b->block[i] < near)
            from++;
        for (int j = from > i ? from : i; j < b->n; j++) {
            int lag = b->block[j] - b->block[i];
            if (lag >= LAGS)
                break;
            if (lag == LAGS - 1 && b->block[i] % 2)
                continue;
            airy_pair_tile tile = {level, b->block[i], lag};
            double product = b->value[i] * b->value[j];
            airy_planes_add(planes, tile, group, product);
            if (!planes->parts.sum)
                continue;
            if (planes->parts.bins > 1)
                airy_parts_add(&planes->parts, planes->tiles.grain, tile, group, product);
            else
                sum[lag] += product;
        }
    }
    for (int lag = near; planes->parts.sum && planes->parts.bins == 1 && lag < LAGS; lag++)
        airy_parts_add(&planes->parts, planes->tiles.grain, (airy_pair_tile){level, 0, lag}, group,
                       sum[lag]);
}

// The part of region r that is in the lists.
static void span(const work *w, int r, int *from, int *to)
{
    const int *first = w->in->regions->first;
    *from = first[r] > w->photons->from ? first[r] : w->photons->from;
    *to = first[r + 1] < w->photons->to ? first[r + 1] : w->photons->to;
}

static airy_code do_level(int level, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    const airy_regions *regions = w->in->regions;
    (void)err;
    for (int r = 0; r < regions->n; r++) {
        int from, to, size = regions->first[r + 1] - regions->first[r];
        span(w, r, &from, &to);
        for (int i = from; i < to; i++) {
            fill(w, i, r, level, workspace);
            meet(&w->in->planes[r], level, airy_parts_group(i - regions->first[r], size),
                 workspace);
        }
    }
    return AIRY_OK;
}

// ------------------------------------------------------------------ map and lags

static void add_cells(const blocks *b, int cells, double *map)
{
    for (int i = 0; i < b->n; i++) {
        double *row = map + (size_t)b->block[i] * (size_t)cells;
        for (int j = i; j < b->n; j++)
            row[b->block[j]] += b->value[i] * b->value[j];
    }
}

static void add_lags(const blocks *b, double *full)
{
    for (int i = 0; i < b->n; i++) {
        int t = b->block[i];
        double value = b->value[i];
        for (int j = i; j < b->n; j++)
            full[b->block[j] - t] += value * b->value[j];
    }
}

static airy_code do_slice(int slice, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    const airy_planes *planes = &w->in->planes[w->region];
    int from, to;
    (void)err;
    span(w, w->region, &from, &to);
    long long n = to - from;
    for (int i = from + (int)(n * slice / SLICES); i < from + (int)(n * (slice + 1) / SLICES);
         i++) {
        fill(w, i, w->region, planes->cell_level, workspace);
        add_cells(workspace, planes->cells, w->map[slice]);
        if (!planes->full)
            continue;
        fill(w, i, w->region, 0, workspace);
        add_lags(workspace, w->full[slice]);
    }
    return AIRY_OK;
}

static void add_slices(double *const *slices, double *sum, size_t n)
{
    for (int s = 0; s < SLICES; s++) {
        for (size_t i = 0; i < n; i++)
            sum[i] += slices[s][i];
        memset(slices[s], 0, n * sizeof *sum);
    }
}

static airy_code do_region(work *w, int r, airy_error *err)
{
    airy_planes *planes = &w->in->planes[r];
    const airy_farm farm = {.threads = w->in->threads,
                            .make = make_blocks,
                            .drop = drop_blocks,
                            .job = do_slice,
                            .context = w};
    w->region = r;
    airy_code code = airy_farm_run(&farm, SLICES, err);
    if (code != AIRY_OK)
        return code;
    add_slices(w->map, planes->map, (size_t)planes->cells * (size_t)planes->cells);
    if (planes->full)
        add_slices(w->full, planes->full, (size_t)w->in->frames);
    return AIRY_OK;
}

// ------------------------------------------------------------------ all of it

static void free_slices(double **slices)
{
    for (int s = 0; slices && s < SLICES; s++)
        airy_memory_free(slices[s]);
    airy_memory_free(slices);
}

static double **new_slices(size_t n)
{
    double **slices = airy_memory_new(SLICES, sizeof *slices);
    bool good = slices != NULL;
    for (int s = 0; good && s < SLICES; s++)
        good = (slices[s] = airy_memory_new(n, sizeof **slices)) != NULL;
    if (good)
        return slices;
    free_slices(slices);
    return NULL;
}

airy_code airy_events_add(const airy_kernel_input *input, const airy_photons *photons,
                          airy_error *err)
{
    work w = {.in = input, .photons = photons};
    size_t cells = (size_t)input->planes[0].cells;
    for (int i = 0; i < photons->to - photons->from; i++)
        if (photons->first[i + 1] - photons->first[i] > w.longest)
            w.longest = photons->first[i + 1] - photons->first[i];
    w.map = new_slices(cells * cells);
    w.full = input->planes[0].full ? new_slices((size_t)input->frames) : NULL;
    const airy_farm farm = {.threads = input->threads,
                            .make = make_blocks,
                            .drop = drop_blocks,
                            .job = do_level,
                            .context = &w};
    airy_code code = AIRY_OK;
    if (!w.map || (!w.full && input->planes[0].full))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a map of %zu x %zu", cells, cells);
    if (code == AIRY_OK)
        code = airy_farm_run(&farm, input->planes[0].tiles.levels, err);
    for (int r = 0; code == AIRY_OK && r < input->regions->n; r++)
        code = do_region(&w, r, err);
    free_slices(w.map);
    free_slices(w.full);
    return code;
}

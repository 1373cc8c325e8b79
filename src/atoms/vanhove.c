// SPDX-License-Identifier: GPL-3.0-or-later
// How far atoms have gone: counts of displacements, and how far they are from their mean place.
#include "voronoi.h"
#include "vanhove.h"
#include "tracks.h"
#include "near.h"
#include "lags.h"
#include "airy/work.h"
#include "gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 };

typedef struct work {
    const airy_tracks *tracks;
    const airy_lags *lags;
    int bins;
    double width;
    int64_t *count;
} work;

// A thread's own counts; whole numbers may be added in any order.
typedef struct tally {
    airy_gather gather;
    const work *work;
    int64_t *count;
} tally;

static size_t cells(const work *w)
{
    return (size_t)w->lags->n * (size_t)(w->tracks->types + 1) * (size_t)w->bins;
}

static void *make_tally(void *context)
{
    const work *w = context;
    tally *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->work = w;
    t->count = airy_memory_new(cells(w), sizeof *t->count);
    if (t->count && airy_gather_init(&t->gather, w->tracks->frames))
        return t;
    airy_memory_free(t->count);
    free(t);
    return NULL;
}

static void drop_tally(void *workspace)
{
    tally *t = workspace;
    for (size_t i = 0; i < cells(t->work); i++)
        t->work->count[i] += t->count[i];
    airy_memory_free(t->count);
    airy_gather_release(&t->gather);
    free(t);
}

static void count_run(const work *w, tally *t, const airy_lag_run *run, int64_t *all, int64_t *own)
{
    const double *r = t->gather.r;
    ptrdiff_t row = t->gather.row;
    for (int i = run->first; i < run->first + run->count; i++) {
        double square = 0;
        for (int x = 0; x < 3; x++) {
            double d = r[x * row + i + run->ahead] - r[x * row + i];
            square += d * d;
        }
        double bin = sqrt(square) / w->width;
        if (bin < w->bins) {
            all[(int)bin]++;
            own[(int)bin]++;
        }
    }
}

static airy_code count_block(int job, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    tally *t = workspace;
    if (!t)
        return airy_error_set(err, AIRY_EMEMORY, "no memory to count displacements");
    int last = (job + 1) * BLOCK < w->tracks->atoms ? (job + 1) * BLOCK : w->tracks->atoms;
    size_t bins = (size_t)w->bins, kinds = (size_t)w->tracks->types + 1;
    for (int i = job * BLOCK; i < last; i++) {
        airy_gather_atom(&t->gather, w->tracks, i);
        for (int lag = 0; lag < w->lags->n; lag++) {
            int64_t *all = t->count + (size_t)lag * kinds * bins;
            int64_t *own = all + (size_t)(1 + w->tracks->type[i]) * bins;
            for (int k = w->lags->start[lag]; k < w->lags->start[lag + 1]; k++)
                count_run(w, t, &w->lags->run[k], all, own);
        }
    }
    return AIRY_OK;
}

airy_code airy_van_hove_find(const airy_tracks *tracks, const airy_lags *lags, int bins,
                             double width, int threads, int64_t *count, airy_error *err)
{
    work w = {tracks, lags, bins, width, count};
    if (bins < 1 || !(width > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "%d bins of %g are none", bins, width);
    memset(count, 0, cells(&w) * sizeof *count);
    const airy_farm farm = {.threads = threads,
                            .make = make_tally,
                            .drop = drop_tally,
                            .job = count_block,
                            .context = &w};
    return airy_farm_run(&farm, (tracks->atoms + BLOCK - 1) / BLOCK, err);
}

// ------------------------------------------------------------------ Lindemann

// Mean places of all atoms, and the mean squared distance from its own of those of a type.
static double spread(const airy_tracks *t, int type, double *mean, int *n)
{
    double square = 0;
    *n = 0;
    for (int frame = 0; frame < t->frames; frame++)
        for (int i = 0; i < 3 * t->atoms; i++)
            mean[i] += t->r[frame][i];
    for (int i = 0; i < 3 * t->atoms; i++)
        mean[i] /= t->frames;
    for (int i = 0; i < t->atoms; i++)
        *n += type == 0 || t->type[i] == type - 1;
    for (int frame = 0; frame < t->frames; frame++)
        for (int i = 0; i < 3 * t->atoms; i++)
            if (type == 0 || t->type[i / 3] == type - 1)
                square += (t->r[frame][i] - mean[i]) * (t->r[frame][i] - mean[i]);
    return square / t->frames / *n;
}

// The distance from a mean place to the nearest other, growing the reach until there is one.
static airy_code nearest_to(const airy_near_list *list, const double *place, double reach,
                            airy_near_found *found, double *nearest, airy_error *err)
{
    airy_code code = airy_near_find(list, place, reach, found, err);
    for (int tries = 0; code == AIRY_OK && found->n < 2 && tries < 20; tries++)
        code = airy_near_find(list, place, reach *= 1.5, found, err);
    if (code != AIRY_OK)
        return code;
    airy_near_sort(found);
    *nearest = found->n > 1 ? sqrt(found->near[1].r2) : (double)NAN;
    return AIRY_OK;
}

// The mean distance of neighbours: nearest ones lie too near, for mean places have noise as well,
// so it is taken over all that are at most a tenth further away than those are on average. Of bcc
// the next shell is 15 % further.
static airy_code first_shell(const airy_tracks *t, int type, const double *mean, double *distance,
                             airy_error *err)
{
    double reach = airy_voronoi_reach(&t->box, t->atoms), limit = 0;
    airy_near_found found = {0};
    airy_near_list *list = airy_near_list_new(&t->box, mean, t->atoms, reach, err);
    airy_code code = list ? AIRY_OK : airy_error_code(err, AIRY_EMEMORY);
    for (int pass = 0; pass < 2; pass++) {
        double sum = 0, n = 0;
        for (int i = 0; code == AIRY_OK && i < t->atoms; i++) {
            double nearest = 0;
            if (type > 0 && t->type[i] != type - 1)
                continue;
            if (pass == 0)
                code = nearest_to(list, mean + 3 * i, reach > 0 ? reach : 3, &found, &nearest, err);
            else
                code = airy_near_find(list, mean + 3 * i, limit, &found, err);
            sum += nearest;
            n += pass == 0;
            for (int k = 0; pass == 1 && code == AIRY_OK && k < found.n; k++) {
                sum += sqrt(found.near[k].r2);
                n += found.near[k].r2 > 0;
            }
        }
        *distance = sum / n;
        limit = 1.1 * *distance;
    }
    airy_near_found_release(&found);
    airy_near_list_free(list);
    return code;
}

airy_code airy_lindemann_find(const airy_tracks *t, int type, airy_lindemann *l, airy_error *err)
{
    double *mean = airy_memory_new(3 * (size_t)t->atoms, sizeof *mean);
    int n = 0;
    *l = (airy_lindemann){NAN, NAN, NAN};
    if (!mean)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d atoms", t->atoms);
    l->rms = sqrt(spread(t, type, mean, &n));
    airy_code code = n > 0 ? first_shell(t, type, mean, &l->nearest, err) : AIRY_OK;
    l->ratio = l->rms / l->nearest;
    airy_memory_free(mean);
    return code;
}

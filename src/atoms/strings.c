// SPDX-License-Identifier: GPL-3.0-or-later
// Strings: fast atoms that stand where another atom stood, and how many are joined that way.
#include "airy/atoms.h"
#include "voronoi.h"
#include "tracks.h"
#include "strings.h"
#include "near.h"
#include "lags.h"
#include "airy/work.h"

#include <math.h>
#include <string.h>

void airy_strings_options_defaults(airy_strings_options *options)
{
    *options = (airy_strings_options){.fast = 2.0, .near = 0.3, .origins = 20};
}

static airy_code check(const airy_strings_options *o, airy_error *err)
{
    if (o->fast > 0 && o->near > 0 && o->origins > 0)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EARGUMENT,
                          "atoms fast beyond %g, near within %g, of %d origins: all are above 0",
                          o->fast, o->near, o->origins);
}

// Two frames: cells of where atoms were, who is fast.
typedef struct between {
    const airy_tracks *tracks;
    const double *before, *after;
    const airy_strings_options *o;
    airy_near_list *was, *is; // is: Donati's rule alone
    bool *fast;
    int *taken, *root, *size; // whose place; unions of who is joined
} between;

static void release(between *b)
{
    airy_near_list_free(b->was);
    airy_near_list_free(b->is);
    airy_memory_free(b->fast);
    airy_memory_free(b->taken);
    airy_memory_free(b->root);
    airy_memory_free(b->size);
}

static airy_code prepare(between *b, airy_error *err)
{
    const airy_tracks *t = b->tracks;
    size_t n = (size_t)t->atoms;
    b->fast = airy_memory_new(n, sizeof *b->fast);
    b->taken = airy_memory_new(n, sizeof *b->taken);
    b->root = airy_memory_new(n, sizeof *b->root);
    b->size = airy_memory_new(n, sizeof *b->size);
    if (!b->fast || !b->taken || !b->root || !b->size)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d atoms", t->atoms);
    // cells as fine as there are atoms: the searches reach less far than atoms are apart
    double reach = fmax(b->o->near, airy_voronoi_reach(&t->box, t->atoms) / 2);
    b->was = airy_near_list_new(&t->box, b->before, t->atoms, reach, err);
    if (b->was && b->o->donati)
        b->is = airy_near_list_new(&t->box, b->after, t->atoms, reach, err);
    if (!b->was || (b->o->donati && !b->is))
        return airy_error_code(err, AIRY_EMEMORY);
    for (int i = 0; i < t->atoms; i++) {
        double square = 0;
        for (int x = 0; x < 3; x++) {
            double d = b->after[3 * i + x] - b->before[3 * i + x];
            square += d * d;
        }
        b->fast[i] = square > b->o->fast * b->o->fast;
        b->root[i] = i;
        b->size[i] = 1;
        b->taken[i] = -1;
    }
    return AIRY_OK;
}

static int root_of(const between *b, int i)
{
    while (b->root[i] != i)
        i = b->root[i] = b->root[b->root[i]];
    return i;
}

static void join(const between *b, int i, int k)
{
    int u = root_of(b, i), v = root_of(b, k);
    if (u == v)
        return;
    int low = u < v ? u : v, high = u < v ? v : u;
    b->root[high] = low;
    b->size[low] += b->size[high];
}

// The nearest other atom about a place of atom j, that may be taken; -1 for none.
static airy_code nearest_other(const between *b, const airy_near_list *list, int j,
                               const double *place, airy_near_found *found, int *k, airy_error *err)
{
    airy_code code = airy_near_find(list, place, b->o->near, found, err);
    if (code != AIRY_OK)
        return code;
    airy_near_sort(found);
    *k = -1;
    for (int i = 0; i < found->n && *k < 0; i++) {
        int other = found->near[i].atom;
        if (other != j && (!b->o->donati || b->fast[other]))
            *k = other;
    }
    return AIRY_OK;
}

static airy_code link(const between *b, int j, airy_near_found *found, airy_error *err)
{
    int k = -1;
    airy_code code = nearest_other(b, b->was, j, b->after + 3 * j, found, &k, err);
    if (code == AIRY_OK && k >= 0) {
        b->taken[j] = k;
        join(b, j, k);
    }
    if (code != AIRY_OK || !b->o->donati)
        return code;
    // the other way round: who is now near to where j was
    code = nearest_other(b, b->is, j, b->before + 3 * j, found, &k, err);
    if (code == AIRY_OK && k >= 0) {
        b->taken[j] = b->taken[j] < 0 ? k : b->taken[j];
        join(b, j, k);
    }
    return code;
}

static void sum_up(const between *b, airy_strings_row *row)
{
    double volume = b->tracks->box.volume, near = b->o->near, lengths = 0;
    int n = b->tracks->atoms, joined = 0;
    *row = (airy_strings_row){.origins = 1, .mean_length = NAN};
    for (int i = 0; i < n; i++) {
        row->fast += b->fast[i];
        row->strings += b->taken[i] >= 0;
        if (b->root[i] != i || b->size[i] < 2)
            continue;
        joined++;
        lengths += b->size[i];
        row->longest = b->size[i] > row->longest ? b->size[i] : row->longest;
    }
    row->ratio = (double)row->strings / (double)row->fast;
    row->mean_length = joined ? lengths / joined : (double)NAN;
    row->chance = volume > 0 ? 4 * M_PI / 3 * near * near * near * n / volume : (double)NAN;
    if (b->o->donati)
        row->chance *= 2 * (double)row->fast / n;
}

static airy_code find(const airy_tracks *tracks, int from, int to, const airy_strings_options *o,
                      between *b, airy_strings_row *row, airy_error *err)
{
    airy_near_found found = {0};
    *b = (between){.tracks = tracks, .before = tracks->r[from], .after = tracks->r[to], .o = o};
    airy_code code = prepare(b, err);
    for (int j = 0; code == AIRY_OK && j < tracks->atoms; j++)
        if (b->fast[j])
            code = link(b, j, &found, err);
    if (code == AIRY_OK)
        sum_up(b, row);
    row->time_ps = tracks->time_ps[to] - tracks->time_ps[from];
    airy_near_found_release(&found);
    return code;
}

airy_code airy_strings_between(const airy_tracks *tracks, int from, int to,
                               const airy_strings_options *options, int *taken, int *string,
                               airy_error *err)
{
    between b = {0};
    airy_strings_row row;
    airy_code code = check(options, err);
    if (code != AIRY_OK)
        return code;
    code = find(tracks, from, to, options, &b, &row, err);
    for (int i = 0; code == AIRY_OK && i < tracks->atoms; i++) {
        int size = b.size[root_of(&b, i)];
        if (taken)
            taken[i] = b.taken[i];
        if (string)
            string[i] = size > 1 ? size : 0;
    }
    release(&b);
    return code;
}

// ------------------------------------------------------------------ all lags

typedef struct work {
    const airy_tracks *tracks;
    const airy_strings_options *o;
    const airy_lags *lags;
    int most;              // origins of a lag
    airy_strings_row *row; // [lag * most + origin]
} work;

static airy_code find_one(int job, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    int from, to;
    (void)workspace;
    if (!airy_lags_origin(w->lags, job / w->most, job % w->most, w->most, &from, &to))
        return AIRY_OK;
    between b = {0};
    airy_code code = find(w->tracks, from, to, w->o, &b, &w->row[job], err);
    release(&b);
    return code;
}

// The rows of a lag's origins as one.
static airy_strings_row together(const airy_strings_row *rows, int n, double time_ps)
{
    airy_strings_row all = {.time_ps = time_ps, .mean_length = NAN};
    double length = 0, chance = 0;
    int with = 0;
    for (int k = 0; k < n; k++) {
        if (rows[k].origins == 0)
            continue;
        all.origins++;
        all.fast += rows[k].fast;
        all.strings += rows[k].strings;
        all.longest = rows[k].longest > all.longest ? rows[k].longest : all.longest;
        chance += rows[k].chance * (double)rows[k].fast;
        if (!isnan(rows[k].mean_length)) {
            length += rows[k].mean_length;
            with++;
        }
    }
    all.ratio = (double)all.strings / (double)all.fast;
    all.chance = chance / (double)all.fast;
    all.mean_length = with ? length / with : (double)NAN;
    return all;
}

airy_code airy_strings_find(const airy_tracks *tracks, const airy_lags *lags,
                            const airy_strings_options *options, airy_strings_row *rows,
                            airy_error *err)
{
    work w = {tracks, options, lags, options->origins, NULL};
    airy_code code = check(options, err);
    if (code != AIRY_OK)
        return code;
    w.row = airy_memory_new((size_t)lags->n * (size_t)w.most, sizeof *w.row);
    if (!w.row)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d lags", lags->n);
    const airy_farm farm = {.threads = options->threads, .job = find_one, .context = &w};
    code = airy_farm_run(&farm, lags->n * w.most, err);
    for (int lag = 0; code == AIRY_OK && lag < lags->n; lag++)
        rows[lag] = together(w.row + lag * w.most, w.most, lags->time_ps[lag]);
    airy_memory_free(w.row);
    return code;
}

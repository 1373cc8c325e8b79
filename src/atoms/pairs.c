// SPDX-License-Identifier: GPL-3.0-or-later
// Pair distributions: counts of distances by types, frame by frame, or between two frames.
#include "airy/atoms.h"
#include "pairs.h"
#include "near.h"
#include "airy/work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 128 };

static const double SAME = 1e-6; // of places: far above rounding, far below any box

typedef struct work {
    airy_pairs *pairs;
    const airy_atoms *atoms;
    const double *later; // where they are, as seen from where they were
    const airy_near_list *list;
} work;

// A thread's own counts; whole numbers may be added in any order.
typedef struct tally {
    airy_near_found found;
    int64_t *count;
    airy_pairs *to;
} tally;

static size_t cells(const airy_pairs *pairs)
{
    return (size_t)pairs->types * (size_t)pairs->types * (size_t)pairs->bins;
}

static void *make_tally(void *context)
{
    const work *w = context;
    tally *t = calloc(1, sizeof *t);
    if (t) {
        t->to = w->pairs;
        t->count = airy_memory_new(cells(w->pairs), sizeof *t->count);
    }
    return t;
}

static void drop_tally(void *workspace)
{
    tally *t = workspace;
    for (size_t i = 0; t->count && i < cells(t->to); i++)
        t->to->count[i] += t->count[i];
    airy_memory_free(t->count);
    airy_near_found_release(&t->found);
    free(t);
}

// An atom is no neighbour of itself, wherever it went; its images in other boxes are.
static bool is_itself(const work *w, int i, const airy_near *near)
{
    double square = 0;
    for (int x = 3 * i; near->atom == i && x < 3 * i + 3; x++)
        square += pow(near->d[x - 3 * i] - (w->atoms->r[x] - w->later[x]), 2);
    return near->atom == i && square < SAME * SAME;
}

static airy_code count_block(int job, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    const airy_pairs *p = w->pairs;
    tally *t = workspace;
    int last = (job + 1) * BLOCK < w->atoms->n ? (job + 1) * BLOCK : w->atoms->n;
    double scale = p->bins / p->r_max;
    airy_code code =
        t && t->count ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory to count pairs");
    for (int i = job * BLOCK; i < last && code == AIRY_OK; i++) {
        code = airy_near_find(w->list, w->later + 3 * i, p->r_max, &t->found, err);
        for (int k = 0; code == AIRY_OK && k < t->found.n; k++) {
            const airy_near *near = &t->found.near[k];
            int bin = (int)(sqrt(near->r2) * scale);
            int pair = w->atoms->type[i] * p->types + w->atoms->type[near->atom];
            if (bin < p->bins && !is_itself(w, i, near))
                t->count[(size_t)pair * (size_t)p->bins + (size_t)bin]++;
        }
    }
    return code;
}

airy_code airy_pairs_begin(airy_pairs *p, int types, int bins, double r_max, airy_error *err)
{
    if (types < 1 || bins < 1 || bins > 1000000 || !(r_max > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "%d bins up to %g are none", bins, r_max);
    p->types = types, p->bins = bins, p->r_max = r_max;
    size_t rows = (1 + (size_t)types * (size_t)types) * (size_t)bins;
    p->count = airy_memory_new(cells(p), sizeof *p->count);
    p->sum = airy_memory_new(rows, sizeof *p->sum);
    p->squares = airy_memory_new(rows, sizeof *p->squares);
    p->coordination = airy_memory_new(rows, sizeof *p->coordination);
    if (p->count && p->sum && p->squares && p->coordination)
        return AIRY_OK;
    airy_pairs_release(p);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for %d bins of pairs", bins);
}

void airy_pairs_release(airy_pairs *p)
{
    airy_memory_free(p->count);
    airy_memory_free(p->sum);
    airy_memory_free(p->squares);
    airy_memory_free(p->coordination);
    *p = (airy_pairs){0};
}

// g of one bin from a count: what there is over what as many atoms without order would give, seen
// from n atoms towards m others.
static void enter(airy_pairs *p, int pair, int bin, double count, double n, double m, double volume)
{
    double width = p->r_max / p->bins, low = bin * width, high = low + width;
    double shell = 4 * M_PI / 3 * (high * high * high - low * low * low);
    size_t at = (size_t)pair * (size_t)p->bins + (size_t)bin;
    double g = n > 0 && m > 0 ? count * volume / (n * m * shell) : (double)NAN;
    p->sum[at] += g;
    p->squares[at] += g * g;
}

static void enter_pair(airy_pairs *p, int pair, const int64_t *count, double n, double m,
                       double volume)
{
    int64_t within = 0;
    for (int bin = 0; bin < p->bins; bin++) {
        within += count[bin];
        enter(p, pair, bin, (double)count[bin], n, m, volume);
        p->coordination[(size_t)pair * (size_t)p->bins + (size_t)bin] += (double)within / n;
    }
}

// Partial counts, then their sum as row 0. An atom is no neighbour of itself: n - 1 of its own
// type.
static airy_code enter_frame(airy_pairs *p, const airy_atoms *atoms, airy_error *err)
{
    double n[AIRY_TYPES_MAX] = {0};
    int64_t *all = airy_memory_new((size_t)p->bins, sizeof *all);
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d bins", p->bins);
    for (int i = 0; i < atoms->n; i++)
        n[atoms->type[i]]++;
    for (int t = 0; t < p->types; t++)
        for (int u = 0; u < p->types; u++) {
            int pair = t * p->types + u;
            const int64_t *count = p->count + (size_t)pair * (size_t)p->bins;
            enter_pair(p, 1 + pair, count, n[t], n[u] - (t == u), atoms->box.volume);
            for (int bin = 0; bin < p->bins; bin++)
                all[bin] += count[bin];
        }
    enter_pair(p, 0, all, atoms->n, atoms->n - 1, atoms->box.volume);
    p->frames++;
    airy_memory_free(all);
    return AIRY_OK;
}

airy_code airy_pairs_add_later(airy_pairs *p, const airy_atoms *atoms, const double *later,
                               airy_error *err)
{
    if (!(atoms->box.volume > 0))
        return airy_error_set(err, AIRY_EVALUE, "there is no box: g(r) needs a density");
    airy_near_list *list = airy_near_list_new(&atoms->box, atoms->r, atoms->n, p->r_max, err);
    if (!list)
        return airy_error_code(err, AIRY_EMEMORY);
    memset(p->count, 0, cells(p) * sizeof *p->count);
    work w = {p, atoms, later, list};
    const airy_farm farm = {.threads = p->threads,
                            .make = make_tally,
                            .drop = drop_tally,
                            .job = count_block,
                            .context = &w};
    airy_code code = airy_farm_run(&farm, (atoms->n + BLOCK - 1) / BLOCK, err);
    airy_near_list_free(list);
    return code == AIRY_OK ? enter_frame(p, atoms, err) : code;
}

airy_code airy_pairs_add(airy_pairs *p, const airy_atoms *atoms, airy_error *err)
{
    return airy_pairs_add_later(p, atoms, atoms->r, err);
}

double airy_pairs_g(const airy_pairs *p, int pair, int bin)
{
    return p->sum[(size_t)pair * (size_t)p->bins + (size_t)bin] / p->frames;
}

double airy_pairs_error(const airy_pairs *p, int pair, int bin)
{
    size_t at = (size_t)pair * (size_t)p->bins + (size_t)bin;
    double n = p->frames, mean = p->sum[at] / n;
    return n > 1 ? sqrt(fmax(0, p->squares[at] / n - mean * mean) / (n - 1)) : (double)NAN;
}

double airy_pairs_neighbours(const airy_pairs *p, int pair, int bin)
{
    return p->coordination[(size_t)pair * (size_t)p->bins + (size_t)bin] / p->frames;
}

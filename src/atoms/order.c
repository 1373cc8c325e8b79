// SPDX-License-Identifier: GPL-3.0-or-later
// Order around every atom of a frame: its neighbours, their directions as harmonics, its cell.
#include "voronoi.h"
#include "order.h"
#include "airy/work.h"
#include "harmonics.h"
#include "near.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 }; // atoms of one job

// Neighbours of the atoms of a block, for averages over them: those of atom i stand from start[i -
// first of the block] to before the next's.
typedef struct block {
    int start[BLOCK + 1], room;
    int *neighbour;
} block;

typedef struct work {
    const airy_atoms *atoms;
    const airy_order_options *o;
    airy_order *order;
    airy_near_list *list;
    airy_harmonics harmonics;
    double complex *q; // (atoms, harmonics.all)
    block *blocks;     // NULL: not averaged
} work;

// What a thread needs.
typedef struct bench {
    airy_voronoi *voronoi;
    airy_near_found found;
    double complex *mean; // harmonics.all
    airy_error err;
    airy_code code;
} bench;

void airy_order_options_defaults(airy_order_options *options)
{
    *options = (airy_order_options){.n_l = 2, .l = {4, 6}, .min_face = 1e-9};
}

airy_code airy_order_options_check(const airy_order_options *o, airy_error *err)
{
    if (o->n_l < 0 || o->n_l > AIRY_ORDER_ROOM)
        return airy_error_set(err, AIRY_EARGUMENT, "%d values of l are too many", o->n_l);
    for (int k = 0; k < o->n_l; k++)
        if (o->l[k] < AIRY_ORDER_LEAST || o->l[k] > AIRY_ORDER_MOST)
            return airy_error_set(err, AIRY_EARGUMENT, "l is %d to %d, not %d", AIRY_ORDER_LEAST,
                                  AIRY_ORDER_MOST, o->l[k]);
    if (!(o->cutoff >= 0) || !(o->min_face >= 0) || !(o->min_face < 1))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a cutoff of %g and faces from %g of the surface cannot be",
                              o->cutoff, o->min_face);
    if (o->cutoff > 0 && o->weight_area)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "neighbours within a cutoff have no faces to weigh them by: leave "
                              "out the cutoff or the weights");
    return AIRY_OK;
}

// ------------------------------------------------------------------ a thread's bench

static void drop_bench(void *workspace)
{
    bench *b = workspace;
    airy_voronoi_free(b->voronoi);
    airy_near_found_release(&b->found);
    airy_memory_free(b->mean);
    free(b);
}

static void *make_bench(void *context)
{
    const work *w = context;
    bench *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->mean = airy_memory_new((size_t)w->harmonics.all + 1, sizeof *b->mean);
    if (!b->mean)
        b->code = airy_error_set(&b->err, AIRY_EMEMORY, "no memory for harmonics");
    if (w->o->cutoff == 0 || w->o->cells) {
        b->voronoi = airy_voronoi_new(&w->atoms->box, w->list, w->o->min_face, &b->err);
        b->code = b->voronoi ? b->code : b->err.code;
    }
    return b;
}

// ------------------------------------------------------------------ neighbours

static airy_code remember(work *w, int i, int neighbour, airy_error *err)
{
    if (!w->blocks)
        return AIRY_OK;
    block *b = &w->blocks[i / BLOCK];
    int *end = &b->start[i % BLOCK + 1];
    if (*end == b->room) {
        int room = 2 * b->room + 16 * BLOCK;
        int *more = realloc(b->neighbour, (size_t)room * sizeof *more);
        if (!more)
            return airy_error_set(err, AIRY_EMEMORY, "no memory for lists of neighbours");
        b->neighbour = more;
        b->room = room;
    }
    b->neighbour[(*end)++] = neighbour;
    return AIRY_OK;
}

// One neighbour: its direction joins the atom's harmonics.
static airy_code join(work *w, int i, int neighbour, const double d[3], double weight,
                      airy_error *err)
{
    w->order->neighbours[i]++;
    airy_harmonics_add(&w->harmonics, d, weight, w->q + (size_t)i * (size_t)w->harmonics.all);
    return remember(w, i, neighbour, err);
}

static airy_code by_cutoff(work *w, bench *b, int i, double *weights, airy_error *err)
{
    airy_code code = airy_near_find(w->list, w->atoms->r + 3 * i, w->o->cutoff, &b->found, err);
    if (code == AIRY_OK)
        airy_near_sort(&b->found); // sums in an order of their own
    for (int k = 0; code == AIRY_OK && k < b->found.n; k++) {
        const airy_near *near = &b->found.near[k];
        if (near->r2 == 0 && near->atom == i)
            continue;
        if (near->r2 == 0)
            return airy_error_set(err, AIRY_EVALUE, "atoms %d and %d lie in one place", i,
                                  near->atom);
        *weights += 1;
        code = join(w, i, near->atom, near->d, 1, err);
    }
    return code;
}

static airy_code by_cell(work *w, bench *b, int i, double *weights, airy_error *err)
{
    airy_voronoi_cell cell;
    airy_order *order = w->order;
    airy_code code = airy_voronoi_find(b->voronoi, w->atoms->r + 3 * i, &cell, err);
    if (code != AIRY_OK)
        return code;
    order->volume[i] = cell.volume;
    for (int k = 0; k < cell.n && code == AIRY_OK; k++) {
        const airy_face *face = &cell.face[k];
        int edges = face->edges < 3                 ? 3
                    : face->edges > AIRY_FACE_EDGES ? AIRY_FACE_EDGES
                                                    : face->edges;
        order->faces[i][edges - 3]++;
        if (face->atom < 0 || w->o->cutoff > 0)
            continue;
        double weight = w->o->weight_area ? face->area : 1;
        *weights += weight;
        code = join(w, i, face->atom, face->d, weight, err);
    }
    return code;
}

static airy_code look(int job, void *workspace, void *context, airy_error *err)
{
    work *w = context;
    bench *b = workspace;
    if (b->code != AIRY_OK)
        return airy_error_set(err, b->code, "%s", b->err.message);
    int last = (job + 1) * BLOCK < w->atoms->n ? (job + 1) * BLOCK : w->atoms->n;
    airy_code code = AIRY_OK;
    for (int i = job * BLOCK; i < last && code == AIRY_OK; i++) {
        double complex *q = w->q + (size_t)i * (size_t)w->harmonics.all;
        double weights = 0;
        if (w->blocks)
            w->blocks[job].start[i % BLOCK + 1] = w->blocks[job].start[i % BLOCK];
        w->order->volume[i] = NAN;
        if (b->voronoi)
            code = by_cell(w, b, i, &weights, err);
        if (code == AIRY_OK && w->o->cutoff > 0)
            code = by_cutoff(w, b, i, &weights, err);
        for (int m = 0; m < w->harmonics.all; m++)
            q[m] /= weights; // none: NaN
    }
    return code;
}

// ------------------------------------------------------------------ values

static airy_code value(int job, void *workspace, void *context, airy_error *err)
{
    work *w = context;
    bench *b = workspace;
    int last = (job + 1) * BLOCK < w->atoms->n ? (job + 1) * BLOCK : w->atoms->n;
    size_t all = (size_t)w->harmonics.all;
    (void)err;
    for (int i = job * BLOCK; i < last; i++) {
        memcpy(b->mean, w->q + (size_t)i * all, all * sizeof *b->mean);
        int n = 0, first = w->blocks ? w->blocks[job].start[i % BLOCK] : 0;
        for (; w->blocks && first + n < w->blocks[job].start[i % BLOCK + 1]; n++)
            for (size_t m = 0; m < all; m++)
                b->mean[m] += w->q[(size_t)w->blocks[job].neighbour[first + n] * all + m];
        for (size_t m = 0; m < all; m++)
            b->mean[m] /= n + 1;
        for (int k = 0; k < w->o->n_l; k++) {
            airy_order_value of = airy_harmonics_value(&w->harmonics, k, b->mean);
            w->order->q[i * w->o->n_l + k] = of.q;
            w->order->w_hat[i * w->o->n_l + k] = of.w_hat;
        }
    }
    return AIRY_OK;
}

static airy_code make_room(work *w, airy_error *err)
{
    airy_order *order = w->order;
    size_t n = (size_t)w->atoms->n, blocks = n / BLOCK + 1;
    *order = (airy_order){.n = w->atoms->n, .n_l = w->o->n_l};
    order->q = airy_memory_new(n * (size_t)order->n_l + 1, sizeof *order->q);
    order->w_hat = airy_memory_new(n * (size_t)order->n_l + 1, sizeof *order->w_hat);
    order->neighbours = airy_memory_new(n, sizeof *order->neighbours);
    order->volume = airy_memory_new(n, sizeof *order->volume);
    order->faces = airy_memory_new(n, sizeof *order->faces);
    w->q = airy_memory_new(n * (size_t)w->harmonics.all + 1, sizeof *w->q);
    w->blocks = w->o->averaged ? airy_memory_new(blocks, sizeof *w->blocks) : NULL;
    if (!order->q || !order->w_hat || !order->neighbours || !order->volume || !order->faces ||
        !w->q || (w->o->averaged && !w->blocks))
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the order of %d atoms",
                              w->atoms->n);
    return AIRY_OK;
}

airy_code airy_order_find(const airy_atoms *atoms, const airy_order_options *options,
                          airy_order *order, airy_error *err)
{
    work w = {.atoms = atoms, .o = options, .order = order};
    airy_farm farm = {.threads = options->threads,
                      .make = make_bench,
                      .drop = drop_bench,
                      .job = look,
                      .context = &w};
    double reach =
        options->cutoff > 0 ? options->cutoff : airy_voronoi_reach(&atoms->box, atoms->n);
    int jobs = (atoms->n + BLOCK - 1) / BLOCK;
    airy_code code = airy_order_options_check(options, err);
    if (code == AIRY_OK)
        code = airy_harmonics_init(&w.harmonics, options->l, options->n_l, err);
    if (code == AIRY_OK)
        code = make_room(&w, err);
    if (code == AIRY_OK &&
        !(w.list = airy_near_list_new(&atoms->box, atoms->r, atoms->n, reach, err)))
        code = airy_error_code(err, AIRY_EMEMORY);
    if (code == AIRY_OK)
        code = airy_farm_run(&farm, jobs, err);
    farm.job = value;
    if (code == AIRY_OK)
        code = airy_farm_run(&farm, jobs, err);
    for (int i = 0; w.blocks && i < jobs; i++)
        free(w.blocks[i].neighbour);
    airy_memory_free(w.blocks);
    airy_memory_free(w.q);
    airy_near_list_free(w.list);
    airy_harmonics_release(&w.harmonics);
    if (code != AIRY_OK)
        airy_order_release(order);
    return code;
}

void airy_order_release(airy_order *order)
{
    airy_memory_free(order->q);
    airy_memory_free(order->w_hat);
    airy_memory_free(order->neighbours);
    airy_memory_free(order->volume);
    airy_memory_free(order->faces);
    *order = (airy_order){0};
}

void airy_order_index(const int faces[AIRY_FACE_EDGES - 2], char text[48])
{
    snprintf(text, 48, "<%d,%d,%d,%d>", faces[0], faces[1], faces[2], faces[3]);
}

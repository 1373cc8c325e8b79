// SPDX-License-Identifier: GPL-3.0-or-later
// Mean squared displacement, its fourth-order companion and fast atoms, over all origins. Each atom
// is averaged over origins first, and then atoms: their scatter is the error, since frames of one
// atom are not independent and atoms nearly are.
#include "tracks.h"
#include "motion.h"
#include "lags.h"
#include "airy/work.h"
#include "base/processor.h"
#include "gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 8, CHUNK = 512, BLOCKS = 256 };

// Sums over the atoms of a block, by lag and type.
typedef struct sums {
    double square, square2, fourth, fast; // of averages over origins; square2: (their <u^2>)^2
} sums;

typedef struct line {
    double d, d2; // of slopes, and their squares
} line;

typedef struct work {
    const airy_tracks *tracks;
    const airy_lags *lags;
    double fast2;
    const double *weight; // of lags, for the slope
    int block;            // atoms of one
    sums *sums;           // [(block * lags + lag) * types + type]
    line *lines;          // [block * types + type]
} work;

// What a thread needs: an atom's way, three rows of frames, and its MSD.
typedef struct bench {
    airy_gather gather;
    double *msd;
} bench;

static void drop_bench(void *workspace)
{
    bench *b = workspace;
    airy_gather_release(&b->gather);
    airy_memory_free(b->msd);
    free(b);
}

static void *make_bench(void *context)
{
    const work *w = context;
    bench *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->msd = airy_memory_new((size_t)w->lags->n, sizeof *b->msd);
    if (b->msd && airy_gather_init(&b->gather, w->tracks->frames))
        return b;
    drop_bench(b);
    return NULL;
}

// u^2 of `n` origins. A loop of its own, and one for each of the sums below: compilers turn each
// into vectors, and one that did all at once into none (1.4 s for 2e9 displacements, not 6.5 s).
static inline void square(const double *restrict from, const double *restrict to, ptrdiff_t row,
                          int n, double *restrict u2)
{
    const double *restrict x0 = from, *restrict y0 = from + row, *restrict z0 = from + 2 * row;
    const double *restrict x1 = to, *restrict y1 = to + row, *restrict z1 = to + 2 * row;
    for (int i = 0; i < n; i++) {
        double x = x1[i] - x0[i], y = y1[i] - y0[i], z = z1[i] - z0[i];
        u2[i] = x * x + y * y + z * z;
    }
}

// Sums of u^2, u^4 and u^2 > fast2 over `n` origins, in LANES whatever the processor has; a CHUNK
// at a time, which stays in the nearest memory.
AIRY_EVERY_PROCESSOR
static void displace(const double *restrict from, const double *restrict to, ptrdiff_t row, int n,
                     double fast2, double *restrict sum)
{
    double second[LANES] = {0}, fourth[LANES] = {0}, fast[LANES] = {0}, u2[CHUNK];
    for (int begin = 0; begin < n; begin += CHUNK) {
        int count = n - begin < CHUNK ? n - begin : CHUNK;
        int whole = (count + LANES - 1) / LANES * LANES;
        square(from + begin, to + begin, row, count, u2);
        for (int i = count; i < whole; i++)
            u2[i] = 0;
        for (int i = 0; i < whole; i += LANES)
            for (int k = 0; k < LANES; k++)
                second[k] += u2[i + k];
        for (int i = 0; i < whole; i += LANES)
            for (int k = 0; k < LANES; k++)
                fourth[k] += u2[i + k] * u2[i + k];
        for (int i = 0; i < whole; i += LANES)
            for (int k = 0; k < LANES; k++)
                fast[k] += u2[i + k] > fast2 ? 1.0 : 0.0;
    }
    for (int k = 0; k < LANES; k++) {
        sum[0] += second[k];
        sum[1] += fourth[k];
        sum[2] += fast[k];
    }
}

// One atom into the sums of its block.
static void add_atom(const work *w, bench *b, int type, sums *to, line *slope)
{
    const airy_lags *lags = w->lags;
    double along = 0;
    for (int lag = 0; lag < lags->n; lag++) {
        double sum[3] = {0};
        int n = 0;
        for (int i = lags->start[lag]; i < lags->start[lag + 1]; i++) {
            const airy_lag_run *run = &lags->run[i];
            const double *from = b->gather.r + run->first;
            displace(from, from + run->ahead, b->gather.row, run->count, w->fast2, sum);
            n += run->count;
        }
        sums *s = &to[lag * w->tracks->types + type];
        double mean = sum[0] / n;
        s->square += mean;
        s->square2 += mean * mean;
        s->fourth += sum[1] / n;
        s->fast += sum[2] / n;
        along += w->weight[lag] * mean;
    }
    slope->d += along;
    slope->d2 += along * along;
}

static airy_code move(int job, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    bench *b = workspace;
    const airy_tracks *t = w->tracks;
    if (!b)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for an atom's way");
    int last = (job + 1) * w->block < t->atoms ? (job + 1) * w->block : t->atoms;
    size_t lags = (size_t)w->lags->n, types = (size_t)t->types;
    for (int i = job * w->block; i < last; i++) {
        airy_gather_atom(&b->gather, t, i);
        add_atom(w, b, t->type[i], w->sums + (size_t)job * lags * types,
                 w->lines + (size_t)job * types + t->type[i]);
    }
    return AIRY_OK;
}

// ------------------------------------------------------------------ results

static void finish_row(const sums *s, double atoms, double pairs, airy_motion_row *row)
{
    double mean = s->square / atoms, variance = s->square2 / atoms - mean * mean;
    *row = (airy_motion_row){
        .msd = mean,
        .error = atoms > 1 ? sqrt(fmax(0, variance) / (atoms - 1)) : (double)NAN,
        .alpha2 = mean > 0 ? 3 * (s->fourth / atoms) / (5 * mean * mean) - 1 : (double)NAN,
        .fast = s->fast / atoms,
        .samples = atoms * pairs,
    };
}

// Slope of ln MSD against ln t over the lags of the line.
static double exponent_of(const work *w, const airy_motion *motion, int type)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (int lag = 0; lag < w->lags->n; lag++) {
        double msd = motion->row[lag * (motion->types + 1) + type].msd;
        if (w->weight[lag] == 0 || !(msd > 0))
            continue;
        double u = log(w->lags->time_ps[lag]), v = log(msd);
        n++, x += u, y += v, xx += u * u, xy += u * v;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

static void finish_line(const work *w, const line *l, double atoms, int type, airy_motion *motion)
{
    airy_diffusion *d = &motion->diffusion[type];
    double slope = l->d / atoms, variance = l->d2 / atoms - slope * slope;
    d->exponent = d->lags > 1 ? exponent_of(w, motion, type) : (double)NAN;
    bool grows = d->exponent > 0.8 && d->exponent < 1.2;
    d->d = grows ? slope / 6 : (double)NAN;
    d->error = grows && atoms > 1 ? sqrt(fmax(0, variance) / (atoms - 1)) / 6 : (double)NAN;
}

static void finish(const work *w, int blocks, airy_motion *motion)
{
    const airy_tracks *t = w->tracks;
    double atoms[AIRY_TYPES_MAX + 1] = {t->atoms};
    int types = t->types, lags = w->lags->n;
    for (int i = 0; i < t->atoms; i++)
        atoms[1 + t->type[i]]++;
    for (int lag = 0; lag < lags; lag++) {
        sums total[AIRY_TYPES_MAX + 1] = {{0}};
        for (int k = 0; k < blocks * types; k++) {
            const sums *s =
                &w->sums[((size_t)(k / types) * (size_t)lags + (size_t)lag) * (size_t)types +
                         (size_t)(k % types)];
            sums *to[] = {&total[0], &total[1 + k % types]};
            for (int e = 0; e < 2; e++) {
                to[e]->square += s->square, to[e]->square2 += s->square2;
                to[e]->fourth += s->fourth, to[e]->fast += s->fast;
            }
        }
        for (int type = 0; type <= types; type++)
            finish_row(&total[type], atoms[type], airy_lags_pairs(w->lags, lag),
                       &motion->row[lag * (types + 1) + type]);
    }
    line total[AIRY_TYPES_MAX + 1] = {{0}};
    for (int k = 0; k < blocks * types; k++)
        for (int e = 0; e < 2; e++) {
            total[e * (1 + k % types)].d += w->lines[k].d;
            total[e * (1 + k % types)].d2 += w->lines[k].d2;
        }
    for (int type = 0; type <= types; type++)
        finish_line(w, &total[type], atoms[type], type, motion);
}

// Weights whose sum with an MSD is its slope by least squares over a range of lags; 0 outside.
static void weigh(const airy_lags *lags, const airy_motion_options *o, double *weight,
                  airy_diffusion *line_of)
{
    double longest = lags->time_ps[lags->n - 1], mean = 0, square = 0;
    double from = o->to_ps > 0 ? o->from_ps : 0.1 * longest;
    double to = o->to_ps > 0 ? o->to_ps : 0.5 * longest;
    int n = 0;
    for (int i = 0; i < lags->n; i++) {
        weight[i] = lags->time_ps[i] >= from * (1 - 1e-9) && lags->time_ps[i] <= to * (1 + 1e-9);
        mean += weight[i] * lags->time_ps[i];
        n += weight[i] > 0;
    }
    mean /= n;
    for (int i = 0; i < lags->n; i++)
        square += weight[i] * (lags->time_ps[i] - mean) * (lags->time_ps[i] - mean);
    for (int i = 0; i < lags->n; i++)
        weight[i] = n > 1 ? weight[i] * (lags->time_ps[i] - mean) / square : 0;
    *line_of = (airy_diffusion){.from_ps = from, .to_ps = to, .lags = n};
}

void airy_motion_release(airy_motion *motion)
{
    airy_memory_free(motion->row);
    airy_memory_free(motion->diffusion);
    *motion = (airy_motion){0};
}

airy_code airy_motion_find(const airy_tracks *tracks, const airy_lags *lags,
                           const airy_motion_options *options, const airy_progress *progress,
                           airy_motion *motion, airy_error *err)
{
    size_t n = (size_t)lags->n, types = (size_t)tracks->types;
    int block = (tracks->atoms + BLOCKS - 1) / BLOCKS;
    int blocks = (tracks->atoms + block - 1) / block;
    double *weight = airy_memory_new(n, sizeof *weight);
    work w = {.tracks = tracks,
              .lags = lags,
              .fast2 = options->fast * options->fast,
              .weight = weight,
              .block = block};
    w.sums = airy_memory_new((size_t)blocks * n * types, sizeof *w.sums);
    w.lines = airy_memory_new((size_t)blocks * types, sizeof *w.lines);
    *motion = (airy_motion){.lags = lags->n, .types = tracks->types};
    motion->row = airy_memory_new(n * (types + 1), sizeof *motion->row);
    motion->diffusion = airy_memory_new(types + 1, sizeof *motion->diffusion);
    airy_code code = AIRY_OK;
    if (!weight || !w.sums || !w.lines || !motion->row || !motion->diffusion)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d lags", lags->n);
    if (code == AIRY_OK) {
        weigh(lags, options, weight, &motion->diffusion[0]);
        for (size_t k = 1; k <= types; k++)
            motion->diffusion[k] = motion->diffusion[0];
        const airy_farm farm = {.threads = options->threads,
                                .make = make_bench,
                                .drop = drop_bench,
                                .job = move,
                                .context = &w,
                                .progress = progress};
        code = airy_farm_run(&farm, blocks, err);
    }
    if (code == AIRY_OK)
        finish(&w, blocks, motion);
    else
        airy_motion_release(motion);
    airy_memory_free(weight);
    airy_memory_free(w.sums);
    airy_memory_free(w.lines);
    return code;
}

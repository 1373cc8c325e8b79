// SPDX-License-Identifier: GPL-3.0-or-later
// The self part of the intermediate scattering function, over all origins:
//     F_s(q, t) = < cos q (x(t0 + t) - x(t0)) >, the mean over x, y and z,
// where cos(a - b) = cos a cos b + sin a sin b: an atom's phases are found once a frame, and not
// once a pair of frames.
#include "tracks.h"
#include "lags.h"
#include "isf.h"
#include "airy/work.h"
#include "gather.h"

#include <math.h>
#include <stdlib.h>

enum { LANES = 8, BLOCK = 64, PHASES = 6 };

typedef struct work {
    const airy_tracks *tracks;
    const airy_lags *lags;
    const double *q;
    int n_q;
    double *f; // (atoms, lags, n_q): of an atom, averaged over origins
} work;

typedef struct bench {
    airy_gather gather;
    double *phase; // (PHASES, frames): cosines of x, y, z, then sines
} bench;

static void drop_bench(void *workspace)
{
    bench *b = workspace;
    airy_gather_release(&b->gather);
    airy_memory_free(b->phase);
    free(b);
}

static void *make_bench(void *context)
{
    const work *w = context;
    bench *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->phase = airy_memory_new(PHASES * (size_t)w->tracks->frames, sizeof *b->phase);
    if (b->phase && airy_gather_init(&b->gather, w->tracks->frames))
        return b;
    drop_bench(b);
    return NULL;
}

// Sum of a[i] b[i], in LANES whatever the processor has.
static double products(const double *restrict a, const double *restrict b, int n)
{
    double lane[LANES] = {0}, sum = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++)
            lane[k] += a[i + k] * b[i + k];
    for (; i < n; i++)
        lane[i % LANES] += a[i] * b[i];
    for (int k = 0; k < LANES; k++)
        sum += lane[k];
    return sum;
}

static void find_phases(const airy_gather *gather, double q, double *phase)
{
    ptrdiff_t frames = gather->row;
    for (ptrdiff_t i = 0; i < 3 * frames; i++) {
        phase[i] = cos(q * gather->r[i]);
        phase[i + 3 * frames] = sin(q * gather->r[i]);
    }
}

// One atom at one q, all lags.
static void relax(const work *w, const bench *b, double *f)
{
    for (int lag = 0; lag < w->lags->n; lag++) {
        double sum = 0, n = 0;
        for (int i = w->lags->start[lag]; i < w->lags->start[lag + 1]; i++) {
            const airy_lag_run *run = &w->lags->run[i];
            for (int k = 0; k < PHASES; k++) {
                const double *from = b->phase + k * b->gather.row + run->first;
                sum += products(from, from + run->ahead, run->count);
            }
            n += run->count;
        }
        f[(ptrdiff_t)lag * w->n_q] = sum / n / 3;
    }
}

static airy_code relax_block(int job, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    bench *b = workspace;
    if (!b)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for an atom's phases");
    int last = (job + 1) * BLOCK < w->tracks->atoms ? (job + 1) * BLOCK : w->tracks->atoms;
    for (int i = job * BLOCK; i < last; i++) {
        airy_gather_atom(&b->gather, w->tracks, i);
        for (int k = 0; k < w->n_q; k++) {
            find_phases(&b->gather, w->q[k], b->phase);
            relax(w, b, w->f + (ptrdiff_t)i * w->lags->n * w->n_q + k);
        }
    }
    return AIRY_OK;
}

// Sums over the atoms of a type (0: all) of f and f^2 of one lag and q, and of the product with the
// lag before.
typedef struct sums {
    double n, one, square, product;
} sums;

static sums add_up(const work *w, int type, int k)
{
    ptrdiff_t each = (ptrdiff_t)w->lags->n * w->n_q, before = k >= w->n_q ? k - w->n_q : k;
    sums s = {0};
    for (int i = 0; i < w->tracks->atoms; i++)
        if (type == 0 || w->tracks->type[i] == type - 1) {
            double f = w->f[i * each + k];
            s.n++, s.one += f, s.square += f * f, s.product += f * w->f[i * each + before];
        }
    return s;
}

// Mean and standard error over the atoms of a type, of every lag and q.
static void finish(const work *w, int type, airy_self_row *rows)
{
    int types = w->tracks->types + 1;
    double mean = NAN, deviation = NAN;
    for (int q = 0; q < w->n_q; q++)
        for (int lag = 0; lag < w->lags->n; lag++) {
            const sums s = add_up(w, type, lag * w->n_q + q);
            double last[2] = {mean, deviation};
            mean = s.one / s.n;
            deviation = sqrt(fmax(0, s.square / s.n - mean * mean));
            rows[(lag * types + type) * w->n_q + q] = (airy_self_row){
                .f = mean,
                .error = s.n > 1 ? deviation / sqrt(s.n - 1) : (double)NAN,
                .with_before = lag > 0 ? (s.product / s.n - mean * last[0]) / (deviation * last[1])
                                       : (double)NAN};
        }
}

// ln(-ln F), which is a line in ln t where F_s is a stretched exponential, and 0 at 1/e; and its
// error.
static void straighten(const airy_self_row *row, double y[2])
{
    y[0] = log(-log(row->f));
    y[1] = row->error / fabs(row->f * log(row->f));
}

void airy_self_fall(const airy_self_row *row, int step, const airy_lags *lags, double tau[2])
{
    const double level = exp(-1);
    tau[0] = tau[1] = NAN;
    for (int lag = 1; lag < lags->n; lag++) {
        const airy_self_row *a = row + (ptrdiff_t)(lag - 1) * step, *b = a + step;
        double from[2], to[2];
        if (!(a->f > level && b->f <= level))
            continue;
        straighten(a, from);
        straighten(b, to);
        double at = -from[0] / (to[0] - from[0]);
        double span = log(lags->time_ps[lag] / lags->time_ps[lag - 1]);
        double left = (1 - at) * from[1], right = at * to[1];
        double square = left * left + right * right + 2 * b->with_before * left * right;
        tau[0] = lags->time_ps[lag - 1] * exp(at * span);
        tau[1] = tau[0] * span * sqrt(fmax(0, square)) / (to[0] - from[0]);
        return;
    }
}

airy_code airy_self_find(const airy_tracks *tracks, const airy_lags *lags, const double *q, int n_q,
                         int threads, airy_self_row *rows, airy_error *err)
{
    work w = {tracks, lags, q, n_q, NULL};
    size_t n = (size_t)tracks->atoms * (size_t)lags->n * (size_t)n_q;
    w.f = airy_memory_new(n, sizeof *w.f);
    if (!w.f)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d atoms at %d lags", tracks->atoms,
                              lags->n);
    const airy_farm farm = {.threads = threads,
                            .make = make_bench,
                            .drop = drop_bench,
                            .job = relax_block,
                            .context = &w};
    airy_code code = airy_farm_run(&farm, (tracks->atoms + BLOCK - 1) / BLOCK, err);
    for (int type = 0; type <= tracks->types && code == AIRY_OK; type++)
        finish(&w, type, rows);
    airy_memory_free(w.f);
    return code;
}

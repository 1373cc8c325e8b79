// SPDX-License-Identifier: GPL-3.0-or-later
// Wave vectors that fit a periodic box, and the density of atoms at them.
#include "airy/atoms.h"
#include "waves.h"
#include "box.h"
#include "airy/work.h"
#include "base/processor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WAVES_MOST = 20000000, BLOCK = 512, CHUNK = 64 };

// ------------------------------------------------------------------ which

typedef struct choice {
    airy_region region;
    double low, high, b[3][3], middle[3];
    int most[3]; // of |h|
} choice;

static double length(const double q[3])
{
    return sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]);
}

// Half of all: the first of h[2], h[1], h[0] that is not 0 is positive.
static bool belongs(const choice *c, const int h[3], double *length_q)
{
    int sign = h[2] ? h[2] : h[1] ? h[1] : h[0];
    double q[3], away[3];
    for (int x = 0; x < 3; x++) {
        q[x] = h[0] * c->b[0][x] + h[1] * c->b[1][x] + h[2] * c->b[2][x];
        away[x] = q[x] - c->middle[x];
    }
    *length_q = length(q);
    if (sign <= 0)
        return false;
    if (c->region == AIRY_REGION_SPOT)
        return length(away) <= (c->high - c->low) / 2;
    return *length_q >= c->low && *length_q < c->high;
}

// Calls for every h in order: h[0] runs fastest. With waves->h NULL it only counts.
static void go_through(const choice *c, airy_waves *waves)
{
    bool flat = c->region != AIRY_REGION_SHELL;
    int h[3], n = 0;
    for (h[2] = 0; h[2] <= (flat ? 0 : c->most[2]); h[2]++)
        for (h[1] = -c->most[1]; h[1] <= c->most[1]; h[1]++)
            for (h[0] = -c->most[0]; h[0] <= c->most[0]; h[0]++) {
                double q;
                if (!belongs(c, h, &q))
                    continue;
                if (waves->h) {
                    memcpy(waves->h[n], h, sizeof h);
                    waves->q[n] = q;
                }
                n++;
            }
    waves->n = n;
}

// Where each stands in the picture.
static void arrange(airy_waves *waves, airy_region region)
{
    int low[2] = {0, 0}, high[2] = {0, 0};
    for (int i = 0; i < waves->n; i++)
        for (int k = 0; k < 2; k++) {
            low[k] = i == 0 || waves->h[i][k] < low[k] ? waves->h[i][k] : low[k];
            high[k] = i == 0 || waves->h[i][k] > high[k] ? waves->h[i][k] : high[k];
        }
    bool shell = region == AIRY_REGION_SHELL;
    waves->columns = shell ? (int)ceil(sqrt(waves->n)) : high[0] - low[0] + 1;
    waves->rows = shell ? (waves->n + waves->columns - 1) / waves->columns : high[1] - low[1] + 1;
    for (int i = 0; i < waves->n; i++)
        waves->pixel[i] =
            shell ? i : (waves->h[i][1] - low[1]) * waves->columns + waves->h[i][0] - low[0];
}

airy_code airy_waves_init(airy_waves *waves, const airy_atom_box *box, airy_region region,
                          double low, double high, airy_error *err)
{
    choice c = {.region = region, .low = low, .high = high};
    *waves = (airy_waves){0};
    if (!(box->volume > 0) || !box->periodic[0] || !box->periodic[1] || !box->periodic[2])
        return airy_error_set(err, AIRY_EVALUE, "the box is not periodic: no wave fits it");
    if (!(low >= 0) || !(high > low))
        return airy_error_set(err, AIRY_EARGUMENT, "q from %g to %g is no range", low, high);
    airy_atom_box_reciprocal(box, c.b);
    double count = 1;
    for (int k = 0; k < 3; k++) {
        c.most[k] = (int)fmin(1e6, floor(high * length(box->a[k]) / (2 * M_PI)) + 1);
        c.middle[k] =
            region == AIRY_REGION_SPOT ? c.b[0][k] / length(c.b[0]) * (low + high) / 2 : 0;
        count *= 2 * c.most[k] + 1;
    }
    if (count > 8.0 * WAVES_MOST)
        return airy_error_set(err, AIRY_EVALUE,
                              "about %.2g wave vectors reach %g: take a smaller "
                              "q",
                              count / 4, high);
    go_through(&c, waves);
    if (waves->n == 0 || waves->n > WAVES_MOST)
        return airy_error_set(err, AIRY_EVALUE,
                              "%d wave vectors of the box have q from %g to %g: widen or narrow "
                              "the range (2 pi / L is %g)",
                              waves->n, low, high, length(c.b[0]));
    waves->h = airy_memory_new((size_t)waves->n, sizeof *waves->h);
    waves->q = airy_memory_new((size_t)waves->n, sizeof *waves->q);
    waves->pixel = airy_memory_new((size_t)waves->n, sizeof *waves->pixel);
    if (!waves->h || !waves->q || !waves->pixel) {
        airy_waves_release(waves);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for wave vectors");
    }
    go_through(&c, waves);
    arrange(waves, region);
    return AIRY_OK;
}

void airy_waves_release(airy_waves *waves)
{
    airy_memory_free(waves->h);
    airy_memory_free(waves->q);
    airy_memory_free(waves->pixel);
    *waves = (airy_waves){0};
}

airy_code airy_waves_thin(airy_waves *waves, int bins, double high, int most, airy_error *err)
{
    int *all = airy_memory_new(2 * (size_t)bins, sizeof *all), kept = 0;
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d bins of waves", bins);
    int *seen = all + bins;
    for (int i = 0; i < waves->n; i++) {
        int bin = (int)(waves->q[i] / high * bins);
        all[bin < bins ? bin : bins - 1]++;
    }
    for (int i = 0; i < waves->n; i++) {
        int bin = (int)(waves->q[i] / high * bins);
        bin = bin < bins ? bin : bins - 1;
        long long before = (long long)seen[bin] * most / all[bin];
        long long after = (long long)(seen[bin] + 1) * most / all[bin];
        seen[bin]++;
        if (all[bin] > most && after == before)
            continue;
        memmove(waves->h[kept], waves->h[i], sizeof waves->h[i]);
        waves->q[kept++] = waves->q[i];
    }
    waves->n = kept;
    arrange(waves, AIRY_REGION_SHELL);
    airy_memory_free(all);
    return AIRY_OK;
}

// ------------------------------------------------------------------ density

typedef struct work {
    const airy_waves *waves;
    const airy_atoms *atoms;
    int type, most[3];
    double complex *rho;
} work;

// exp(2 pi i h s_k) of CHUNK atoms for h = -most .. most: row h + most, real parts then imaginary.
typedef struct phases {
    double *table[3];
    int atoms;
    double re[CHUNK], im[CHUNK]; // product along edges 1 and 2 for the row of waves at hand
} phases;

static void *make_phases(void *context)
{
    const work *w = context;
    phases *p = calloc(1, sizeof *p);
    for (int k = 0; p && k < 3; k++)
        p->table[k] =
            airy_memory_new((2 * (size_t)w->most[k] + 1) * 2 * CHUNK, sizeof *p->table[k]);
    return p;
}

static void drop_phases(void *workspace)
{
    phases *p = workspace;
    for (int k = 0; p && k < 3; k++)
        airy_memory_free(p->table[k]);
    free(p);
}

// Powers of exp(2 pi i s) by multiplication; each product is good to an ulp.
static void fill(const work *w, phases *p, int k, const double *s)
{
    int most = w->most[k];
    double *middle = p->table[k] + (size_t)most * 2 * CHUNK;
    for (int a = 0; a < CHUNK; a++) {
        bool there = a < p->atoms;
        double angle = there ? 2 * M_PI * (s[3 * a + k] - rint(s[3 * a + k])) : 0;
        double c = cos(angle), d = sin(angle), re = there, im = 0;
        for (int h = 0; h <= most; h++) {
            double *up = middle + (ptrdiff_t)h * 2 * CHUNK,
                   *down = middle - (ptrdiff_t)h * 2 * CHUNK;
            up[a] = down[a] = re;
            up[CHUNK + a] = im;
            down[CHUNK + a] = -im;
            double next = re * c - im * d;
            im = re * d + im * c;
            re = next;
        }
    }
}

AIRY_EVERY_PROCESSOR
static void multiply(const double *restrict u, const double *restrict v, double *restrict re,
                     double *restrict im)
{
    for (int a = 0; a < CHUNK; a++) {
        re[a] = u[a] * v[a] - u[CHUNK + a] * v[CHUNK + a];
        im[a] = u[a] * v[CHUNK + a] + u[CHUNK + a] * v[a];
    }
}

// The sum of products over a chunk, in eight sums that are added at the end: the same order for any
// width of vectors.
AIRY_EVERY_PROCESSOR
static void add_products(const double *restrict u, const double *restrict re,
                         const double *restrict im, double *restrict sum)
{
    double x[8] = {0}, y[8] = {0};
    for (int a = 0; a < CHUNK; a += 8)
        for (int k = 0; k < 8; k++) {
            x[k] += u[a + k] * re[a + k] - u[CHUNK + a + k] * im[a + k];
            y[k] += u[a + k] * im[a + k] + u[CHUNK + a + k] * re[a + k];
        }
    sum[0] += ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]));
    sum[1] += ((y[0] + y[1]) + (y[2] + y[3])) + ((y[4] + y[5]) + (y[6] + y[7]));
}

// One chunk of atoms into the waves first .. last - 1.
static void add_chunk(const work *w, phases *p, const double *s, int first, int last)
{
    for (int k = 0; k < 3; k++)
        fill(w, p, k, s);
    for (int i = first; i < last; i++) {
        const int *h = w->waves->h[i];
        const double *row[3];
        for (int k = 0; k < 3; k++)
            row[k] = p->table[k] + (ptrdiff_t)(h[k] + w->most[k]) * 2 * CHUNK;
        const int *before = w->waves->h[i > first ? i - 1 : i];
        if (i == first || h[1] != before[1] || h[2] != before[2])
            multiply(row[1], row[2], p->re, p->im);
        add_products(row[0], p->re, p->im, (double *)&w->rho[i]);
    }
}

static airy_code add_waves(int job, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    phases *p = workspace;
    double s[3 * CHUNK];
    if (!p || !p->table[0] || !p->table[1] || !p->table[2])
        return airy_error_set(err, AIRY_EMEMORY, "no memory for phases");
    int first = job * BLOCK, last = first + BLOCK < w->waves->n ? first + BLOCK : w->waves->n;
    for (int i = first; i < last; i++)
        w->rho[i] = 0;
    p->atoms = 0;
    for (int i = 0; i < w->atoms->n; i++) {
        if (w->type < 0 || w->atoms->type[i] == w->type)
            airy_atom_box_inside(&w->atoms->box, w->atoms->r + 3 * i, s + 3 * p->atoms++);
        if (p->atoms == CHUNK || (i == w->atoms->n - 1 && p->atoms > 0)) {
            add_chunk(w, p, s, first, last);
            p->atoms = 0;
        }
    }
    return AIRY_OK;
}

airy_code airy_waves_density(const airy_waves *waves, const airy_atoms *atoms, int type,
                             int threads, double complex *rho, airy_error *err)
{
    work w = {.waves = waves, .atoms = atoms, .type = type, .rho = rho};
    if (!(atoms->box.volume > 0))
        return airy_error_set(err, AIRY_EVALUE, "there is no box, so no wave fits it");
    for (int i = 0; i < waves->n; i++)
        for (int k = 0; k < 3; k++)
            w.most[k] = abs(waves->h[i][k]) > w.most[k] ? abs(waves->h[i][k]) : w.most[k];
    const airy_farm farm = {.threads = threads,
                            .make = make_phases,
                            .drop = drop_phases,
                            .job = add_waves,
                            .context = &w};
    return airy_farm_run(&farm, (waves->n + BLOCK - 1) / BLOCK, err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Generalised proximal smoothing with two transforms of a window an iteration.
//
// Pham, Yin, Rana, Osher and Miao, Opt. Express 27, 2792 (2019), iterate, with z in Fourier space,
// a dual y in real space and the box of the support (positive inside S, zero outside),
//
//     w  = z - t F y                          v  = y + s F^-1(2 z' - z)
//     z' = (t P_M w + sigma w) / (t + sigma)  v -= P_S v
//          on measured pixels, else w         y' = F^-1 W F v (GPS-R) or W v (GPS-F)
//
// which, written down, takes six transforms with R. Here the dual is kept as its transform before
// the filter, Y = F v, so that F y = W Y is a product, and
//
//     X = W Y + s (2 z' - z),   v = F^-1 X,   Y' = X - F h,   h = P_S v
//
// is one inverse and one forward transform, and of v only the window is wanted, for h is nothing
// outside the support. A step ends with h in the window; F h is taken from X when the next step
// comes to that column, so that a column is visited once an iteration. For GPS-F, whose filter acts
// on what is left of v everywhere, h = v - W (v - P_S v) in a window of all rows.
#include "retrieval/engine_cpu.h"

#include "base/processor.h"

#include <math.h>
#include <string.h>

#define TINY 1e-30f // keeps b / |w| finite where w is 0

void airy_engine_gps_begin(airy_engine *e)
{
    e->owed = false;
    memset(e->dual, 0, (size_t)(2 * e->waves) * sizeof *e->dual);
}

void airy_engine_gps_end(airy_engine *e)
{
    struct airy_sweep sweep = {.engine = e, .from = e->wave[AIRY_ITERATE], .a = e->unscale};
    e->owed = false;
    airy_strip_backward_raw(e->window, airy_engine_give, &sweep, e->real[AIRY_ITERATE]);
}

// Y' = X - F h.
static void take_column(void *context, int kx, float complex *column)
{
    airy_engine *e = context;
    float *restrict dual = airy_column_at(e, e->dual, kx);
    const float *restrict h = (const float *)column;
    for (int i = 0; i < 2 * e->ny; i++)
        dual[i] -= h[i];
}

void airy_engine_settle(airy_engine *e)
{
    if (e->owed)
        airy_strip_forward(e->window, e->plane, take_column, e);
    e->owed = false;
}

// ------------------------------------------------------------------ one step

// The numbers of a step.
struct step {
    airy_engine *engine;
    float s, t, pull;        // pull = t / (t + sigma)
    float filter_x, unscale; // of the column
};

// The parts of the Fourier pass are loops over what lies side by side: only the second has to take
// the parts of complex numbers apart, and its roots and quotients are whole vectors of them.
enum { CHUNK = 64 };

// What is between them: of so many coefficients.
struct between {
    float y[2 * CHUNK], w[2 * CHUNK], factor[2 * CHUNK];
};

// y = W (Y - F h), w = z - t y.
static inline void take_dual(const float *restrict z, const float *restrict dual,
                             const float *restrict h, const float *restrict filter, struct step k,
                             struct between *restrict to, int n)
{
    for (int i = 0; i < 2 * n; i++) {
        to->y[i] = k.filter_x * filter[i] * (dual[i] - h[i]);
        to->w[i] = z[i] - k.t * to->y[i];
    }
}

// What P_M and the relaxation multiply w by, once for either part of it.
static inline void pull_amplitudes(const float *restrict b, const float *restrict m, float pull,
                                   struct between *restrict to, int n)
{
    for (int i = 0; i < n; i++) {
        // what take_dual has put, NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign)
        float re = to->w[2 * i], im = to->w[2 * i + 1];
        float ratio = b[i] / sqrtf(re * re + im * im + TINY);
        to->factor[2 * i] = to->factor[2 * i + 1] = 1 + pull * m[i] * (ratio - 1);
    }
}

// A column of z becomes z', of the dual X, of h what is transformed back.
AIRY_EVERY_PROCESSOR static void fourier_pass(float *restrict z, float *restrict dual,
                                              float *restrict h, const float *restrict b,
                                              const float *restrict m, const float *restrict filter,
                                              struct step k)
{
    struct between t;
    for (int at = 0, left = k.engine->ny; left > 0; at += CHUNK, left -= CHUNK) {
        int n = left < CHUNK ? left : CHUNK;
        take_dual(z + 2 * at, dual + 2 * at, h + 2 * at, filter + 2 * at, k, &t, n);
        pull_amplitudes(b + at, m + at, k.pull, &t, n);
        for (int i = 0, j = 2 * at; i < 2 * n; i++, j++) {
            float moved = t.w[i] * t.factor[i];
            dual[j] = t.y[i] + k.s * (2 * moved - z[j]);
            h[j] = k.unscale * dual[j];
            z[j] = moved;
        }
    }
}

static void change_column(void *context, int kx, float complex *column)
{
    struct step k = *(const struct step *)context;
    airy_engine *e = k.engine;
    int at = kx * e->ny;
    k.filter_x = e->filter_x[kx];
    fourier_pass(airy_column_at(e, e->wave[AIRY_ITERATE], kx), airy_column_at(e, e->dual, kx),
                 (float *)column, e->amplitude + at, e->used + at, e->filter_y, k);
}

// The same where nothing is owed.
static void give_column(void *context, int kx, float complex *column)
{
    const struct step *k = context;
    memset(column, 0, (size_t)k->engine->ny * sizeof *column);
    change_column(context, kx, column);
}

// v becomes h.
AIRY_EVERY_PROCESSOR static void support_pass(float *restrict v, const float *restrict hi, float lo,
                                              int n)
{
    for (int i = 0; i < n; i++) {
        float low = lo * hi[i];
        float p = v[i] > low ? v[i] : low;
        v[i] = p < hi[i] ? p : hi[i];
    }
}

static void smooth_support_pass(float *restrict v, const float *restrict hi, float lo,
                                const float *restrict filter, int n)
{
    for (int i = 0; i < n; i++) {
        float low = lo * hi[i];
        float p = v[i] > low ? v[i] : low;
        p = p < hi[i] ? p : hi[i];
        v[i] -= filter[i] * (v[i] - p);
    }
}

void airy_engine_gps_step(airy_engine *e, airy_gps gps)
{
    struct step k = {.engine = e,
                     .s = (float)gps.s,
                     .t = (float)gps.t,
                     .pull = (float)(gps.t / (gps.t + gps.sigma)),
                     .unscale = e->unscale};
    if (e->owed)
        airy_strip_round(e->window, e->plane, change_column, &k, e->plane);
    else
        airy_strip_backward_raw(e->window, give_column, &k, e->plane);
    if (e->filters_real)
        smooth_support_pass(e->plane, e->hi, e->lo, e->filter_real, e->reals);
    else
        support_pass(e->plane, e->hi, e->lo, e->reals);
    e->owed = true;
}

void airy_engine_gps_keep(airy_engine *e)
{
    size_t bytes = (size_t)(2 * e->waves) * sizeof *e->dual;
    airy_engine_settle(e);
    memcpy(e->kept_z, e->wave[AIRY_ITERATE], bytes);
    memcpy(e->kept_dual, e->dual, bytes);
}

void airy_engine_gps_return(airy_engine *e)
{
    size_t bytes = (size_t)(2 * e->waves) * sizeof *e->dual;
    e->owed = false;
    memcpy(e->wave[AIRY_ITERATE], e->kept_z, bytes);
    memcpy(e->dual, e->kept_dual, bytes);
}

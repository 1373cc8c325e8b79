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
// outside the support. For GPS-F, whose filter acts on what is left of v everywhere,
// h = v - W (v - P_S v) in a window of all rows.
#include "retrieval/engine_cpu.h"

#include "base/processor.h"

#include <math.h>
#include <string.h>

#define TINY 1e-30f // keeps b / |w| finite where w is 0

void airy_engine_gps_begin(airy_engine *e)
{
    memset(e->dual, 0, (size_t)(2 * e->waves) * sizeof *e->dual);
}

void airy_engine_gps_end(airy_engine *e)
{
    struct airy_sweep sweep = {.engine = e, .from = e->wave[AIRY_ITERATE], .a = e->unscale};
    airy_strip_backward_raw(e->window, airy_engine_give, &sweep, e->real[AIRY_ITERATE]);
}

// The numbers of one step, and what gives and takes its columns.
struct step {
    airy_engine *engine;
    float s, t, pull; // pull = t / (t + sigma)
    float filter_x;   // of the column
};

// A column of z becomes z', of the dual X.
AIRY_EVERY_PROCESSOR static void fourier_pass(float *restrict z, float *restrict dual,
                                              const float *restrict b, const float *restrict m,
                                              const float *restrict filter, struct step k, int n)
{
    for (int i = 0; i < n; i++) {
        float f = k.filter_x * filter[i];
        float y_re = f * dual[2 * i], y_im = f * dual[2 * i + 1];
        float w_re = z[2 * i] - k.t * y_re, w_im = z[2 * i + 1] - k.t * y_im;
        float ratio = b[i] / sqrtf(w_re * w_re + w_im * w_im + TINY);
        float factor = 1 + k.pull * m[i] * (ratio - 1);
        w_re *= factor;
        w_im *= factor;
        dual[2 * i] = y_re + k.s * (2 * w_re - z[2 * i]);
        dual[2 * i + 1] = y_im + k.s * (2 * w_im - z[2 * i + 1]);
        z[2 * i] = w_re;
        z[2 * i + 1] = w_im;
    }
}

static void give_column(void *context, int kx, float complex *column)
{
    struct step k = *(const struct step *)context;
    airy_engine *e = k.engine;
    struct airy_sweep sweep = {.engine = e, .from = e->dual, .a = e->unscale};
    int at = kx * e->ny;
    k.filter_x = e->filter_x[kx];
    fourier_pass(airy_column_at(e, e->wave[AIRY_ITERATE], kx), airy_column_at(e, e->dual, kx),
                 e->amplitude + at, e->used + at, e->filter_y, k, e->ny);
    airy_engine_give(&sweep, kx, column);
}

// Y' = X - F h.
static void take_column(void *context, int kx, float complex *column)
{
    const struct step *k = context;
    float *restrict dual = airy_column_at(k->engine, k->engine->dual, kx);
    const float *restrict h = (const float *)column;
    for (int i = 0; i < 2 * k->engine->ny; i++)
        dual[i] -= h[i];
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
                     .pull = (float)(gps.t / (gps.t + gps.sigma))};
    airy_strip_backward_raw(e->window, give_column, &k, e->plane);
    if (e->filters_real)
        smooth_support_pass(e->plane, e->hi, e->lo, e->filter_real, e->reals);
    else
        support_pass(e->plane, e->hi, e->lo, e->reals);
    airy_strip_forward(e->window, e->plane, take_column, &k);
}

void airy_engine_gps_keep(airy_engine *e)
{
    size_t bytes = (size_t)(2 * e->waves) * sizeof *e->dual;
    memcpy(e->kept_z, e->wave[AIRY_ITERATE], bytes);
    memcpy(e->kept_dual, e->dual, bytes);
}

void airy_engine_gps_return(airy_engine *e)
{
    size_t bytes = (size_t)(2 * e->waves) * sizeof *e->dual;
    memcpy(e->wave[AIRY_ITERATE], e->kept_z, bytes);
    memcpy(e->dual, e->kept_dual, bytes);
}

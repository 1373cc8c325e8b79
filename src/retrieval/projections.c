// SPDX-License-Identifier: GPL-3.0-or-later
// The two projections and the point-wise passes that rules are made of. Plain loops over flat
// arrays: windows in real space, columns of spectra.
//
// u' = s P_S(v) + c x + d u has the transform s F h + c F x + d F u, where h = P_S(v) is nothing
// outside the support: one transform of a window brings a spectrum up to date.
#include "retrieval/engine_cpu.h"

#include "base/processor.h"

#include <math.h>
#include <string.h>

// Keeps b / |z| finite where z is 0: far below the square of any amplitude that matters.
#define TINY 1e-30f

// ------------------------------------------------------------------ onto the data

// P_M z = z + m (b / |z| - 1) z.
AIRY_EVERY_PROCESSOR static void impose_amplitudes(const float *from, const float *restrict b,
                                                   const float *restrict m, float *to, int n)
{
    for (int i = 0; i < n; i++) {
        float re = from[2 * i], im = from[2 * i + 1];
        float factor = 1 + m[i] * (b[i] / sqrtf(re * re + im * im + TINY) - 1);
        to[2 * i] = re * factor;
        to[2 * i + 1] = im * factor;
    }
}

// One scoring step of the Poisson deviance 2 (a^2 - b^2 ln a^2) in the amplitude a = |z|: gradient
// 4 (a - b^2 / a), expected curvature 8, so a' = (a + b^2 / a) / 2; not beyond b where a < b, where
// the step would overshoot.
AIRY_EVERY_PROCESSOR static void raise_likelihood(const float *from, const float *restrict b,
                                                  const float *restrict m, float *to, int n)
{
    for (int i = 0; i < n; i++) {
        float re = from[2 * i], im = from[2 * i + 1];
        float ratio = b[i] / sqrtf(re * re + im * im + TINY);
        float newton = 0.5f * (1 + ratio * ratio);
        float wanted = ratio > 1 ? ratio : newton;
        float factor = 1 + m[i] * (wanted - 1);
        to[2 * i] = re * factor;
        to[2 * i + 1] = im * factor;
    }
}

// A pass over n coefficients, and the sweep that makes it of every column.
typedef void pass(const float *from, const float *b, const float *m, float *to, int n);

struct projection {
    struct airy_sweep sweep;
    pass *pass;
};

// Column kx of `to` becomes that of `from`, projected; the window is transformed from it.
static void project_column(void *context, int kx, float complex *column)
{
    const struct projection *projection = context;
    airy_engine *e = projection->sweep.engine;
    int at = kx * e->ny;
    projection->pass(airy_column_at(e, projection->sweep.from, kx), e->amplitude + at, e->used + at,
                     airy_column_at(e, projection->sweep.to, kx), e->ny);
    struct airy_sweep sweep = {.engine = e, .from = projection->sweep.to, .a = e->unscale};
    airy_engine_give(&sweep, kx, column);
}

static void project(airy_engine *e, pass *with, airy_buffer from, airy_buffer to)
{
    struct projection projection = {{.engine = e, .from = e->wave[from], .to = e->wave[to]}, with};
    airy_strip_backward_raw(e->window, project_column, &projection, e->real[to]);
}

void airy_engine_project_data(airy_engine *e, airy_buffer from, airy_buffer to)
{
    project(e, impose_amplitudes, from, to);
}

void airy_engine_project_likelihood(airy_engine *e, airy_buffer from, airy_buffer to)
{
    project(e, raise_likelihood, from, to);
}

// ------------------------------------------------------------------ onto the support

// to = a h + b x + c u; `to` may be x or u.
AIRY_EVERY_PROCESSOR static void combine(const struct airy_sweep *sweep, const float *restrict h,
                                         const float *x, const float *u, float *to)
{
    const float a = sweep->a, b = sweep->b, c = sweep->c;
    const int n = 2 * sweep->engine->ny;
    for (int i = 0; i < n; i++)
        to[i] = a * h[i] + b * x[i] + c * u[i];
}

static void combine_column(void *context, int kx, float complex *column)
{
    const struct airy_sweep *sweep = context;
    airy_engine *e = sweep->engine;
    combine(sweep, (const float *)column, airy_column_at(e, sweep->from, kx),
            airy_column_at(e, e->wave[AIRY_ITERATE], kx), airy_column_at(e, sweep->to, kx));
}

// The same without h.
static void mix(const struct airy_sweep *sweep)
{
    const float *x = sweep->from, *u = sweep->engine->wave[AIRY_ITERATE];
    for (int i = 0; i < 2 * sweep->engine->waves; i++)
        sweep->to[i] = sweep->b * x[i] + sweep->c * u[i];
}

// Coefficients of a blend as the floats of the loop, and of the box.
struct coefficients {
    float s, a, b, c, d, lo;
};

// h = P_S(a x + b u), to = s h + c x + d u. x and u may be one, `to` either.
AIRY_EVERY_PROCESSOR static void blend_windows(const float *x, const float *u,
                                               const float *restrict hi, struct coefficients k,
                                               float *restrict h, float *to, int n)
{
    for (int i = 0; i < n; i++) {
        float v = k.a * x[i] + k.b * u[i], low = k.lo * hi[i];
        v = v > low ? v : low;
        v = v < hi[i] ? v : hi[i];
        h[i] = v;
        to[i] = k.s * v + k.c * x[i] + k.d * u[i];
    }
}

void airy_engine_blend(airy_engine *e, airy_buffer x, airy_blend blend, airy_buffer to)
{
    struct coefficients k = {(float)blend.s, (float)blend.a, (float)blend.b,
                             (float)blend.c, (float)blend.d, e->lo};
    struct airy_sweep sweep = {
        .engine = e, .from = e->wave[x], .to = e->wave[to], .a = k.s, .b = k.c, .c = k.d};
    blend_windows(e->real[x], e->real[AIRY_ITERATE], e->hi, k, e->plane, e->real[to], e->reals);
    if (k.s != 0)
        airy_strip_forward(e->window, e->plane, combine_column, &sweep);
    else
        mix(&sweep);
}

// u = p inside, u - beta p elsewhere: h = (1 + beta) p - u inside, nothing elsewhere.
AIRY_EVERY_PROCESSOR static void feed_back(const float *restrict p, const float *restrict hi,
                                           float lo, float beta, float *restrict u,
                                           float *restrict h, int n)
{
    for (int i = 0; i < n; i++) {
        bool inside = (p[i] > lo * hi[i]) & (p[i] < hi[i]);
        float outside = u[i] - beta * p[i];
        h[i] = inside ? p[i] - outside : 0;
        u[i] = inside ? p[i] : outside;
    }
}

void airy_engine_feedback(airy_engine *e, double beta)
{
    struct airy_sweep sweep = {.engine = e,
                               .from = e->wave[AIRY_DATA],
                               .to = e->wave[AIRY_ITERATE],
                               .a = 1,
                               .b = (float)-beta,
                               .c = 1};
    feed_back(e->real[AIRY_DATA], e->hi, e->lo, (float)beta, e->real[AIRY_ITERATE], e->plane,
              e->reals);
    airy_strip_forward(e->window, e->plane, combine_column, &sweep);
}

// ------------------------------------------------------------------ smoothing outside

static void smooth_column(void *context, int kx, float complex *column)
{
    const struct airy_sweep *sweep = context;
    const airy_engine *e = sweep->engine;
    float *wave = airy_column_at(e, sweep->to, kx), *out = (float *)column;
    for (int ky = 0; ky < e->ny; ky++)
        for (int part = 2 * ky; part < 2 * ky + 2; part++) {
            wave[part] *= e->filter_x[kx] * e->filter_y[part];
            out[part] = e->unscale * wave[part];
        }
}

// With g = W u everywhere, u' = g + h, h = u - g inside the support.
void airy_engine_smooth_outside(airy_engine *e)
{
    float *restrict g = e->plane, *restrict u = e->real[AIRY_ITERATE];
    struct airy_sweep sweep = {
        .engine = e, .from = e->wave[AIRY_ITERATE], .to = e->wave[AIRY_ITERATE], .a = 1, .b = 1};
    airy_strip_backward_raw(e->window, smooth_column, &sweep, g);
    for (int i = 0; i < e->reals; i++) {
        float inside = u[i] - g[i];
        u[i] = e->hi[i] > 0 ? u[i] : g[i];
        g[i] = e->hi[i] > 0 ? inside : 0;
    }
    airy_strip_forward(e->window, g, combine_column, &sweep);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The two projections and the point-wise passes that rules are made of. Plain loops over flat
// arrays.
#include "retrieval/engine_cpu.h"

#include <math.h>

// Keeps b / |z| finite where z is 0: far below the square of any amplitude that matters.
#define TINY 1e-30f

// P_M z = z + m (b / |z| - 1) z, times `scale`.
static void impose_amplitudes(float *restrict z, const float *restrict b, const float *restrict m,
                              float scale, int n)
{
    for (int i = 0; i < n; i++) {
        float re = z[2 * i], im = z[2 * i + 1];
        float ratio = b[i] / sqrtf(re * re + im * im + TINY);
        float factor = scale + scale * m[i] * (ratio - 1);
        z[2 * i] = re * factor;
        z[2 * i + 1] = im * factor;
    }
}

void airy_engine_project_data(airy_engine *e, airy_buffer from, airy_buffer to)
{
    airy_engine_forward(e, e->real[from], e->wave);
    impose_amplitudes(e->wave, e->amplitude, e->used, e->unscale, e->waves);
    airy_engine_backward_raw(e, e->wave, e->real[to]);
}

// One scoring step of the Poisson deviance 2 (a^2 - b^2 ln a^2) in the amplitude a = |z|: gradient
// 4 (a - b^2 / a), expected curvature 8, so a' = (a + b^2 / a) / 2; not beyond b where a < b, where
// the step would overshoot.
static void raise_likelihood(float *restrict z, const float *restrict b, const float *restrict m,
                             float scale, int n)
{
    for (int i = 0; i < n; i++) {
        float re = z[2 * i], im = z[2 * i + 1];
        float ratio = b[i] / sqrtf(re * re + im * im + TINY);
        float newton = 0.5f * (1 + ratio * ratio);
        float wanted = ratio > 1 ? ratio : newton;
        float factor = scale + scale * m[i] * (wanted - 1);
        z[2 * i] = re * factor;
        z[2 * i + 1] = im * factor;
    }
}

void airy_engine_project_likelihood(airy_engine *e, airy_buffer from, airy_buffer to)
{
    airy_engine_forward(e, e->real[from], e->wave);
    raise_likelihood(e->wave, e->amplitude, e->used, e->unscale, e->waves);
    airy_engine_backward_raw(e, e->wave, e->real[to]);
}

// Coefficients of a blend as the floats of the loop.
struct coefficients {
    float s, a, b, c, d;
};

static void blend_arrays(const float *x, const float *u, const float *restrict hi, float lo,
                         struct coefficients k, float *out, int n)
{
    for (int i = 0; i < n; i++) {
        float v = k.a * x[i] + k.b * u[i], low = lo * hi[i];
        v = v > low ? v : low;
        v = v < hi[i] ? v : hi[i];
        out[i] = k.s * v + k.c * x[i] + k.d * u[i];
    }
}

void airy_engine_blend(airy_engine *e, airy_buffer x, airy_blend blend, airy_buffer to)
{
    struct coefficients k = {(float)blend.s, (float)blend.a, (float)blend.b, (float)blend.c,
                             (float)blend.d};
    blend_arrays(e->real[x], e->real[AIRY_ITERATE], e->hi, e->lo, k, e->real[to], e->reals);
}

static void feed_back(const float *restrict p, const float *restrict hi, float lo, float beta,
                      float *restrict u, int n)
{
    for (int i = 0; i < n; i++) {
        bool inside = p[i] > lo * hi[i] && p[i] < hi[i];
        u[i] = inside ? p[i] : u[i] - beta * p[i];
    }
}

void airy_engine_feedback(airy_engine *e, double beta)
{
    feed_back(e->real[AIRY_DATA], e->hi, e->lo, (float)beta, e->real[AIRY_ITERATE], e->reals);
}

static void apply_filter(float *restrict z, const float *restrict filter, float scale, int n)
{
    for (int i = 0; i < n; i++) {
        z[2 * i] *= scale * filter[i];
        z[2 * i + 1] *= scale * filter[i];
    }
}

static void replace_outside(const float *restrict smooth, const float *restrict hi,
                            float *restrict u, int n)
{
    for (int i = 0; i < n; i++)
        u[i] = hi[i] > 0 ? u[i] : smooth[i];
}

void airy_engine_smooth_outside(airy_engine *e)
{
    airy_engine_forward(e, e->real[AIRY_ITERATE], e->wave);
    apply_filter(e->wave, e->filter_fourier, e->unscale, e->waves);
    airy_engine_backward_raw(e, e->wave, e->plane);
    replace_outside(e->plane, e->hi, e->real[AIRY_ITERATE], e->reals);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Generalised proximal smoothing with two transforms an iteration.
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
//     v' = F^-1[ W Y + s (2 z' - z) ],   v' -= P_S v',   Y' = F v'
//
// is one inverse and one forward transform. For GPS-F the filter acts on v' before it is
// transformed.
#include "retrieval/engine_cpu.h"

#include <math.h>
#include <string.h>

#define TINY 1e-30f // keeps b / |w| finite where w is 0

void airy_engine_gps_begin(airy_engine *e)
{
    airy_engine_forward(e, e->real[AIRY_ITERATE], e->z);
    memset(e->dual, 0, (size_t)(2 * e->waves) * sizeof *e->dual);
}

void airy_engine_gps_end(airy_engine *e)
{
    memcpy(e->wave, e->z, (size_t)(2 * e->waves) * sizeof *e->wave);
    airy_engine_backward_raw(e, e->wave, e->real[AIRY_ITERATE]);
    for (int i = 0; i < e->reals; i++)
        e->real[AIRY_ITERATE][i] *= e->unscale;
}

// Numbers of one Fourier pass.
struct pass {
    float s, t, pull, scale; // pull = t / (t + sigma)
};

// z becomes z', the scratch wave (W Y + s (2 z' - z)) scale.
static void fourier_pass(airy_engine *e, struct pass k)
{
    float *restrict z = e->z, *restrict out = e->wave;
    const float *restrict dual = e->dual, *restrict filter = e->filter_fourier;
    const float *restrict b = e->amplitude, *restrict m = e->used;
    const int n = e->waves;
    for (int i = 0; i < n; i++) {
        float y_re = filter[i] * dual[2 * i], y_im = filter[i] * dual[2 * i + 1];
        float w_re = z[2 * i] - k.t * y_re, w_im = z[2 * i + 1] - k.t * y_im;
        float ratio = b[i] / sqrtf(w_re * w_re + w_im * w_im + TINY);
        float factor = 1 + k.pull * m[i] * (ratio - 1);
        w_re *= factor;
        w_im *= factor;
        out[2 * i] = k.scale * (y_re + k.s * (2 * w_re - z[2 * i]));
        out[2 * i + 1] = k.scale * (y_im + k.s * (2 * w_im - z[2 * i + 1]));
        z[2 * i] = w_re;
        z[2 * i + 1] = w_im;
    }
}

// v -= P_S v.
static void leave_support(float *restrict v, const float *restrict hi, float lo, int n)
{
    for (int i = 0; i < n; i++) {
        float low = lo * hi[i];
        float p = v[i] > low ? v[i] : low;
        v[i] -= p < hi[i] ? p : hi[i];
    }
}

static void multiply(float *restrict v, const float *restrict filter, int n)
{
    for (int i = 0; i < n; i++)
        v[i] *= filter[i];
}

void airy_engine_gps_step(airy_engine *e, airy_gps gps)
{
    struct pass k = {(float)gps.s, (float)gps.t, (float)(gps.t / (gps.t + gps.sigma)), e->unscale};
    fourier_pass(e, k);
    airy_engine_backward_raw(e, e->wave, e->plane);
    leave_support(e->plane, e->hi, e->lo, e->reals);
    if (e->filters_real)
        multiply(e->plane, e->filter_real, e->reals);
    airy_engine_forward(e, e->plane, e->dual);
}

void airy_engine_gps_keep(airy_engine *e)
{
    size_t bytes = (size_t)(2 * e->waves) * sizeof *e->z;
    memcpy(e->kept_z, e->z, bytes);
    memcpy(e->kept_dual, e->dual, bytes);
}

void airy_engine_gps_return(airy_engine *e)
{
    size_t bytes = (size_t)(2 * e->waves) * sizeof *e->z;
    memcpy(e->z, e->kept_z, bytes);
    memcpy(e->dual, e->kept_dual, bytes);
}

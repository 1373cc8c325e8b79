// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU engine: random starts, images in and out, and looks at R.
#include "retrieval/engine_cpu.h"

#include "base/processor.h"
#include "base/units.h"

#include <math.h>
#include <string.h>

// ------------------------------------------------------------------ columns

void airy_engine_give(void *context, int kx, float complex *column)
{
    const struct airy_sweep *sweep = context;
    const float *from = airy_column_at(sweep->engine, sweep->from, kx);
    float *out = (float *)column;
    for (int i = 0; i < 2 * sweep->engine->ny; i++)
        out[i] = sweep->a * from[i];
}

static void keep_column(void *context, int kx, float complex *column)
{
    const struct airy_sweep *sweep = context;
    memcpy(airy_column_at(sweep->engine, sweep->to, kx), column,
           (size_t)sweep->engine->ny * sizeof *column);
}

// real = F^-1 wave in the window.
static void look_through(airy_engine *e, float *wave, float *real)
{
    struct airy_sweep sweep = {.engine = e, .from = wave, .a = e->unscale};
    airy_strip_backward_raw(e->window, airy_engine_give, &sweep, real);
}

// ------------------------------------------------------------------ random starts

static void set_wave(airy_engine *e, int i, double phase)
{
    float *wave = e->wave[AIRY_ITERATE], a = e->amplitude[i] * e->used[i];
    wave[2 * i] = a * (float)cos(phase);
    wave[2 * i + 1] = a * (float)sin(phase);
}

// Column kx holds both mates; the second becomes the conjugate of the first, and a coefficient that
// is its own mate becomes real.
static void make_hermitian(airy_engine *e, int kx)
{
    float *column = airy_column_at(e, e->wave[AIRY_ITERATE], kx);
    for (int ky = 0; ky <= e->ny / 2; ky++) {
        int mate = (e->ny - ky) % e->ny;
        if (mate == ky)
            set_wave(e, kx * e->ny + ky, 0);
        column[2 * mate] = column[2 * ky];
        column[2 * mate + 1] = mate == ky ? 0 : -column[2 * ky + 1];
    }
}

void airy_engine_randomise(airy_engine *e, airy_random *random)
{
    for (int i = 0; i < e->waves; i++)
        set_wave(e, i, 2 * AIRY_PI * airy_random_uniform(random));
    for (int kx = 0; e->half && kx < e->columns; kx++)
        if (2 * kx % e->nx == 0)
            make_hermitian(e, kx);
    look_through(e, e->wave[AIRY_ITERATE], e->real[AIRY_ITERATE]);
}

// ------------------------------------------------------------------ images in and out

// Pixel of the image behind (y, x) of a window, and of all rows.
static int image_pixel(const airy_engine *e, int y, int x)
{
    return (y + e->y0) % e->ny * e->nx + x;
}

// Rows of a window that are rows of the image.
static int rows_of(const airy_engine *e, const airy_strip *strip)
{
    int rows = airy_strip_rows(strip);
    return rows < e->ny ? rows : e->ny;
}

static void load_pixel(const airy_engine *e, const airy_image *image, const airy_image *phase,
                       int pixel, float *to)
{
    float v = image->px[pixel];
    to[0] = phase ? v * cosf(phase->px[pixel]) : v;
    if (!e->half)
        to[1] = phase ? v * sinf(phase->px[pixel]) : 0;
}

static void load_rows(airy_engine *e, const airy_image *image, const airy_image *phase,
                      const airy_strip *strip, float *to)
{
    for (int y = 0; y < rows_of(e, strip); y++)
        for (int x = 0; x < e->nx; x++)
            load_pixel(e, image, phase, image_pixel(e, y, x), to + airy_strip_index(strip, y, x));
}

void airy_engine_load(airy_engine *e, const airy_image *image, const airy_image *phase)
{
    struct airy_sweep sweep = {.engine = e, .to = e->wave[AIRY_ITERATE]};
    load_rows(e, image, phase, e->all, e->whole);
    load_rows(e, image, phase, e->window, e->real[AIRY_ITERATE]);
    airy_strip_forward(e->all, e->whole, keep_column, &sweep);
}

static void unload_pixel(const airy_engine *e, const float *from, int pixel, airy_image *image,
                         airy_image *phase)
{
    bool pair = e->complex_object;
    image->px[pixel] = pair ? sqrtf(from[0] * from[0] + from[1] * from[1]) : from[0];
    if (phase)
        phase->px[pixel] = pair ? atan2f(from[1], from[0]) : 0;
}

static void unload_rows(airy_engine *e, const airy_strip *strip, const float *from,
                        airy_image *image, airy_image *phase)
{
    for (int y = 0; y < rows_of(e, strip); y++)
        for (int x = 0; x < e->nx; x++)
            unload_pixel(e, from + airy_strip_index(strip, y, x), image_pixel(e, y, x), image,
                         phase);
}

// Outside the window an image is what its transform says, or nothing.
void airy_engine_unload(airy_engine *e, airy_buffer buffer, airy_image *image, airy_image *phase)
{
    if (e->window != e->all && (int)buffer < AIRY_SPECTRA) {
        struct airy_sweep sweep = {.engine = e, .from = e->wave[buffer], .a = e->unscale};
        airy_strip_backward_raw(e->all, airy_engine_give, &sweep, e->whole);
    } else if (e->window != e->all) {
        memset(e->whole, 0, (size_t)airy_strip_floats(e->all) * sizeof *e->whole);
    }
    if (e->window != e->all)
        unload_rows(e, e->all, e->whole, image, phase);
    unload_rows(e, e->window, e->real[buffer], image, phase);
}

// ------------------------------------------------------------------ looking

// `out` may be `in`.
AIRY_EVERY_PROCESSOR static void project_support(const float *in, const float *restrict hi,
                                                 float lo, float *out, int n)
{
    for (int i = 0; i < n; i++) {
        float v = in[i], low = lo * hi[i];
        v = v > low ? v : low;
        out[i] = v < hi[i] ? v : hi[i];
    }
}

void airy_engine_estimate(airy_engine *e, bool primal_dual)
{
    float *estimate = e->real[AIRY_ESTIMATE];
    if (primal_dual)
        look_through(e, e->wave[AIRY_ITERATE], estimate);
    project_support(primal_dual ? estimate : e->real[AIRY_DATA], e->hi, e->lo, estimate, e->reals);
}

enum { LANES = 8 }; // sums side by side, in one order whatever the processor

// Weighted sum of ||z| - b|.
AIRY_EVERY_PROCESSOR static double misfit(const float *restrict z, const float *restrict b,
                                          const float *restrict weight, int n)
{
    double lane[LANES] = {0}, sum = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++) {
            float re = z[2 * (i + j)], im = z[2 * (i + j) + 1];
            lane[j] += (double)(weight[i + j] * fabsf(sqrtf(re * re + im * im) - b[i + j]));
        }
    for (; i < n; i++) {
        float re = z[2 * i], im = z[2 * i + 1];
        sum += (double)(weight[i] * fabsf(sqrtf(re * re + im * im) - b[i]));
    }
    for (int j = 0; j < LANES; j++)
        sum += lane[j];
    return sum;
}

static void compare_column(void *context, int kx, float complex *column)
{
    struct airy_sweep *sweep = context;
    const airy_engine *e = sweep->engine;
    int at = kx * e->ny;
    sweep->sum += misfit((const float *)column, e->amplitude + at, e->count + at, e->ny);
}

double airy_engine_r_factor(airy_engine *e)
{
    struct airy_sweep sweep = {.engine = e};
    airy_strip_forward(e->window, e->real[AIRY_ESTIMATE], compare_column, &sweep);
    return sweep.sum / e->sum;
}

void airy_engine_keep_best(airy_engine *e)
{
    memcpy(e->real[AIRY_BEST], e->real[AIRY_ESTIMATE], (size_t)e->reals * sizeof(float));
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU engine: its buffers and transforms, images in and out, filters, and R.
#include "retrieval/engine_cpu.h"

#include "base/units.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------ life

// One row a buffer: where its pointer lies and how many floats it has.
struct piece {
    float **at;
    int size;
};

static bool allocate_all(const struct piece *pieces, int n)
{
    bool good = true;
    for (int i = 0; i < n; i++) {
        *pieces[i].at = airy_memory_new((size_t)pieces[i].size, sizeof(float));
        good = good && *pieces[i].at;
    }
    return good;
}

// Rounded up so that every part of one block is as aligned as the block.
static int padded(int floats)
{
    return (floats + 15) / 16 * 16;
}

static bool allocate(airy_engine *e)
{
    int pairs = 2 * e->waves;
    e->state_size = 2 * padded(e->reals) + 4 * padded(pairs);
    const struct piece pieces[] = {
        {&e->hi, e->reals},
        {&e->filter_real, e->reals},
        {&e->real[AIRY_DATA], e->reals},
        {&e->real[AIRY_EXTRA], e->reals},
        {&e->real[AIRY_ESTIMATE], e->reals},
        {&e->plane, e->reals},
        {&e->amplitude, e->waves},
        {&e->used, e->waves},
        {&e->count, e->waves},
        {&e->filter_fourier, e->waves},
        {&e->wave, pairs},
        {&e->state, e->state_size},
    };
    if (!allocate_all(pieces, (int)(sizeof pieces / sizeof pieces[0])))
        return false;
    e->real[AIRY_ITERATE] = e->state;
    e->real[AIRY_BEST] = e->state + padded(e->reals);
    e->z = e->real[AIRY_BEST] + padded(e->reals);
    e->dual = e->z + padded(pairs);
    e->kept_z = e->dual + padded(pairs);
    e->kept_dual = e->kept_z + padded(pairs);
    return true;
}

void airy_engine_free(airy_engine *e)
{
    if (!e)
        return;
    float *owned[] = {e->hi,
                      e->filter_real,
                      e->real[AIRY_DATA],
                      e->real[AIRY_EXTRA],
                      e->real[AIRY_ESTIMATE],
                      e->plane,
                      e->amplitude,
                      e->used,
                      e->count,
                      e->filter_fourier,
                      e->wave,
                      e->state};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        airy_memory_free(owned[i]);
    airy_fft_free(e->fft);
    free(e);
}

// Pixel of the centred pattern behind (ky, kx) of a Fourier plane.
static int pattern_pixel(const airy_engine *e, int ky, int kx)
{
    return (ky + e->ny / 2) % e->ny * e->nx + (kx + e->nx / 2) % e->nx;
}

// How many pixels of the full plane a column stands for.
static int column_count(const airy_engine *e, int kx)
{
    return e->half && kx > 0 && 2 * kx < e->nx ? 2 : 1;
}

static void take_data(airy_engine *e, const airy_problem *problem)
{
    for (int ky = 0; ky < e->ny; ky++)
        for (int kx = 0; kx < e->columns; kx++) {
            int i = ky * e->columns + kx, pixel = pattern_pixel(e, ky, kx);
            uint32_t state = problem->measured.bits[pixel];
            float trust = problem->weight.px ? problem->weight.px[pixel] : 1.0f;
            float b = problem->amplitude.px[pixel];
            e->amplitude[i] = b;
            e->used[i] = state == AIRY_USED ? trust : 0;
            e->count[i] = state == AIRY_USED ? (float)column_count(e, kx) : 0;
            e->sum += (double)e->count[i] * b;
        }
}

airy_engine *airy_engine_new(const airy_problem *problem, const airy_retrieve_options *options,
                             airy_error *err)
{
    airy_engine *e = calloc(1, sizeof *e);
    if (!e) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for an engine");
        return NULL;
    }
    e->complex_object = options->complex_object;
    e->half = problem->merged && !options->complex_object;
    e->ny = problem->amplitude.ny;
    e->nx = problem->amplitude.nx;
    e->columns = e->half ? e->nx / 2 + 1 : e->nx;
    e->reals = e->ny * e->nx * (e->half ? 1 : 2);
    e->waves = e->ny * e->columns;
    e->unscale = (float)(1.0 / ((double)e->ny * e->nx));
    e->lo = options->positivity && !options->complex_object ? 0.0f : -1.0f;
    if (!allocate(e)) {
        airy_error_set(err, AIRY_EMEMORY, "no memory to retrieve %d x %d pixels", e->ny, e->nx);
        goto failed;
    }
    e->fft = airy_fft_new(e->ny, e->nx, options->wisdom, err);
    if (!e->fft)
        goto failed;
    take_data(e, problem);
    airy_engine_restrict(e, &problem->support);
    airy_engine_filter_none(e);
    return e;
failed:
    airy_engine_free(e);
    return NULL;
}

// ------------------------------------------------------------------ transforms

void airy_engine_forward(const airy_engine *e, const float *real, float *wave)
{
    if (e->half)
        airy_fft_forward_real(e->fft, real, (float complex *)wave);
    else
        airy_fft_forward(e->fft, (const float complex *)real, (float complex *)wave);
}

void airy_engine_backward_raw(const airy_engine *e, float *wave, float *real)
{
    if (e->half)
        airy_fft_backward_real_raw(e->fft, (float complex *)wave, real);
    else
        airy_fft_backward_raw(e->fft, (float complex *)wave, (float complex *)real);
}

// ------------------------------------------------------------------ images in and out

static void set_wave(airy_engine *e, int i, double phase)
{
    e->wave[2 * i] = e->amplitude[i] * e->used[i] * e->unscale * (float)cos(phase);
    e->wave[2 * i + 1] = e->amplitude[i] * e->used[i] * e->unscale * (float)sin(phase);
}

// The columns kx = 0 and nx / 2 of a half plane hold both mates; the second becomes the conjugate
// of the first, and a coefficient that is its own mate becomes real.
static void make_hermitian(airy_engine *e, int kx)
{
    for (int ky = 0; ky <= e->ny / 2; ky++) {
        int i = ky * e->columns + kx, mate = (e->ny - ky) % e->ny * e->columns + kx;
        if (mate == i) {
            set_wave(e, i, 0);
            continue;
        }
        e->wave[2 * mate] = e->wave[2 * i];
        e->wave[2 * mate + 1] = -e->wave[2 * i + 1];
    }
}

void airy_engine_randomise(airy_engine *e, airy_random *random)
{
    for (int i = 0; i < e->waves; i++)
        set_wave(e, i, 2 * AIRY_PI * airy_random_uniform(random));
    if (e->half) {
        make_hermitian(e, 0);
        make_hermitian(e, e->nx / 2);
    }
    airy_engine_backward_raw(e, e->wave, e->real[AIRY_ITERATE]);
}

// Centred pixel behind float (y, x) of a real-space buffer.
static int image_pixel(const airy_engine *e, int y, int x)
{
    return (y + e->ny / 2) % e->ny * e->nx + (x + e->nx / 2) % e->nx;
}

void airy_engine_load(airy_engine *e, const airy_image *image, const airy_image *phase)
{
    float *u = e->real[AIRY_ITERATE];
    for (int y = 0; y < e->ny; y++)
        for (int x = 0; x < e->nx; x++) {
            int i = y * e->nx + x, pixel = image_pixel(e, y, x);
            float v = image->px[pixel];
            if (e->half) {
                u[i] = v;
                continue;
            }
            u[2 * i] = phase ? v * cosf(phase->px[pixel]) : v;
            u[2 * i + 1] = phase ? v * sinf(phase->px[pixel]) : 0;
        }
}

static void unload_pair(const airy_engine *e, const float *pair, int pixel, airy_image *image,
                        airy_image *phase)
{
    bool whole = e->complex_object;
    image->px[pixel] = whole ? sqrtf(pair[0] * pair[0] + pair[1] * pair[1]) : pair[0];
    if (phase)
        phase->px[pixel] = whole ? atan2f(pair[1], pair[0]) : 0;
}

void airy_engine_unload(airy_engine *e, airy_buffer buffer, airy_image *image, airy_image *phase)
{
    const float *u = e->real[buffer];
    for (int y = 0; y < e->ny; y++)
        for (int x = 0; x < e->nx; x++) {
            int i = y * e->nx + x, pixel = image_pixel(e, y, x);
            if (e->half)
                image->px[pixel] = u[i];
            else
                unload_pair(e, u + 2 * i, pixel, image, phase);
        }
}

void airy_engine_restrict(airy_engine *e, const airy_mask *support)
{
    int inside = 0;
    for (int y = 0; y < e->ny; y++)
        for (int x = 0; x < e->nx; x++) {
            int i = y * e->nx + x;
            bool in = support->bits[image_pixel(e, y, x)] != 0;
            float hi = in ? FLT_MAX : 0.0f;
            inside += in;
            if (e->half) {
                e->hi[i] = hi;
                continue;
            }
            e->hi[2 * i] = hi;
            e->hi[2 * i + 1] = e->complex_object ? hi : 0.0f;
        }
    e->diameter = 2 * sqrt(inside / AIRY_PI);
}

// ------------------------------------------------------------------ filters

void airy_engine_filter_fourier(airy_engine *e, double alpha, double s)
{
    airy_engine_filter_none(e);
    for (int ky = 0; ky < e->ny; ky++)
        for (int kx = 0; kx < e->columns; kx++) {
            double y = 2.0 * airy_fft_frequency(ky, e->ny) / e->ny;
            double x = 2.0 * airy_fft_frequency(kx, e->nx) / e->nx;
            double k2 = y * y + x * x;
            e->filter_fourier[ky * e->columns + kx] = (float)exp(-k2 * s / (2 * alpha * alpha));
        }
}

void airy_engine_filter_real(airy_engine *e, double alpha, double s)
{
    airy_engine_filter_none(e);
    e->filters_real = true;
    double width = 2 * AIRY_PI * alpha * e->diameter;
    int floats = e->half ? 1 : 2;
    for (int i = 0; i < e->reals; i++) {
        double y = airy_fft_frequency(i / floats / e->nx, e->ny);
        double x = airy_fft_frequency(i / floats % e->nx, e->nx);
        e->filter_real[i] = (float)exp(-(y * y + x * x) * s / (2 * width * width));
    }
}

void airy_engine_filter_none(airy_engine *e)
{
    e->filters_real = false;
    for (int i = 0; i < e->waves; i++)
        e->filter_fourier[i] = 1;
}

// ------------------------------------------------------------------ looking

static void project_support(const float *restrict in, const float *restrict hi, float lo,
                            float factor, float *restrict out, int n)
{
    for (int i = 0; i < n; i++) {
        float v = factor * in[i], low = lo * hi[i];
        v = v > low ? v : low;
        out[i] = v < hi[i] ? v : hi[i];
    }
}

void airy_engine_estimate(airy_engine *e, bool primal_dual)
{
    const float *from = e->real[AIRY_DATA];
    if (primal_dual) {
        memcpy(e->wave, e->z, (size_t)(2 * e->waves) * sizeof *e->wave);
        airy_engine_backward_raw(e, e->wave, e->plane);
        from = e->plane;
    }
    project_support(from, e->hi, e->lo, primal_dual ? e->unscale : 1.0f, e->real[AIRY_ESTIMATE],
                    e->reals);
}

// Weighted sum of ||z| - b|.
static double misfit(const float *restrict z, const float *restrict b, const float *restrict weight,
                     int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        float re = z[2 * i], im = z[2 * i + 1];
        sum += weight[i] * fabsf(sqrtf(re * re + im * im) - b[i]);
    }
    return sum;
}

double airy_engine_r_factor(airy_engine *e)
{
    airy_engine_forward(e, e->real[AIRY_ESTIMATE], e->wave);
    return misfit(e->wave, e->amplitude, e->count, e->waves) / e->sum;
}

void airy_engine_keep_best(airy_engine *e)
{
    memcpy(e->real[AIRY_BEST], e->real[AIRY_ESTIMATE], (size_t)e->reals * sizeof(float));
}

// ------------------------------------------------------------------ saving

size_t airy_engine_state_size(const airy_engine *e)
{
    return (size_t)e->state_size * sizeof *e->state;
}

void airy_engine_save(const airy_engine *e, void *state)
{
    memcpy(state, e->state, airy_engine_state_size(e));
}

void airy_engine_restore(airy_engine *e, const void *state)
{
    memcpy(e->state, state, airy_engine_state_size(e));
}

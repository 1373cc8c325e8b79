// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU engine: its window and buffers, support, filters, and what is saved of it.
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
        {&e->whole, airy_strip_floats(e->all)},
        {&e->amplitude, e->waves},
        {&e->used, e->waves},
        {&e->count, e->waves},
        {&e->filter_y, 2 * e->ny},
        {&e->filter_x, e->columns},
        {&e->wave[AIRY_DATA], pairs},
        {&e->wave[AIRY_EXTRA], pairs},
        {&e->state, e->state_size},
    };
    if (!allocate_all(pieces, (int)(sizeof pieces / sizeof pieces[0])))
        return false;
    e->real[AIRY_ITERATE] = e->state;
    e->real[AIRY_BEST] = e->state + padded(e->reals);
    e->wave[AIRY_ITERATE] = e->real[AIRY_BEST] + padded(e->reals);
    e->dual = e->wave[AIRY_ITERATE] + padded(pairs);
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
                      e->whole,
                      e->amplitude,
                      e->used,
                      e->count,
                      e->filter_y,
                      e->filter_x,
                      e->wave[AIRY_DATA],
                      e->wave[AIRY_EXTRA],
                      e->state};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        airy_memory_free(owned[i]);
    if (e->all != e->window)
        airy_strip_free(e->all);
    airy_strip_free(e->window);
    free(e);
}

// How many pixels of the full plane a column stands for.
static int column_count(const airy_engine *e, int kx)
{
    return e->half && kx > 0 && 2 * kx < e->nx ? 2 : 1;
}

static void take_data(airy_engine *e, const airy_problem *problem)
{
    for (int kx = 0; kx < e->columns; kx++)
        for (int ky = 0; ky < e->ny; ky++) {
            int i = kx * e->ny + ky;
            int pixel = (ky + e->ny / 2) % e->ny * e->nx + (kx + e->nx / 2) % e->nx;
            uint32_t state = problem->measured.bits[pixel];
            float trust = problem->weight.px ? problem->weight.px[pixel] : 1.0f;
            float b = problem->amplitude.px[pixel];
            e->amplitude[i] = b;
            e->used[i] = state == AIRY_USED ? trust : 0;
            e->count[i] = state == AIRY_USED ? (float)column_count(e, kx) : 0;
            e->sum += (double)e->count[i] * b;
        }
}

// First and number of the rows that hold the support: at least one.
static int support_rows(const airy_mask *support, int *first)
{
    int last = *first = 0;
    bool found = false;
    for (int i = 0; i < support->ny * support->nx; i++)
        if (support->bits[i]) {
            last = i / support->nx;
            *first = found ? *first : last;
            found = true;
        }
    return last - *first + 1;
}

static airy_code open_window(airy_engine *e, int rows, const char *wisdom, airy_error *err)
{
    airy_strip_shape shape = {.ny = e->ny, .nx = e->nx, .rows = e->ny, .real = e->half};
    e->window = e->all = airy_strip_new(shape, wisdom, err);
    shape.rows = rows;
    if (e->all && rows < e->ny)
        e->window = airy_strip_new(shape, wisdom, err);
    return e->window ? AIRY_OK : airy_error_code(err, AIRY_EMEMORY);
}

airy_engine *airy_engine_new(const airy_problem *problem, const airy_retrieve_options *options,
                             bool everywhere, airy_error *err)
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
    e->unscale = (float)(1.0 / ((double)e->ny * e->nx));
    e->lo = options->positivity && !options->complex_object ? 0.0f : -1.0f;
    int rows = everywhere ? e->ny : support_rows(&problem->support, &e->y0);
    if (open_window(e, rows, options->wisdom, err) != AIRY_OK)
        goto failed;
    e->columns = airy_strip_columns(e->window);
    e->reals = airy_strip_floats(e->window);
    e->waves = e->ny * e->columns;
    if (!allocate(e)) {
        airy_error_set(err, AIRY_EMEMORY, "no memory to retrieve %d x %d pixels", e->ny, e->nx);
        goto failed;
    }
    take_data(e, problem);
    airy_engine_restrict(e, &problem->support);
    airy_engine_filter_none(e);
    return e;
failed:
    airy_engine_free(e);
    return NULL;
}

// ------------------------------------------------------------------ support

void airy_engine_restrict(airy_engine *e, const airy_mask *support)
{
    int inside = 0;
    memset(e->hi, 0, (size_t)e->reals * sizeof *e->hi);
    for (int y = 0; y < airy_strip_rows(e->window) && y < e->ny; y++)
        for (int x = 0; x < e->nx; x++) {
            if (!support->bits[(y + e->y0) % e->ny * e->nx + x])
                continue;
            float *hi = e->hi + airy_strip_index(e->window, y, x);
            inside++;
            hi[0] = FLT_MAX;
            if (e->complex_object)
                hi[1] = FLT_MAX;
        }
    e->diameter = 2 * sqrt(inside / AIRY_PI);
}

// ------------------------------------------------------------------ filters

// exp(-k^2 s / (2 alpha^2)) along an axis of n pixels.
static float fall_off(int k, int n, double width)
{
    double f = 2.0 * airy_fft_frequency(k, n) / n;
    return (float)exp(-f * f * width);
}

void airy_engine_filter_fourier(airy_engine *e, double alpha, double s)
{
    double width = s / (2 * alpha * alpha);
    e->filters_real = false;
    for (int k = 0; k < e->ny; k++)
        e->filter_y[2 * k] = e->filter_y[2 * k + 1] = fall_off(k, e->ny, width);
    for (int k = 0; k < e->columns; k++)
        e->filter_x[k] = fall_off(k, e->nx, width);
}

void airy_engine_filter_real(airy_engine *e, double alpha, double s)
{
    airy_engine_filter_none(e);
    e->filters_real = true;
    double width = 2 * AIRY_PI * alpha * e->diameter;
    for (int y = 0; y < airy_strip_rows(e->window); y++)
        for (int x = 0; x < e->nx; x++) {
            double dy = (y + e->y0) % e->ny - e->ny / 2, dx = x - e->nx / 2;
            float *filter = e->filter_real + airy_strip_index(e->window, y, x);
            filter[0] = (float)exp(-(dy * dy + dx * dx) * s / (2 * width * width));
            if (!e->half)
                filter[1] = filter[0];
        }
}

void airy_engine_filter_none(airy_engine *e)
{
    e->filters_real = false;
    for (int i = 0; i < 2 * e->ny; i++)
        e->filter_y[i] = 1;
    for (int i = 0; i < e->columns; i++)
        e->filter_x[i] = 1;
}

// ------------------------------------------------------------------ saving

size_t airy_engine_state_size(const airy_engine *e)
{
    return (size_t)e->state_size * sizeof *e->state;
}

void airy_engine_save(airy_engine *e, void *state)
{
    airy_engine_settle(e);
    memcpy(state, e->state, airy_engine_state_size(e));
}

void airy_engine_restore(airy_engine *e, const void *state)
{
    e->owed = false;
    memcpy(e->state, state, airy_engine_state_size(e));
}

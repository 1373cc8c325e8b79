// SPDX-License-Identifier: GPL-3.0-or-later
// Frames in memory as a source, and C of a pair of them as its definition reads.
#ifndef AIRY_TESTS_SPECKLE_FRAMES_H
#define AIRY_TESTS_SPECKLE_FRAMES_H

#include "check.h"

#include "airy/speckle.h"
#include "speckle/correlate.h"

// (n, ny, nx) values; good (n) may be NULL.
typedef struct frames_in_memory {
    int n, ny, nx;
    float *px;
    const uint8_t *good;
} frames_in_memory;

static airy_code read_frame(void *context, int i, float *values, bool *good, airy_error *err)
{
    const frames_in_memory *f = context;
    size_t size = (size_t)f->ny * (size_t)f->nx;
    (void)err;
    memcpy(values, f->px + (size_t)i * size, size * sizeof *values);
    *good = !f->good || f->good[i];
    return AIRY_OK;
}

static inline airy_speckle_source source_of(frames_in_memory *f)
{
    return (airy_speckle_source){
        .frames = f->n, .ny = f->ny, .nx = f->nx, .read = read_frame, .context = f};
}

// C(t1, t2) over the pixels of a region.
static inline double two_time(const frames_in_memory *f, const airy_regions *regions, int r, int t1,
                              int t2)
{
    double a = 0, b = 0, ab = 0, n = regions->first[r + 1] - regions->first[r];
    size_t size = (size_t)f->ny * (size_t)f->nx;
    for (int i = regions->first[r]; i < regions->first[r + 1]; i++) {
        double x = f->px[(size_t)t1 * size + (size_t)regions->pixel[i]];
        double y = f->px[(size_t)t2 * size + (size_t)regions->pixel[i]];
        a += x, b += y, ab += x * y;
    }
    return n * ab / (a * b);
}

// One region of all pixels.
static inline airy_regions whole_frame(const frames_in_memory *f)
{
    airy_image map = {0};
    airy_regions regions;
    assert_ok(airy_image_init(&map, f->ny, f->nx, &err));
    for (int i = 0; i < f->ny * f->nx; i++)
        map.px[i] = 1;
    assert_ok(airy_regions_from_map(&map, NULL, &regions, &err));
    airy_image_release(&map);
    return regions;
}

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Separable Gaussian smoothing that does not wrap around.
#include "smooth.h"

#include "base/processor.h"
#include "noise.h"

#include <string.h>

enum { TAPS = 4 }; // that are added in one pass, in their order: the bytes are those of one by one

// to += w[0] from[0] + w[1] from[1] + ..., four lines of n numbers.
AIRY_EVERY_PROCESSOR static void add_four(const float *const *from, const float *w,
                                          float *restrict to, int n)
{
    const float *restrict a = from[0], *restrict b = from[1];
    const float *restrict c = from[2], *restrict d = from[3];
    for (int x = 0; x < n; x++)
        to[x] = to[x] + w[0] * a[x] + w[1] * b[x] + w[2] * c[x] + w[3] * d[x];
}

// out(i) = sum over k of weight(|k|) in(i + k): of rows, or of places in one row. Those from
// `first` to `last` are there.
typedef struct lines {
    const float *middle, *weight;
    int stride, first, last, n;
} lines;

static void add_lines(const lines *l, float *to)
{
    const float *from[TAPS];
    for (int k = l->first; k <= l->last; k += TAPS) {
        float w[TAPS];
        for (int j = 0; j < TAPS; j++) {
            int at = k + j <= l->last ? k + j : l->last;
            from[j] = l->middle + (ptrdiff_t)at * l->stride;
            w[j] = k + j <= l->last ? l->weight[at < 0 ? -at : at] : 0;
        }
        add_four(from, w, to, l->n);
    }
}

static void along_y(const airy_image *in, const float *weight, int reach, airy_image *out)
{
    int nx = in->nx, ny = in->ny;
    memset(out->px, 0, (size_t)ny * (size_t)nx * sizeof *out->px);
    for (int y = 0; y < ny; y++) {
        lines l = {in->px + y * nx, weight, nx, y < reach ? -y : -reach, reach, nx};
        l.last = ny - 1 - y < reach ? ny - 1 - y : reach;
        add_lines(&l, out->px + y * nx);
    }
}

// `row` holds nx + 2 reach numbers, nothing at both ends.
static void along_x(const airy_image *in, const float *weight, int reach, float *row,
                    airy_image *out)
{
    int nx = in->nx;
    memset(out->px, 0, (size_t)in->ny * (size_t)nx * sizeof *out->px);
    memset(row, 0, ((size_t)nx + 2 * (size_t)reach) * sizeof *row);
    for (int y = 0; y < in->ny; y++) {
        memcpy(row + reach, in->px + y * nx, (size_t)nx * sizeof *row);
        lines l = {row + reach, weight, 1, -reach, reach, nx};
        add_lines(&l, out->px + y * nx);
    }
}

airy_code airy_smooth(const airy_image *in, double sigma, airy_image *out, airy_error *err)
{
    int reach = (int)ceil(4 * sigma);
    airy_image half = {0};
    float *weight = airy_memory_new((size_t)reach + 1, sizeof *weight);
    airy_code code = airy_image_init(&half, in->ny, in->nx, err);
    float *row = airy_memory_new((size_t)in->nx + 2 * (size_t)reach, sizeof *row);
    if (!weight || !row)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d weights", reach + 1);
    if (code != AIRY_OK)
        goto done;
    double sum = 0;
    for (int k = -reach; k <= reach; k++)
        sum += exp(-k * k / (2 * sigma * sigma));
    for (int k = 0; k <= reach; k++)
        weight[k] = (float)(exp(-k * k / (2 * sigma * sigma)) / sum);
    along_y(in, weight, reach, &half);
    along_x(&half, weight, reach, row, out);
done:
    airy_memory_free(row);
    airy_memory_free(weight);
    airy_image_release(&half);
    return code;
}

airy_code airy_smooth_pattern(const airy_pattern *pattern, double sigma, airy_image *photons,
                              airy_image *share, airy_error *err)
{
    int ny = pattern->photons.ny, nx = pattern->photons.nx;
    airy_image flat = {0};
    *photons = *share = (airy_image){0};
    airy_code code = airy_image_init(&flat, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(photons, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(share, ny, nx, err);
    for (int i = 0; i < ny * nx && code == AIRY_OK; i++)
        flat.px[i] = measured(pattern, i) ? pattern->photons.px[i] : 0;
    if (code == AIRY_OK)
        code = airy_smooth(&flat, sigma, photons, err);
    for (int i = 0; i < ny * nx && code == AIRY_OK; i++)
        flat.px[i] = measured(pattern, i);
    if (code == AIRY_OK)
        code = airy_smooth(&flat, sigma, share, err);
    airy_image_release(&flat);
    if (code != AIRY_OK) {
        airy_image_release(photons);
        airy_image_release(share);
    }
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Gaussian blur by two short cyclic convolutions.
//
// A transform would have to be planned behind the one lock of the planner for every call; threads
// that blur now and then between their iterations would queue there.
#include "airy/math.h"

#include <math.h>
#include <string.h>

// Weights of the pixels first .. first + taps - 1 away.
struct kernel {
    double *weight;
    int first, taps;
};

struct blur {
    struct kernel kernel;
    float *line;  // a row with its ends continued cyclically
    float *plane; // blurred along x
};

static int wrap(int i, int n)
{
    int rest = i % n;
    return rest < 0 ? rest + n : rest;
}

// exp(-t^2 / 2 sigma^2), of sum 1, for a cyclic side of n pixels: what lies beyond it comes round
// to the other end. Weights beyond 6 sigma, 1e-8 of the middle, are nothing to a float pixel; a
// Gaussian wider than the side is flat to as many digits.
static void kernel_fill(struct kernel *kernel, int n, double sigma)
{
    double width = fmin(sigma, n), sum = 0;
    int reach = (int)ceil(6 * width);
    kernel->taps = 2 * reach < n ? 2 * reach + 1 : n;
    kernel->first = -(kernel->taps / 2);
    memset(kernel->weight, 0, (size_t)kernel->taps * sizeof *kernel->weight);
    for (int t = -reach; t <= reach; t++) {
        double w = t ? exp(-0.5 * (t / width) * (t / width)) : 1; // a width of 0 is no blur
        kernel->weight[wrap(t - kernel->first, n)] += w;
        sum += w;
    }
    for (int i = 0; i < kernel->taps; i++)
        kernel->weight[i] /= sum;
}

// to += weight * from, along a line.
static void add(const float *restrict from, float weight, float *restrict to, int n)
{
    for (int i = 0; i < n; i++)
        to[i] += weight * from[i];
}

static void blur_rows(const airy_image *in, struct blur *blur)
{
    const struct kernel *kernel = &blur->kernel;
    int nx = in->nx, length = nx + kernel->taps - 1;
    for (int y = 0; y < in->ny; y++) {
        const float *row = in->px + y * nx;
        for (int i = 0; i < length; i++)
            blur->line[i] = row[wrap(i + kernel->first, nx)];
        for (int i = 0; i < kernel->taps; i++)
            add(blur->line + i, (float)kernel->weight[i], blur->plane + y * nx, nx);
    }
}

static void blur_columns(const struct blur *blur, airy_image *out)
{
    const struct kernel *kernel = &blur->kernel;
    int ny = out->ny, nx = out->nx;
    memset(out->px, 0, (size_t)ny * (size_t)nx * sizeof *out->px);
    for (int y = 0; y < ny; y++)
        for (int i = 0; i < kernel->taps; i++) {
            int from = wrap(y + kernel->first + i, ny);
            add(blur->plane + from * nx, (float)kernel->weight[i], out->px + y * nx, nx);
        }
}

static airy_code blur_init(struct blur *blur, int ny, int nx, airy_error *err)
{
    size_t side = (size_t)(ny > nx ? ny : nx);
    *blur = (struct blur){.kernel.weight = airy_memory_new(side, sizeof *blur->kernel.weight),
                          .line = airy_memory_new(2 * side, sizeof *blur->line),
                          .plane = airy_memory_new((size_t)ny * (size_t)nx, sizeof *blur->plane)};
    if (blur->kernel.weight && blur->line && blur->plane)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EMEMORY, "no memory to blur %d x %d", ny, nx);
}

static void blur_release(struct blur *blur)
{
    airy_memory_free(blur->kernel.weight);
    airy_memory_free(blur->line);
    airy_memory_free(blur->plane);
}

airy_code airy_grid_blur(const airy_image *in, double sigma, airy_image *out, airy_error *err)
{
    if (!(sigma >= 0 && isfinite(sigma)))
        return airy_error_set(err, AIRY_EARGUMENT, "a blur of %g pixels makes no sense", sigma);
    struct blur blur;
    airy_code code = blur_init(&blur, in->ny, in->nx, err);
    if (code == AIRY_OK) {
        kernel_fill(&blur.kernel, in->nx, sigma);
        blur_rows(in, &blur);
        kernel_fill(&blur.kernel, in->ny, sigma);
        blur_columns(&blur, out);
    }
    blur_release(&blur);
    return code;
}

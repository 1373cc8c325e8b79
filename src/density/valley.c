// SPDX-License-Identifier: GPL-3.0-or-later
// Derivatives of a smoothed image: curvature finds valleys, gradients their direction.
//
// A valley -d exp(-x^2 / 2 s^2) smoothed with its own s has curvature d / (2 sqrt 2 s^2) at the
// bottom, so depth d = 2 sqrt 2 s^2 times the larger eigenvalue of the Hessian (lines from second
// derivatives: Steger, IEEE PAMI 20, 113, 1998).
#include "density/valley.h"

#include <math.h>
#include <string.h>

enum { DERIVATIVES = 3 };

// Gaussian of standard deviation sigma and its first two derivatives at 0 .. 2 h, corrected so that
// sums are exact for constants, slopes and parabolas: kernel[k][i], i - h being the offset.
struct kernels {
    int h;
    double *kernel[DERIVATIVES];
};

static void fill_kernels(struct kernels *k, double sigma)
{
    double sum[5] = {0};
    for (int i = -k->h; i <= k->h; i++) {
        double g = exp(-0.5 * i * i / (sigma * sigma)), i2 = (double)i * i;
        k->kernel[0][i + k->h] = g;
        sum[0] += g;
        sum[2] += g * i2;
        sum[4] += g * i2 * i2;
    }
    double m2 = sum[2] / sum[0], m4 = sum[4] / sum[0];
    for (int i = -k->h; i <= k->h; i++) {
        double g = k->kernel[0][i + k->h] / sum[0], i2 = (double)i * i;
        k->kernel[0][i + k->h] = g;
        k->kernel[1][i + k->h] = -g * i / m2;
        k->kernel[2][i + k->h] = 2 * g * (i2 - m2) / (m4 - m2 * m2);
    }
}

static airy_code kernels_init(struct kernels *k, double sigma, airy_error *err)
{
    k->h = (int)ceil(4 * sigma);
    double *memory = airy_memory_new((size_t)(2 * k->h + 1) * DERIVATIVES, sizeof *memory);
    if (!memory)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory to smooth an image");
    for (int d = 0; d < DERIVATIVES; d++)
        k->kernel[d] = memory + d * (2 * k->h + 1);
    fill_kernels(k, sigma);
    return AIRY_OK;
}

// Correlation along one direction (`along` pixels between neighbours), zeros outside. Derivative
// kernels are written for convolution, hence the minus.
static double sample(const float *line, int n, int along, int at, const double *kernel, int h)
{
    double sum = 0;
    int from = at - h < 0 ? -at : -h, to = at + h >= n ? n - 1 - at : h;
    for (int i = from; i <= to; i++) {
        float v = line[(at + i) * along];
        sum += isfinite(v) ? kernel[h - i] * (double)v : 0;
    }
    return sum;
}

// out = derivative of order (dy, dx) of the smoothed image; scratch has the same size.
static void derive(const airy_image *in, const struct kernels *k, int dy, int dx,
                   airy_image *scratch, airy_image *out)
{
    for (int y = 0; y < in->ny; y++)
        for (int x = 0; x < in->nx; x++)
            scratch->px[y * in->nx + x] =
                (float)sample(in->px + y * in->nx, in->nx, 1, x, k->kernel[dx], k->h);
    for (int y = 0; y < in->ny; y++)
        for (int x = 0; x < in->nx; x++)
            out->px[y * in->nx + x] =
                (float)sample(scratch->px + x, in->ny, in->nx, y, k->kernel[dy], k->h);
}

// Larger eigenvalue of the Hessian, as a depth.
static void combine_hessian(airy_valley *valley, double sigma)
{
    double scale = 2 * sqrt(2) * sigma * sigma;
    for (int i = 0; i < valley->depth.ny * valley->depth.nx; i++) {
        double yy = (double)valley->jyy.px[i], xx = (double)valley->jxx.px[i];
        double yx = (double)valley->jyx.px[i];
        double larger = (yy + xx) / 2 + hypot((yy - xx) / 2, yx);
        valley->depth.px[i] = (float)(scale * larger);
    }
}

// Products of gradients, averaged over the same scale.
static void combine_gradients(const airy_image *gy, const airy_image *gx, const struct kernels *k,
                              airy_image *scratch, airy_valley *valley)
{
    const airy_image *a[3] = {gy, gy, gx}, *b[3] = {gy, gx, gx};
    airy_image *out[3] = {&valley->jyy, &valley->jyx, &valley->jxx};
    for (int j = 0; j < 3; j++) {
        for (int i = 0; i < gy->ny * gy->nx; i++)
            out[j]->px[i] = a[j]->px[i] * b[j]->px[i];
        derive(out[j], k, 0, 0, scratch, out[j]);
    }
}

airy_code airy_valley_make(const airy_image *image, double sigma, airy_valley *valley,
                           airy_error *err)
{
    struct kernels k = {0};
    airy_image scratch = {0}, gy = {0}, gx = {0};
    *valley = (airy_valley){0};
    airy_image *all[] = {&valley->depth, &valley->smooth, &valley->jyy, &valley->jyx,
                         &valley->jxx,   &scratch,        &gy,          &gx};
    airy_code code = kernels_init(&k, sigma, err);
    for (size_t i = 0; !code && i < sizeof all / sizeof all[0]; i++)
        code = airy_image_init(all[i], image->ny, image->nx, err);
    if (code)
        goto done;
    derive(image, &k, 0, 0, &scratch, &valley->smooth);
    derive(image, &k, 2, 0, &scratch, &valley->jyy);
    derive(image, &k, 1, 1, &scratch, &valley->jyx);
    derive(image, &k, 0, 2, &scratch, &valley->jxx);
    combine_hessian(valley, sigma);
    derive(image, &k, 1, 0, &scratch, &gy);
    derive(image, &k, 0, 1, &scratch, &gx);
    combine_gradients(&gy, &gx, &k, &scratch, valley);
done:
    airy_memory_free(k.kernel[0]);
    airy_image_release(&scratch);
    airy_image_release(&gy);
    airy_image_release(&gx);
    if (code)
        airy_valley_release(valley);
    return code;
}

void airy_valley_release(airy_valley *valley)
{
    airy_image_release(&valley->depth);
    airy_image_release(&valley->smooth);
    airy_image_release(&valley->jyy);
    airy_image_release(&valley->jyx);
    airy_image_release(&valley->jxx);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Separable Gaussian smoothing that does not wrap around.
#include "smooth.h"

#include "base/processor.h"
#include "noise.h"

#include <string.h>

// out(i) += sum over k of weight(|k|) in(i + k), along y (whole rows are added) or along x.
AIRY_EVERY_PROCESSOR static void along_y(const airy_image *in, const float *weight, int reach,
                                         airy_image *out)
{
    int nx = in->nx;
    memset(out->px, 0, (size_t)in->ny * (size_t)nx * sizeof *out->px);
    for (int y = 0; y < in->ny; y++)
        for (int k = -reach; k <= reach; k++) {
            if (y + k < 0 || y + k >= in->ny)
                continue;
            const float w = weight[k < 0 ? -k : k], *restrict from = in->px + (y + k) * nx;
            float *restrict to = out->px + y * nx;
            for (int x = 0; x < nx; x++)
                to[x] += w * from[x];
        }
}

AIRY_EVERY_PROCESSOR static void along_x(const airy_image *in, const float *weight, int reach,
                                         airy_image *out)
{
    int nx = in->nx;
    memset(out->px, 0, (size_t)in->ny * (size_t)nx * sizeof *out->px);
    for (int y = 0; y < in->ny; y++)
        for (int k = -reach; k <= reach; k++) {
            const float w = weight[k < 0 ? -k : k], *restrict from = in->px + y * nx + k;
            float *restrict to = out->px + y * nx;
            int last = k > 0 ? nx - k : nx;
            for (int x = k < 0 ? -k : 0; x < last; x++)
                to[x] += w * from[x];
        }
}

airy_code airy_smooth(const airy_image *in, double sigma, airy_image *out, airy_error *err)
{
    int reach = (int)ceil(4 * sigma);
    airy_image half = {0};
    float *weight = airy_memory_new((size_t)reach + 1, sizeof *weight);
    airy_code code = airy_image_init(&half, in->ny, in->nx, err);
    if (!weight)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d weights", reach + 1);
    if (code != AIRY_OK)
        goto done;
    double sum = 0;
    for (int k = -reach; k <= reach; k++)
        sum += exp(-k * k / (2 * sigma * sigma));
    for (int k = 0; k <= reach; k++)
        weight[k] = (float)(exp(-k * k / (2 * sigma * sigma)) / sum);
    along_y(in, weight, reach, &half);
    along_x(&half, weight, reach, out);
done:
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

// SPDX-License-Identifier: GPL-3.0-or-later
// How sharply an image is held: the curvature of half the objective, which is Fisher's information
// of the photons (Fisher, Proc. Camb. Phil. Soc. 22, 700, 1925) and that of the expected power.
//
// With m the photons a bin is expected to have, H / 2 = sum_bins (dm/dD)(dm/dD)^T / m and, of the
// power, the inverse of its covariance. It is never a matrix here: a product costs two transforms.
#include "lanes.h"
#include "level.h"

#include <math.h>
#include <string.h>

static float expected(const airy_level *l, const airy_bench *b, int i)
{
    return l->exposure[i] * fmaxf(b->model[i], 0) + l->offset[i];
}

// As the gradient's: the residuals stand in bench->linear, the power's part in bench->spectrum.
static void back(const airy_level *l, airy_bench *b, const float complex *transform, float *out)
{
    airy_response_adjoint(l, b, b->linear, b->square);
    for (int i = 0; i < l->pixels; i++)
        b->spectrum[i] += b->square[i] * transform[i];
    airy_level_backward(l, b, b->spectrum, out);
    for (int i = l->area; i < l->broad; i++)
        out[i] = 0;
}

void airy_level_curve(const airy_level *l, airy_bench *b, const float complex *transform,
                      const float *v, float *out)
{
    airy_level_forward(l, b, v, b->step);
    for (int i = 0; i < l->pixels; i++)
        b->plane[0][i] = 2 * crealf(transform[i] * conjf(b->step[i]));
    airy_response_apply(l, b, b->plane[0], b->linear);
    for (int i = 0; i < l->pixels; i++) {
        float e = l->exposure[i];
        b->linear[i] = e > 0 ? e * e * b->linear[i] / expected(l, b, i) : 0;
        b->spectrum[i] = 0.5f * (l->even[i] * crealf(b->step[i]) +
                                 (float complex)I * l->odd[i] * cimagf(b->step[i]));
    }
    back(l, b, transform, out);
}

// Column 0 holds mates, whose numbers are the same.
void airy_level_curve_draw(const airy_level *l, airy_bench *b, const float complex *transform,
                           airy_random *random, float *out)
{
    for (int i = 0; i < l->pixels; i++) {
        float e = l->exposure[i];
        bool mate = i > l->n / 2 && i < l->n;
        float re = 0.5f * sqrtf(l->even[i]) * (float)airy_random_normal(random);
        float im = 0.5f * sqrtf(l->odd[i]) * (float)airy_random_normal(random);
        float noise = (float)airy_random_normal(random);
        b->linear[i] = !(e > 0) ? 0
                       : mate   ? b->linear[l->n - i]
                                : e * noise / sqrtf(expected(l, b, i));
        b->spectrum[i] = mate ? conjf(b->spectrum[l->n - i]) : re + (float complex)I * im;
    }
    back(l, b, transform, out);
}

int airy_level_curve_solve(const airy_level *l, airy_bench *b, const float complex *transform,
                           float *residual, float *x, double tolerance, int most)
{
    float *direction = b->direction, *product = b->scratch;
    double rr = airy_lanes_dot(residual, residual, l->broad), end = tolerance * tolerance * rr;
    memset(x, 0, (size_t)l->broad * sizeof *x);
    memcpy(direction, residual, (size_t)l->broad * sizeof *direction);
    for (int step = 0; step < most; step++) {
        if (!(rr > end))
            return step;
        airy_level_curve(l, b, transform, direction, product);
        double alpha = rr / airy_lanes_dot(direction, product, l->broad), before = rr;
        airy_lanes_add((float)alpha, direction, x, l->broad);
        airy_lanes_add((float)-alpha, product, residual, l->broad);
        rr = airy_lanes_dot(residual, residual, l->broad);
        for (int i = 0; i < l->broad; i++)
            direction[i] = residual[i] + (float)(rr / before) * direction[i];
    }
    return most;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The objective along a line, which costs two transforms for any number of looks.
//
// Along D + t d the transform is F + t G, and the mean intensity of a bin a parabola in t:
// B |F|^2 + t B 2 Re(F G*) + t^2 B |G|^2. The same holds for the expected power.
#include "lanes.h"
#include "level.h"

#include "base/processor.h"

#include <math.h>
#include <string.h>

// log(m / n), m, n > 0: m is brought within a root of two of n by a power of two, and then log =
// 2 atanh s with s = (m - n) / (m + n), |s| <= 0.172, whose series ends at 1e-9.
static inline float log_ratio(float m, float n)
{
    float ratio = m / n, scale;
    int32_t bits, power;
    memcpy(&bits, &ratio, sizeof bits);
    power = (bits - 0x3f3504f3) >> 23; // of two, about that of ratio / sqrt(1/2)
    bits = (127 - power) << 23;
    memcpy(&scale, &bits, sizeof scale);
    m *= scale;
    float s = (m - n) / (m + n), z = s * s;
    float series = 1 + z * (1.0f / 3 + z * (0.2f + z * (1.0f / 7 + z * (1.0f / 9))));
    return 2 * s * series + 0.69314718f * (float)power;
}

static inline float square_of(float x)
{
    return x * x;
}

// Poisson deviance of the model m0 + t (m1 + t m2), and its slope in t.
AIRY_EVERY_PROCESSOR
static void deviance(const airy_level *l, const airy_bench *b, float t, double sum[2])
{
    const float *restrict m0 = b->model, *restrict m1 = b->linear, *restrict m2 = b->square;
    const float *restrict e = l->exposure, *restrict o = l->offset, *restrict p = l->photons,
                          *restrict w = l->weight;
    double cost[AIRY_LANES] = {0}, slope[AIRY_LANES] = {0};
    for (int i = 0; i < l->wide; i += AIRY_LANES)
        for (int j = 0; j < AIRY_LANES; j++) {
            int k = i + j;
            float m = m0[k] + t * (m1[k] + t * m2[k]);
            float mean = e[k] * (m > 0 ? m : 0) + o[k];
            float n = p[k] > 1e-20f ? p[k] : 1e-20f;
            cost[j] += (double)(2 * w[k] * (mean - n - n * log_ratio(mean, n)));
            slope[j] += (double)(2 * w[k] * e[k] * (1 - n / mean) * (m1[k] + 2 * t * m2[k]));
        }
    sum[0] = airy_lanes_sum(cost);
    sum[1] = airy_lanes_sum(slope);
}

// Expected power along the line: q0 + t q1 + t^2 q2.
AIRY_EVERY_PROCESSOR
static void power_along(const airy_level *l, const airy_trial *trial, const float complex *step,
                        double q[3])
{
    const float *restrict f = (const float *)trial->transform, *restrict g = (const float *)step;
    const float *restrict even = l->even, *restrict odd = l->odd, *restrict body = l->body,
                          *restrict pair = l->pair;
    double lane[3][AIRY_LANES] = {{0}};
    for (int i = 0; i < l->wide; i += AIRY_LANES)
        for (int j = 0; j < AIRY_LANES; j++) {
            int k = i + j;
            float re = f[2 * k] - body[k], im = f[2 * k + 1], gre = g[2 * k], gim = g[2 * k + 1];
            float a = pair[k] * even[k], c = pair[k] * odd[k];
            lane[0][j] += (double)(a * re * re + c * im * im);
            lane[1][j] += (double)(2 * (a * re * gre + c * im * gim));
            lane[2][j] += (double)(a * gre * gre + c * gim * gim);
        }
    for (int i = 0; i < 3; i++)
        q[i] = airy_lanes_sum(lane[i]);
}

AIRY_EVERY_PROCESSOR
static void intensity(const float complex *transform, float *restrict out, int n)
{
    const float *restrict f = (const float *)transform;
    for (int i = 0; i < n; i++)
        out[i] = square_of(f[2 * i]) + square_of(f[2 * i + 1]);
}

AIRY_EVERY_PROCESSOR
static void products(const float complex *transform, const float complex *step,
                     float *restrict mixed, float *restrict square, int n)
{
    const float *restrict f = (const float *)transform, *restrict g = (const float *)step;
    for (int i = 0; i < n; i++) {
        mixed[i] = 2 * (f[2 * i] * g[2 * i] + f[2 * i + 1] * g[2 * i + 1]);
        square[i] = square_of(g[2 * i]) + square_of(g[2 * i + 1]);
    }
}

airy_candidate airy_level_judge(const airy_level *l, airy_bench *b, airy_trial *trial)
{
    double sum[2], power[3], slope;
    airy_level_forward(l, b, trial->density, trial->transform);
    for (int i = 0; i < l->pixels; i++)
        trial->transform[i] += l->body[i];
    intensity(trial->transform, b->plane[0], l->pixels);
    airy_response_apply(l, b, b->plane[0], b->model);
    memset(b->step, 0, (size_t)l->wide * sizeof *b->step);
    deviance(l, b, 0, sum);
    power_along(l, trial, b->step, power);
    airy_candidate parts = {.deviance = sum[0], .power = power[0]};
    parts.variation = airy_variation(l, trial->density, NULL, 0, &slope, NULL);
    parts.objective = trial->cost = parts.deviance + parts.power + parts.variation;
    return parts;
}

void airy_level_line(const airy_level *l, airy_bench *b, const airy_trial *trial, double power[3])
{
    airy_level_forward(l, b, b->direction, b->step);
    products(trial->transform, b->step, b->plane[0], b->plane[1], l->pixels);
    airy_response_apply(l, b, b->plane[0], b->linear);
    airy_response_apply(l, b, b->plane[1], b->square);
    power_along(l, trial, b->step, power);
}

double airy_level_along(const airy_level *l, const airy_bench *b, const airy_trial *trial,
                        const double power[3], double t, double *slope)
{
    double sum[2], kink;
    deviance(l, b, (float)t, sum);
    double variation = airy_variation(l, trial->density, b->direction, t, &kink, NULL);
    *slope = sum[1] + kink + power[1] + 2 * t * power[2];
    return sum[0] + variation + power[0] + t * (power[1] + t * power[2]);
}

double airy_level_bend(const airy_level *l, const airy_bench *b, const double power[3])
{
    double sum = 0; // of (d mean / dt)^2 / mean: Gauss and Newton's share, never negative
    for (int i = 0; i < l->pixels; i++) {
        float mean = l->exposure[i] * fmaxf(b->model[i], 0) + l->offset[i];
        sum += (double)(l->weight[i] * square_of(l->exposure[i] * b->linear[i]) / mean);
    }
    return 2 * (sum + power[2]);
}

AIRY_EVERY_PROCESSOR
static void move_model(float *restrict m0, const float *restrict m1, const float *restrict m2,
                       float t, int n)
{
    for (int i = 0; i < n; i++)
        m0[i] += t * (m1[i] + t * m2[i]);
}

void airy_level_advance(const airy_level *l, airy_bench *b, airy_trial *trial, double t)
{
    airy_lanes_add((float)t, b->direction, trial->density, l->broad);
    airy_lanes_add((float)t, (const float *)b->step, (float *)trial->transform, 2 * l->wide);
    move_model(b->model, b->linear, b->square, (float)t, l->pixels);
}

// ------------------------------------------------------------------ the gradient

AIRY_EVERY_PROCESSOR
static void residual(const airy_level *l, const float *restrict model, float *restrict out)
{
    const float *restrict e = l->exposure, *restrict o = l->offset, *restrict p = l->photons;
    for (int i = 0; i < l->wide; i++)
        out[i] = 2 * e[i] * (1 - p[i] / (e[i] * (model[i] > 0 ? model[i] : 0) + o[i]));
}

AIRY_EVERY_PROCESSOR
static void slope_of_transform(const airy_level *l, const float complex *transform,
                               const float *restrict r, float complex *out)
{
    const float *restrict f = (const float *)transform, *restrict even = l->even,
                          *restrict odd = l->odd, *restrict body = l->body;
    float *restrict s = (float *)out;
    for (int i = 0; i < l->pixels; i++) {
        s[2 * i] = r[i] * f[2 * i] + even[i] * (f[2 * i] - body[i]);
        s[2 * i + 1] = (r[i] + odd[i]) * f[2 * i + 1];
    }
}

// Of a pair of mates the residual r is that of both, and each has half of it; so dJ = sum over all
// of r Re(F* dF), which is the inverse transform of r F without its factor. The expected power is
// half of a sum over all in the same way.
void airy_level_gradient(const airy_level *l, airy_bench *b, const airy_trial *trial,
                         float *gradient)
{
    double slope;
    residual(l, b->model, b->linear);
    airy_response_adjoint(l, b, b->linear, b->square);
    slope_of_transform(l, trial->transform, b->square, b->spectrum);
    airy_level_backward(l, b, b->spectrum, gradient);
    float *kinks = b->scratch;
    memset(kinks, 0, (size_t)l->area * sizeof *kinks);
    airy_variation(l, trial->density, NULL, 0, &slope, kinks);
    for (int i = 0; i < l->area; i++)
        gradient[i] += l->support[i] * kinks[i];
}

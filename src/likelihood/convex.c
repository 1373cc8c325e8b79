// SPDX-License-Identifier: GPL-3.0-or-later
// A smooth body that is no spheroid.
#include "convex.h"
#include "base/units.h"
#include "level.h"

#include <math.h>
#include <string.h>

#define OUTLINE 0.06  // of the highest density: the particle ends where it falls below
#define BLUR 0.016    // of the diameter: what the body lacks is smoothed with a Gaussian so wide
#define STEEPEST 20.0 // of planes, highest density over radius: facets may lie along the beam
enum { SAMPLES = 3 }; // of the body along either side of a pixel

// Distance of a place from the line through the middle across bearing i.
static double off(const airy_convex *shape, int i, double y, double x)
{
    return fabs(shape->c[i] * x + shape->s[i] * y);
}

bool airy_convex_holds(const airy_convex *shape, double margin, double y, double x)
{
    for (int i = 0; i < AIRY_BEARINGS; i++)
        if (off(shape, i, y, x) > margin * shape->reach[i])
            return false;
    return true;
}

static double thickness(const airy_convex *shape, double y, double x)
{
    double lowest = INFINITY;
    for (int i = 0; i < AIRY_BEARINGS; i++) {
        double d = off(shape, i, y, x);
        for (int k = 0; k < AIRY_STEEPS; k++)
            lowest = fmin(lowest, shape->height[i][k] - shape->steep[k] * d);
    }
    return fmax(lowest, 0);
}

// ------------------------------------------------------------------ of an image

// The even part of the image on the window of the finer level: the body as it is, for it is sharp,
// and smoothed what it lacks.
static void smooth_even(const airy_level *l, const airy_trial *trial, const airy_level *fine,
                        airy_bench *bench, float *even)
{
    int half = (l->n < fine->n ? l->n : fine->n) / 2 - 1;
    double width = 2 * AIRY_PI * BLUR / l->fringe; // of a Gaussian, radians a bin
    for (int i = 0; i < fine->pixels; i++)
        bench->spectrum[i] = fine->body[i];
    for (int ky = -half; ky <= half; ky++)
        for (int kx = 0; kx <= half; kx++) {
            double q = width * hypot(ky, kx);
            int source = kx * l->n + (ky + l->n) % l->n;
            float lacking = crealf(trial->transform[source]) - l->body[source];
            bench->spectrum[kx * fine->n + (ky + fine->n) % fine->n] +=
                lacking * (float)exp(-q * q / 2);
        }
    airy_level_backward(fine, bench, bench->spectrum, even);
}

// Between pixels; 0 outside.
static double value_at(const airy_level *l, const float *window, double y, double x)
{
    int w = l->window, top = (int)floor(y) + w / 2, left = (int)floor(x) + w / 2;
    if (top < 0 || left < 0 || top + 1 >= w || left + 1 >= w)
        return 0;
    const float *at = window + top * w + left;
    double b = y - floor(y), a = x - floor(x);
    return (1 - b) * ((1 - a) * (double)at[0] + a * (double)at[1]) +
           b * ((1 - a) * (double)at[w] + a * (double)at[w + 1]);
}

// Where density ends along a ray: the first place below the threshold behind the ray's highest, so
// that what is noise far out is none of it.
static double end_of_ray(const airy_level *l, const float *even, double c, double s, double least)
{
    const double step = 0.25;
    double highest = 0, end = 0;
    for (double r = 0; r < l->window; r += step)
        highest = fmax(highest, value_at(l, even, s * r, c * r));
    bool risen = false;
    for (double r = 0; r < l->window; r += step) {
        double here = value_at(l, even, s * r, c * r);
        risen = risen || here >= 0.9 * highest;
        if (here >= least)
            end = r;
        else if (risen)
            break;
    }
    return end;
}

static void fit_outline(airy_convex *shape, const airy_level *l, const float *even, double least)
{
    enum { RAYS = 4 * AIRY_BEARINGS };
    for (int i = 0; i < AIRY_BEARINGS; i++) {
        shape->c[i] = cos(AIRY_PI * i / AIRY_BEARINGS);
        shape->s[i] = sin(AIRY_PI * i / AIRY_BEARINGS);
        shape->reach[i] = 0;
    }
    for (int ray = 0; ray < RAYS; ray++) {
        double angle = AIRY_PI * ray / RAYS, c = cos(angle), s = sin(angle);
        double end = end_of_ray(l, even, c, s, least) / l->n;
        for (int i = 0; i < AIRY_BEARINGS; i++)
            shape->reach[i] = fmax(shape->reach[i], off(shape, i, end * s, end * c));
    }
}

static double mean_reach(const airy_convex *shape)
{
    double sum = 0;
    for (int i = 0; i < AIRY_BEARINGS; i++)
        sum += shape->reach[i];
    return sum / AIRY_BEARINGS;
}

// Planes that touch what lies in the outline.
static void fit_planes(airy_convex *shape, const airy_level *l, const float *even, double peak)
{
    double steepest = STEEPEST * peak / mean_reach(shape);
    for (int k = 0; k < AIRY_STEEPS; k++)
        shape->steep[k] = steepest * pow((double)k / (AIRY_STEEPS - 1), 2);
    memset(shape->height, 0, sizeof shape->height);
    for (int p = 0; p < l->area; p++) {
        double y = (double)(p / l->window - l->window / 2) / l->n;
        double x = (double)(p % l->window - l->window / 2) / l->n;
        if (even[p] <= 0 || !airy_convex_holds(shape, 1, y, x))
            continue;
        for (int i = 0; i < AIRY_BEARINGS; i++) {
            double d = off(shape, i, y, x);
            for (int k = 0; k < AIRY_STEEPS; k++)
                shape->height[i][k] =
                    fmax(shape->height[i][k], (double)even[p] + shape->steep[k] * d);
        }
    }
}

airy_code airy_convex_fit(airy_convex *shape, const airy_level *level, const airy_trial *trial,
                          const airy_level *fine, airy_error *err)
{
    airy_bench bench = {0};
    airy_code code = airy_bench_init(&bench, fine, err);
    if (code != AIRY_OK)
        return code;
    float *even = bench.scratch;
    smooth_even(level, trial, fine, &bench, even);
    double peak = 0;
    for (int p = 0; p < fine->area; p++)
        peak = fmax(peak, (double)even[p]);
    fit_outline(shape, fine, even, OUTLINE * peak);
    if (peak > 0 && mean_reach(shape) > 0)
        fit_planes(shape, fine, even, peak);
    else
        code = airy_error_set(err, AIRY_EVALUE, "the photons make no image of the particle");
    airy_bench_release(&bench);
    return code;
}

// ------------------------------------------------------------------ on a level

// Means over pixels: samples at their middles alone would fold what is finer than a pixel.
void airy_convex_sample(const airy_convex *shape, const airy_level *l, float *window)
{
    double sum = 0;
    for (int p = 0; p < l->area; p++) {
        int y = p / l->window - l->window / 2, x = p % l->window - l->window / 2;
        double mean = 0;
        for (int i = 0; i < SAMPLES * SAMPLES; i++) {
            double sy = y + (i / SAMPLES + 0.5) / SAMPLES - 0.5;
            double sx = x + (i % SAMPLES + 0.5) / SAMPLES - 0.5;
            if (airy_convex_holds(shape, 1, sy / l->n, sx / l->n))
                mean += thickness(shape, sy / l->n, sx / l->n);
        }
        window[p] = (float)mean * l->support[p];
        sum += (double)window[p];
    }
    for (int p = 0; p < l->area && sum > 0; p++)
        window[p] = (float)((double)window[p] / sum);
}

airy_code airy_convex_cast(const airy_convex *shape, airy_level *l, airy_error *err)
{
    airy_bench bench = {0};
    airy_code code = airy_bench_init(&bench, l, err);
    if (code != AIRY_OK)
        return code;
    airy_convex_sample(shape, l, bench.scratch);
    airy_level_forward(l, &bench, bench.scratch, bench.spectrum);
    for (int i = 0; i < l->pixels; i++)
        l->body[i] = crealf(bench.spectrum[i]);
    airy_bench_release(&bench);
    return AIRY_OK;
}

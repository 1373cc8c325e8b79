// SPDX-License-Identifier: GPL-3.0-or-later
// The direction of a band from all of its pixels, not from its floor alone: against noise that is
// alike in all of them, least squares with the right profile is the best there is.
//
// The density that is missing is a share of what is there, so that in D the side of a band that is
// nearer to the middle of the particle is the deeper one, which turns it: D is taken over the
// body's own value, not below half of the central one.
#include "density/straight.h"
#include "base/units.h"

#include <math.h>

#define FWHM 2.3548       // of a Gaussian over its standard deviation
#define LEAST_WEIGHT 0.02 // of a pixel that is looked at
#define MOST_TURN 25.0    // degrees

enum { PASSES = 3 }; // the window turns along

struct pixel {
    double y, x, value, weight; // from the middle
};

struct ground {
    int n;
    struct pixel *pixel;
    double direction, sigma;
};

// 1 within a width of the axis and along the band, falling smoothly.
static double window_at(const airy_straight *band, double along, double across)
{
    return exp(-0.5 * (pow(across / band->width, 4) + pow(2 * along / band->length, 8)));
}

static airy_code collect(const airy_image *low, const airy_body *body, const airy_straight *band,
                         struct ground *ground, airy_error *err)
{
    int reach = (int)ceil(hypot(0.8 * band->length, 2 * band->width));
    int y0 = (int)band->middle.y, x0 = (int)band->middle.x, side = 2 * reach + 1;
    double c = cos(ground->direction), s = sin(ground->direction);
    ground->pixel = airy_memory_new((size_t)side * (size_t)side, sizeof *ground->pixel);
    if (!ground->pixel)
        return airy_error_set(err, AIRY_EMEMORY, "no memory to fit a band of %g pixels",
                              band->length);
    for (int i = 0; i < side * side; i++) {
        int v = y0 - reach + i / side, u = x0 - reach + i % side;
        if (v < 0 || u < 0 || v >= low->ny || u >= low->nx || !isfinite(low->px[v * low->nx + u]))
            continue;
        double y = v - band->middle.y, x = u - band->middle.x;
        double weight = window_at(band, x * c + y * s, y * c - x * s);
        double chord2 = 1 - airy_body_reach(body, v, u);
        if (weight > LEAST_WEIGHT && chord2 > 0.02)
            ground->pixel[ground->n++] = (struct pixel){
                y, x, (double)low->px[v * low->nx + u] / sqrt(fmax(chord2, 0.25)), weight};
    }
    return AIRY_OK;
}

// Weighted variance of the pixels that the best depth and level leave; all of it for a ridge. p:
// turn and shift.
static double left_over(const double *p, void *context)
{
    const struct ground *ground = context;
    double c = cos(ground->direction + p[0]), s = sin(ground->direction + p[0]);
    double w = 0, g1 = 0, d1 = 0, gg = 0, gd = 0, dd = 0;
    for (int i = 0; i < ground->n; i++) {
        const struct pixel *at = &ground->pixel[i];
        double across = (at->y * c - at->x * s - p[1]) / ground->sigma;
        double g = exp(-0.5 * across * across);
        w += at->weight;
        g1 += at->weight * g;
        d1 += at->weight * at->value;
        gg += at->weight * g * g;
        gd += at->weight * g * at->value;
        dd += at->weight * at->value * at->value;
    }
    double variance = gg - g1 * g1 / w, covariance = gd - g1 * d1 / w, all = dd - d1 * d1 / w;
    return variance > 0 && covariance < 0 ? all - covariance * covariance / variance : all;
}

static airy_code turn_once(const airy_image *low, const airy_body *body, airy_straight *band,
                           bool *turned, airy_error *err)
{
    struct ground ground = {.direction = AIRY_RADIANS(band->direction_deg),
                            .sigma = band->width / FWHM};
    const double step[2] = {0.05, 0.2 * band->width};
    double p[2] = {0};
    airy_code code = collect(low, body, band, &ground, err);
    *turned = code == AIRY_OK && ground.n > 2;
    if (*turned) {
        airy_error why = {0};
        airy_code fit = airy_fit_minimise(left_over, &ground, 2, step, 1e-3, p, &why);
        *turned = fit == AIRY_OK && fabs(p[1]) < band->width;
        if (fit != AIRY_OK && !airy_code_of_data(fit))
            code = airy_error_set(err, fit, "%s", why.message);
    }
    if (*turned) {
        double direction = ground.direction + p[0];
        band->direction_deg = AIRY_DEGREES(direction);
        band->middle.y += p[1] * cos(direction);
        band->middle.x -= p[1] * sin(direction);
    }
    airy_memory_free(ground.pixel);
    return code;
}

airy_code airy_straight_fit(const airy_image *low, const airy_body *body, airy_straight *band,
                            airy_error *err)
{
    airy_straight next = *band;
    bool turned = true;
    airy_code code = AIRY_OK;
    for (int pass = 0; code == AIRY_OK && turned && pass < PASSES; pass++)
        code = turn_once(low, body, &next, &turned, err);
    if (code == AIRY_OK && turned && fabs(next.direction_deg - band->direction_deg) < MOST_TURN)
        *band = next;
    return code;
}

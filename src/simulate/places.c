// SPDX-License-Identifier: GPL-3.0-or-later
// Places that chance picks for bands and spots, apart from one another.
#include "simulate/places.h"

#include "base/units.h"
#include "simulate/phantom.h"

#include <math.h>
#include <string.h>

#define REACH 0.8  // of the unit disc: further out a feature has no body to be seen on
#define YIELD 0.99 // of the distances asked for, when all begins anew
enum {
    POINTS = 32, // on a line
    DRAWS = 100, // of places for one feature
};

// Distance of the nearest of the points on line a from line b.
static double nearest(const airy_feature *a, const airy_feature *b)
{
    double least = INFINITY;
    for (int i = 0; i <= POINTS; i++) {
        double t = (double)i / POINTS;
        double x = a->x0 + t * (a->x1 - a->x0), y = a->y0 + t * (a->y1 - a->y0);
        least = fmin(least, airy_feature_distance_squared(b, x, y));
    }
    return sqrt(least);
}

double airy_feature_distance(const airy_feature *a, const airy_feature *b)
{
    return fmin(nearest(a, b), nearest(b, a));
}

static airy_feature moved(const airy_feature *f, double x, double y)
{
    return (airy_feature){f->x0 + x, f->y0 + y, f->x1 + x, f->y1 + y, f->width_nm, f->depth};
}

static bool fits(const airy_feature *f, const airy_feature *before, int n, double apart)
{
    bool fit = fmax(hypot(f->x0, f->y0), hypot(f->x1, f->y1)) <= REACH;
    for (int i = 0; i < n && fit; i++)
        fit = airy_feature_distance(f, &before[i]) >= apart;
    return fit;
}

// False when no place was found for it.
static bool place_one(airy_feature *feature, const airy_feature *before, int n, double apart,
                      airy_random *random)
{
    for (int i = 0; i < DRAWS; i++) {
        double r = REACH * sqrt(airy_random_uniform(random));
        double turn = 2 * AIRY_PI * airy_random_uniform(random);
        airy_feature there = moved(feature, r * cos(turn), r * sin(turn));
        if (fits(&there, before, n, apart)) {
            *feature = there;
            return true;
        }
    }
    return false;
}

void airy_features_place(airy_feature *feature, const double *apart, int n, airy_random *random)
{
    airy_feature placed[AIRY_FEATURES_MAX];
    double near = 1;
    for (int i = 0; i < n;) {
        placed[i] = feature[i];
        bool found = place_one(&placed[i], placed, i, near * apart[i], random);
        near *= found ? 1 : YIELD;
        i = found ? i + 1 : 0;
    }
    memcpy(feature, placed, (size_t)n * sizeof *feature);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Counts of a particle whose transform is known in closed form, the projection of a spheroid and
// Gaussian blobs without any symmetry, in bins whose center is off a bin's, with a stop and a gap.
#ifndef AIRY_TESTS_LIKELIHOOD_SHOTS_H
#define AIRY_TESTS_LIKELIHOOD_SHOTS_H

#include "check.h"

#include "likelihood/level.h"

enum { SHOT_BINS = 81 }; // across, unless it is said: 40 bins a side, of 4.2 a fringe

typedef struct shot_blob {
    double y, x, width, mass; // cycles a bin; mass over the body's
} shot_blob;

static const shot_blob shot_blobs[] = {{0.055, 0.020, 0.012, -0.05},
                                       {-0.030, 0.060, 0.014, -0.06},
                                       {0.010, -0.065, 0.012, 0.04},
                                       {-0.060, -0.025, 0.013, 0.05},
                                       {0.030, -0.010, 0.015, -0.05}};
enum { SHOT_BLOBS = sizeof shot_blobs / sizeof shot_blobs[0] };

static const airy_outline shot_outline = {.along = 0.12, .across = 0.11, .axis = 25};

typedef struct shot_how {
    double photons;
    double center_y, center_x;
    bool poisson;
    int bins;  // across, odd, the center being in the middle; 0: SHOT_BINS
    bool roof; // in place of the spheroid
} shot_how;

// Half of the sides of its base, turned as the spheroid is.
static const double shot_roof[] = {0.150, 0.095};

static inline double shot_sinc(double x)
{
    return fabs(x) < 1e-6 ? 1 : sin(x) / x;
}

// The transform of 1 - max(|x|, |y|), what an octahedron shows along an axis: a sum of squares.
static inline double shot_pyramid(double u, double v)
{
    u = fabs(u) < 1e-2 ? 1e-2 : u;
    v = fabs(v) < 1e-2 ? 1e-2 : v;
    return 1.5 / (u * v) * (shot_sinc(u - v) - shot_sinc(u + v));
}

static inline double shot_body(double qy, double qx, bool roof)
{
    double c = cos(shot_outline.axis * M_PI / 180), s = sin(shot_outline.axis * M_PI / 180);
    double along = 2 * M_PI * (c * qx + s * qy), across = 2 * M_PI * (c * qy - s * qx);
    if (roof)
        return shot_pyramid(along * shot_roof[0], across * shot_roof[1]);
    double x = hypot(along * shot_outline.along, across * shot_outline.across);
    return x < 1e-3 ? 1 : 3 * (sin(x) - x * cos(x)) / (x * x * x);
}

// Of body and blobs, its real part or the imaginary one.
static inline double shot_transform(double qy, double qx, bool roof, int imaginary)
{
    double sum = imaginary ? 0 : shot_body(qy, qx, roof);
    for (int i = 0; i < SHOT_BLOBS; i++) {
        const shot_blob *b = &shot_blobs[i];
        double a = (roof ? 0.3 : 1) * b->mass *
                   exp(-2 * M_PI * M_PI * b->width * b->width * (qy * qy + qx * qx));
        double phase = 2 * M_PI * (qy * b->y + qx * b->x);
        sum += imaginary ? -a * sin(phase) : a * cos(phase);
    }
    return sum;
}

static inline double shot_intensity(double qy, double qx, bool roof)
{
    double re = shot_transform(qy, qx, roof, 0), im = shot_transform(qy, qx, roof, 1);
    return re * re + im * im;
}

// The mean over a bin, by Gauss and Legendre's three points an axis: a bin holds no more than a
// quarter of the finest fringe, and they are right to 1e-6.
static inline double shot_mean(double qy, double qx, bool roof)
{
    static const double at[] = {-0.3872983346207417, 0, 0.3872983346207417};
    static const double weight[] = {5.0 / 18, 8.0 / 18, 5.0 / 18};
    double sum = 0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            sum += weight[i] * weight[j] * shot_intensity(qy + at[i], qx + at[j], roof);
    return sum;
}

// Behind the stop, in the gap, or nine tenths of a bin.
static inline double shot_cover(double y, double x)
{
    int row = (int)lround(y);
    if (hypot(y, x) < 3 || row == 12 || row == 13)
        return 0;
    return row == 11 ? 0.9 : 1;
}

static inline airy_pattern shot_make(const shot_how *how)
{
    int bins = how->bins ? how->bins : SHOT_BINS;
    double shift = (SHOT_BINS - bins) / 2, center_y = how->center_y - shift,
           center_x = how->center_x - shift, sum = 0;
    airy_pattern p;
    airy_random random;
    airy_random_init(&random, 11, 0, 0, 0);
    assert_ok(airy_pattern_init(&p, bins, bins, &err));
    assert_ok(airy_image_init(&p.coverage, bins, bins, &err));
    for (int i = 0; i < bins * bins; i++) {
        double y = i / bins - center_y, x = i % bins - center_x, cover = shot_cover(y, x);
        p.coverage.px[i] = (float)cover;
        p.photons.px[i] = cover > 0 ? (float)shot_mean(y, x, how->roof) : 0;
        sum += (double)p.photons.px[i] * cover;
        p.mask.bits[i] = cover > 0 ? 0 : AIRY_MASK_SHADOWED;
    }
    for (int i = 0; i < bins * bins; i++) {
        double cover = (double)p.coverage.px[i];
        double mean = (double)p.photons.px[i] * cover * how->photons / sum;
        double counted = how->poisson ? airy_random_poisson(&random, mean) : mean;
        p.photons.px[i] = cover > 0 ? (float)(counted / cover) : 0;
        p.variance.px[i] = cover > 0 ? (float)(counted / (cover * cover)) : 0;
    }
    p.setup = (airy_setup){.energy_ev = 5000, .distance_m = 1, .pitch_m = 1e-3};
    airy_pattern_set_center(&p, center_y, center_x, 0, 0);
    airy_pattern_apply_mask(&p);
    return p;
}

// Images that are as fine as the counts reach, 1.2 times: 96 pixels, or fewer for fewer bins.
static inline airy_search_input shot_input(const airy_pattern *counts)
{
    const int side = airy_fft_size_up(96 * counts->photons.nx / SHOT_BINS);
    return (airy_search_input){
        .counts = counts, .outline = shot_outline, .side = side, .pixel = 1.0 / side};
}

#endif

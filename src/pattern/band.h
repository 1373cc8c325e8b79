// SPDX-License-Identifier: GPL-3.0-or-later
// Band-limited, Friedel-symmetric intensities: their projector and the weighted fit to measured
// pixels.
#ifndef AIRY_PATTERN_BAND_H
#define AIRY_PATTERN_BAND_H

#include "airy/math.h"

#include <stdbool.h>

// The space of intensities I(p) = sum a(r) exp(2 pi i r.(p - c) / L) over the disc |r| <= radius
// with a real and even. All images are L x L, in array order of the pattern (no centering).
typedef struct airy_band {
    int side;                       // L
    double radius;                  // object pixels
    airy_strip *disc;               // columns of the transform that the disc touches
    airy_strip *wide;               // those that its autocorrelation touches
    airy_strip *inner;              // the disc's columns on an array that holds products with it
    airy_strip *weighty;            // the same array, with the columns that weights need
    int inner_side;                 // 4 radii, or L where that is less
    bool centered;                  // the center lies on the inner array's first pixel
    int *first;                     // (columns of disc + 1) where a column's coefficients begin
    float *packed;                  // an image as a strip: scratch
    float complex *spectrum;        // (columns of wide, L)
    float complex *turn_y, *turn_x; // exp(-2 pi i k c / L)
    double unknowns;                // real numbers in a, both halves of the disc counted
} airy_band;

AIRY_MUST_CHECK airy_code airy_band_init(airy_band *band, int side, double radius,
                                         const double *center, airy_error *err);
void airy_band_release(airy_band *band);

// Orthogonal projection into the space; out may be in.
void airy_band_project(airy_band *band, const float *in, float *out);

// a(r) of an image (any image: its projection is meant) for the m x m array, m > 2 radius, as a
// half plane of m rows and m / 2 + 1 columns, zero outside the disc. Without factors.
void airy_band_coefficients(airy_band *band, const float *in, int m, float complex *out);

// Smooths by the square of the space's point-spread function: the share a neighbour has in an
// estimate.
void airy_band_spread(airy_band *band, const float *in, float *out);

// Minimises sum w (data - x)^2 over the space by `steps` preconditioned conjugate-gradient steps
// from x (in the space, changed in place). usual: the variance everywhere, measured or not, for
// the preconditioner.
AIRY_MUST_CHECK airy_code airy_band_fit(airy_band *band, const float *data, const float *weight,
                                        const float *usual, int steps, float *x, airy_error *err);

#endif

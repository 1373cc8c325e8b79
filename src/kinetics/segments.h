// SPDX-License-Identifier: GPL-3.0-or-later
// Continuous straight pieces through weighted means: y = c0 + c1 t+ + c2 (t - b1)+ + c3 (t - b2)+.
#ifndef AIRY_KINETICS_SEGMENTS_H
#define AIRY_KINETICS_SEGMENTS_H

#include "airy/base.h"

enum { AIRY_BREAKS_MAX = 2 };

// Means y with weights (1 / variance) at increasing times, n of them. True times lie around t with
// the standard deviation blur, which rounds corners off: (t - b)+ becomes its mean over a Gaussian.
// The part of the blur that is jitter rounds off the corner at 0 as well; t of unpumped shots is 0.
typedef struct airy_means {
    int n;
    const double *t, *y, *weight, *blur; // blur NULL: 0
    double jitter;
} airy_means;

typedef struct airy_segments {
    int breaks;
    double at[AIRY_BREAKS_MAX];
    double c[AIRY_BREAKS_MAX + 2];
    double chi2; // of the means; infinite when nothing fits
} airy_segments;

// The best fit with this many break points. Every piece holds at least two means, ends included:
// with one, a whole family of places and slopes would fit alike. Search on a grid of half the
// smallest distance of means, then refinement to 1/1000 of it (Hudson, J. Am. Stat. Assoc. 61,
// 1097, 1966, tells why a local search is not enough: the sum of squares has several minima in the
// break points).
void airy_segments_fit(const airy_means *means, int breaks, airy_segments *fit);

// Value that mean d should have, and slope of piece 0 .. breaks.
double airy_segments_value(const airy_segments *fit, const airy_means *means, int d);
double airy_segments_rate(const airy_segments *fit, int piece);

// Number of parameters: a value, a slope, and a place and a slope for each break.
int airy_segments_parameters(int breaks);

#endif

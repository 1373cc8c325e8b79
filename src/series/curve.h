// SPDX-License-Identifier: GPL-3.0-or-later
// One quantity against delay: weighted means of shots, and how far shots scatter by themselves.
#ifndef AIRY_SERIES_CURVE_H
#define AIRY_SERIES_CURVE_H

#include "airy/series.h"
#include "segments.h"

// A quantity of a shot, with its unit and, per time, the unit of its rate.
typedef struct airy_quantity {
    const char *name, *words, *unit, *rate_unit;
    double (*value)(const airy_shot_row *shot); // NaN: not known
    double (*error)(const airy_shot_row *shot); // standard error; NULL or NaN: 0
    bool fitted;                                // gets straight pieces, not only means
    bool size;                                  // a radius: looked at for a stage-I curve
} airy_quantity;

// The quantities, in the order of the table; *n is their number.
const airy_quantity *airy_quantities(int *n);

// Groups of shots of one time. Time is the delay, 0 for negative ones (nothing has happened yet).
typedef struct airy_curve {
    int n;                  // times
    double *t, *y, *weight; // mean and 1 / variance at each
    int *count;             // shots at each
    int shots;              // in all
    double spread;          // standard deviation of shots beyond their errors
    int dof;                // degrees of freedom it was found with
    double spread_unpumped; // the same from unpumped shots alone; NaN with fewer than two
    int unpumped;           // their number
} airy_curve;

// Takes the shots that have the quantity (and passed their gates). The variance of shot i is
// spread^2 + error_i^2: every shot is another particle. spread comes from the scatter of shots
// around the mean of their delay, over all delays, which is the particles' own as long as pumped
// ones scatter like unpumped ones. n = 0 when no shot has the quantity. The caller releases.
AIRY_MUST_CHECK airy_code airy_curve_make(const airy_shot_row *shots, int n,
                                          const airy_quantity *quantity,
                                          const airy_kinetics_options *options, airy_curve *curve,
                                          airy_error *err);
void airy_curve_release(airy_curve *curve);

// The curve's means for fits, from time `first` on, at most up to `last`.
airy_means airy_curve_means(const airy_curve *curve, double last);

#endif

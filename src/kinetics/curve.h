// SPDX-License-Identifier: GPL-3.0-or-later
// One quantity against delay: weighted means of shots, and how far shots scatter by themselves.
#ifndef AIRY_KINETICS_CURVE_H
#define AIRY_KINETICS_CURVE_H

#include "airy/kinetics.h"
#include "segments.h"

// What kind of number a quantity is, and what is done with it.
enum {
    AIRY_IS_RELATIVE = 1, // particles differ in it by a share of itself
    AIRY_IS_FITTED = 2,   // gets straight pieces, not only means
    AIRY_IS_RADIUS = 4,   // looked at for a stage-I curve
    AIRY_IS_SHARE = 8,    // lies between 0 and 1
};

// A quantity of a shot, with its unit and, per time, the unit of its rate.
typedef struct airy_quantity {
    const char *name, *words, *unit, *rate_unit;
    double (*value)(const airy_shot_row *shot); // NaN: not known
    double (*error)(const airy_shot_row *shot); // standard error; NULL or NaN: 0
    unsigned is;                                // the AIRY_IS_ of it
    // What a shot's own error says of the mean of many: the model is wrong in all of them alike.
    double (*shared)(const airy_shot_row *shot); // NULL or NaN: 0
} airy_quantity;

// The quantities, in the order of the table; *n is their number.
const airy_quantity *airy_quantities(int *n);

// Groups of shots of one time, or of one delay bin. Time is the delay, 0 for negative ones (nothing
// has happened yet).
typedef struct airy_curve {
    int n;                  // groups
    double *t, *y, *weight; // mean time, mean and 1 / variance of each
    double *blur;           // standard deviation of a shot's true time from t, ps
    double jitter;          // of a shot's delay, ps
    double *shared;         // mean error that the shots of each have in common
    double *sum;            // workspace
    int *count;             // shots in each
    int shots;              // in all
    // Standard deviation of particles beyond their errors (a share of the value where the quantity
    // is relative): all delays, unpumped and pumped shots; NaN where no delay has two shots.
    double spread, spread_unpumped, spread_pumped;
    double p_alike;    // chance that pumped shots scatter so much more by accident
    airy_spread taken; // the spread that the weights hold
    int dof;           // degrees of freedom it was found with
} airy_curve;

// Takes the shots that have the quantity (and passed their gates). The variance of shot i is
// (spread x scale)^2 + error_i^2 + (slope of the means around x jitter)^2: every shot is another
// particle, and its delay is not known better than the jitter; scale is the mean of its delay for
// lengths and areas, 1 for the rest. n = 0 when no shot has the quantity. The caller releases.
AIRY_MUST_CHECK airy_code airy_curve_make(const airy_shot_row *shots, int n,
                                          const airy_quantity *quantity,
                                          const airy_kinetics_options *options, airy_curve *curve,
                                          airy_error *err);
void airy_curve_release(airy_curve *curve);

// The curve's means for fits, up to time `last`.
airy_means airy_curve_means(const airy_curve *curve, double last);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of the kinetics table, shared by what fills them and what puts them into words.
#ifndef AIRY_KINETICS_KINETICS_H
#define AIRY_KINETICS_KINETICS_H

#include "curve.h"

// Names of a row and its unit; then its value with its interval.
typedef struct airy_row_name {
    const char *quantity, *model, *unit;
} airy_row_name;

AIRY_MUST_CHECK airy_code airy_kinetics_add(airy_kinetics *kinetics, const airy_row_name *name,
                                            const char *parameter, const double value[3],
                                            airy_error *err);

// Fits 0 .. options->breaks break points to a curve, adds their rows with intervals and tests, and
// the row ("best", "breaks"). index keys the random numbers; stop is asked whether to go on.
AIRY_MUST_CHECK airy_code airy_stages_fit(const airy_curve *curve, const airy_quantity *quantity,
                                          int index, const airy_kinetics_options *options,
                                          const airy_progress *stop, airy_kinetics *kinetics,
                                          airy_error *err);

// Means of a quantity over stages I (from after 0), II and III, and the steps between them, as rows
// of model "stage": "I", "II", "III", "II - I", "III - II". Stages without a delay get none. Where
// shots share an error, the steps come once more as rows of model "scatter", without it.
AIRY_MUST_CHECK airy_code airy_stage_means(const airy_curve *curve, const airy_quantity *quantity,
                                           const airy_stage_limits *limits,
                                           const airy_kinetics_options *options,
                                           airy_kinetics *kinetics, airy_error *err);

// Line and parabola through a size up to time `last`.
AIRY_MUST_CHECK airy_code airy_curvature_fit(const airy_curve *curve, const airy_quantity *quantity,
                                             double last, const airy_kinetics_options *options,
                                             airy_kinetics *kinetics, airy_error *err);

// A weighted mean of some of a curve's shots.
typedef struct airy_mean {
    double value, weight; // weight: 1 / variance
    double shared;        // error that its shots have in common
    int shots;
} airy_mean;

// Ends of the interval of a mean: symmetric, but for shares, which it keeps between 0 and 1. The
// shared error is added in quadrature.
void airy_kinetics_interval(const airy_curve *curve, const airy_quantity *quantity,
                            const airy_mean *mean, double level, double ends[2]);

// Mean and interval at each delay as rows, and the spread of particles from all, unpumped and
// pumped shots.
AIRY_MUST_CHECK airy_code airy_delay_means(const airy_curve *curve, const airy_quantity *quantity,
                                           const airy_kinetics_options *options,
                                           airy_kinetics *kinetics, airy_error *err);

// Whether the truth is known of any row.
bool airy_kinetics_know_truth(const airy_kinetics *kinetics);

// Writes the sentences from the rows.
void airy_verdict_write(airy_kinetics *kinetics, const airy_kinetics_options *options);

// Adds a sentence on how many intervals hold the truth.
void airy_verdict_truth(airy_kinetics *kinetics);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Of variance.c, for the room and its tests.
#ifndef AIRY_SCATTERING_VARIANCE_H
#define AIRY_SCATTERING_VARIANCE_H

#include "airy/scattering.h"

// Sums over frames; memory does not depend on their number.
typedef struct airy_variance airy_variance;

// noise_factor: variance of the signal over its mean, in the frames' unit: the gain for counters of
// pure Poisson noise, more where the gain of single quanta spreads (Gibson & Treacy, 2025).
AIRY_MUST_CHECK airy_variance *airy_variance_new(const airy_bins *bins, double noise_factor,
                                                 airy_error *err);
void airy_variance_free(airy_variance *variance);

// Adds a frame of values, NaN where not measured, in the order of frames. Bins of whole pixels.
void airy_variance_add(airy_variance *variance, const float *px);

// One kind of variance of every bin: v as measured, its standard error over frames (NaN for one
// frame, and for `image`), and v less what noise alone makes. Arrays of n bins; the caller's.
typedef struct airy_variance_row {
    double v, error, corrected;
} airy_variance_row;
AIRY_MUST_CHECK airy_code airy_variance_rows(const airy_variance *variance, airy_variance_kind kind,
                                             airy_variance_row *rows, airy_error *err);

#endif

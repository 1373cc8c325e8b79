// SPDX-License-Identifier: GPL-3.0-or-later
// Of peaks.c, for the room and its tests.
#ifndef AIRY_SCATTERING_PEAKS_H
#define AIRY_SCATTERING_PEAKS_H

#include "airy/scattering.h"

// One peak by one estimator. Positions of an asymmetric peak by two estimators differ by more than
// their errors: the estimator belongs to the number.
typedef struct airy_peak {
    int number;                         // of its window, from 1
    const char *estimator;              // "polynomial", "pvoigt", "split-pvoigt"
    double position, error, systematic; // 1/A; systematic: by the sample's thickness, else NaN
    double fwhm, fwhm_error, height;    // NaN where the estimator tells none; height over its
                                        // background, of the polynomial over 0
} airy_peak;
enum { AIRY_PEAK_ESTIMATORS = 3 };

// The peak between low and high by every estimator, `found` of them into peaks[0 ..]:
// - polynomial: the top of the cubic through the points around the highest that are above `share`
//   of it (at least five); the error from its covariance;
// - pvoigt, split-pvoigt: fits of all points between low and high, on a straight background, with a
//   Lorentzian share of 0 to 1.5.
// Where the curve has no errors, they come from the scatter about the fit. AIRY_EVALUE for a window
// of fewer than eight points or without a top inside; fits that fail are left out.
AIRY_MUST_CHECK airy_code airy_peaks_measure(const airy_spectrum *curve, double low, double high,
                                             double share, airy_peak peaks[AIRY_PEAK_ESTIMATORS],
                                             int *found, airy_error *err);

// One row a peak: `peak estimator position error systematic fwhm fwhm_err height`.
AIRY_MUST_CHECK airy_code airy_peaks_table(const airy_peak *peaks, int n, airy_table *table,
                                           airy_error *err);

#endif

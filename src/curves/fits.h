// SPDX-License-Identifier: GPL-3.0-or-later
// Of fits.c, for the room and its tests.
#ifndef AIRY_CURVES_FITS_H
#define AIRY_CURVES_FITS_H

#include "airy/curves.h"

enum { AIRY_CURVES_MODELS = 8 };

// AIRY_EVALUE when x of a model that goes by its unit (a temperature in K) is in another one, as
// the column's name or the options tell it.
AIRY_MUST_CHECK airy_code airy_curves_check_x(const airy_curves *curves, const airy_table *from,
                                              const airy_curves_options *options, airy_error *err);

// Fits of every model to every curve.
typedef struct airy_curves_fits {
    int curves, models;
    const airy_fit_model *model[AIRY_CURVES_MODELS];
    airy_fit_curve *fit; // curve by curve, models in order; model NULL: failed
    char (*why)[256];    // of those that failed
    int failed;
} airy_curves_fits;

// Fits all on the threads of a farm; the same for any number of them. Rivals are compared on one
// scale, that of the first. What fails of many is told in `why`; the error is that of the first
// curve when all fail.
AIRY_MUST_CHECK airy_code airy_curves_fit(const airy_curves *curves,
                                          const airy_curves_options *options,
                                          const airy_progress *progress, airy_curves_fits *fits,
                                          airy_error *err);
void airy_curves_fits_release(airy_curves_fits *fits);

// How many fits miss their points by far more than the errors given, and the worst chi2 of a degree
// of freedom: errors of their parameters are too small then.
int airy_curves_misfits(const airy_curves_fits *fits, double *worst);

// How many fits leave residuals of neighbouring points that are alike beyond chance while their
// limits take points for independent, and the largest correlation.
int airy_curves_alike(const airy_curves_fits *fits, double *worst);

#endif

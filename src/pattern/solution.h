// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of condensing: one fit of a band-limited intensity to one square window.
//
// condense.c is the entry; solution.c fits a band and judges it, prior.c says what is expected of
// every pixel, extent.c finds the diameter, samples.c writes the result.
#ifndef AIRY_PATTERN_SOLUTION_H
#define AIRY_PATTERN_SOLUTION_H

#include "band.h"

#include "airy/pattern.h"

#include <math.h>
#include <string.h>

#define AIRY_BRIGHT 5.0   // expected photons of a pixel in chi2_bright
#define AIRY_SETTLED 1.05 // residuals above what is expected that are worth more rounds

enum { DATA, WEIGHT, USUAL, LOCAL, FACTOR, EXTRA, SOLUTION, KNOWN, SHARE, LEVERAGE, GUESS, PLANES };

// Everything on the L x L array of the transform; the pattern lies in its first rows and columns.
typedef struct airy_solution {
    int side;
    double center[2];
    float *plane[PLANES];
    airy_band band;
    double radius;
    int used;    // measured pixels in the fit
    bool merged; // mates hold the same numbers
    bool has_sphere;
    airy_sphere_fit sphere; // of the pattern, if one could be fitted
} airy_solution;

AIRY_MUST_CHECK airy_code airy_solution_init(airy_solution *w, const airy_pattern *in, int side,
                                             const airy_condense_options *options, airy_error *err);
void airy_solution_release(airy_solution *w);

// Value at the mate of pixel (y, x), taken from a cyclic plane at the nearest pixel.
float airy_solution_mate(const airy_solution *w, const float *plane, int y, int x);

// Neither pixel i nor its mate was measured.
bool airy_solution_blind(const airy_solution *w, int i);

// Fits the band of this diameter (cycles a pixel), in more rounds while residuals are too large and
// fall; fills the residuals, photons and band of the result.
AIRY_MUST_CHECK airy_code airy_solution_fit(airy_solution *w, const airy_condense_options *options,
                                            double diameter, airy_condense_result *result,
                                            airy_error *err);

// How far the residuals are above what they should be; 1 is perfect.
double airy_solution_misfit(const airy_condense_result *result);

// LOCAL: mean of the measured pixels and their mates, over a neighbourhood of `sigma` pixels or
// more.
AIRY_MUST_CHECK airy_code airy_prior_mean(airy_solution *w, double sigma, airy_error *err);

// GUESS: a fitted sphere's photons where nothing is measured, NaN when none looks like the pattern.
AIRY_MUST_CHECK airy_code airy_prior_sphere(airy_solution *w, const airy_pattern *in,
                                            const airy_condense_options *options, airy_error *err);

// WEIGHT and USUAL, from the solution if there is one, else from LOCAL; DATA of blind pixels.
void airy_prior_weights(airy_solution *w, bool have);

// The diameter in cycles a pixel.
AIRY_MUST_CHECK airy_code airy_extent_find(const airy_pattern *in,
                                           const airy_condense_options *options, double *diameter,
                                           airy_error *err);

// The pattern of the solution; out has its size.
AIRY_MUST_CHECK airy_code airy_samples_write(airy_solution *w, const airy_pattern *in,
                                             const airy_condense_options *options,
                                             airy_pattern *out, airy_error *err);

#endif

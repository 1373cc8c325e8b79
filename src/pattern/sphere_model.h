// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of the sphere fit: what is fitted to which pixels, its likelihood, and errors.
//
// sphere.c is the entry and climbs, sphere_start.c says where, sphere_model.c has the model and its
// likelihood, sphere_errors.c the errors of what was found.
#ifndef AIRY_PATTERN_SPHERE_MODEL_H
#define AIRY_PATTERN_SPHERE_MODEL_H

#include "airy/pattern.h"

enum { PAR, PERP, INTENSITY, BACKGROUND, CENTER_Y, CENTER_X, EDGE, PARAMETERS };

// One fit: which pixels, their noise, and which parameters are free.
typedef struct airy_sphere_task {
    const airy_pattern *pattern;
    airy_image factor, extra;
    double p[PARAMETERS];
    int n_free, free[PARAMETERS];
    bool round;   // one radius: PAR stands for both
    bool area;    // pixels integrate
    double begun; // radius that the rings gave, 0 = given by the caller
    double cos_a, sin_a;
    double slope;       // pitch / distance: tan(2 theta) a pixel; 0 = small angles
    double least, most; // pixels from the center
} airy_sphere_task;

// Expected photons of the pixel at (dy, dx) from the center.
double airy_sphere_model_at(const airy_sphere_task *s, double dy, double dx);

// The same, and its derivatives by all parameters.
double airy_sphere_model_slopes(const airy_sphere_task *s, double dy, double dx, double *d);

// Range and center of the range stay with the first center, or the sum would jump as the center
// moves.
bool airy_sphere_used(const airy_sphere_task *s, int i);

// Gradient of the log-likelihood and Fisher information of the free parameters.
typedef struct airy_sphere_normal {
    double gradient[PARAMETERS];
    double fisher[PARAMETERS][PARAMETERS];
} airy_sphere_normal;

// The deviance, and what the next step needs: sines and roots of a pixel serve both.
double airy_sphere_accumulate(const airy_sphere_task *s, airy_sphere_normal *sum);

// (fisher + damp diag) step = gradient, n unknowns; false: the information is singular.
bool airy_sphere_solve(const airy_sphere_normal *sum, int n, double damp, double *step);

// Pixels, deviance, and chi2 of all and of the bright pixels.
void airy_sphere_judge(const airy_sphere_task *s, double value, airy_sphere_fit *fit);

// What errors are given of: the free parameters, and the ratio of the radii.
enum { RATIO = PARAMETERS, WANTED };

// Variances by photon counting, or where structure is more than that, those of independent
// speckles.
AIRY_MUST_CHECK airy_code airy_sphere_variances(const airy_sphere_task *s, double *variance,
                                                airy_error *err);

#endif

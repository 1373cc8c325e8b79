// SPDX-License-Identifier: GPL-3.0-or-later
// Of profile.c, for the room and its tests.
#ifndef AIRY_SCATTERING_PROFILE_H
#define AIRY_SCATTERING_PROFILE_H

#include "airy/scattering.h"

// n bins. Sums first, of which profiles of several frames are added; then what follows from them.
// All arrays in one allocation. Zero-initialise.
typedef struct airy_profile {
    int n, frames;
    double *counts;    // sum w of what was counted, less dark and background
    double *norm;      // sum w n
    double *variance;  // of `counts`
    double *pixels;    // sum of w
    double *intensity; // counts / norm; NaN where nothing was measured
    double *sigma;     // its standard error
} airy_profile;

// A zeroed profile; the caller releases.
AIRY_MUST_CHECK airy_code airy_profile_init(airy_profile *profile, int n, airy_error *err);
void airy_profile_release(airy_profile *profile);

// Adds the sums of `more`, and makes intensity and sigma of all; the mean of the pixels of a frame.
void airy_profile_add(airy_profile *profile, const airy_profile *more);
void airy_profile_finish(airy_profile *profile);

// What a sample of this thickness makes a coordinate uncertain by, in 1/A at q: its slices lie at
// distances L +- t / 2, and dq = (2 pi / lambda) cos(theta) sin(2 theta) cos(2 theta) t / L over
// all of it. L: distance in m.
double airy_thickness_dq(double q_inv_a, double energy_ev, double distance_m, double thickness_m);

#endif

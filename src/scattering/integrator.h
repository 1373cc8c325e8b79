// SPDX-License-Identifier: GPL-3.0-or-later
// What all frames of an integration share.
#ifndef AIRY_SCATTERING_INTEGRATOR_H
#define AIRY_SCATTERING_INTEGRATOR_H

#include "airy/scattering.h"

struct airy_integrator {
    airy_integrate_options o;
    airy_polar polar;
    airy_bins bins;
    int largest;       // entries of the largest bin
    double distance_m; // of the detector's plane
    airy_image norm;   // flat x polarisation x solid angle
    airy_image dark;   // with scale x background, px NULL: none
    airy_image extra;  // variance of what is taken off, px NULL: none
};

// AIRY_ESHAPE unless ny x nx is the size of the frames.
AIRY_MUST_CHECK airy_code airy_integrator_size(const airy_integrator *in, const char *what, int ny,
                                               int nx, airy_error *err);

#endif

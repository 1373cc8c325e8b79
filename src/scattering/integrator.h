// SPDX-License-Identifier: GPL-3.0-or-later
// What all frames of an integration share.
#ifndef AIRY_SCATTERING_INTEGRATOR_H
#define AIRY_SCATTERING_INTEGRATOR_H

#include "airy/scattering.h"
#include "profile.h"

void airy_integrate_options_defaults(airy_integrate_options *options);

typedef struct airy_integrator airy_integrator;

struct airy_integrator {
    airy_integrate_options o;
    airy_polar polar;
    airy_bins bins;
    int largest;       // entries of the largest bin
    double distance_m; // of the detector's plane
    airy_image norm;   // flat x polarisation x solid angle
    float *norm_of;    // (entries) the same of each entry of the bins, in their order
    airy_image dark;   // with scale x background, px NULL: none
    airy_image extra;  // variance of what is taken off, px NULL: none
};

// AIRY_ESHAPE unless ny x nx is the size of the frames.
AIRY_MUST_CHECK airy_code airy_integrator_size(const airy_integrator *in, const char *what, int ny,
                                               int nx, airy_error *err);

// Images of the frames' size that belong to the detector, borrowed while the integrator is made;
// px or bits NULL: there is none.
typedef struct airy_integrate_images {
    airy_image dark;          // taken off, in the frames' unit
    airy_image flat;          // what a pixel shows of 1; 0 and NaN: not measured
    const airy_pattern *back; // background, of which scale x (it - dark) is taken off; NULL: none
    airy_mask mask;
} airy_integrate_images;

// For frames of ny x nx. Errors as of airy_polar_init and airy_bins_rings; AIRY_ESHAPE for images
// of another size.
AIRY_MUST_CHECK airy_integrator *airy_integrator_new(const airy_pose *pose, int ny, int nx,
                                                     const airy_integrate_options *options,
                                                     const airy_integrate_images *images,
                                                     airy_error *err);
void airy_integrator_free(airy_integrator *integrator);

// Its bins, and the coordinates they are in; borrowed.
const airy_bins *airy_integrator_bins(const airy_integrator *integrator);
const airy_polar *airy_integrator_polar(const airy_integrator *integrator);

// What the thickness makes q uncertain by; NaN where it is not stated.
double airy_integrator_dq(const airy_integrator *integrator, double q_inv_a);

// The systematic error of every bin's intensity by the thickness, |dI/dq| dq, rings of one sector
// by central differences; NaN where the thickness is not stated or a neighbour is missing.
void airy_profile_systematic(const airy_profile *profile, const airy_integrator *integrator,
                             double *systematic);

#endif

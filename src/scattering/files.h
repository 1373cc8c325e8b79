// SPDX-License-Identifier: GPL-3.0-or-later
// Of files.c, for the room and its tests.
#ifndef AIRY_SCATTERING_FILES_H
#define AIRY_SCATTERING_FILES_H

#include "airy/scattering.h"
#include "variance.h"
#include "profile.h"
#include "integrator.h"

// What one integration leaves: borrowed parts.
typedef struct airy_rings_result {
    const airy_integrator *integrator;
    const airy_profile *mean;      // of all frames
    const airy_variance *variance; // NULL: not asked for
    airy_variance_kind kind;       // that goes into the table
} airy_rings_result;

// One row a bin: q_inv_a intensity sigma sigma_systematic pixels (of a frame), then what else there
// is: the radial coordinate (when it is not q in 1/A), phi_deg of sectors, and v_KIND v_KIND_err
// v_KIND_corrected of the chosen variance.
AIRY_MUST_CHECK airy_code airy_rings_table(const airy_rings_result *result, airy_table *table,
                                           airy_error *err);

// The same as arrays of (rings) or (sectors, rings) in /entry/data, and all variances in
// /entry/variance.
airy_code airy_rings_put(const airy_rings_result *result, airy_h5 *h5, airy_error *err);

// Appends the profile of one frame to /entry/each/{intensity,sigma} (frames, sectors, rings).
airy_code airy_rings_append(const airy_integrator *integrator, const airy_profile *profile,
                            airy_h5 *h5, airy_error *err);

#endif

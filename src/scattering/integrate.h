// SPDX-License-Identifier: GPL-3.0-or-later
// Of integrate.c, for the room and its tests.
#ifndef AIRY_SCATTERING_INTEGRATE_H
#define AIRY_SCATTERING_INTEGRATE_H

#include "airy/scattering.h"
#include "profile.h"
#include "integrator.h"

// Room for the work of one thread.
typedef struct airy_integrator_work airy_integrator_work;
AIRY_MUST_CHECK airy_integrator_work *airy_integrator_work_new(const airy_integrator *integrator,
                                                               airy_error *err);
void airy_integrator_work_free(airy_integrator_work *work);

// The profile of one frame, finished, into `profile` (initialised with the number of bins). What is
// not measured in it (NaN, excluded) is left out. AIRY_ESHAPE for another size.
AIRY_MUST_CHECK airy_code airy_integrator_frame(const airy_integrator *integrator,
                                                const airy_pattern *frame,
                                                airy_integrator_work *work, airy_profile *profile,
                                                airy_error *err);

// The frame's values after dark and background, NaN where not measured, as of the last call with
// this work; (ny * nx), borrowed.
const float *airy_integrator_signal(const airy_integrator_work *work);

#endif

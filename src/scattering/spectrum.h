// SPDX-License-Identifier: GPL-3.0-or-later
// Of spectrum.c, for the room and its tests.
#ifndef AIRY_SCATTERING_SPECTRUM_H
#define AIRY_SCATTERING_SPECTRUM_H

#include "airy/scattering.h"
#include "profile.h"
#include "integrator.h"

// A table, of which `columns` names two, "q_inv_a intensity" (sigma where there is one), or two or
// three columns of numbers without a header (.xy, .dat, .chi; lines that begin with # ! or a letter
// are skipped), the first one in `unit`; rows that are nan are left out. energy_ev is for angles.
// Errors: AIRY_EFORMAT for q that do not rise, AIRY_EVALUE for fewer than three points.
AIRY_MUST_CHECK airy_code airy_spectrum_read(const char *path, const char *columns,
                                             airy_radial unit, double energy_ev,
                                             airy_spectrum *curve, airy_error *err);

// Divides by (1 + cos^2(2 theta)) / 2, what a full ring has of a beam of any polarisation.
void airy_spectrum_unpolarise(airy_spectrum *curve, double energy_ev);

// The measured rings of a profile; the caller releases. AIRY_EVALUE for sectors.
AIRY_MUST_CHECK airy_code airy_spectrum_of_profile(const airy_profile *profile,
                                                   const airy_integrator *integrator,
                                                   airy_spectrum *curve, airy_error *err);

#endif

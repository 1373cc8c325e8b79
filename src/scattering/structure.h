// SPDX-License-Identifier: GPL-3.0-or-later
// Of structure.c, for the room and its tests.
#ifndef AIRY_SCATTERING_STRUCTURE_H
#define AIRY_SCATTERING_STRUCTURE_H

#include "airy/scattering.h"

// S(q) and what it came from.
typedef struct airy_structure {
    airy_spectrum s;
    double *inelastic;       // (s.n) Compton intensity in units of S
    double limit;            // S at infinity
    double scale;            // electron units per unit of intensity
    double background_scale; // as used
} airy_structure;

// A structure factor as it stands, between q_min and q_max, with limit 1.
AIRY_MUST_CHECK airy_code airy_structure_take(airy_structure *structure, const airy_spectrum *from,
                                              const airy_structure_options *options,
                                              airy_error *err);

// S(q) of an intensity between q_min and q_max. background: NULL, or one that covers that range.
// Errors of the intensity and of the background are carried through; that of the scale is not.
AIRY_MUST_CHECK airy_code airy_structure_init(
    airy_structure *structure, const airy_spectrum *intensity, const airy_spectrum *background,
    const airy_composition *composition, const airy_form_options *form,
    const airy_structure_options *options, airy_error *err);
void airy_structure_release(airy_structure *structure);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// What xraylib knows of elements.
#ifndef AIRY_SCATTERING_ELEMENTS_H
#define AIRY_SCATTERING_ELEMENTS_H

#include "airy/base.h"

// Atomic number of a symbol; 0: there is no such element.
int airy_element_number(const char *symbol);

// g / mol.
double airy_element_weight(int z);

// Form factor f0 (electrons) and Compton intensity (electron units) at q in 1/A.
// AIRY_EVALUE beyond the tables.
AIRY_MUST_CHECK airy_code airy_element_form(int z, double q, double *f0, double *compton,
                                            airy_error *err);

// Anomalous terms f' and f'' (electrons) at an energy in eV.
AIRY_MUST_CHECK airy_code airy_element_anomalous(int z, double energy_ev, double *f1, double *f2,
                                                 airy_error *err);

#endif

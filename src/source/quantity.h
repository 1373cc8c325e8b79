// SPDX-License-Identifier: GPL-3.0-or-later
// Lengths and energies with the unit that a file states beside them.
#ifndef AIRY_SOURCE_QUANTITY_H
#define AIRY_SOURCE_QUANTITY_H

#include "airy/source.h"

typedef enum airy_dimension { AIRY_NO_DIMENSION, AIRY_LENGTH, AIRY_ENERGY } airy_dimension;

// A number x times this factor is in m or in eV.
typedef struct airy_measure {
    airy_dimension dimension; // AIRY_NO_DIMENSION: the file states no unit
    double factor;
} airy_measure;

// The unit called text ("mm", "Angstrom", "keV"); false when there is none of this name.
bool airy_measure_find(const char *text, airy_measure *measure);

// The attribute `units` of a dataset. AIRY_EFORMAT when it is the name of no length or energy.
AIRY_MUST_CHECK airy_code airy_measure_read(airy_h5 *h5, const char *path, airy_measure *measure,
                                            airy_error *err);

// A wavelength as a photon energy and back: eV to m, m to eV. 0 stays unknown.
double airy_measure_turn(double value);

#endif

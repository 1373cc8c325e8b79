// SPDX-License-Identifier: GPL-3.0-or-later
// Of lattice.c, for the room and its tests.
#ifndef AIRY_SIMULATE_LATTICE_H
#define AIRY_SIMULATE_LATTICE_H

#include "airy/simulate.h"

// What is known of a lattice without noise: neighbours in the first shell, q_l and w^_l of their
// directions (w4_hat NaN where it is 0 / 0), volume of a cell in cubes of the nearest distance.
typedef struct airy_lattice_truth {
    const char *name;
    int neighbours;
    double q4, w4_hat, q6, w6_hat, volume;
} airy_lattice_truth;

// Its atoms, initialised here. The same options give the same atoms.
AIRY_MUST_CHECK airy_code airy_lattice_make(const airy_lattice *lattice, airy_atoms *atoms,
                                            airy_error *err);
const airy_lattice_truth *airy_lattice_known(airy_lattice_kind kind);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Of structure.c, for the room and its tests.
#ifndef AIRY_ATOMS_STRUCTURE_H
#define AIRY_ATOMS_STRUCTURE_H

#include "airy/atoms.h"

// S(q) = <|rho(q)|^2> / N in shells of q, from the wave vectors of the first box, unit scattering.
// Zero-initialise, then begin.
typedef struct airy_atoms_structure {
    int types, bins, frames, threads;
    double q_max;
    airy_waves waves;
    double complex *rho;   // (types, waves)
    double *sum, *squares; // (1 + types (types + 1) / 2, bins) over frames
    int *vectors;          // of a bin
} airy_atoms_structure;

// At most `most` vectors a bin.
AIRY_MUST_CHECK airy_code airy_atoms_structure_begin(airy_atoms_structure *structure,
                                                     const airy_atom_box *box, int types, int bins,
                                                     double q_max, int most, airy_error *err);
void airy_atoms_structure_release(airy_atoms_structure *structure);
AIRY_MUST_CHECK airy_code airy_atoms_structure_add(airy_atoms_structure *structure,
                                                   const airy_atoms *atoms, airy_error *err);

// S in a bin and its standard error over frames; pair 0: all; then t <= u in the order 00 01 .. 11
// ..: Ashcroft-Langreth, Re <rho_t* rho_u> / sqrt(N_t N_u). NaN where no wave vector lies.
double airy_atoms_structure_s(const airy_atoms_structure *structure, int pair, int bin);
double airy_atoms_structure_error(const airy_atoms_structure *structure, int pair, int bin);

#endif

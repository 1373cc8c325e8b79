// SPDX-License-Identifier: GPL-3.0-or-later
// Of waves.c, for the room and its tests.
#ifndef AIRY_ATOMS_WAVES_H
#define AIRY_ATOMS_WAVES_H

#include "airy/atoms.h"

// All with low <= |q| < high of a region; spot: those no more than (high - low) / 2 from the vector
// of length (low + high) / 2. AIRY_EVALUE when there is none, when there are more than 20 million,
// and where the box is not periodic.
AIRY_MUST_CHECK airy_code airy_waves_init(airy_waves *waves, const airy_atom_box *box,
                                          airy_region region, double low, double high,
                                          airy_error *err);
void airy_waves_release(airy_waves *waves);

// Leaves at most `most` in each of `bins` equal ranges of |q| from 0 to high, evenly chosen.
AIRY_MUST_CHECK airy_code airy_waves_thin(airy_waves *waves, int bins, double high, int most,
                                          airy_error *err);

// rho(q) = sum_j exp(i q . r_j) over the atoms of `type` (-1: all), one for each wave.
AIRY_MUST_CHECK airy_code airy_waves_density(const airy_waves *waves, const airy_atoms *atoms,
                                             int type, int threads, double complex *rho,
                                             airy_error *err);

#endif

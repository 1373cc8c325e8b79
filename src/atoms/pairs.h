// SPDX-License-Identifier: GPL-3.0-or-later
// Of pairs.c, for the room and its tests.
#ifndef AIRY_ATOMS_PAIRS_H
#define AIRY_ATOMS_PAIRS_H

#include "airy/atoms.h"

// g(r) of frames one after the other: ordered pairs of types t and u at t * types + u, t's atoms
// seen from u's the same as u's from t's. Zero-initialise, then begin.
typedef struct airy_pairs {
    int types, bins, frames, threads;
    double r_max;
    int64_t *count; // (types * types, bins) of the last frame
    double *sum,
        *squares;         // (1 + types * types, bins): g summed over frames; the first of all atoms
    double *coordination; // the same: neighbours up to the end of a bin
} airy_pairs;

// r_max 0: half of the smallest height of the first box.
AIRY_MUST_CHECK airy_code airy_pairs_begin(airy_pairs *pairs, int types, int bins, double r_max,
                                           airy_error *err);
void airy_pairs_release(airy_pairs *pairs);
AIRY_MUST_CHECK airy_code airy_pairs_add(airy_pairs *pairs, const airy_atoms *atoms,
                                         airy_error *err);

// The distinct part of the van Hove function in place of g(r): how far the atoms, at `later` (3 n)
// by now, are from where others were; t's now, u's then. It begins as g(r), and is 1 when all is
// forgotten (van Hove, Phys. Rev. 95, 249, 1954: rho g of r and t).
AIRY_MUST_CHECK airy_code airy_pairs_add_later(airy_pairs *pairs, const airy_atoms *atoms,
                                               const double *later, airy_error *err);

// g in a bin (mean over frames), its standard error from their scatter (NaN for one frame), and
// coordination. pair: 0 all atoms, 1 + t * types + u partial.
double airy_pairs_g(const airy_pairs *pairs, int pair, int bin);
double airy_pairs_error(const airy_pairs *pairs, int pair, int bin);
double airy_pairs_neighbours(const airy_pairs *pairs, int pair, int bin);

#endif

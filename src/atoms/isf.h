// SPDX-License-Identifier: GPL-3.0-or-later
// Of isf.c, for the room and its tests.
#ifndef AIRY_ATOMS_ISF_H
#define AIRY_ATOMS_ISF_H

#include "airy/atoms.h"
#include "tracks.h"
#include "lags.h"

// The self part of the intermediate scattering function at one q, of one lag and type: the mean of
// cos(q u) over atoms, all origins, and q along x, y and z. Its error is the scatter of atoms, each
// averaged over origins.
typedef struct airy_self_row {
    double f, error;
} airy_self_row;

// Of n_q lengths q in 1/A: rows[(lag * (types + 1) + type) * n_q + k], type 0 all atoms, 1 + t
// those of type t; NaN where there are none. Memory: 8 bytes an atom, lag and q.
AIRY_MUST_CHECK airy_code airy_self_find(const airy_tracks *tracks, const airy_lags *lags,
                                         const double *q, int n_q, int threads, airy_self_row *rows,
                                         airy_error *err);

#endif

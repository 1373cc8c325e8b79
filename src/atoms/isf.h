// SPDX-License-Identifier: GPL-3.0-or-later
// Of isf.c, for the room and its tests.
#ifndef AIRY_ATOMS_ISF_H
#define AIRY_ATOMS_ISF_H

#include "airy/atoms.h"
#include "tracks.h"
#include "lags.h"

// The self part of the intermediate scattering function at one q, of one lag and type: the mean of
// cos(q u) over atoms, all origins, and q along x, y and z. Its error is the scatter of atoms, each
// averaged over origins; `with_before` the correlation of it with that of the lag before, NaN of
// the first: what an atom does at one lag it nearly does at the next.
typedef struct airy_self_row {
    double f, error, with_before;
} airy_self_row;

// Of n_q lengths q in 1/A: rows[(lag * (types + 1) + type) * n_q + k], type 0 all atoms, 1 + t
// those of type t; NaN where there are none. Memory: 8 bytes an atom, lag and q.
AIRY_MUST_CHECK airy_code airy_self_find(const airy_tracks *tracks, const airy_lags *lags,
                                         const double *q, int n_q, int threads, airy_self_row *rows,
                                         airy_error *err);

// When F_s, of each lag at row[lag * step], first falls through 1/e, by the line of ln(-ln F_s)
// against ln t between the two lags around; its error from those of both and their correlation. NaN
// when it does not, or at once below 0.
void airy_self_fall(const airy_self_row *row, int step, const airy_lags *lags, double tau[2]);

#endif

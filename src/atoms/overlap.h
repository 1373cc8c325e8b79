// SPDX-License-Identifier: GPL-3.0-or-later
// Of overlap.c, for the room and its tests.
#ifndef AIRY_ATOMS_OVERLAP_H
#define AIRY_ATOMS_OVERLAP_H

#include "airy/atoms.h"
#include "tracks.h"
#include "lags.h"

// Overlap of two frames: the share of atoms that are nearer than a radius to where they were. Q:
// its mean over origins; chi4 = N (<Q^2> - <Q>^2), how many atoms forget together (Lacevic et al.,
// J. Chem. Phys. 119, 7372, 2003, of its self part); NaN of one origin, and of all lags where none
// shows a difference between origins. Q's error is the scatter of
// atoms, each averaged over origins, times the root of chi4 / (Q (1 - Q)) where they move together;
// that of chi4 a jackknife over up to ten stretches of origins, none shorter than the lag: NaN
// where there are fewer than AIRY_OVERLAP_LEAST, that is at lags above a fifth of the record.
typedef struct airy_overlap_row {
    double q, error, chi4, chi4_error;
    int origins;
} airy_overlap_row;
enum { AIRY_OVERLAP_LEAST = 4 };

// rows[lag * (types + 1) + type], as above.
AIRY_MUST_CHECK airy_code airy_overlap_find(const airy_tracks *tracks, const airy_lags *lags,
                                            double radius, int threads, airy_overlap_row *rows,
                                            airy_error *err);

#endif

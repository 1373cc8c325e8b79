// SPDX-License-Identifier: GPL-3.0-or-later
// Of motion.c, for the room and its tests.
#ifndef AIRY_ATOMS_MOTION_H
#define AIRY_ATOMS_MOTION_H

#include "airy/atoms.h"
#include "tracks.h"
#include "lags.h"

// Of one lag and one type: means over atoms and all origins.
typedef struct airy_motion_row {
    double msd,
        error;      // A^2; standard error from the scatter of atoms, each an average over origins
    double alpha2;  // 3 <u^4> / 5 <u^2>^2 - 1 (Rahman, Phys. Rev. 136, A405, 1964)
    double fast;    // share with |u| above the limit
    double samples; // atoms x origins
} airy_motion_row;

// Diffusion of a type: slope / 6 of a line through the MSD, equal weights, in a range of lags. The
// error is that of the atoms' own slopes. exponent: slope of ln MSD against ln t there; where it is
// not 0.8 to 1.2 there is no diffusion to speak of and d is NaN.
typedef struct airy_diffusion {
    double d, error, exponent, from_ps, to_ps;
    int lags;
} airy_diffusion;

// Type 0: all atoms; 1 + t: those of type t.
typedef struct airy_motion {
    int lags, types;
    airy_motion_row *row;      // [lag * (types + 1) + type]
    airy_diffusion *diffusion; // types + 1
} airy_motion;

// The motion of all lags. The caller releases. Errors: AIRY_EMEMORY, AIRY_ESTOPPED.
AIRY_MUST_CHECK airy_code airy_motion_find(const airy_tracks *tracks, const airy_lags *lags,
                                           const airy_motion_options *options,
                                           const airy_progress *progress, airy_motion *motion,
                                           airy_error *err);
void airy_motion_release(airy_motion *motion);

#endif

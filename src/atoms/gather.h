// SPDX-License-Identifier: GPL-3.0-or-later
// The way of one atom, gathered from frames: x of all frames, then y, then z.
#ifndef AIRY_ATOMS_GATHER_H
#define AIRY_ATOMS_GATHER_H

#include "airy/atoms.h"
#include "tracks.h"

enum { AIRY_GATHER_ATOMS = 8 }; // fetched at once, for they share the lines of memory

typedef struct airy_gather {
    ptrdiff_t row; // frames
    int first;     // atom whose way comes first; those of AIRY_GATHER_ATOMS are held
    double *all;
    const double *r; // of the atom asked for
} airy_gather;

// False when there is no memory.
bool airy_gather_init(airy_gather *gather, int frames);
void airy_gather_release(airy_gather *gather);
void airy_gather_atom(airy_gather *gather, const airy_tracks *tracks, int atom);

#endif

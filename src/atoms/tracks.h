// SPDX-License-Identifier: GPL-3.0-or-later
// Of tracks.c, for the room and its tests.
#ifndef AIRY_ATOMS_TRACKS_H
#define AIRY_ATOMS_TRACKS_H

#include "airy/atoms.h"

// Where atoms were in all frames: what measures of motion need. Zero-initialise; set drift and mass
// (of types; zeroes: all the same), then add. Memory: 24 bytes an atom and frame.
typedef struct airy_tracks {
    airy_drift drift;
    double mass[AIRY_TYPES_MAX];
    int frames, room, atoms, types;
    double *time_ps;
    double **r; // r[frame][3 atom + x], unwrapped
    int *type;
    airy_atom_box box; // of the first frame
    double stretch;    // largest relative change of the volume since
} airy_tracks;

// A frame more. In a periodic box that changes, positions are those of the first box: what the box
// does to all is no motion of atoms. Errors: AIRY_EVALUE for frames without a time or not later
// than the one before.
AIRY_MUST_CHECK airy_code airy_tracks_add(airy_tracks *tracks, const airy_atoms *atoms, int types,
                                          airy_error *err);
void airy_tracks_release(airy_tracks *tracks);

#endif

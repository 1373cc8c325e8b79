// SPDX-License-Identifier: GPL-3.0-or-later
// Of trajectory.c, for the room and its tests.
#ifndef AIRY_ATOMS_TRAJECTORY_H
#define AIRY_ATOMS_TRAJECTORY_H

#include "airy/atoms.h"

typedef struct airy_trajectory airy_trajectory;

// Opens a LAMMPS text dump (x, xs, xu or xsu; image flags; gzip or xz), extended XYZ (also packed)
// or H5MD. NULL on errors; AIRY_EFORMAT names what the file looks like, DCD, XTC and TRR too.
AIRY_MUST_CHECK airy_trajectory *
airy_trajectory_open(const char *path, const airy_trajectory_options *options, airy_error *err);

// The next frame, borrowed until the next call; NULL when there is none. Errors: AIRY_EFORMAT for
// what is no frame, naming the line; AIRY_EVALUE when atoms got lost, doubled or changed their
// type, and when they move too far between frames for wrapped coordinates to be unwrapped.
AIRY_MUST_CHECK airy_code airy_trajectory_next(airy_trajectory *trajectory,
                                               const airy_atoms **atoms, airy_error *err);
void airy_trajectory_close(airy_trajectory *trajectory);

// What the first frame has told: number of types, their names; the name of the format.
int airy_trajectory_types(const airy_trajectory *trajectory);
const char *airy_trajectory_type(const airy_trajectory *trajectory, int type);
const char *airy_trajectory_format_name(const airy_trajectory *trajectory);

// Whether its lengths and times are in units of the simulation's own (LAMMPS' lj).
bool airy_trajectory_reduced(const airy_trajectory *trajectory);

// The share of the file that has been read, 0 to 1.
double airy_trajectory_share(const airy_trajectory *trajectory);

#endif

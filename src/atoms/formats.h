// SPDX-License-Identifier: GPL-3.0-or-later
// What a format of trajectories is to trajectory.c: a row with four functions.
#ifndef AIRY_ATOMS_FORMATS_H
#define AIRY_ATOMS_FORMATS_H

#include "airy/atoms.h"

// Names in the order in which they were met.
typedef struct airy_type_names {
    int n;
    char name[AIRY_TYPES_MAX][AIRY_TYPE_ROOM];
} airy_type_names;

// The number of a name, added when it is new; -1 when there are too many.
int airy_type_number(airy_type_names *names, const char *name);

// A frame as it stands in the file: atoms in any order.
typedef struct airy_stored_atoms {
    int n, room;
    long long step;
    double time_ps; // NaN: not stated
    airy_atom_box box;
    bool unwrapped; // s counts boxes passed
    bool reduced;   // lengths and times have units of the simulation's own
    long long *id;  // n
    int *type;      // n, numbers of names
    double *s;      // 3 n, in units of the box's edges; without a box, positions
} airy_stored_atoms;

// The box in another unit of length. Coordinates in units of its edges stay.
AIRY_MUST_CHECK airy_code airy_atom_box_scale(airy_atom_box *box, double factor, airy_error *err);

// Room for n atoms, what was there is kept. AIRY_EMEMORY, AIRY_ESHAPE.
AIRY_MUST_CHECK airy_code airy_stored_room(airy_stored_atoms *stored, long long n, airy_error *err);

// Room for one more of n atoms that a file promises: it grows with what is there, for the promise
// may be wrong.
AIRY_MUST_CHECK airy_code airy_stored_next(airy_stored_atoms *stored, long long n, airy_error *err);

// Positions, as stored in s so far, to coordinates in the box.
void airy_stored_inside(airy_stored_atoms *stored);

// One way to store trajectories. `read` fills the next frame; *end when there was none.
typedef struct airy_trajectory_format {
    const char *name;
    void *(*open)(const char *path, airy_error *err);
    airy_code (*read)(void *reader, airy_stored_atoms *stored, airy_type_names *names, bool *end,
                      airy_error *err);
    double (*share)(const void *reader);
    void (*close)(void *reader);
} airy_trajectory_format;

extern const airy_trajectory_format airy_dump_format, airy_xyz_format, airy_h5md_format;

// The next word of a line at *at, ended by a zero, *at behind it; NULL when there is none.
char *airy_word_next(char **at);

// The next word as a number; false when it is none. Reads the digits that files of atoms have about
// five times as fast as strtod, and the same.
bool airy_number_next(char **at, double *value);

// A number of a file as a whole one; what is beyond 1e15 becomes that.
long long airy_whole(double value);

#endif

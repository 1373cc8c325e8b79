// SPDX-License-Identifier: GPL-3.0-or-later
// Of box.c, for the room and its tests.
#ifndef AIRY_ATOMS_BOX_H
#define AIRY_ATOMS_BOX_H

#include "airy/atoms.h"

// Coordinates to positions and back; s may be r.
void airy_atom_box_position(const airy_atom_box *box, const double s[3], double r[3]);
void airy_atom_box_inside(const airy_atom_box *box, const double r[3], double s[3]);

// The shortest of the periodic images of a difference of positions, in place: exact where it is
// shorter than half of the smallest height.
void airy_atom_box_nearest(const airy_atom_box *box, double d[3]);

// Reciprocal edges b[k], 2 pi included: exp(i b[k] . a[l]) = 1.
void airy_atom_box_reciprocal(const airy_atom_box *box, double b[3][3]);

#endif

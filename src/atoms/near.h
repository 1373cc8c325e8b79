// SPDX-License-Identifier: GPL-3.0-or-later
// What searches for Voronoi cells ask of a list of cells.
#ifndef AIRY_ATOMS_NEAR_H
#define AIRY_ATOMS_NEAR_H

#include "airy/atoms.h"

// ------------------------------------------------------------------ neighbours (atoms/near.c)

// Cells of atoms, to find those around a place in any box, however small or oblique.
typedef struct airy_near_list airy_near_list;

// The reach the list was made for, and one beyond which there is nothing (infinite in a box).
double airy_near_reach(const airy_near_list *list);
double airy_near_most(const airy_near_list *list);

// An atom near a place: d from the place to that image of the atom, r2 = |d|^2.
typedef struct airy_near {
    int atom;
    double d[3], r2;
} airy_near;

// Sorts n positions into cells for searches of about this reach. NULL on errors (AIRY_EVALUE for
// positions that are no numbers). Searches may go on in several threads.
AIRY_MUST_CHECK airy_near_list *airy_near_list_new(const airy_atom_box *box, const double *r, int n,
                                                   double reach, airy_error *err);
void airy_near_list_free(airy_near_list *list);

// Room that a search fills and that is used again. Zero-initialise.
typedef struct airy_near_found {
    int n, room;
    airy_near *near;
} airy_near_found;
void airy_near_found_release(airy_near_found *found);

// All images of atoms at a distance of at most `reach` from a place, in an order of their own, the
// atom at that very place too.
AIRY_MUST_CHECK airy_code airy_near_find(const airy_near_list *list, const double place[3],
                                         double reach, airy_near_found *found, airy_error *err);

// Sorts them, nearest first; equal distances by atom and direction.
void airy_near_sort(airy_near_found *found);

#endif

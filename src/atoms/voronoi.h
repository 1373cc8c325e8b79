// SPDX-License-Identifier: GPL-3.0-or-later
// Of voronoi.c, for the room and its tests.
#ifndef AIRY_ATOMS_VORONOI_H
#define AIRY_ATOMS_VORONOI_H

#include "airy/atoms.h"
#include "near.h"

// One face: the atom behind it, the direction to it, area and edges.
typedef struct airy_face {
    int atom, edges; // atom -1: a wall of a box that is not periodic
    double d[3], area;
} airy_face;

// A cell: its faces, borrowed until the next one.
typedef struct airy_voronoi_cell {
    int n;
    const airy_face *face;
    double volume, surface;
    int vertices, edges; // vertices - edges + n = 2 (Euler), before faces were left out
} airy_voronoi_cell;

// A worker that builds cells: one thread at a time.
typedef struct airy_voronoi airy_voronoi;
AIRY_MUST_CHECK airy_voronoi *airy_voronoi_new(const airy_atom_box *box, const airy_near_list *list,
                                               double min_face, airy_error *err);
void airy_voronoi_free(airy_voronoi *voronoi);

// The cell around a place of the list, by voro++ (Rycroft, Chaos 19, 041111, 2009).
AIRY_MUST_CHECK airy_code airy_voronoi_find(airy_voronoi *voronoi, const double place[3],
                                            airy_voronoi_cell *cell, airy_error *err);

// The reach of searches that suits cells: about 30 atoms of this number in this box.
double airy_voronoi_reach(const airy_atom_box *box, int n);

#endif

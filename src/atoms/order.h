// SPDX-License-Identifier: GPL-3.0-or-later
// Of order.c, for the room and its tests.
#ifndef AIRY_ATOMS_ORDER_H
#define AIRY_ATOMS_ORDER_H

#include "airy/atoms.h"

// l 4 and 6, Voronoi neighbours unweighted, min_face 1e-9: faces that are rounding.
void airy_order_options_defaults(airy_order_options *options);
AIRY_MUST_CHECK airy_code airy_order_options_check(const airy_order_options *options,
                                                   airy_error *err);

// Of every atom; arrays of n, or n x n_l. NaN: no neighbours, or w^ where sum_m |q_lm|^2 is below
// 1e-12 of the largest possible (it is 0/0 for w^4 of an icosahedron).
typedef struct airy_order {
    int n, n_l;
    double *q, *w_hat; // [atom * n_l + k]
    int *neighbours;
    double *volume;                    // of Voronoi cells; NaN without
    int (*faces)[AIRY_FACE_EDGES - 2]; // faces with 3, 4, ... edges
} airy_order;

// Of one frame. The caller releases. Errors: AIRY_EVALUE for positions that coincide and for cells
// without end (no box).
AIRY_MUST_CHECK airy_code airy_order_find(const airy_atoms *atoms,
                                          const airy_order_options *options, airy_order *order,
                                          airy_error *err);
void airy_order_release(airy_order *order);

// "<0,0,12,0>": faces with 3, 4, 5, 6 edges.
void airy_order_index(const int faces[AIRY_FACE_EDGES - 2], char text[48]);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Spherical harmonics of directions and what order parameters make of them.
#ifndef AIRY_ATOMS_HARMONICS_H
#define AIRY_ATOMS_HARMONICS_H

#include "airy/atoms.h"

// A 3j symbol (l l l; m1 m2 -m1-m2) that is not 0.
typedef struct airy_product_term {
    int m1, m2;
    double value;
} airy_product_term;

// Tables for some l. For each of them q_lm, m = 0 .. l, stands at offset[k]; `all` numbers in all.
typedef struct airy_harmonics {
    int n_l, l[AIRY_ORDER_ROOM], offset[AIRY_ORDER_ROOM], all, l_max;
    double rise[AIRY_ORDER_MOST + 1][AIRY_ORDER_MOST + 1]; // recursion in l
    double fall[AIRY_ORDER_MOST + 1][AIRY_ORDER_MOST + 1];
    double first[AIRY_ORDER_MOST + 1]; // l = m
    int terms[AIRY_ORDER_ROOM];
    airy_product_term *term[AIRY_ORDER_ROOM];
} airy_harmonics;

AIRY_MUST_CHECK airy_code airy_harmonics_init(airy_harmonics *h, const int *l, int n_l,
                                              airy_error *err);
void airy_harmonics_release(airy_harmonics *h);

// Adds weight x Y_lm of the direction d (any length) to q[0 .. all - 1].
void airy_harmonics_add(const airy_harmonics *h, const double d[3], double weight,
                        double complex *q);

// q_l, w_l and w^_l of number k from q[0 .. all - 1]; see airy_order_options.
typedef struct airy_order_value {
    double q, w, w_hat;
} airy_order_value;
airy_order_value airy_harmonics_value(const airy_harmonics *h, int k, const double complex *q);

#endif

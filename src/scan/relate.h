// SPDX-License-Identifier: GPL-3.0-or-later
// Of relate.c, for the room and its tests.
#ifndef AIRY_SCAN_RELATE_H
#define AIRY_SCAN_RELATE_H

#include "airy/scan.h"

// How two maps of one size go together; places that are NaN in either are left out.
typedef struct airy_relation {
    int n;           // places
    double spearman; // rank correlation, ties at their mean rank
    double pearson;
    double effective; // places that know nothing of each other
    double chance;    // of so large a value, when one map is shifted over the other
    double low, high; // of the rank correlation, 95 of 100 draws of blocks of places
} airy_relation;

// Spearman's rho with its chance and limits. AIRY_EVALUE for fewer than 10 places, AIRY_ESHAPE.
AIRY_MUST_CHECK airy_code airy_relate(const airy_image *a, const airy_image *b,
                                      const airy_relate_options *options, airy_relation *relation,
                                      airy_error *err);

// The same of maps that were measured in two halves each: the mean of a's one half with b's other,
// and the other way round. Noise that halves of one map do not share makes it too small: `reliable`
// (may be NULL) is the correlation of each map with itself, by its halves, and rho over the square
// root of their product is Spearman's correction (Am. J. Psychol. 15 (1904) 72) in `corrected`.
typedef struct airy_split_relation {
    airy_relation of;   // n, spearman, pearson, chance, low, high of the mean of both
    double reliable[2]; // of each map
    double corrected;   // NaN where a map does not agree with itself
    double corrected_low, corrected_high;
} airy_split_relation;
AIRY_MUST_CHECK airy_code airy_relate_halves(const airy_image a[2], const airy_image b[2],
                                             const airy_relate_options *options,
                                             airy_split_relation *relation, airy_error *err);

#endif

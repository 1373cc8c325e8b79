// SPDX-License-Identifier: GPL-3.0-or-later
// Products of two rows, the work of the dense kernels.
//
// Sums of doubles run in eight lanes of fixed order, so that processors of any width give the same
// bytes. Sums of small whole numbers are exact in any order, and twice as fast in 16 bits.
#ifndef AIRY_SPECKLE_DOTS_H
#define AIRY_SPECKLE_DOTS_H

#include <stdint.h>

// Most values of a row of words, and the largest value of which so many squares fit 31 bits.
enum { AIRY_WORDS_MOST = 1024, AIRY_WORD_MOST = 1448 };

double airy_dot(const double *a, const double *b, int n);

// Products of a with each of four rows.
void airy_words_dot_4(const int16_t *a, const int16_t *const b[4], int n, int32_t sum[4]);

#endif

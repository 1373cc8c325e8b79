// SPDX-License-Identifier: GPL-3.0-or-later
// Products of two rows with eight others, the work of the dense kernels.
//
// Two with eight at once, since every value that is loaded then serves several products, and
// sixteen sums do not wait for each other. Doubles are multiplied and added with one rounding (IEEE
// 754 fma), pixel i into lane i modulo 8, and the lanes are added in a fixed order: processors of
// any width give the same bytes. Sums of small whole numbers are exact in any order, and faster in
// 16 bits.
#ifndef AIRY_SPECKLE_DOTS_H
#define AIRY_SPECKLE_DOTS_H

#include "airy/speckle.h"

#include <stdbool.h>
#include <stdint.h>

enum { AIRY_DOTS = 8 };

// Rows are best a multiple of so many values long; 0 fills them.
enum { AIRY_DOTS_LANES = AIRY_GRAM_LANES };

// Most values of a row of words, and the largest value of which so many squares fit 31 bits.
enum { AIRY_WORDS_MOST = 1024, AIRY_WORD_MOST = 1448 };

// Products of both rows a with each of eight rows b; rows may be the same one, where there are
// fewer.
typedef double airy_dots_sums[2][AIRY_DOTS];
void airy_dots(const double *const a[2], const double *const b[AIRY_DOTS], int n,
               airy_dots_sums sum);

// Products of a with each of eight rows of words.
void airy_words_dots(const int16_t *a, const int16_t *const b[AIRY_DOTS], int n,
                     int32_t sum[AIRY_DOTS]);

// The ways of airy_dots, which takes the last one that the processor has: lane by lane (where fma
// is a function of the library, slowly), and four or eight lanes at once.
typedef enum airy_dots_way { AIRY_DOTS_PLAIN, AIRY_DOTS_4, AIRY_DOTS_8 } airy_dots_way;
bool airy_dots_can(airy_dots_way way);
void airy_dots_by(airy_dots_way way, const double *const a[2], const double *const b[AIRY_DOTS],
                  int n, airy_dots_sums sum);

// Products of both rows a with rows 0 to `rows` - 1 of b, each of n values; sum[1] NULL: of the
// first alone.
void airy_dots_rows(const double *const a[2], const double *b, int rows, int n,
                    double *const sum[2]);

#endif

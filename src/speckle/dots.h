// SPDX-License-Identifier: GPL-3.0-or-later
// Products of one row with eight others, the work of the dense kernels.
//
// Eight at once, since every value of the one row then serves eight products, and eight sums do not
// wait for each other. Doubles are multiplied and added with one rounding (IEEE 754 fma), pixel i
// into lane i modulo 8, and the lanes are added in a fixed order: processors of any width give the
// same bytes. Sums of small whole numbers are exact in any order, and faster in 16 bits.
#ifndef AIRY_SPECKLE_DOTS_H
#define AIRY_SPECKLE_DOTS_H

#include <stdbool.h>
#include <stdint.h>

enum { AIRY_DOTS = 8 };

// Rows are best a multiple of so many values long; 0 fills them.
enum { AIRY_DOTS_LANES = 8 };

// Most values of a row of words, and the largest value of which so many squares fit 31 bits.
enum { AIRY_WORDS_MOST = 1024, AIRY_WORD_MOST = 1448 };

// Products of a with each of eight rows; rows may be the same one, where there are fewer.
void airy_dots(const double *a, const double *const b[AIRY_DOTS], int n, double sum[AIRY_DOTS]);
void airy_words_dots(const int16_t *a, const int16_t *const b[AIRY_DOTS], int n,
                     int32_t sum[AIRY_DOTS]);

// The ways of airy_dots, which takes the last one that the processor has: lane by lane (where fma
// is a function of the library, slowly), and four or eight lanes at once.
typedef enum airy_dots_way { AIRY_DOTS_PLAIN, AIRY_DOTS_4, AIRY_DOTS_8 } airy_dots_way;
bool airy_dots_can(airy_dots_way way);
void airy_dots_by(airy_dots_way way, const double *a, const double *const b[AIRY_DOTS], int n,
                  double sum[AIRY_DOTS]);

// Products of row a with rows 0 to `rows` - 1 of b, each of n values.
void airy_dots_rows(const double *a, const double *b, int rows, int n, double *sum);

#endif

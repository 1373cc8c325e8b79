// SPDX-License-Identifier: GPL-3.0-or-later
// Products of a row with eight others: each value that is loaded meets eight.
#include "dots.h"

#include "base/processor.h"

#include <stddef.h>

enum { LANES = 4 };

// Four doubles side by side, wherever they lie in memory: one register, or two of half the width.
typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(8), may_alias));

// Macros, since functions that return registers differ between processors.
#define AT(row) (*(const lanes *)((row) + i))
#define TOTAL(s) (((s)[0] + (s)[2]) + ((s)[1] + (s)[3]))

// Each sum has its own name, and so its register.
AIRY_EVERY_PROCESSOR void airy_dots(const double *a, const double *const b[AIRY_DOTS], int n,
                                    double sum[AIRY_DOTS])
{
    const double *b0 = b[0], *b1 = b[1], *b2 = b[2], *b3 = b[3];
    const double *b4 = b[4], *b5 = b[5], *b6 = b[6], *b7 = b[7];
    lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, s4 = {0}, s5 = {0}, s6 = {0}, s7 = {0};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        lanes v = AT(a);
        s0 += v * AT(b0), s1 += v * AT(b1), s2 += v * AT(b2), s3 += v * AT(b3);
        s4 += v * AT(b4), s5 += v * AT(b5), s6 += v * AT(b6), s7 += v * AT(b7);
    }
    sum[0] = TOTAL(s0), sum[1] = TOTAL(s1), sum[2] = TOTAL(s2), sum[3] = TOTAL(s3);
    sum[4] = TOTAL(s4), sum[5] = TOTAL(s5), sum[6] = TOTAL(s6), sum[7] = TOTAL(s7);
    for (; i < n; i++)
        for (int k = 0; k < AIRY_DOTS; k++)
            sum[k] += a[i] * b[k][i];
}

void airy_dots_rows(const double *a, const double *b, int rows, int n, double *sum)
{
    for (int from = 0; from < rows; from += AIRY_DOTS) {
        const double *row[AIRY_DOTS];
        double found[AIRY_DOTS];
        for (int k = 0; k < AIRY_DOTS; k++)
            row[k] = b + (size_t)(from + k < rows ? from + k : from) * (size_t)n;
        airy_dots(a, row, n, found);
        for (int k = 0; k < AIRY_DOTS && from + k < rows; k++)
            sum[from + k] = found[k];
    }
}

AIRY_EVERY_PROCESSOR void airy_words_dots(const int16_t *a, const int16_t *const b[AIRY_DOTS],
                                          int n, int32_t sum[AIRY_DOTS])
{
    const int16_t *restrict b0 = b[0], *restrict b1 = b[1], *restrict b2 = b[2],
                            *restrict b3 = b[3];
    const int16_t *restrict b4 = b[4], *restrict b5 = b[5], *restrict b6 = b[6],
                            *restrict b7 = b[7];
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    for (int i = 0; i < n; i++) {
        s0 += a[i] * b0[i], s1 += a[i] * b1[i], s2 += a[i] * b2[i], s3 += a[i] * b3[i];
        s4 += a[i] * b4[i], s5 += a[i] * b5[i], s6 += a[i] * b6[i], s7 += a[i] * b7[i];
    }
    sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
    sum[4] = s4, sum[5] = s5, sum[6] = s6, sum[7] = s7;
}

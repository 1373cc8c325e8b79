// SPDX-License-Identifier: GPL-3.0-or-later
// Products of two rows: loops in lanes, and four rows at once for each value that is loaded.
#include "dots.h"

#include "base/processor.h"

enum { LANES = 4, CHAINS = 8 };

// Four doubles side by side, wherever they lie in memory: one register, or two of half the width.
typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(8), may_alias));

// A macro, since functions that return registers differ between processors.
#define PRODUCT(at) (*(const lanes *)(a + (at)) * *(const lanes *)(b + (at)))

// Eight chains, for a sum waits for the one before it; each has its own name, and so its register.
AIRY_EVERY_PROCESSOR double airy_dot(const double *a, const double *b, int n)
{
    lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, s4 = {0}, s5 = {0}, s6 = {0}, s7 = {0};
    int i = 0;
    for (; i + CHAINS * LANES <= n; i += CHAINS * LANES) {
        s0 += PRODUCT(i), s1 += PRODUCT(i + LANES);
        s2 += PRODUCT(i + 2 * LANES), s3 += PRODUCT(i + 3 * LANES);
        s4 += PRODUCT(i + 4 * LANES), s5 += PRODUCT(i + 5 * LANES);
        s6 += PRODUCT(i + 6 * LANES), s7 += PRODUCT(i + 7 * LANES);
    }
    for (; i + LANES <= n; i += LANES)
        s0 += PRODUCT(i);
    lanes sum = ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7));
    double total = (sum[0] + sum[2]) + (sum[1] + sum[3]);
    for (; i < n; i++)
        total += a[i] * b[i];
    return total;
}

AIRY_EVERY_PROCESSOR void airy_words_dot_4(const int16_t *a, const int16_t *const b[4], int n,
                                           int32_t sum[4])
{
    const int16_t *restrict b0 = b[0], *restrict b1 = b[1], *restrict b2 = b[2],
                            *restrict b3 = b[3];
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int i = 0; i < n; i++) {
        s0 += a[i] * b0[i];
        s1 += a[i] * b1[i];
        s2 += a[i] * b2[i];
        s3 += a[i] * b3[i];
    }
    sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Products of two rows: a loop in lanes, and four at once for each value that is loaded.
#include "dots.h"

#include "base/processor.h"

enum { LANES = 8 };

static inline double fold(const double *s)
{
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

AIRY_EVERY_PROCESSOR double airy_dot(const double *a, const double *b, int n)
{
    double s[LANES] = {0};
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++)
            s[k] += a[i + k] * b[i + k];
    for (int k = 0; i + k < n; k++)
        s[k] += a[i + k] * b[i + k];
    return fold(s);
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

// SPDX-License-Identifier: GPL-3.0-or-later
// Products of a row with eight others: each value that is loaded meets eight.
#include "dots.h"

#include "base/processor.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#define HAS(feature) (__builtin_cpu_supports(feature) != 0)
#else
#define HAS(feature) false
#endif

enum { LANES = AIRY_DOTS_LANES };

// Two doubles side by side, which every processor adds at once.
typedef double pair __attribute__((vector_size(2 * sizeof(double)), aligned(8), may_alias));

// ------------------------------------------------------------------ doubles

// Pixel i is added to lane i modulo 8 of each product, by a multiplication and addition with one
// rounding (IEEE 754 fma): where the processor has none, the library computes it, slowly, but with
// the same bytes. Values beyond the last are 0, and change nothing.

#ifdef __x86_64__

// Eight lanes of eight products, each of its own name and so in its register.
__attribute__((target("avx512f"))) static void
dots_8(const double *a, const double *const b[AIRY_DOTS], int n, double lane[AIRY_DOTS][LANES])
{
    const double *b0 = b[0], *b1 = b[1], *b2 = b[2], *b3 = b[3];
    const double *b4 = b[4], *b5 = b[5], *b6 = b[6], *b7 = b[7];
    __m512d s0 = _mm512_setzero_pd(), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (int i = 0; i < n; i += LANES) {
        __m512d v = _mm512_loadu_pd(a + i);
        s0 = _mm512_fmadd_pd(v, _mm512_loadu_pd(b0 + i), s0);
        s1 = _mm512_fmadd_pd(v, _mm512_loadu_pd(b1 + i), s1);
        s2 = _mm512_fmadd_pd(v, _mm512_loadu_pd(b2 + i), s2);
        s3 = _mm512_fmadd_pd(v, _mm512_loadu_pd(b3 + i), s3);
        s4 = _mm512_fmadd_pd(v, _mm512_loadu_pd(b4 + i), s4);
        s5 = _mm512_fmadd_pd(v, _mm512_loadu_pd(b5 + i), s5);
        s6 = _mm512_fmadd_pd(v, _mm512_loadu_pd(b6 + i), s6);
        s7 = _mm512_fmadd_pd(v, _mm512_loadu_pd(b7 + i), s7);
    }
    _mm512_storeu_pd(lane[0], s0), _mm512_storeu_pd(lane[1], s1);
    _mm512_storeu_pd(lane[2], s2), _mm512_storeu_pd(lane[3], s3);
    _mm512_storeu_pd(lane[4], s4), _mm512_storeu_pd(lane[5], s5);
    _mm512_storeu_pd(lane[6], s6), _mm512_storeu_pd(lane[7], s7);
}

// Four of the lanes.
__attribute__((target("avx,fma"))) static void dots_4(const double *a,
                                                      const double *const b[AIRY_DOTS], int first,
                                                      int n, double lane[AIRY_DOTS][LANES])
{
    const double *b0 = b[0], *b1 = b[1], *b2 = b[2], *b3 = b[3];
    const double *b4 = b[4], *b5 = b[5], *b6 = b[6], *b7 = b[7];
    __m256d s0 = _mm256_setzero_pd(), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (int i = first; i < n; i += LANES) {
        __m256d v = _mm256_loadu_pd(a + i);
        s0 = _mm256_fmadd_pd(v, _mm256_loadu_pd(b0 + i), s0);
        s1 = _mm256_fmadd_pd(v, _mm256_loadu_pd(b1 + i), s1);
        s2 = _mm256_fmadd_pd(v, _mm256_loadu_pd(b2 + i), s2);
        s3 = _mm256_fmadd_pd(v, _mm256_loadu_pd(b3 + i), s3);
        s4 = _mm256_fmadd_pd(v, _mm256_loadu_pd(b4 + i), s4);
        s5 = _mm256_fmadd_pd(v, _mm256_loadu_pd(b5 + i), s5);
        s6 = _mm256_fmadd_pd(v, _mm256_loadu_pd(b6 + i), s6);
        s7 = _mm256_fmadd_pd(v, _mm256_loadu_pd(b7 + i), s7);
    }
    _mm256_storeu_pd(lane[0] + first, s0), _mm256_storeu_pd(lane[1] + first, s1);
    _mm256_storeu_pd(lane[2] + first, s2), _mm256_storeu_pd(lane[3] + first, s3);
    _mm256_storeu_pd(lane[4] + first, s4), _mm256_storeu_pd(lane[5] + first, s5);
    _mm256_storeu_pd(lane[6] + first, s6), _mm256_storeu_pd(lane[7] + first, s7);
}

#endif

static void dots_1(const double *a, const double *const b[AIRY_DOTS], int first, int n,
                   double lane[AIRY_DOTS][LANES])
{
    for (int k = 0; k < AIRY_DOTS; k++)
        for (int i = first; i < n; i++)
            lane[k][i % LANES] = fma(a[i], b[k][i], lane[k][i % LANES]);
}

// The sums so far of whole groups of lanes; how many values they hold.
static int begin(airy_dots_way way, const double *a, const double *const b[AIRY_DOTS], int n,
                 double lane[AIRY_DOTS][LANES])
{
    int whole = n - n % LANES;
    if (way == AIRY_DOTS_PLAIN) {
        memset(lane, 0, AIRY_DOTS * sizeof *lane);
        return 0;
    }
#ifdef __x86_64__
    if (way == AIRY_DOTS_8) {
        dots_8(a, b, whole, lane);
    } else {
        dots_4(a, b, 0, whole, lane);
        dots_4(a, b, LANES / 2, whole, lane);
    }
#else
    (void)a, (void)b;
#endif
    return whole;
}

bool airy_dots_can(airy_dots_way way)
{
    const bool can[] = {[AIRY_DOTS_PLAIN] = true,
                        [AIRY_DOTS_4] = HAS("avx") && HAS("fma"),
                        [AIRY_DOTS_8] = HAS("avx512f")};
    return can[way];
}

void airy_dots_by(airy_dots_way way, const double *a, const double *const b[AIRY_DOTS], int n,
                  double sum[AIRY_DOTS])
{
    double lane[AIRY_DOTS][LANES];
    dots_1(a, b, begin(way, a, b, n, lane), n, lane);
    for (int k = 0; k < AIRY_DOTS; k++) {
        const pair *at = (const pair *)lane[k], s = (at[0] + at[2]) + (at[1] + at[3]);
        sum[k] = s[0] + s[1];
    }
}

void airy_dots(const double *a, const double *const b[AIRY_DOTS], int n, double sum[AIRY_DOTS])
{
    airy_dots_way way = AIRY_DOTS_8;
    while (!airy_dots_can(way))
        way--;
    airy_dots_by(way, a, b, n, sum);
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

// ------------------------------------------------------------------ words

static inline __attribute__((always_inline)) void
add_words(const int16_t *a, const int16_t *const b[AIRY_DOTS], int n, int32_t sum[AIRY_DOTS])
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

AIRY_EVERY_PROCESSOR static void words_any(const int16_t *a, const int16_t *const b[AIRY_DOTS],
                                           int n, int32_t sum[AIRY_DOTS])
{
    add_words(a, b, n, sum);
}

#ifdef __x86_64__
// Products and sums of words are one instruction there.
__attribute__((target("avx512vnni,avx512bw,avx512vl"))) static void
words_vnni(const int16_t *a, const int16_t *const b[AIRY_DOTS], int n, int32_t sum[AIRY_DOTS])
{
    add_words(a, b, n, sum);
}
#else
#define words_vnni words_any
#endif

void airy_words_dots(const int16_t *a, const int16_t *const b[AIRY_DOTS], int n,
                     int32_t sum[AIRY_DOTS])
{
    if (HAS("avx512vnni") && HAS("avx512bw") && HAS("avx512vl"))
        words_vnni(a, b, n, sum);
    else
        words_any(a, b, n, sum);
}

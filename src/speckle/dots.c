// SPDX-License-Identifier: GPL-3.0-or-later
// Products of two rows with eight others: each value that is loaded meets several.
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

typedef double lanes[2][AIRY_DOTS][LANES];

#ifdef __x86_64__

// Two rows with some of the eight, and some of the lanes: each sum of its own name and so in its
// register. EACH repeats a step for the rows from `row` on.
#define DOTS(name, isa, vector, operation, EACH)                                                   \
    __attribute__((target(isa))) static void name(const double *const a[2],                        \
                                                  const double *const b[AIRY_DOTS],                \
                                                  const int at[2], int n, lanes lane)              \
    {                                                                                              \
        const double *a0 = a[0], *a1 = a[1];                                                       \
        int row = at[0], first = at[1];                                                            \
        EACH(BEGIN, vector, operation)                                                             \
        for (int i = first; i < n; i += LANES) {                                                   \
            vector v = operation##_loadu_pd(a0 + i), w = operation##_loadu_pd(a1 + i);             \
            EACH(ADD, vector, operation)                                                           \
        }                                                                                          \
        EACH(STORE, vector, operation)                                                             \
    }
#define BEGIN(k, vector, operation)                                                                \
    const double *b##k = b[row + k];                                                               \
    vector s##k = operation##_setzero_pd(), t##k = s##k;
#define ADD(k, vector, operation)                                                                  \
    vector x##k = operation##_loadu_pd(b##k + i);                                                  \
    __asm__("" : "+v"(x##k)); /* or GCC loads it once for each of both */                          \
    s##k = operation##_fmadd_pd(v, x##k, s##k);                                                    \
    t##k = operation##_fmadd_pd(w, x##k, t##k);
#define STORE(k, vector, operation)                                                                \
    operation##_storeu_pd(lane[0][row + k] + first, s##k);                                         \
    operation##_storeu_pd(lane[1][row + k] + first, t##k);
#define FOUR(step, ...)                                                                            \
    step(0, __VA_ARGS__) step(1, __VA_ARGS__) step(2, __VA_ARGS__) step(3, __VA_ARGS__)
#define EIGHT(step, ...)                                                                           \
    FOUR(step, __VA_ARGS__)                                                                        \
    step(4, __VA_ARGS__) step(5, __VA_ARGS__) step(6, __VA_ARGS__) step(7, __VA_ARGS__)

// As many sums as there are registers for: 32 of eight lanes, 16 of four.
DOTS(dots_8, "avx512f", __m512d, _mm512, EIGHT)
DOTS(dots_4, "avx,fma", __m256d, _mm256, FOUR)

#endif

static void dots_1(const double *const a[2], const double *const b[AIRY_DOTS], int first, int n,
                   lanes lane)
{
    for (int j = 0; j < 2; j++)
        for (int k = 0; k < AIRY_DOTS; k++)
            for (int i = first; i < n; i++)
                lane[j][k][i % LANES] = fma(a[j][i], b[k][i], lane[j][k][i % LANES]);
}

// The sums so far of whole groups of lanes; how many values they hold.
static int begin(airy_dots_way way, const double *const a[2], const double *const b[AIRY_DOTS],
                 int n, lanes lane)
{
    int whole = n - n % LANES;
    if (way == AIRY_DOTS_PLAIN) {
        memset(lane, 0, sizeof(lanes));
        return 0;
    }
#ifdef __x86_64__
    if (way == AIRY_DOTS_8)
        dots_8(a, b, (const int[]){0, 0}, whole, lane);
    for (int part = 0; way == AIRY_DOTS_4 && part < 4; part++)
        dots_4(a, b, (const int[]){part / 2 * AIRY_DOTS / 2, part % 2 * LANES / 2}, whole, lane);
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

void airy_dots_by(airy_dots_way way, const double *const a[2], const double *const b[AIRY_DOTS],
                  int n, airy_dots_sums sum)
{
    lanes lane;
    dots_1(a, b, begin(way, a, b, n, lane), n, lane);
    for (int j = 0; j < 2; j++)
        for (int k = 0; k < AIRY_DOTS; k++) {
            const pair *at = (const pair *)lane[j][k], s = (at[0] + at[2]) + (at[1] + at[3]);
            sum[j][k] = s[0] + s[1];
        }
}

void airy_dots(const double *const a[2], const double *const b[AIRY_DOTS], int n,
               airy_dots_sums sum)
{
    airy_dots_way way = AIRY_DOTS_8;
    while (!airy_dots_can(way))
        way--;
    airy_dots_by(way, a, b, n, sum);
}

void airy_dots_rows(const double *const a[2], const double *b, int rows, int n,
                    double *const sum[2])
{
    for (int from = 0; from < rows; from += AIRY_DOTS) {
        const double *row[AIRY_DOTS];
        airy_dots_sums found;
        for (int k = 0; k < AIRY_DOTS; k++)
            row[k] = b + (size_t)(from + k < rows ? from + k : from) * (size_t)n;
        airy_dots(a, row, n, found);
        for (int j = 0; j < 2 && sum[j]; j++)
            for (int k = 0; k < AIRY_DOTS && from + k < rows; k++)
                sum[j][from + k] = found[j][k];
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

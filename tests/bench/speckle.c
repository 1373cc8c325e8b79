// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the kernels of speckle correlation are, beside what the machine can do.
//
// A table on stdout: what, value, unit. Products a second stand beside those of the innermost block
// of a matrix product in single precision, which stays in registers. "16-bit products" are the
// dense kernel's single frames of whole counts, "dense" all that it does: its products of blocks in
// doubles, conversions and sums. Events are judged by pairs of photons a second. Last the size of a
// long run: 119 025 pixels x 120 000 frames, extrapolated from what ran. Seconds of processor time
// of one thread, the best of several rounds.
#include "airy/speckle.h"
#include "speckle/dots.h"
#include "speckle/kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    PIXELS = 8192,
    FRAMES = 16384,
    CHUNK = 1024,
    ROUNDS = 9,
    LONG_PIXELS = 119025,
    LONG_FRAMES = 120000
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); // this process, whatever else runs
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void row(const char *what, double value, const char *unit)
{
    printf("%-34s %10.4g %s\n", what, value, unit);
    fflush(stdout);
}

// ------------------------------------------------------------------ the machine

// c (6 x 2 registers) += a (k x 6)^T b (k x 2 registers) in registers, with fused multiply-add.
#define BLOCK(name, target_of_it, bytes)                                                           \
    typedef float lanes_##bytes __attribute__((vector_size(bytes)));                               \
    target_of_it static void name(const float *restrict a, const void *restrict from, int k,       \
                                  void *restrict to)                                               \
    {                                                                                              \
        const lanes_##bytes *b = from;                                                             \
        lanes_##bytes *c = to, s[12] = {{0}};                                                      \
        for (int i = 0; i < k; i++)                                                                \
            for (int y = 0; y < 6; y++) {                                                          \
                s[2 * y] += a[6 * i + y] * b[2 * i];                                               \
                s[2 * y + 1] += a[6 * i + y] * b[2 * i + 1];                                       \
            }                                                                                      \
        for (int y = 0; y < 12; y++)                                                               \
            c[y] += s[y];                                                                          \
    }

#if defined __x86_64__ && defined __GNUC__ && !defined __clang__
#define FUSED(isa) __attribute__((target(isa), optimize("fp-contract=fast")))
BLOCK(block_32, FUSED("avx2,fma"), 32)
BLOCK(block_64, FUSED("avx512f"), 64)
#else
BLOCK(block_32, , 32)
#define block_64 block_32
#endif

// Products a second of a block whose registers hold so many bytes.
static double machine(int bytes)
{
    enum { K = 256, MOST = 64 };
    float *a = airy_memory_new(6 * K, sizeof *a), *b = airy_memory_new(2 * K, MOST);
    float *c = airy_memory_new(12, MOST);
    double best = 0;
    for (int round = 0; a && b && c && round < 20; round++) {
        double start = now();
        for (int i = 0; i < 2000; i++)
            (bytes == MOST ? block_64 : block_32)(a, b, K, c);
        best = fmax(best, 2000.0 * 12 * (bytes / (double)sizeof *c) * K / (now() - start));
    }
    best = c && c[0] == 0 ? best : 0;
    airy_memory_free(a);
    airy_memory_free(b);
    airy_memory_free(c);
    return best;
}

static bool has_wide(void)
{
#if defined __x86_64__ && defined __GNUC__ && !defined __clang__
    return __builtin_cpu_supports("avx512f");
#else
    return false;
#endif
}

// Products a second of rows of whole counts, as many as the dense kernel has at hand.
static double words(void)
{
    enum { N = AIRY_WORDS_MOST, ROWS = AIRY_TILE_LAGS + CHUNK };
    int16_t *row = airy_memory_new((size_t)ROWS * N, sizeof *row);
    double best = 0;
    int64_t kept = 0;
    for (int round = 0; row && round < 20; round++) {
        double start = now();
        for (int from = 0; from < AIRY_TILE_LAGS; from += AIRY_DOTS)
            for (int t = AIRY_TILE_LAGS; t < ROWS; t++) {
                const int16_t *at = row + t * N, *back[AIRY_DOTS];
                int32_t sum[AIRY_DOTS];
                for (int k = 0; k < AIRY_DOTS; k++)
                    back[k] = at - (from + k) * N;
                airy_words_dots(at, back, N, sum);
                kept += sum[AIRY_DOTS - 1];
            }
        best = fmax(best, (double)CHUNK * AIRY_TILE_LAGS * N / (now() - start));
    }
    airy_memory_free(row);
    return kept == 0 ? best : 0;
}

// ------------------------------------------------------------------ a run

typedef struct run {
    airy_regions regions;
    airy_planes planes;
    airy_kernel_input in;
    double *share;
} run;

static bool begin(run *r, int pixels, int frames, bool full)
{
    static const airy_curve_options curve = {0}; // with parts, as the command has them
    // of a long run the map is a small part, so it has to be one here
    const airy_planes_plan plan = {
        .frames = frames, .map = frames < LONG_FRAMES ? 64 : 256, .full = full, .curve = &curve};
    airy_image map = {0};
    *r = (run){.share = airy_memory_new((size_t)pixels, sizeof(double))};
    if (!r->share || airy_image_init(&map, pixels / 128, 128, NULL) != AIRY_OK)
        return false;
    for (int i = 0; i < pixels; i++)
        map.px[i] = 1, r->share[i] = 1;
    bool good = airy_regions_from_map(&map, NULL, &r->regions, NULL) == AIRY_OK &&
                airy_planes_init(&r->planes, &plan, NULL) == AIRY_OK;
    r->in = (airy_kernel_input){.frames = frames,
                                .threads = 1,
                                .chunk = CHUNK,
                                .regions = &r->regions,
                                .share = r->share,
                                .planes = &r->planes};
    r->in.weight = airy_memory_new((size_t)frames, sizeof(double));
    for (int t = 0; r->in.weight && t < frames; t++)
        r->in.weight[t] = 1;
    airy_image_release(&map);
    return good && r->in.weight;
}

static void end(run *r)
{
    airy_memory_free(r->share);
    airy_memory_free(r->in.weight);
    airy_planes_release(&r->planes);
    airy_regions_release(&r->regions);
}

// Seconds of the dense kernel.
static double dense(bool words)
{
    run r;
    double best = INFINITY;
    enum { ALL = CHUNK * PIXELS };
    airy_values values = {words ? NULL : airy_memory_new(ALL, sizeof *values.real),
                          words ? airy_memory_new(ALL, sizeof *values.word) : NULL};
    for (int i = 0; values.real && i < ALL; i++)
        values.real[i] = (float)(i * 7919LL % 5);
    for (int i = 0; values.word && i < ALL; i++)
        values.word[i] = (int16_t)(i * 7919LL % 5);
    for (int round = 0; round < ROUNDS; round++) {
        if ((!values.real && !values.word) || !begin(&r, PIXELS, FRAMES, false))
            return NAN;
        airy_bands *bands = airy_bands_new(&r.in, words, NULL);
        double start = now();
        bool good = bands != NULL;
        for (int t = 0; good && t < FRAMES; t += CHUNK)
            good = airy_bands_add(bands, &values, CHUNK, NULL) == AIRY_OK;
        good = good && airy_bands_end(bands, NULL) == AIRY_OK;
        best = good ? fmin(best, now() - start) : NAN;
        airy_bands_free(bands);
        end(&r);
    }
    airy_memory_free(values.real);
    airy_memory_free(values.word);
    return best;
}

// Seconds of the events kernel at a mean; *pairs of photons of one pixel, all pixels together.
static double events(int pixels, int frames, double mean, bool full, double *pairs)
{
    run r;
    airy_random random;
    airy_photons photons = {.to = pixels};
    size_t most = (size_t)(1.2 * mean * frames * pixels) + 100000, n = 0;
    if (!begin(&r, pixels, frames, full))
        return NAN;
    photons.first = airy_memory_new((size_t)pixels + 1, sizeof *photons.first);
    photons.event = airy_memory_new(most, sizeof *photons.event);
    airy_random_init(&random, 1, 0, AIRY_STREAM_SPECKLE, 0);
    *pairs = 0;
    for (int i = 0; photons.first && photons.event && i < pixels; i++) {
        for (double t = 0; n < most; photons.event[n++] = (uint32_t)t << 8 | 1) {
            t += -log(1 - airy_random_uniform(&random)) / mean;
            if (t >= frames)
                break;
        }
        photons.first[i + 1] = n;
        double of = (double)(n - photons.first[i]);
        *pairs += of * of / 2;
    }
    double start = now();
    bool good = photons.first && photons.event && airy_events_add(&r.in, &photons, NULL) == AIRY_OK;
    double time = now() - start;
    airy_memory_free(photons.first);
    airy_memory_free(photons.event);
    end(&r);
    return good ? time : NAN;
}

static void judge(const char *what, double rate, double product)
{
    row(what, 1e-9 * rate, "G products/s");
    row("  beside 8 lanes", 100 * rate / product, "%");
}

int main(void)
{
    double peak = machine(32), products = 23.0 * FRAMES * PIXELS, pairs = 0;
    double large = (double)LONG_PIXELS * LONG_FRAMES / ((double)PIXELS * FRAMES);
    row("matrix product, single, 8 lanes", 1e-9 * peak, "G products/s");
    if (has_wide())
        row("matrix product, single, 16 lanes", 1e-9 * machine(64), "G products/s");
    judge("16-bit products", words(), peak);
    double whole = dense(true), real = dense(false);
    judge("dense, whole counts", products / whole, peak);
    judge("dense, any values", products / real, peak);
    row("dense, long run, extrapolated", whole * large, "s");
    double lags = events(512, LONG_FRAMES, 0.01, true, &pairs);
    double tiles = events(512, LONG_FRAMES, 0.01, false, &pairs);
    row("events, every lag", 1e-6 * pairs / (lags - tiles), "M pairs/s");
    row("events 0.01, long run, extrapolated", tiles * LONG_PIXELS / 512, "s");
    row("  and every lag", lags * LONG_PIXELS / 512, "s");
    tiles = events(8192, LONG_FRAMES, 0.001, true, &pairs);
    row("events 0.001 and lags, long run", tiles * LONG_PIXELS / 8192, "s");
    row("photons of 0.01 in memory", 4e-9 * 0.01 * LONG_PIXELS * LONG_FRAMES, "GB");
    row("planes in memory", 1e-9 * airy_tiles_bytes(LONG_FRAMES, 0), "GB");
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Time of one real transform forth and back for each size, planned by estimate and from wisdom.
//
// A table on stdout: size, microseconds by estimate, microseconds from wisdom, their ratio. The
// best of several rounds, for what else runs on the machine only adds time.
#include "airy/math.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Best time of a pair, seconds; rounds of about 5 ms.
static double time_pair(const airy_fft *fft, float *real, float complex *half)
{
    double best = 1e9;
    int pairs = 1;
    for (int round = 0; round < 12; round++) {
        double start = now();
        for (int i = 0; i < pairs; i++) {
            airy_fft_forward_real(fft, real, half);
            airy_fft_backward_real(fft, half, real);
        }
        double one = (now() - start) / pairs;
        best = one < best ? one : best;
        pairs = 1 + (int)(0.005 / best);
    }
    return best;
}

// Seconds for n x n, or a negative number and a sentence.
static double measure(int n, const char *wisdom, airy_error *err)
{
    double time = -1;
    airy_fft *fft = airy_fft_new(n, n, wisdom, err);
    float *real = airy_memory_new((size_t)(n * n), sizeof *real);
    float complex *half = airy_memory_new((size_t)(n * (n / 2 + 1)), sizeof *half);
    if (fft && real && half) {
        for (int i = 0; i < n * n; i++)
            real[i] = (float)(i % 17);
        time = time_pair(fft, real, half);
    }
    airy_memory_free(half);
    airy_memory_free(real);
    airy_fft_free(fft);
    return time;
}

int main(void)
{
    const int sizes[] = {96, 128, 192, 256, 288, 320, 384, 400, 448, 480, 512, 576, 640, 672};
    const int n = sizeof sizes / sizeof sizes[0];
    airy_error err = {0};
    printf("# %s\n# size\testimate_us\twisdom_us\tratio\n", airy_fft_library());
    for (int i = 0; i < n; i++) {
        char *wisdom = airy_fft_wisdom(&sizes[i], 1, &err);
        double estimate = measure(sizes[i], NULL, &err);
        double measured = wisdom ? measure(sizes[i], wisdom, &err) : -1;
        free(wisdom);
        if (estimate < 0 || measured < 0) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        printf("%d\t%.1f\t%.1f\t%.2f\n", sizes[i], 1e6 * estimate, 1e6 * measured,
               estimate / measured);
        fflush(stdout);
    }
    return 0;
}

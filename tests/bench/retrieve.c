// SPDX-License-Identifier: GPL-3.0-or-later
// Time of an iteration of the rules beside the bare pair of real transforms it cannot do without.
//
// A table on stdout: size, microseconds of the pair, of a step of GPS-R, of HIO and of RAAR, of a
// look at R, and a step of GPS-R with a look every ten as a multiple of the pair. The best of
// several rounds, for what else runs on the machine only adds time.
#include "airy/retrieval.h"
#include "retrieval/engine.h"
#include "retrieval/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// What is timed: one unit of work.
struct subject {
    airy_fft *fft;
    float *real;
    float complex *half;
    airy_engine *engine;
};

static void pair(struct subject *s)
{
    airy_fft_forward_real(s->fft, s->real, s->half);
    airy_fft_backward_real_raw(s->fft, s->half, s->real);
    s->real[0] = 1;
}

static void step(struct subject *s, const char *rule)
{
    const airy_pace pace = {.beta = 0.9, .gps = {.s = 0.9, .t = 1, .sigma = 0.1}};
    airy_rule_get(airy_rule_find(rule))->step(s->engine, &pace);
}

static void gps(struct subject *s)
{
    step(s, "gps-r");
}

static void hio(struct subject *s)
{
    step(s, "hio");
}

static void raar(struct subject *s)
{
    step(s, "raar");
}

static void look(struct subject *s)
{
    airy_engine_estimate(s->engine, true);
    (void)airy_engine_r_factor(s->engine);
}

// Best time of one unit, microseconds; rounds of about 5 ms.
static double time_of(void (*unit)(struct subject *), struct subject *s)
{
    double best = 1e9;
    int units = 1;
    for (int round = 0; round < 40; round++) {
        double start = now();
        for (int i = 0; i < units; i++)
            unit(s);
        double one = (now() - start) / units;
        best = one < best ? one : best;
        units = 1 + (int)(0.005 / best);
    }
    return 1e6 * best;
}

// A disc in a merged pattern with random photons.
static airy_code make_problem(int n, airy_problem *problem, airy_error *err)
{
    airy_pattern pattern = {.merged = true};
    airy_mask support = {0};
    airy_random random;
    airy_random_init(&random, 1, 0, 0, 0);
    airy_code code = airy_pattern_init(&pattern, n, n, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&support, n, n, err);
    if (code == AIRY_OK) {
        pattern.merged = true;
        for (int i = 0; i < n * n; i++)
            pattern.photons.px[i] = (float)airy_random_poisson(&random, 5);
        airy_support_ellipse(n / 7.0, n / 7.0, &support);
        code = airy_problem_init(problem, &pattern, &support, err);
    }
    airy_pattern_release(&pattern);
    airy_mask_release(&support);
    return code;
}

static airy_code measure(int n, airy_error *err)
{
    airy_problem problem = {0};
    airy_retrieve_options options;
    airy_random random;
    airy_retrieve_options_defaults(&options);
    char *wisdom = airy_fft_wisdom(&n, 1, err);
    options.wisdom = wisdom;
    struct subject s = {
        .fft = airy_fft_new(n, n, wisdom, err),
        .real = airy_memory_new((size_t)(n * n), sizeof(float)),
        .half = airy_memory_new((size_t)(n * (n / 2 + 1)), sizeof(float complex)),
    };
    airy_code code = make_problem(n, &problem, err);
    s.engine = code == AIRY_OK ? airy_engine_new(&problem, &options, err) : NULL;
    if (!wisdom || !s.fft || !s.real || !s.half || !s.engine) {
        code = AIRY_EMEMORY;
        goto done;
    }
    airy_random_init(&random, 2, 0, 0, 0);
    airy_engine_randomise(s.engine, &random);
    airy_engine_filter_fourier(s.engine, 1, 0.9);
    airy_engine_gps_begin(s.engine);
    double bare = time_of(pair, &s), primal_dual = time_of(gps, &s), looking = time_of(look, &s);
    double input_output = time_of(hio, &s), relaxed = time_of(raar, &s);
    printf("%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\n", n, bare, primal_dual, input_output, relaxed,
           looking, (primal_dual + looking / 10) / bare);
    fflush(stdout);
done:
    airy_engine_free(s.engine);
    airy_problem_release(&problem);
    airy_fft_free(s.fft);
    airy_memory_free(s.real);
    airy_memory_free(s.half);
    free(wisdom);
    return code;
}

int main(void)
{
    const int sizes[] = {96, 128, 200, 256, 512, 672};
    airy_error err = {0};
    printf("# %s\n# size\tpair_us\tgps_us\thio_us\traar_us\tlook_us\tratio\n", airy_fft_library());
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        if (measure(sizes[i], &err) != AIRY_OK) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
    return 0;
}

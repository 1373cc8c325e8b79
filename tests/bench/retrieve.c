// SPDX-License-Identifier: GPL-3.0-or-later
// Time of an iteration of every rule beside the bare pair of FFTW's real transforms of the same
// size, whose plans are measured.
//
// A table on stdout: size, microseconds of the pair, and for each rule an iteration with its share
// of looks at R (one in ten) as a multiple of the pair. Twice: with the plans that airy makes
// unasked, and with measured ones. The best of several rounds, for what else runs on the machine
// only adds time.
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
    const airy_rule *rule;
};

static void pair(struct subject *s)
{
    airy_fft_forward_real(s->fft, s->real, s->half);
    airy_fft_backward_real_raw(s->fft, s->half, s->real);
    s->real[0] = 1;
}

static void step(struct subject *s)
{
    const airy_pace pace = {.beta = 0.9, .gps = {.s = 0.9, .t = 1, .sigma = 0.1}};
    s->rule->step(s->engine, &pace);
}

static void look(struct subject *s)
{
    airy_engine_estimate(s->engine, s->rule->primal_dual);
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

// An iteration of a rule with its share of looks, microseconds; negative without memory.
static double time_of_rule(const airy_rule *rule, const airy_problem *problem, const char *wisdom,
                           airy_error *err)
{
    airy_retrieve_options options;
    airy_random random;
    airy_retrieve_options_defaults(&options);
    options.wisdom = wisdom;
    struct subject s = {.rule = rule};
    s.engine = airy_engine_new(problem, &options, rule->smoothing == AIRY_SMOOTH_REAL, err);
    if (!s.engine)
        return -1;
    airy_random_init(&random, 2, 0, 0, 0);
    airy_engine_randomise(s.engine, &random);
    if (rule->smoothing == AIRY_SMOOTH_FOURIER)
        airy_engine_filter_fourier(s.engine, 1, 0.9);
    if (rule->smoothing == AIRY_SMOOTH_REAL)
        airy_engine_filter_real(s.engine, 1, 0.9);
    if (rule->primal_dual)
        airy_engine_gps_begin(s.engine);
    double one = time_of(step, &s) + time_of(look, &s) / options.error_interval;
    airy_engine_free(s.engine);
    return one;
}

// One line of the table.
static airy_code measure(int n, const char *measured, const char *used, airy_error *err)
{
    airy_problem problem = {0};
    struct subject s = {
        .fft = airy_fft_new(n, n, measured, err),
        .real = airy_memory_new((size_t)(n * n), sizeof(float)),
        .half = airy_memory_new((size_t)(n * (n / 2 + 1)), sizeof(float complex)),
    };
    airy_code code = make_problem(n, &problem, err);
    if (code == AIRY_OK && s.fft && s.real && s.half) {
        double bare = time_of(pair, &s), one = 0;
        printf("%s\t%d\t%.1f", used ? "measured" : "estimated", n, bare);
        for (int i = 0; i < airy_rule_count() && one >= 0; i++) {
            one = time_of_rule(airy_rule_get(i), &problem, used, err);
            printf("\t%.2f", one / bare);
            fflush(stdout);
        }
        printf("\n");
        code = one < 0 ? err->code : AIRY_OK;
    } else if (code == AIRY_OK) {
        code = AIRY_EMEMORY;
    }
    airy_problem_release(&problem);
    airy_fft_free(s.fft);
    airy_memory_free(s.real);
    airy_memory_free(s.half);
    return code;
}

int main(void)
{
    const int sizes[] = {96, 128, 192, 256, 512, 672};
    airy_error err = {0};
    printf("# %s\nplans\tsize\tpair_us", airy_fft_library());
    for (int i = 0; i < airy_rule_count(); i++)
        printf("\t%s", airy_rule_about(i)->name);
    printf("\n");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *wisdom = airy_fft_wisdom(&sizes[i], 1, &err);
        if (!wisdom || measure(sizes[i], wisdom, NULL, &err) != AIRY_OK ||
            measure(sizes[i], wisdom, wisdom, &err) != AIRY_OK) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        free(wisdom);
    }
    return 0;
}

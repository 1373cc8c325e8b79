// SPDX-License-Identifier: GPL-3.0-or-later
// What an iteration of GPS-R costs over the lines that FFTW transforms in it, and nothing else.
//
// Rows of the table of `scripts/bench` on stdout: name, value, unit. Processor time of this thread;
// lines, steps and looks at R take turns, and the best of many rounds of each counts, for what else
// runs on the machine only adds time.
#include "airy/retrieval.h"
#include "math/fft.h"
#include "retrieval/engine.h"
#include "retrieval/rules.h"

#include <stdio.h>
#include <time.h>

enum { ROUNDS = 60, UNITS = 10 };

// A disc in a merged pattern with random photons, its engine, and lines of its size.
struct subject {
    int n, lines;
    airy_problem problem;
    airy_engine *engine;
    const airy_rule *rule;
    airy_fft_line *line;
    float complex *a, *b;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void lines(struct subject *s)
{
    for (int i = 0; i < s->lines; i++) {
        airy_fft_line_forward(s->line, s->a, s->b);
        airy_fft_line_backward_raw(s->line, s->a, s->b);
    }
}

static void step(struct subject *s)
{
    const airy_pace pace = {.beta = 0.9, .gps = {.s = 0.9, .t = 1, .sigma = 0.1}};
    s->rule->step(s->engine, &pace);
}

static void look(struct subject *s)
{
    airy_engine_estimate(s->engine, true);
    (void)airy_engine_r_factor(s->engine);
}

static void time_of(void (*unit)(struct subject *), struct subject *s, double *best)
{
    double start = now();
    for (int i = 0; i < UNITS; i++)
        unit(s);
    double one = 1e6 * (now() - start) / UNITS;
    *best = one < *best ? one : *best;
}

static airy_code make_problem(struct subject *s, airy_error *err)
{
    airy_pattern pattern = {0};
    airy_mask support = {0};
    airy_random random;
    airy_random_init(&random, 1, 0, 0, 0);
    airy_code code = airy_pattern_init(&pattern, s->n, s->n, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&support, s->n, s->n, err);
    if (code == AIRY_OK) {
        int rows = 0;
        pattern.merged = true;
        for (int i = 0; i < s->n * s->n; i++)
            pattern.photons.px[i] = (float)airy_random_poisson(&random, 5);
        airy_support_ellipse(s->n / 7.0, s->n / 7.0, &support);
        for (int y = 0; y < s->n; y++)
            rows += support.bits[y * s->n + s->n / 2] != 0;
        s->lines = (rows + 1) / 2 + s->n / 2 + 1;
        code = airy_problem_init(&s->problem, &pattern, &support, err);
    }
    airy_pattern_release(&pattern);
    airy_mask_release(&support);
    return code;
}

static airy_code make_subject(struct subject *s, airy_error *err)
{
    airy_retrieve_options options;
    airy_random random;
    airy_code code = make_problem(s, err);
    if (code != AIRY_OK)
        return code;
    airy_retrieve_options_defaults(&options);
    s->rule = airy_rule_get(airy_rule_find("gps-r"));
    s->engine = airy_engine_new(&s->problem, &options, false, err);
    s->line = s->engine ? airy_fft_line_new(s->n, NULL, err) : NULL;
    s->a = airy_memory_new((size_t)s->n, sizeof *s->a);
    s->b = airy_memory_new((size_t)s->n, sizeof *s->b);
    if (!s->line || !s->a || !s->b)
        return AIRY_EMEMORY;
    airy_random_init(&random, 2, 0, 0, 0);
    airy_engine_randomise(s->engine, &random);
    airy_engine_filter_fourier(s->engine, 1, 0.9);
    airy_engine_gps_begin(s->engine);
    return AIRY_OK;
}

static void release(struct subject *s)
{
    airy_engine_free(s->engine);
    airy_problem_release(&s->problem);
    airy_fft_line_free(s->line);
    airy_memory_free(s->a);
    airy_memory_free(s->b);
}

int main(void)
{
    static const int sizes[] = {192, 240, 256};
    airy_error err = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct subject s = {.n = sizes[i]};
        double floor_us = 1e9, step_us = 1e9, look_us = 1e9;
        if (make_subject(&s, &err) != AIRY_OK) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        for (int k = 0; k < ROUNDS; k++) {
            time_of(lines, &s, &floor_us);
            time_of(step, &s, &step_us);
            time_of(look, &s, &look_us);
        }
        printf("lines of an iteration at %d\t%.1f\tus\n", s.n, floor_us);
        printf("step at %d\t%.2f\tlines\n", s.n, step_us / floor_us);
        printf("step and a tenth of a look at R at %d\t%.2f\tlines\n", s.n,
               (step_us + 0.1 * look_us) / floor_us);
        release(&s);
    }
    return 0;
}

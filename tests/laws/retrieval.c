// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of projections, rules and runs.
#include "check.h"

#include "airy/retrieval.h"
#include "retrieval/engine.h"
#include "retrieval/rules.h"
#include "retrieval/run.h"

#include <stdio.h>
#include <stdlib.h>

enum { N = 32, PIXELS = N * N };

// ------------------------------------------------------------------ a small problem

// A lopsided pair of blobs inside a disc of 9 pixels: no symmetry, all positive.
static void draw_object(airy_image *object)
{
    for (int i = 0; i < PIXELS; i++) {
        double y = i / N - N / 2, x = i % N - N / 2;
        double round = 49 - y * y - x * x;
        double blob = exp(-((y - 3) * (y - 3) + (x + 2) * (x + 2)) / 6);
        double hole = 0.6 * exp(-((y + 3) * (y + 3) + (x - 1) * (x - 1)) / 5);
        object->px[i] = round > 0 ? (float)(sqrt(round) * (1 + blob - hole)) : 0;
    }
}

static airy_image image_new(void)
{
    airy_image image;
    assert_ok(airy_image_init(&image, N, N, &err));
    return image;
}

// |F object| imposed inside a centered problem whose support is a disc of `radius`; a hole of 3
// pixels about zero frequency is not measured.
static airy_problem problem_new(double radius, bool merged)
{
    airy_pattern pattern;
    airy_mask support;
    airy_problem problem;
    airy_image object = image_new();
    airy_error error = {0};
    draw_object(&object);
    assert_ok(airy_pattern_init(&pattern, N, N, &err));
    assert_ok(airy_mask_init(&support, N, N, &err));
    airy_fft *fft = airy_fft_new(N, N, NULL, &error);
    assert_non_null(fft);
    airy_field in, hat;
    assert_ok(airy_field_init(&in, N, N, &err));
    assert_ok(airy_field_init(&hat, N, N, &err));
    for (int i = 0; i < PIXELS; i++)
        in.px[i] = object.px[i];
    airy_fft_forward(fft, in.px, hat.px);
    for (int y = 0; y < N; y++)
        for (int x = 0; x < N; x++) {
            float complex z = hat.px[(y + N / 2) % N * N + (x + N / 2) % N];
            pattern.photons.px[y * N + x] = crealf(z) * crealf(z) + cimagf(z) * cimagf(z);
            if (hypot(y - N / 2, x - N / 2) < 3)
                pattern.mask.bits[y * N + x] = AIRY_MASK_SHADOWED;
        }
    airy_pattern_apply_mask(&pattern);
    pattern.merged = merged;
    airy_support_ellipse(radius, radius, &support);
    assert_ok(airy_problem_init(&problem, &pattern, &support, &err));
    airy_fft_free(fft);
    airy_field_release(&in);
    airy_field_release(&hat);
    airy_image_release(&object);
    airy_pattern_release(&pattern);
    airy_mask_release(&support);
    return problem;
}

static airy_retrieve_options options_for(const char *schedule)
{
    airy_retrieve_options options;
    airy_retrieve_options_defaults(&options);
    assert_ok(airy_schedule_parse(schedule, &options.schedule, &err));
    options.threads = 1;
    return options;
}

static airy_engine *engine_new(const airy_problem *problem, const airy_retrieve_options *options,
                               bool everywhere)
{
    airy_error error = {0};
    airy_engine *engine = airy_engine_new(problem, options, everywhere, &error);
    if (!engine)
        fail_msg("%s", error.message);
    return engine;
}

static void fill_random(airy_image *image, uint64_t seed)
{
    airy_random random;
    airy_random_init(&random, seed, 0, 0, 0);
    for (int i = 0; i < PIXELS; i++)
        image->px[i] = (float)airy_random_normal(&random);
}

static void assert_same(const airy_image *a, const airy_image *b, double tolerance)
{
    double apart = 0, size = 0;
    for (int i = 0; i < PIXELS; i++) {
        apart = fmax(apart, fabs((double)a->px[i] - b->px[i]));
        size = fmax(size, fabs((double)a->px[i]));
    }
    assert_near(apart / size, 0, tolerance);
}

// ------------------------------------------------------------------ projections

// Float transforms of 32 x 32 keep five digits.
#define DIGITS 2e-5

// to = P_M from, through the engine.
static void project_data(airy_engine *engine, const airy_image *from, double scale, airy_image *to)
{
    airy_image scaled = image_new();
    for (int i = 0; i < PIXELS; i++)
        scaled.px[i] = (float)scale * from->px[i];
    airy_engine_load(engine, &scaled, NULL);
    airy_engine_project_data(engine, AIRY_ITERATE, AIRY_DATA);
    airy_engine_unload(engine, AIRY_DATA, to, NULL);
    airy_image_release(&scaled);
}

static void data_projection_is_one(void **state)
{
    (void)state;
    airy_problem problem = problem_new(9, true);
    airy_retrieve_options options = options_for("er:1");
    airy_engine *engine = engine_new(&problem, &options, false);
    airy_image g = image_new(), once = image_new(), twice = image_new();
    fill_random(&g, 1);
    project_data(engine, &g, 1, &once);
    project_data(engine, &once, 1, &twice);
    assert_same(&once, &twice, DIGITS);
    airy_engine_free(engine);
    airy_problem_release(&problem);
    airy_image_release(&g);
    airy_image_release(&once);
    airy_image_release(&twice);
}

// With every pixel measured, only the phases of g matter.
static void data_projection_knows_no_scale(void **state)
{
    (void)state;
    airy_problem problem = problem_new(9, true);
    for (int i = 0; i < PIXELS; i++)
        problem.measured.bits[i] = AIRY_USED;
    airy_retrieve_options options = options_for("er:1");
    airy_engine *engine = engine_new(&problem, &options, false);
    airy_image g = image_new(), one = image_new(), other = image_new();
    fill_random(&g, 2);
    project_data(engine, &g, 1, &one);
    project_data(engine, &g, 0.3, &other);
    assert_same(&one, &other, DIGITS);
    airy_engine_free(engine);
    airy_problem_release(&problem);
    airy_image_release(&g);
    airy_image_release(&one);
    airy_image_release(&other);
}

static void support_projection_is_one(void **state)
{
    (void)state;
    airy_problem problem = problem_new(9, true);
    airy_retrieve_options options = options_for("er:1");
    airy_engine *engine = engine_new(&problem, &options, true);
    airy_image g = image_new(), once = image_new(), twice = image_new();
    const airy_blend project = {.s = 1, .b = 1};
    fill_random(&g, 3);
    airy_engine_load(engine, &g, NULL);
    airy_engine_blend(engine, AIRY_DATA, project, AIRY_ITERATE);
    airy_engine_unload(engine, AIRY_ITERATE, &once, NULL);
    airy_engine_blend(engine, AIRY_DATA, project, AIRY_ITERATE);
    airy_engine_unload(engine, AIRY_ITERATE, &twice, NULL);
    assert_memory_equal(once.px, twice.px, PIXELS * sizeof *once.px);
    for (int i = 0; i < PIXELS; i++)
        assert_near(once.px[i], problem.support.bits[i] && g.px[i] > 0 ? g.px[i] : 0, 0);
    airy_engine_free(engine);
    airy_problem_release(&problem);
    airy_image_release(&g);
    airy_image_release(&once);
    airy_image_release(&twice);
}

// ------------------------------------------------------------------ rules

// A rule from a random image.
struct trial {
    const char *rule;
    double beta;
    bool positive;
    int steps;
    bool everywhere; // in a window of all rows
};

static airy_image iterate(const airy_problem *problem, struct trial trial)
{
    airy_retrieve_options options = options_for("er:1");
    options.positivity = trial.positive;
    airy_engine *engine = engine_new(problem, &options, trial.everywhere);
    airy_image u = image_new();
    const airy_rule *rule = airy_rule_get(airy_rule_find(trial.rule));
    airy_pace pace = {.beta = trial.beta, .gps = {.s = 0.9, .t = 1, .sigma = 0.1}};
    fill_random(&u, 4);
    airy_engine_load(engine, &u, NULL);
    airy_engine_filter_fourier(engine, 0.8, 0.9);
    if (rule->primal_dual)
        airy_engine_gps_begin(engine);
    for (int i = 0; i < trial.steps; i++)
        rule->step(engine, &pace);
    if (rule->primal_dual)
        airy_engine_gps_end(engine);
    airy_engine_unload(engine, AIRY_ITERATE, &u, NULL);
    airy_engine_free(engine);
    return u;
}

// Real windows are packed, complex ones are not; each rule sees the values it needs in both.
static void a_window_is_as_good_as_everything(void **state)
{
    (void)state;
    for (int merged = 0; merged < 2; merged++) {
        airy_problem problem = problem_new(9, merged);
        for (int i = 0; i < airy_rule_count(); i++) {
            struct trial trial = {airy_rule_about(i)->name, 0.8, true, 20, false};
            if (airy_rule_get(i)->smoothing == AIRY_SMOOTH_REAL)
                continue; // such a rule always has all rows
            airy_image window = iterate(&problem, trial);
            trial.everywhere = true;
            airy_image whole = iterate(&problem, trial);
            assert_same(&whole, &window, 20 * DIGITS); // rounding grows with the steps
            airy_image_release(&window);
            airy_image_release(&whole);
        }
        airy_problem_release(&problem);
    }
}

static void three_rules_are_one_at_beta_1(void **state)
{
    (void)state;
    airy_problem problem = problem_new(9, true);
    airy_image hio = iterate(&problem, (struct trial){"hio", 1, false, 20, false});
    const char *others[] = {"raar", "dm", "hpr", "asr"};
    for (int i = 0; i < 4; i++) {
        airy_image other = iterate(&problem, (struct trial){others[i], 1, false, 20, false});
        assert_same(&hio, &other, 20 * DIGITS); // rounding grows with the steps
        airy_image_release(&other);
    }
    airy_image_release(&hio);
    airy_problem_release(&problem);
}

// One step in its inside/outside form: p where (in S and allowed), `outside` elsewhere.
typedef double outside_form(double u, double p, double beta);
typedef bool inside_form(double u, double p, double beta);

static bool raar_inside(double u, double p, double beta)
{
    (void)beta;
    return 2 * p - u > 0;
}

static double raar_outside(double u, double p, double beta)
{
    return beta * u + (1 - 2 * beta) * p;
}

static bool hpr_inside(double u, double p, double beta)
{
    return (1 + beta) * p - u > 0;
}

static double hio_outside(double u, double p, double beta)
{
    return u - beta * p;
}

static double push_outside(double u, double p, double beta)
{
    (void)u;
    return beta * p;
}

static bool hio_inside(double u, double p, double beta)
{
    (void)u;
    (void)beta;
    return p > 0;
}

static void reflectors_equal_inside_outside(void **state)
{
    (void)state;
    const struct {
        const char *name;
        inside_form *inside;
        outside_form *outside;
    } rows[] = {{"raar", raar_inside, raar_outside},
                {"hpr", hpr_inside, hio_outside},
                {"hio", hio_inside, hio_outside},
                {"push", hio_inside, push_outside}};
    const double beta = 0.8;
    airy_problem problem = problem_new(9, true);
    airy_retrieve_options options = options_for("er:1");
    airy_engine *engine = engine_new(&problem, &options, false);
    airy_image u = image_new(), p = image_new(), wanted = image_new();
    fill_random(&u, 4);
    project_data(engine, &u, 1, &p);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        for (int i = 0; i < PIXELS; i++) {
            bool in = problem.support.bits[i] && rows[k].inside(u.px[i], p.px[i], beta);
            wanted.px[i] = in ? p.px[i] : (float)rows[k].outside(u.px[i], p.px[i], beta);
        }
        airy_image got = iterate(&problem, (struct trial){rows[k].name, beta, true, 1, false});
        assert_same(&wanted, &got, DIGITS);
        airy_image_release(&got);
    }
    airy_engine_free(engine);
    airy_problem_release(&problem);
    airy_image_release(&u);
    airy_image_release(&p);
    airy_image_release(&wanted);
}

// Distance of u from the set of images with the measured amplitudes.
static double data_residual(airy_engine *engine, const airy_image *u)
{
    airy_image p = image_new();
    double sum = 0;
    project_data(engine, u, 1, &p);
    for (int i = 0; i < PIXELS; i++)
        sum += ((double)p.px[i] - u->px[i]) * ((double)p.px[i] - u->px[i]);
    airy_image_release(&p);
    return sqrt(sum);
}

static void er_never_raises_the_residual(void **state)
{
    (void)state;
    airy_problem problem = problem_new(9, true);
    airy_retrieve_options options = options_for("er:1");
    airy_engine *engine = engine_new(&problem, &options, false);
    airy_image u = iterate(&problem, (struct trial){"er", 1, true, 1, false});
    airy_pace pace = {.beta = 1};
    double last = data_residual(engine, &u);
    double first = last;
    for (int i = 0; i < 40; i++) {
        airy_engine_load(engine, &u, NULL);
        airy_rule_get(airy_rule_find("er"))->step(engine, &pace);
        airy_engine_unload(engine, AIRY_ITERATE, &u, NULL);
        double now = data_residual(engine, &u);
        if (now > last * (1 + 1e-5)) // float rounding of two transforms
            fail_msg("step %d raised the residual from %g to %g", i, last, now);
        last = now;
    }
    assert_true(last < 0.5 * first);
    airy_engine_free(engine);
    airy_problem_release(&problem);
    airy_image_release(&u);
}

// ------------------------------------------------------------------ GPS, the slow way

struct slow {
    airy_fft *fft;
    airy_field z, y, a, b; // z in Fourier space, y in real space, scratch
};

static void slow_new(struct slow *slow)
{
    airy_error error = {0};
    slow->fft = airy_fft_new(N, N, NULL, &error);
    assert_non_null(slow->fft);
    airy_field *fields[] = {&slow->z, &slow->y, &slow->a, &slow->b};
    for (int i = 0; i < 4; i++)
        assert_ok(airy_field_init(fields[i], N, N, &err));
}

static void slow_free(struct slow *slow)
{
    airy_fft_free(slow->fft);
    airy_field_release(&slow->z);
    airy_field_release(&slow->y);
    airy_field_release(&slow->a);
    airy_field_release(&slow->b);
}

static int ordered(int i)
{
    return (i / N + N / 2) % N * N + (i % N + N / 2) % N;
}

static double frequency(int i)
{
    double y = i / N < N / 2 ? i / N : i / N - N, x = i % N < N / 2 ? i % N : i % N - N;
    return (y * y + x * x) / (N / 2.0 * (N / 2.0));
}

// One iteration as published: F y, the relaxed projection, F^-1, the dual's shrinkage, and the
// smoothing by a transform there and back.
static void slow_step(struct slow *k, const airy_problem *problem, airy_gps gps, double alpha)
{
    airy_fft_forward(k->fft, k->y.px, k->a.px);
    for (int i = 0; i < PIXELS; i++) {
        double complex z = k->z.px[i], w = z - gps.t * k->a.px[i], next = w;
        double b = problem->amplitude.px[ordered(i)];
        if (problem->measured.bits[ordered(i)])
            next = (gps.t * b * w / cabs(w) + gps.sigma * w) / (gps.t + gps.sigma);
        k->b.px[i] = (float complex)(2 * next - z);
        k->z.px[i] = (float complex)next;
    }
    airy_fft_backward(k->fft, k->b.px, k->a.px);
    for (int i = 0; i < PIXELS; i++) {
        double complex v = k->y.px[i] + gps.s * k->a.px[i];
        bool shrink = problem->support.bits[ordered(i)] && creal(v) > 0;
        k->y.px[i] = (float complex)(shrink ? v - creal(v) : v);
    }
    airy_fft_forward(k->fft, k->y.px, k->a.px);
    for (int i = 0; i < PIXELS; i++)
        k->a.px[i] *= (float)exp(-frequency(i) * gps.s / (2 * alpha * alpha));
    airy_fft_backward(k->fft, k->a.px, k->y.px);
}

// u = P_S F^-1 z.
static void slow_image(struct slow *k, const airy_problem *problem, airy_image *u)
{
    airy_fft_backward(k->fft, k->z.px, k->a.px);
    for (int i = 0; i < PIXELS; i++) {
        float v = crealf(k->a.px[i]);
        u->px[ordered(i)] = problem->support.bits[ordered(i)] && v > 0 ? v : 0;
    }
}

// Row and column of the highest frequency: for a real object its sine is nothing.
static void two_transforms_equal_six(void **state)
{
    (void)state;
    const airy_gps gps = {.s = 0.9, .t = 1, .sigma = 0.1};
    airy_problem problem = problem_new(9, true);
    airy_retrieve_options options = options_for("gps-r:10");
    airy_engine *engine = engine_new(&problem, &options, false);
    struct slow slow;
    airy_image start = image_new(), fast_u = image_new(), slow_u = image_new();
    slow_new(&slow);
    fill_random(&start, 5);
    for (int i = 0; i < PIXELS; i++)
        slow.a.px[i] = start.px[ordered(i)];
    airy_fft_forward(slow.fft, slow.a.px, slow.z.px);
    airy_engine_load(engine, &start, NULL);
    airy_engine_filter_fourier(engine, 0.8, gps.s);
    airy_engine_gps_begin(engine);
    for (int i = 0; i < 25; i++) {
        slow_step(&slow, &problem, gps, 0.8);
        airy_engine_gps_step(engine, gps);
    }
    slow_image(&slow, &problem, &slow_u);
    airy_engine_estimate(engine, true);
    airy_engine_unload(engine, AIRY_ESTIMATE, &fast_u, NULL);
    assert_same(&slow_u, &fast_u, 25 * DIGITS); // rounding grows with the steps
    airy_engine_free(engine);
    slow_free(&slow);
    airy_problem_release(&problem);
    airy_image_release(&start);
    airy_image_release(&fast_u);
    airy_image_release(&slow_u);
}

// ------------------------------------------------------------------ runs

static airy_finished finished_new(const airy_retrieve_options *options)
{
    airy_finished finished = {.image = image_new()};
    finished.convergence = calloc((size_t)airy_retrieve_samples(options, NULL), sizeof(float));
    return finished;
}

static void finished_release(airy_finished *finished)
{
    airy_image_release(&finished->image);
    free(finished->convergence);
}

static airy_run *run_new(const airy_problem *problem, const airy_retrieve_options *options)
{
    airy_error error = {0};
    airy_run *run = airy_run_new(problem, options, &error);
    if (!run)
        fail_msg("%s", error.message);
    return run;
}

// The same run with start and support moved by whole pixels gives the moved image.
static void retrieval_commutes_with_shifts(void **state)
{
    (void)state;
    enum { DY = 2, DX = -3 };
    airy_problem problem = problem_new(9, true), moved = problem_new(9, true);
    airy_retrieve_options options = options_for("gps-r:10,hio:5,er:5");
    airy_finished here = finished_new(&options), there = finished_new(&options);
    airy_image start = image_new(), start_moved = image_new(), wanted = image_new();
    fill_random(&start, 6);
    for (int i = 0; i < PIXELS; i++) {
        int to = (i / N + DY + N) % N * N + (i % N + DX + N) % N;
        start_moved.px[to] = start.px[i];
        moved.support.bits[to] = problem.support.bits[i];
    }
    airy_run *run = run_new(&problem, &options), *run_moved = run_new(&moved, &options);
    airy_run_begin_image(run, &start, NULL);
    airy_run_begin_image(run_moved, &start_moved, NULL);
    assert_ok(airy_run_advance(run, 1000, NULL, &err));
    assert_ok(airy_run_advance(run_moved, 1000, NULL, &err));
    airy_run_finish(run, &here);
    airy_run_finish(run_moved, &there);
    for (int i = 0; i < PIXELS; i++)
        wanted.px[(i / N + DY + N) % N * N + (i % N + DX + N) % N] = here.image.px[i];
    assert_same(&wanted, &there.image, 1e-3); // 20 nonlinear steps multiply the rounding
    airy_run_free(run);
    airy_run_free(run_moved);
    finished_release(&here);
    finished_release(&there);
    airy_problem_release(&problem);
    airy_problem_release(&moved);
    airy_image_release(&start);
    airy_image_release(&start_moved);
    airy_image_release(&wanted);
}

// n iterations, all of them in one run when k is 0, else k in one and the rest, through a save, in
// another.
static void run_through_save(const airy_problem *problem, const airy_retrieve_options *options,
                             int k, airy_finished *f)
{
    airy_run *run = run_new(problem, options);
    int left = 0;
    airy_run_begin(run, 0, 3);
    if (k > 0) {
        airy_run *other = run_new(problem, options);
        assert_ok(airy_run_advance(run, k, NULL, &err));
        void *state = malloc(airy_run_state_size(run));
        assert_non_null(state);
        airy_run_save(run, state);
        airy_run_free(run);
        airy_run_restore(other, state);
        free(state);
        run = other;
    }
    assert_ok(airy_run_advance(run, 1000, &left, &err));
    assert_int_equal(left, 0);
    airy_run_finish(run, f);
    airy_run_free(run);
}

// k + (n - k) iterations through a save are n, to the bit: for rules of both kinds, where stages
// and alpha change, and with supports that shrink.
static void saving_changes_no_bit(void **state)
{
    (void)state;
    const char *schedules[] = {"gps-r:23,hio:10,er:7", "oss:40", "raar:10,gps-f:30", "dm:20,ml:20"};
    const int at[] = {1, 10, 13, 29, 39};
    airy_problem problem = problem_new(9, true);
    for (int i = 0; i < 8; i++) {
        airy_retrieve_options options = options_for(schedules[i / 2]);
        options.shrink_every = i % 2 ? 9 : 0;
        options.beta_last = 0.6;
        airy_finished whole = finished_new(&options), cut = finished_new(&options);
        run_through_save(&problem, &options, 0, &whole);
        for (int k = 0; k < 5; k++) {
            run_through_save(&problem, &options, at[k], &cut);
            assert_memory_equal(whole.image.px, cut.image.px, PIXELS * sizeof(float));
            assert_memory_equal(&whole.score, &cut.score, sizeof whole.score);
            assert_memory_equal(whole.convergence, cut.convergence,
                                (size_t)airy_retrieve_samples(&options, NULL) * sizeof(float));
        }
        finished_release(&whole);
        finished_release(&cut);
    }
    airy_problem_release(&problem);
}

// Half planes of a real object and full complex planes are two ways to the same image.
static void half_planes_equal_full_planes(void **state)
{
    (void)state;
    airy_problem half = problem_new(9, true), full = problem_new(9, false);
    airy_retrieve_options options = options_for("gps-r:20,raar:10");
    airy_finished a = finished_new(&options), b = finished_new(&options);
    airy_image start = image_new();
    fill_random(&start, 7);
    airy_run *run_half = run_new(&half, &options), *run_full = run_new(&full, &options);
    airy_run_begin_image(run_half, &start, NULL);
    airy_run_begin_image(run_full, &start, NULL);
    assert_ok(airy_run_advance(run_half, 1000, NULL, &err));
    assert_ok(airy_run_advance(run_full, 1000, NULL, &err));
    airy_run_finish(run_half, &a);
    airy_run_finish(run_full, &b);
    assert_same(&a.image, &b.image, 1e-3); // 30 nonlinear steps multiply the rounding
    airy_run_free(run_half);
    airy_run_free(run_full);
    finished_release(&a);
    finished_release(&b);
    airy_problem_release(&half);
    airy_problem_release(&full);
    airy_image_release(&start);
}

// Exact amplitudes of an object that keeps to the support are met, and it is found.
static void exact_data_are_solved(void **state)
{
    (void)state;
    airy_problem problem = problem_new(8, true);
    airy_retrieve_options options = options_for("gps-r:600,er:200");
    airy_reconstruction r;
    airy_alignment found;
    airy_image object = image_new();
    options.starts = 6;
    options.generations = 2;
    assert_ok(airy_retrieve(&problem, &options, NULL, NULL, &r, &err));
    assert_true(r.r_factor[options.starts + r.kept[0]] < 2e-3);
    airy_image best = airy_stack_image(&r.images, 0);
    draw_object(&object);
    assert_ok(airy_align(&object, &best, NULL, &best, &found, &err));
    assert_true(airy_image_distance(&object, &best) < 0.01);
    airy_reconstruction_release(&r);
    airy_image_release(&object);
    airy_problem_release(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_projection_is_one),
        cmocka_unit_test(data_projection_knows_no_scale),
        cmocka_unit_test(support_projection_is_one),
        cmocka_unit_test(a_window_is_as_good_as_everything),
        cmocka_unit_test(three_rules_are_one_at_beta_1),
        cmocka_unit_test(reflectors_equal_inside_outside),
        cmocka_unit_test(er_never_raises_the_residual),
        cmocka_unit_test(two_transforms_equal_six),
        cmocka_unit_test(retrieval_commutes_with_shifts),
        cmocka_unit_test(saving_changes_no_bit),
        cmocka_unit_test(half_planes_equal_full_planes),
        cmocka_unit_test(exact_data_are_solved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

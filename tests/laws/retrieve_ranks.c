// SPDX-License-Identifier: GPL-3.0-or-later
// A retrieval gives the same bytes on one thread, on three, and shared between ranks. Run by
// mpiexec when airy is built with AIRY_MPI.
#include "check.h"

#include "airy/math.h"
#include "airy/work.h"
#include "airy/retrieval.h"

enum { N = 32, PIXELS = N * N, STARTS = 7 };

// A pattern of photons from a lopsided disc, with a hole in the middle.
static airy_problem problem_new(void)
{
    airy_error why = {0};
    airy_pattern pattern;
    airy_mask support;
    airy_problem problem;
    airy_fft *fft = airy_fft_new(N, N, NULL, &why);
    assert_non_null(fft);
    assert_ok(airy_pattern_init(&pattern, N, N, &err));
    assert_ok(airy_mask_init(&support, N, N, &err));
    float complex *a = airy_memory_new(PIXELS, sizeof *a), *b = airy_memory_new(PIXELS, sizeof *b);
    for (int i = 0; i < PIXELS; i++) {
        double y = i / N - N / 2, x = i % N - N / 2;
        a[i] = y * y + x * x < 49 ? (float)(3 + y / 7 + (x > 2)) : 0;
    }
    airy_fft_forward(fft, a, b);
    airy_random random;
    airy_random_init(&random, 2, 0, 0, 0);
    for (int y = 0; y < N; y++)
        for (int x = 0; x < N; x++) {
            float complex z = b[(y + N / 2) % N * N + (x + N / 2) % N];
            double mean = crealf(z) * crealf(z) + cimagf(z) * cimagf(z);
            pattern.photons.px[y * N + x] = (float)airy_random_poisson(&random, mean);
            if (hypot(y - N / 2, x - N / 2) < 2)
                pattern.mask.bits[y * N + x] = AIRY_MASK_SHADOWED;
        }
    airy_pattern_apply_mask(&pattern);
    airy_support_ellipse(9, 9, &support);
    assert_ok(airy_problem_init(&problem, &pattern, &support, &err));
    airy_memory_free(a);
    airy_memory_free(b);
    airy_fft_free(fft);
    airy_pattern_release(&pattern);
    airy_mask_release(&support);
    return problem;
}

struct task {
    airy_problem problem;
    airy_retrieve_options options;
    airy_reconstruction result;
};

static airy_code retrieve(int i, void *workspace, void *context, airy_error *err)
{
    struct task *task = context;
    (void)i, (void)workspace;
    return airy_retrieve(&task->problem, &task->options, NULL, NULL, &task->result, err);
}

// Inside a job of another farm every start is done here, on one thread.
static void retrieve_alone(struct task *task)
{
    const airy_farm farm = {.threads = 1, .job = retrieve, .context = task};
    assert_ok(airy_farm_run(&farm, 1, &err));
}

static void assert_same(const airy_reconstruction *a, const airy_reconstruction *b)
{
    size_t all = (size_t)(a->generations * a->starts), kept = (size_t)a->images.n;
    assert_int_equal(a->generations, b->generations);
    assert_int_equal(a->chosen, b->chosen);
    assert_memory_equal(a->kept, b->kept, kept * sizeof *a->kept);
    assert_memory_equal(a->images.px, b->images.px, kept * PIXELS * sizeof(float));
    assert_memory_equal(a->support.bits, b->support.bits, PIXELS * sizeof *a->support.bits);
    assert_memory_equal(a->r_factor, b->r_factor, all * sizeof *a->r_factor);
    assert_memory_equal(a->convergence, b->convergence,
                        (size_t)(a->samples * a->starts) * sizeof *a->convergence);
    assert_memory_equal(a->diversity, b->diversity, (size_t)a->generations * sizeof *a->diversity);
    if (a->phases.px)
        assert_memory_equal(a->phases.px, b->phases.px, kept * PIXELS * sizeof(float));
}

static void same_bytes(const char *schedule, bool complex_object, int shrink_every)
{
    struct task alone = {.problem = problem_new()};
    airy_retrieve_options_defaults(&alone.options);
    assert_ok(airy_schedule_parse(schedule, &alone.options.schedule, &err));
    alone.options.starts = STARTS;
    alone.options.generations = 2;
    alone.options.keep = 3;
    alone.options.complex_object = complex_object;
    alone.options.positivity = !complex_object;
    alone.options.shrink_every = shrink_every;
    retrieve_alone(&alone);
    for (int threads = 1; threads <= 3; threads += 2) {
        struct task shared = {.problem = alone.problem, .options = alone.options};
        shared.options.threads = threads;
        assert_ok(retrieve(0, NULL, &shared, &err));
        assert_same(&alone.result, &shared.result);
        airy_reconstruction_release(&shared.result);
    }
    airy_reconstruction_release(&alone.result);
    airy_problem_release(&alone.problem);
}

static void gps(void **state)
{
    (void)state;
    same_bytes("gps-r:60", false, 0);
}

static void shrinking_hio(void **state)
{
    (void)state;
    same_bytes("hio:60,er:10", false, 20);
}

static void complex_hio(void **state)
{
    (void)state;
    same_bytes("hio:40,er:10", true, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gps),
        cmocka_unit_test(shrinking_hio),
        cmocka_unit_test(complex_hio),
    };
    airy_farm_begin(&argc, &argv);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    airy_farm_end(failed);
    return failed;
}

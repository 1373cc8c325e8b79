// SPDX-License-Identifier: GPL-3.0-or-later
// The farm: same results for any number of threads, the lowest error, stopping, workspaces.
#include "check.h"

#include "airy/work.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { JOBS = 60 };

struct field {
    double results[JOBS];
    int failing_from; // this job and all after it fail, unless it is 0
    int slow;         // this job takes longer than any other
    atomic_int made, ran;
    int reports; // written by the farm from one thread at a time
    double last;
    int stop_after;
};

static void *make(void *context)
{
    struct field *field = context;
    atomic_fetch_add(&field->made, 1);
    return calloc(1, sizeof(airy_random));
}

static void *make_nothing(void *context)
{
    (void)context;
    return NULL;
}

static void drop(void *workspace)
{
    free(workspace);
}

static airy_code job(int i, void *workspace, void *context, airy_error *err)
{
    struct field *field = context;
    airy_random *random = workspace;
    atomic_fetch_add(&field->ran, 1);
    airy_random_init(random, 1, 0, 0, (uint32_t)i);
    for (int k = 0; k < 100 * (1 + i % 7); k++)
        field->results[i] += airy_random_normal(random);
    if (field->slow == i)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    if (field->failing_from && i >= field->failing_from)
        return airy_error_set(err, AIRY_EVALUE, "job number %d is bad", i);
    return AIRY_OK;
}

static airy_code silent_job(int i, void *workspace, void *context, airy_error *err)
{
    (void)workspace, (void)context, (void)err;
    return i == 3 ? AIRY_ENUMERIC : AIRY_OK;
}

static void report(void *context, double done, double total, const char *note)
{
    struct field *field = context;
    assert_non_null(note);
    assert_true(done == field->last + 1 && total == JOBS);
    field->last = done;
    field->reports++;
}

static bool stopped(void *context)
{
    const struct field *field = context;
    return field->stop_after > 0 && field->reports >= field->stop_after;
}

static airy_code run(struct field *field, int threads, airy_error *err)
{
    airy_progress progress = {.report = report, .stopped = stopped, .context = field};
    airy_farm farm = {.threads = threads,
                      .make = make,
                      .drop = drop,
                      .job = job,
                      .context = field,
                      .progress = &progress};
    return airy_farm_run(&farm, JOBS, err);
}

static void same_results(void **state)
{
    (void)state;
    struct field one = {0}, three = {0}, all = {0};
    assert_ok(run(&one, 1, &err));
    assert_ok(run(&three, 3, &err));
    assert_ok(run(&all, 0, &err));
    assert_memory_equal(one.results, three.results, sizeof one.results);
    assert_memory_equal(one.results, all.results, sizeof one.results);
    assert_int_equal(one.made, 1);
    assert_int_equal(three.made, 3);
    assert_int_equal(three.ran, JOBS);
    assert_int_equal(three.reports, JOBS);
    assert_true(airy_farm_cores() >= 1);
}

// Whether the lowest failing job is the first or the last to fail.
static void lowest_error(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 5; threads++)
        for (int slow = 11; slow <= 12; slow++) {
            struct field field = {.failing_from = 11, .slow = slow};
            assert_fails(run(&field, threads, &err), AIRY_EVALUE, "job number 11 is bad");
            assert_true(field.ran <= 11 + threads); // no new jobs after a failure
        }
}

static void stopping(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        struct field field = {.stop_after = 10};
        assert_fails(run(&field, threads, &err), AIRY_ESTOPPED, "of 60");
        assert_true(field.ran >= 10 && field.ran < 10 + threads);
    }
    struct field late = {.stop_after = JOBS}; // everything is done: nothing was stopped
    assert_ok(run(&late, 3, &err));
}

static void odd_farms(void **state)
{
    (void)state;
    struct field field = {0};
    airy_farm nothing = {.threads = 3, .job = silent_job, .context = &field};
    assert_ok(airy_farm_run(&nothing, 0, &err));
    assert_ok(airy_farm_run(&nothing, 3, &err));
    assert_fails(airy_farm_run(&nothing, 4, &err), AIRY_ENUMERIC, "job 3");
    assert_int_equal(airy_farm_run(&nothing, 4, NULL), AIRY_ENUMERIC);
    airy_farm empty = {.threads = 2, .make = make_nothing, .job = job, .context = &field};
    assert_fails(airy_farm_run(&empty, 4, &err), AIRY_EMEMORY, "workspace");
    assert_int_equal(field.ran, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_results),
        cmocka_unit_test(lowest_error),
        cmocka_unit_test(stopping),
        cmocka_unit_test(odd_farms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The pipe: pieces fetched and stored in order, what is done beside them, failing and stopping.
#include "check.h"

#include "airy/work.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { PIECES = 40 };

struct line {
    int fetched; // one call at a time, in order; as of stored, which `stopped` reads beside it
    atomic_int stored;
    int value[PIECES];
    int failing; // this piece cannot be worked on, unless it is 0
    int slow;    // this one takes longer than any other
    int stop_after;
    atomic_int slots, beside;
    airy_code beside_code;
    bool endless; // what is beside goes on until it is asked to end
};

static void *make(void *context)
{
    struct line *line = context;
    atomic_fetch_add(&line->slots, 1);
    return calloc(1, sizeof(int));
}

static void *make_nothing(void *context)
{
    (void)context;
    return NULL;
}

static airy_code fetch(int i, void *slot, void *context, airy_error *err)
{
    struct line *line = context;
    (void)err;
    assert_int_equal(i, line->fetched++);
    *(int *)slot = i;
    return AIRY_OK;
}

static airy_code work(int i, void *slot, void *context, airy_error *err)
{
    const struct line *line = context;
    int *value = slot;
    assert_int_equal(*value, i);
    *value = i * i + 1;
    if (i == line->slow)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    if (line->failing && i >= line->failing)
        return airy_error_set(err, AIRY_EVALUE, "piece number %d is bad", i);
    return AIRY_OK;
}

static airy_code store(int i, void *slot, void *context, airy_error *err)
{
    struct line *line = context;
    (void)err;
    assert_int_equal(i, line->stored++);
    line->value[i] = *(int *)slot;
    return AIRY_OK;
}

static airy_code beside(const airy_progress *stop, void *context, airy_error *err)
{
    struct line *line = context;
    atomic_fetch_add(&line->beside, 1);
    while (line->endless && !airy_progress_stopped(stop))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    return line->beside_code ? airy_error_set(err, line->beside_code, "it rained") : AIRY_OK;
}

static bool stopped(void *context)
{
    const struct line *line = context;
    return line->stop_after && line->stored >= line->stop_after;
}

static airy_code run(struct line *line, int threads, airy_error *err)
{
    const airy_progress progress = {.stopped = stopped, .context = line};
    const airy_pipe pipe = {.threads = threads,
                            .make = make,
                            .drop = free,
                            .fetch = fetch,
                            .work = work,
                            .store = store,
                            .beside = beside,
                            .context = line,
                            .progress = &progress,
                            .unit = "pieces"};
    return airy_pipe_run(&pipe, PIECES, err);
}

static void all_in_order(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        struct line line = {.slow = 3};
        assert_ok(run(&line, threads, &err));
        for (int i = 0; i < PIECES; i++)
            assert_int_equal(line.value[i], i * i + 1);
        assert_int_equal(line.stored, PIECES);
        assert_int_equal(line.slots, threads + 1);
        assert_int_equal(line.beside, 1);
    }
}

// The pieces before the failing one are stored.
static void failing_piece(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++)
        for (int slow = 17; slow <= 18; slow++) {
            struct line line = {.failing = 17, .slow = slow};
            assert_fails(run(&line, threads, &err), AIRY_EVALUE, "piece number 17 is bad");
            assert_int_equal(line.stored, 17);
        }
}

static void failing_beside(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        struct line line = {.beside_code = AIRY_EIO};
        assert_fails(run(&line, threads, &err), AIRY_EIO, "it rained");
        assert_int_equal(line.stored, PIECES);
        struct line both = {.beside_code = AIRY_EIO, .failing = 5};
        assert_fails(run(&both, threads, &err), AIRY_EVALUE, "piece number 5");
    }
}

// Long work beside the pieces does not keep a failure, or one who wants to stop, waiting.
static void ending_beside(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        struct line failing = {.failing = 5, .endless = true};
        assert_fails(run(&failing, threads, &err), AIRY_EVALUE, "piece number 5");
        struct line stopping = {.stop_after = 10, .endless = true};
        assert_fails(run(&stopping, threads, &err), AIRY_ESTOPPED, "of 40");
        assert_int_equal(stopping.beside, 1);
        struct line late = {.stop_after = PIECES, .endless = true, .beside_code = AIRY_ESTOPPED};
        assert_fails(run(&late, threads, &err), AIRY_ESTOPPED, "it rained");
        assert_int_equal(late.stored, PIECES);
    }
}

static void stopping(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        struct line line = {.stop_after = 10};
        assert_fails(run(&line, threads, &err), AIRY_ESTOPPED, "of 40");
        assert_true(line.stored >= 10 && line.stored <= 10 + threads + 1);
        assert_int_equal(line.stored, line.fetched);
    }
}

static void no_room(void **state)
{
    (void)state;
    struct line line = {0};
    const airy_pipe pipe = {.threads = 2,
                            .make = make_nothing,
                            .drop = free,
                            .fetch = fetch,
                            .work = work,
                            .store = store,
                            .context = &line};
    assert_fails(airy_pipe_run(&pipe, 4, &err), AIRY_EMEMORY, "2 threads");
    assert_int_equal(line.fetched, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_in_order),   cmocka_unit_test(failing_piece),
        cmocka_unit_test(failing_beside), cmocka_unit_test(ending_beside),
        cmocka_unit_test(stopping),       cmocka_unit_test(no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

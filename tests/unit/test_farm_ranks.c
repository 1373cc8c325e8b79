// SPDX-License-Identifier: GPL-3.0-or-later
// The farm over ranks: every rank ends with every result, and with the same failure. Without MPI
// the one rank must do the same. Run by mpiexec when airy is built with AIRY_MPI.
#include "check.h"

#include "airy/work.h"

#include <stdatomic.h>

enum { JOBS = 23 };

struct spot {
    float y, x;
    int32_t id;
};

struct field {
    double number[JOBS];
    struct spot spot[JOBS];
    atomic_int ran;
    int fail_a, fail_b;
    int stopping_rank; // asks to stop at once; 0 for none
};

static airy_code job(int i, void *workspace, void *context, airy_error *err)
{
    struct field *field = context;
    (void)workspace;
    atomic_fetch_add(&field->ran, 1);
    field->number[i] = sqrt(i + 1);
    field->spot[i] = (struct spot){(float)i, -(float)i, 100 + i};
    if ((field->fail_a && i == field->fail_a) || (field->fail_b && i == field->fail_b))
        return airy_error_set(err, AIRY_EVALUE, "job %d is bad", i);
    return AIRY_OK;
}

static bool stopped(void *context)
{
    const struct field *field = context;
    return field->stopping_rank && airy_farm_rank() == field->stopping_rank;
}

static airy_code run(struct field *field, int slot_count, int threads, airy_error *err)
{
    const airy_farm_slots slots[] = {{field->number, sizeof field->number[0]},
                                     {field->spot, sizeof field->spot[0]}};
    const airy_progress progress = {.stopped = stopped, .context = field};
    const airy_farm farm = {.threads = threads,
                            .job = job,
                            .context = field,
                            .progress = &progress,
                            .slots = slots,
                            .slot_count = slot_count};
    return airy_farm_run(&farm, JOBS, err);
}

static void assert_complete(const struct field *field)
{
    for (int i = 0; i < JOBS; i++) {
        assert_true(field->number[i] == sqrt(i + 1));
        assert_true(field->spot[i].y == (float)i && field->spot[i].x == -(float)i);
        assert_int_equal(field->spot[i].id, 100 + i);
    }
}

static void shared(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        struct field field = {0};
        assert_ok(run(&field, 2, threads, &err));
        assert_complete(&field);
        int least = JOBS / airy_farm_ranks();
        assert_true(field.ran == least || field.ran == least + (JOBS % airy_farm_ranks() != 0));
    }
}

static void not_shared(void **state)
{
    (void)state;
    struct field field = {0};
    assert_ok(run(&field, 0, 2, &err));
    assert_complete(&field);
    assert_int_equal(field.ran, JOBS);
}

// The first job of the last rank and the last of the first fail; every rank hears of the lower one.
static void failures(void **state)
{
    (void)state;
    struct field late = {.fail_a = JOBS - 1}, both = {.fail_a = JOBS - 1, .fail_b = 5};
    assert_fails(run(&late, 2, 2, &err), AIRY_EVALUE, "job 22 is bad");
    assert_fails(run(&both, 2, 2, &err), AIRY_EVALUE, "job 5 is bad");
}

static void one_rank_stops(void **state)
{
    (void)state;
    struct field field = {.stopping_rank = 1};
    if (airy_farm_ranks() < 2) {
        assert_ok(run(&field, 2, 2, &err));
        return;
    }
    assert_fails(run(&field, 2, 2, &err), AIRY_ESTOPPED, "of 23");
    assert_true(field.number[0] == 1); // what was finished is everywhere
    assert_true(field.number[JOBS / airy_farm_ranks()] == 0);
}

static airy_code find_out(airy_error *err)
{
    airy_code code = airy_farm_rank() == 0
                         ? airy_error_set(err, AIRY_EIO, "the first rank knows better")
                         : AIRY_OK;
    return airy_farm_agree(code, err);
}

static void agreement(void **state)
{
    (void)state;
    assert_fails(find_out(&err), AIRY_EIO, "knows better");
    assert_ok(airy_farm_agree(airy_farm_rank() > 0 ? AIRY_EIO : AIRY_OK, &err));
}

static void ranks(void **state)
{
    (void)state;
    assert_true(airy_farm_rank() >= 0 && airy_farm_rank() < airy_farm_ranks());
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared),         cmocka_unit_test(not_shared), cmocka_unit_test(failures),
        cmocka_unit_test(one_rank_stops), cmocka_unit_test(ranks),      cmocka_unit_test(agreement),
    };
    airy_farm_begin(&argc, &argv);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    airy_farm_end(failed);
    return failed;
}

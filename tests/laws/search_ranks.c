// SPDX-License-Identifier: GPL-3.0-or-later
// A search by likelihood gives the same bytes on one thread, on three, and shared between ranks;
// another shot draws other numbers. Run by mpiexec when airy is built with AIRY_MPI.
#include "unit/likelihood_shots.h"
#include "airy/work.h"

struct task {
    airy_search_input input;
    airy_search_options options;
    airy_search_result result;
};

static airy_code search(int i, void *workspace, void *context, airy_error *err)
{
    struct task *task = context;
    (void)i, (void)workspace;
    return airy_search(&task->input, &task->options, NULL, &task->result, err);
}

// Inside a job of another farm everything is done here, on one thread.
static void search_alone(struct task *task)
{
    const airy_farm farm = {.threads = 1, .job = search, .context = task};
    assert_ok(airy_farm_run(&farm, 1, &err));
}

static void assert_same_bytes(const airy_search_result *a, const airy_search_result *b)
{
    size_t side = (size_t)a->images.ny * (size_t)a->images.nx * sizeof *a->images.px;
    assert_int_equal(a->groups, b->groups);
    assert_memory_equal(a->images.px, b->images.px, (size_t)a->images.n * side);
    assert_memory_equal(a->resampled.px, b->resampled.px, (size_t)a->resampled.n * side);
    assert_true(a->expected_deviance == b->expected_deviance);
    for (int i = 0; i < a->groups; i++)
        assert_true(a->candidate[i].objective == b->candidate[i].objective &&
                    a->candidate[i].group == b->candidate[i].group &&
                    a->candidate[i].cluster == b->candidate[i].cluster);
}

static void same_bytes(void **state)
{
    (void)state;
    const shot_how how = {3e6, 40.3, 39.62, true, 43, false};
    airy_pattern counts = shot_make(&how);
    struct task alone = {.input = shot_input(&counts)};
    airy_search_options *o = &alone.options;
    airy_search_options_defaults(o);
    o->groups = 3;
    o->islands = 2;
    o->members = 4;
    o->children[0] = o->children[1] = o->children[2] = 3;
    o->rivals = 2;
    o->steps = 5;
    o->final_steps = 10;
    o->resampled = 2;
    search_alone(&alone);
    struct task shared = {.input = alone.input, .options = alone.options};
    shared.options.threads = 3;
    assert_ok(search(0, NULL, &shared, &err));
    assert_same_bytes(&alone.result, &shared.result);
    airy_search_result_release(&shared.result);
    struct task other = {.input = alone.input, .options = alone.options};
    other.options.shot = 1;
    search_alone(&other);
    assert_true(other.result.candidate[0].objective != alone.result.candidate[0].objective);
    airy_search_result_release(&other.result);
    airy_search_result_release(&alone.result);
    airy_pattern_release(&counts);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes),
    };
    airy_farm_begin(&argc, &argv);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    airy_farm_end(failed);
    return failed;
}

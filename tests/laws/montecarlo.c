// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of the model: mass stays, density keeps its bounds, threads change nothing.
#include "airy/bandmodel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

static airy_montecarlo run(int threads, double depth)
{
    airy_montecarlo_options options;
    airy_montecarlo model;
    airy_error err = {0};
    airy_montecarlo_options_defaults(&options);
    options.cells = 32;
    options.runs = 3;
    options.sweeps = 20;
    options.snapshots = 3;
    options.spots = 4;
    options.depth = depth;
    options.threads = threads;
    options.seed = 5;
    if (airy_montecarlo_run(&options, NULL, &model, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return model;
}

static void mass_stays(void **state)
{
    (void)state;
    airy_montecarlo model = run(1, 0.4);
    for (int i = 0; i < model.section.n; i++) {
        airy_image section = airy_stack_image(&model.section, i);
        airy_image first = airy_stack_image(&model.section, i / 3 * 3);
        int n = section.ny * section.nx;
        // every move rounds two floats near 1: 6e-8 each, some thousand moves
        double moved = airy_stats_sum(section.px, n) - airy_stats_sum(first.px, n);
        assert_true(fabs(moved) < 1e-2);
        assert_true(airy_stats_min(section.px, n) >= 0);
    }
    assert_true(model.accepted[2] > 0 && model.accepted[2] <= 1);
    airy_montecarlo_release(&model);
}

static void nothing_moves_without_spots(void **state)
{
    (void)state;
    airy_montecarlo model = run(2, 0);
    airy_image last = airy_stack_image(&model.section, 2);
    for (int i = 0; i < last.ny * last.nx; i++)
        assert_true(isnan(last.px[i]) || last.px[i] == 1);
    // the projection of a uniform ball: its chord, in cells
    airy_image seen = airy_stack_image(&model.projection, 2);
    int middle = seen.ny / 2;
    assert_true(fabs(seen.px[middle * seen.nx + middle] - 32) <= 1.5);
    airy_montecarlo_release(&model);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    airy_montecarlo one = run(1, 0.4), three = run(3, 0.4);
    size_t bytes = (size_t)one.section.n * (size_t)one.section.ny * (size_t)one.section.nx;
    assert_memory_equal(one.section.px, three.section.px, bytes * sizeof(float));
    assert_memory_equal(one.projection.px, three.projection.px, bytes * sizeof(float));
    airy_montecarlo_release(&one);
    airy_montecarlo_release(&three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mass_stays),
        cmocka_unit_test(nothing_moves_without_spots),
        cmocka_unit_test(threads_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Kinetics over many simulated tables: intervals hold what they say, and stages are not invented.
#include "airy/simulate.h"
#include "unit/simulated_shots.h"
#include "simulate/particles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES = 50 };

static airy_kinetics fit_table(const truth *of, uint32_t table, int draws)
{
    airy_shot_row shots[SHOTS_MOST];
    int n = simulate_shots(of, 11, table, shots);
    airy_kinetics_options options;
    airy_kinetics_options_defaults(&options);
    options.draws = draws;
    options.seed = table;
    airy_kinetics kinetics = {0};
    airy_error err = {0};
    if (airy_kinetics_fit(shots, n, &options, NULL, &kinetics, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return kinetics;
}

static bool holds(const airy_kinetics *kinetics, const char *parameter, double wanted)
{
    const airy_kinetics_row *row = airy_kinetics_find(kinetics, "r_mean", "segments-2", parameter);
    return row && row->low <= wanted && wanted <= row->high;
}

static void intervals_cover(void **state)
{
    (void)state;
    const truth of = {{1.2, 0, 4}, 0.011, 0.2, 6, 0, 0};
    static const struct {
        const char *name;
        double value;
    } wanted[] = {{"rate_1", 1.2}, {"rate_2", 0},   {"rate_3", 4},
                  {"break_1", 6},  {"break_2", 14}, {"offset", 55}};
    enum { WANTED = sizeof wanted / sizeof *wanted };
    int covered[WANTED] = {0}, all = 0;
    for (uint32_t table = 0; table < TABLES; table++) {
        airy_kinetics found = fit_table(&of, table, 400);
        for (int i = 0; i < WANTED; i++)
            covered[i] += holds(&found, wanted[i].name, wanted[i].value);
        airy_kinetics_release(&found);
    }
    for (int i = 0; i < WANTED; i++) {
        print_message("%s: %d of %d\n", wanted[i].name, covered[i], TABLES);
        all += covered[i];
    }
    // 95 % of 300, of which perhaps 150 are independent: 90 to 99 % is about 2.8 standard errors
    assert_true(all >= 0.90 * TABLES * WANTED);
    assert_true(all <= 0.99 * TABLES * WANTED);
}

static int claims(const truth *of)
{
    int count = 0;
    for (uint32_t table = 0; table < TABLES; table++) {
        airy_kinetics found = fit_table(of, table, 200);
        count += strstr(found.sentences.text, "show a slower stage between two") != NULL;
        airy_kinetics_release(&found);
    }
    return count;
}

// Half of the tables follow one line, half of them bend once; neither has a dormant stage.
static void no_stage_is_invented(void **state)
{
    (void)state;
    const truth line = {{1.5, 1.5, 1.5}, 0.011, 0.2, 6, 0, 0},
                bent = {{1.2, 1.2, 4}, 0.011, 0.2, 6, 0, 0};
    int count = claims(&line) + claims(&bent);
    print_message("false claims: %d of %d\n", count, 2 * TABLES);
    assert_true(count <= 0.1 * 2 * TABLES);
}

// Mean growth of the preset's particles between two delays, nm/ps.
static double grows(const airy_particles *series, double from, double to)
{
    double par[2], perp[2];
    airy_particles_radii(series, from, &par[0], &perp[0]);
    airy_particles_radii(series, to, &par[1], &perp[1]);
    return (par[1] + perp[1] - par[0] - perp[0]) / 2 / (to - from);
}

// The control: gold only grows, and in 100 tables of its preset at most 5 may say otherwise.
static void gold_has_no_dormant_stage(void **state)
{
    (void)state;
    airy_particles gold;
    airy_particles_defaults(&gold);
    gold.kind = AIRY_PARTICLES_AU100;
    gold.diameter_nm = airy_particles_reference_nm(gold.kind);
    const truth few = {
        {grows(&gold, 0, 6), grows(&gold, 6, 14), grows(&gold, 14, 20)}, gold.spread, 0.2, 4, 0, 0};
    truth many = few;
    many.shots = 8;
    int count = claims(&few) + claims(&many);
    print_message("gold, false claims: %d of %d\n", count, 2 * TABLES);
    assert_true(few.rate[0] > 0.5 && count <= 5);
}

static void a_stage_is_found(void **state)
{
    (void)state;
    const truth of = {{1.2, 0, 4}, 0.011, 0.2, 6, 0, 0};
    int count = claims(&of);
    print_message("found: %d of %d\n", count, TABLES);
    assert_true(count >= 0.9 * TABLES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(no_stage_is_invented),
        cmocka_unit_test(gold_has_no_dormant_stage),
        cmocka_unit_test(a_stage_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of the elastoplastic model: what a slip does to its surroundings, which way bands lie, and
// that neither the grid nor the threads have a say in it.
#include "airy/bandmodel.h"
#include "bandmodel/elastic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "bandmodel/formed.h"
#include "bandmodel/friction.h"
#include "density/angles.h"

enum { N = 32 };

static elastic new_plane(const bool *material)
{
    elastic plane;
    airy_error err = {0};
    if (airy_elastic_init(&plane, N, material, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return plane;
}

// A wave of strain with crests along t is resisted by - t t (t.e.t), and a shear along its crests
// or an opening across them not at all.
static void waves_resist_along_their_crests(void **state)
{
    (void)state;
    elastic plane = new_plane(NULL);
    const double ky = 2, kx = 1, k2 = ky * ky + kx * kx, q2 = 4 * AIRY_PI * AIRY_PI * k2 / N / N;
    const double t[TENSOR] = {ky * ky / k2, kx * kx / k2, -kx * ky / k2};
    const double strain[TENSOR] = {0.3, -0.2, 0.5};
    const double along = t[XX] * strain[XX] + t[YY] * strain[YY] + 2 * t[XY] * strain[XY];
    for (int c = 0; c < TENSOR; c++)
        for (int i = 0; i < N * N; i++)
            plane.strain[c][i] =
                (float)(strain[c] * cos(2 * AIRY_PI * (ky * (i / N) + kx * (i % N)) / N));
    airy_elastic_solve(&plane, 0);
    for (int c = 0; c < TENSOR; c++) // at the origin the wave is 1
        assert_true(fabs(plane.stress[c][0] + t[c] * along * exp(-q2)) < 1e-6);
    airy_elastic_release(&plane);
}

// Eshelby's quadrupole: a slip that shortens x and lengthens y relieves the same shear ahead along
// both diagonals' normals and adds to it along the diagonals.
static void slips_load_their_diagonals(void **state)
{
    (void)state;
    elastic plane = new_plane(NULL);
    plane.strain[XX][0] = -1;
    plane.strain[YY][0] = 1;
    airy_elastic_solve(&plane, 0);
    const int far = 6;
    double there = (plane.stress[YY][far * N + far] - plane.stress[XX][far * N + far]) / 2;
    double aside = (plane.stress[YY][8] - plane.stress[XX][8]) / 2;
    double here = (plane.stress[YY][0] - plane.stress[XX][0]) / 2;
    assert_true(here < 0 && there > 0 && aside < 0);
    airy_elastic_release(&plane);
}

static void nothing_is_held_beyond_the_surface(void **state)
{
    (void)state;
    static bool material[N * N];
    for (int i = 0; i < N * N; i++)
        material[i] = hypot(i / N - N / 2, i % N - N / 2) < 10;
    elastic plane = new_plane(material);
    plane.strain[XX][(N / 2) * N + N / 2 + 4] = -1;
    plane.strain[YY][(N / 2) * N + N / 2 + 4] = 1;
    double before = 0, after = 0;
    airy_elastic_solve(&plane, 0);
    for (int i = 0; i < N * N; i++)
        before += material[i] ? 0 : pow(plane.stress[XX][i], 2);
    airy_elastic_solve(&plane, 200);
    for (int i = 0; i < N * N; i++)
        after += material[i] ? 0 : pow(plane.stress[XX][i], 2);
    assert_true(after < 1e-3 * before);
    airy_elastic_release(&plane);
}

// ------------------------------------------------------------------ bands

static airy_montecarlo_options small_options(double friction_deg)
{
    airy_montecarlo_options options;
    airy_montecarlo_options_defaults(&options);
    options.model = AIRY_MODEL_SLIPS;
    options.cells = 40;
    options.runs = 4;
    options.sweeps = 30;
    options.snapshots = 2;
    options.threads = 1;
    options.seed = 3;
    options.slips.friction_deg = friction_deg;
    return options;
}

static airy_members bands_of(const airy_montecarlo_options *options)
{
    airy_formed_options how;
    airy_montecarlo model;
    airy_members runs = {0};
    airy_error err = {0};
    airy_formed_options_defaults(&how);
    how.bands.polarization_deg = options->slips.axis_deg;
    if (airy_montecarlo_run(options, NULL, &model, &err) != AIRY_OK ||
        airy_montecarlo_members(&model, 1, &how, &runs, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    airy_montecarlo_release(&model);
    return runs;
}

static double mean_angle(const airy_montecarlo_options *options)
{
    airy_members runs = bands_of(options);
    airy_angles angles;
    airy_error err = {0};
    if (airy_angles_make(runs.branch, runs.first[runs.members], 0, 1, &angles, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    airy_members_release(&runs);
    assert_true(angles.length_nm > 100);
    return angles.folded_mean_deg;
}

// 45 degrees less half the friction from the axis under compression, as much more under tension.
// Four runs of 40 cells: 5 degrees.
static void bands_lie_as_coulomb_says(void **state)
{
    (void)state;
    airy_montecarlo_options options = small_options(30);
    assert_true(fabs(mean_angle(&options) - 30) < 5);
    options.slips.tension = true;
    assert_true(fabs(mean_angle(&options) - 60) < 5);
    options = small_options(0);
    assert_true(fabs(mean_angle(&options) - 45) < 5);
}

static void the_grid_has_no_say(void **state)
{
    (void)state;
    airy_montecarlo_options options = small_options(30);
    options.slips.axis_deg = 25;
    assert_true(fabs(mean_angle(&options) - 30) < 5);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    airy_montecarlo_options options = small_options(10);
    airy_montecarlo one, three;
    airy_error err = {0};
    options.sweeps = 10;
    options.runs = 3;
    assert_int_equal(airy_montecarlo_run(&options, NULL, &one, &err), AIRY_OK);
    options.threads = 3;
    assert_int_equal(airy_montecarlo_run(&options, NULL, &three, &err), AIRY_OK);
    size_t bytes = (size_t)one.section.n * (size_t)one.section.ny * (size_t)one.section.nx;
    assert_memory_equal(one.section.px, three.section.px, bytes * sizeof(float));
    assert_true(one.accepted[1] > 0 && one.stress[1] > 0 && fabs(one.strain[1] - 3) < 1e-9);
    // mass stays
    airy_image last = airy_stack_image(&one.section, 1);
    assert_true(fabs(airy_stats_mean(last.px, last.ny * last.nx) - 1) < 1e-6);
    airy_montecarlo_release(&one);
    airy_montecarlo_release(&three);
}

// ------------------------------------------------------------------ data

// Members of three bands each about an angle.
static airy_members around(double degrees, int members, uint32_t start)
{
    airy_members of = {0};
    airy_random random;
    airy_error err = {0};
    airy_random_init(&random, 1, 0, AIRY_STREAM_FREE, start);
    for (int m = 0; m < members; m++) {
        airy_branch branch[3] = {0};
        for (int i = 0; i < 3; i++) {
            double angle = degrees + 5 * airy_random_normal(&random);
            branch[i].length_nm = 20 + 10 * airy_random_uniform(&random);
            branch[i].angle_deg = branch[i].direction_deg = airy_angles_fold(angle);
        }
        assert_int_equal(airy_members_add(&of, branch, 3, &err), AIRY_OK);
    }
    return of;
}

static airy_agreement agree(double data_deg, double model_deg)
{
    airy_members data = around(data_deg, 6, 1), runs = around(model_deg, 40, 2);
    airy_population_options options;
    airy_agreement found;
    airy_error err = {0};
    airy_population_options_defaults(&options);
    assert_int_equal(airy_agreement_make(&data, &runs, &options, &found, &err), AIRY_OK);
    airy_members_release(&data);
    airy_members_release(&runs);
    return found;
}

static void data_tell_models_apart(void **state)
{
    (void)state;
    const double friction[] = {10, 20, 30, 40, 50};
    airy_agreement of[5];
    for (int i = 0; i < 5; i++)
        of[i] = agree(30, 45 - friction[i] / 2);
    assert_true(of[2].p > 0.05 && of[0].p < 0.01 && of[4].p < 0.01);
    const airy_friction found = airy_friction_find(friction, of, 5, 0.95);
    // the limits are frictions that were tried and rejected: nothing is known between
    assert_true(of[1].p < 0.05 && of[3].p < 0.05);
    assert_true(found.best_deg == 30 && found.low_deg == 20 && found.high_deg == 40);
    assert_false(found.open_low || found.open_high);
    const airy_friction part = airy_friction_find(friction + 2, of + 2, 3, 0.95);
    assert_true(part.open_low && part.low_deg == 30);
    const airy_friction none = airy_friction_find(friction, of, 1, 0.95);
    assert_true(isnan(none.low_deg) && none.best_deg == 10);
}

// How many of a hundred data that are the model's own have a chance below a tenth.
static int rejected(int runs_of_model)
{
    airy_population_options options;
    airy_error err = {0};
    int below = 0;
    airy_population_options_defaults(&options);
    options.draws = 100;
    for (uint32_t i = 0; i < 100; i++) {
        airy_members data = around(30, 6, 10 + i), runs = around(30, runs_of_model, 1000 + i);
        airy_agreement found;
        assert_int_equal(airy_agreement_make(&data, &runs, &options, &found, &err), AIRY_OK);
        below += found.p <= 0.1;
        airy_members_release(&data);
        airy_members_release(&runs);
    }
    return below;
}

// Chances of data that are the model's own are not too small, by few runs neither: bands of a run
// are drawn with replacement, and the runs, too, so the test errs on the side of not rejecting.
static void chances_are_not_too_small(void **state)
{
    (void)state;
    assert_true(rejected(60) <= 16); // 10 + 2 x 3
    assert_true(rejected(4) <= 16);  // 29 if the runs were taken for the model itself
}

static void tables_hold_particles(void **state)
{
    (void)state;
    airy_members of = {0};
    airy_table table = {0};
    airy_error err = {0};
    assert_int_equal(airy_table_init(&table, "shot length_nm angle_deg direction_deg", &err),
                     AIRY_OK);
    assert_int_equal(airy_members_add_table(&of, &table, &err), AIRY_OK);
    assert_int_equal(of.members, 1); // a particle without a branch
    for (int i = 0; i < 3; i++) {
        assert_int_equal(airy_table_add(&table, &err), AIRY_OK);
        assert_int_equal(airy_table_put(&table, i, "shot", i < 2 ? "4" : "7", &err), AIRY_OK);
        assert_int_equal(airy_table_put_double(&table, i, "length_nm", 10 + i, &err), AIRY_OK);
        assert_int_equal(airy_table_put_double(&table, i, "angle_deg", 30, &err), AIRY_OK);
        assert_int_equal(airy_table_put_double(&table, i, "direction_deg", 150, &err), AIRY_OK);
    }
    assert_int_equal(airy_members_add_table(&of, &table, &err), AIRY_OK);
    assert_int_equal(of.members, 3);
    assert_int_equal(of.first[2] - of.first[1], 2);
    assert_true(of.branch[2].length_nm == 12);
    airy_table_release(&table);
    airy_members_release(&of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waves_resist_along_their_crests),
        cmocka_unit_test(slips_load_their_diagonals),
        cmocka_unit_test(nothing_is_held_beyond_the_surface),
        cmocka_unit_test(bands_lie_as_coulomb_says),
        cmocka_unit_test(the_grid_has_no_say),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(data_tell_models_apart),
        cmocka_unit_test(chances_are_not_too_small),
        cmocka_unit_test(tables_hold_particles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Simulations written by a program: their files, the truth beside them, and what is refused.
#include "check.h"
#include "program_call.h"

#include "airy/bandmodel.h"
#include "airy/simulate.h"
#include "airy/source.h"
#include "simulate/glass_heat.h"
#include "files/hash.h"

#include <math.h>
#include <stdio.h>

static airy_simulation_output output_in(const char *folder)
{
    return (airy_simulation_output){.folder = folder, .overwrite = true, .threads = 2};
}

static double truth_value(const char *path, const char *name)
{
    airy_table table;
    double value = NAN;
    assert_ok(airy_table_read(path, &table, &err));
    for (int i = 0; i < table.rows; i++)
        if (strcmp(airy_table_get(&table, i, table.name[0]), name) == 0)
            assert_ok(airy_table_get_double(&table, i, "value", &value, &err));
    airy_table_release(&table);
    return value;
}

static void speckle(void **state)
{
    (void)state;
    airy_speckle_simulation o;
    airy_pattern frame, map;
    airy_simulation_output output = output_in("speckle");
    airy_speckle_simulation_defaults(&o);
    o.frames = 5, o.ny = 6, o.nx = 8, o.modes = 2, o.seed = 3, o.tau = 20;
    assert_ok(airy_speckle_simulation_write(&o, 0.5, false, &output, &err));
    airy_frames *frames = airy_frames_open("speckle/frames.h5", NULL);
    assert_non_null(frames);
    assert_int_equal(airy_frames_count(frames), 5);
    assert_ok(airy_frames_read(frames, 4, &frame, &err));
    assert_int_equal(frame.photons.ny, 6);
    airy_pattern_release(&frame);
    airy_frames_close(frames);
    assert_ok(airy_pattern_read("speckle/roi.h5", 0, &map, NULL, &err));
    for (int i = 0; i < 48; i++)
        assert_near(map.photons.px[i], 1, 0);
    airy_pattern_release(&map);
    assert_near(truth_value("speckle/truth.tsv", "tau"), 10, 1e-9); // 20 frames of 0.5 s
    assert_near(truth_value("speckle/truth.tsv", "contrast"), 0.5, 1e-9);
    assert_true(isnan(truth_value("speckle/truth.tsv", "event"))); // there is none
    o.poisson = false;
    assert_fails(airy_speckle_simulation_write(&o, 1, true, &output, &err), AIRY_EARGUMENT,
                 "whole photons");
    // Nothing is written when one of them is there.
    output.overwrite = false;
    assert_int_equal(remove("speckle/frames.h5"), 0);
    assert_fails(airy_speckle_simulation_write(&o, 1, false, &output, &err), AIRY_EIO, "roi.h5");
    assert_false(airy_file_exists("speckle/frames.h5"));
}

static void scan(void **state)
{
    (void)state;
    airy_scan_simulation o;
    airy_array_form form = {.rank = 5, .dims = {4, 2, 3, 4, 4}};
    const airy_simulation_output output = output_in("scan");
    airy_image tau = {0};
    airy_scan_simulation_defaults(&o);
    o.frames = 4, o.ny = 2, o.nx = 3, o.side = 4, o.tau = 30, o.poisson = true;
    assert_ok(airy_scan_simulation_write(&o, 2, &output, &err));
    assert_ok(airy_array_type("u2", &form, &err));
    airy_array *array = airy_array_open("scan/scan.u2", &form, NULL);
    assert_non_null(array);
    airy_array_close(array);
    airy_h5 *h5 = airy_h5_open("scan/truth.h5", NULL);
    assert_non_null(h5);
    assert_ok(airy_h5_get_image(h5, "/entry/maps/tau_s", &tau, &err));
    assert_near(tau.px[5], 60, 1e-4); // 30 frames of 2 s
    airy_h5_close(h5);
    airy_image_release(&tau);
}

static void glass(void **state)
{
    (void)state;
    airy_glass_heat heat;
    airy_glass_rings rings;
    airy_table curves, truth;
    double scale = 0, slow, fast;
    airy_simulation_output output = output_in("heat");
    const double rates[] = {1, 16};
    airy_glass_heat_defaults(&heat);
    assert_ok(airy_glass_heat_write(&heat, rates, 2, &output, &err));
    assert_ok(airy_table_read("heat/curves.tsv", &curves, &err));
    assert_int_equal(curves.rows, 2 * airy_glass_heat_points(&heat));
    assert_ok(airy_table_read("heat/truth.tsv", &truth, &err));
    assert_ok(airy_table_get_double(&truth, 0, "fictive_K", &slow, &err));
    assert_ok(airy_table_get_double(&truth, 1, "fictive_K", &fast, &err));
    assert_true(fast > slow + 5); // what is cooled faster freezes in earlier
    airy_table_release(&curves);
    airy_table_release(&truth);
    output.folder = "rings";
    airy_glass_rings_defaults(&rings);
    rings.ny = rings.nx = 40, rings.frames = 2;
    assert_ok(airy_glass_rings_write(&rings, &output, &scale, &err));
    assert_true(scale > 0);
    assert_ok(airy_table_read("rings/truth-gr.tsv", &truth, &err));
    assert_int_equal(truth.rows, 2000);
    assert_ok(airy_table_get_double(&truth, 99, "r_a", &slow, &err));
    assert_near(slow, 1, 1e-9);
    airy_table_release(&truth);
    assert_true(airy_file_exists("rings/geometry.poni"));
}

// The same shots as a file of ideal patterns, for any number of threads.
static void series(void **state)
{
    (void)state;
    airy_simulate_step step;
    const double delays[] = {0, 10};
    char one[65], three[65];
    airy_call call = program_call("simulate", NULL, 0, "ideal.cxi");
    airy_simulate_step_defaults(&step);
    step.simulation.delays_ps = delays, step.simulation.n_delays = 2;
    step.simulation.shots = 2, step.simulation.seed = 5;
    step.pattern = true, step.size = 64, step.photons = 1e4;
    step.truth = "truth.cxi";
    call.threads = 1;
    assert_ok(airy_simulate_run(&call, &step, &err));
    assert_ok(airy_file_sha256("ideal.cxi", NULL, one, &err));
    call.threads = 3;
    assert_ok(airy_simulate_run(&call, &step, &err));
    assert_ok(airy_file_sha256("ideal.cxi", NULL, three, &err));
    assert_string_equal(one, three);
    airy_frames *frames = airy_frames_open("ideal.cxi", NULL);
    assert_non_null(frames);
    assert_int_equal(airy_frames_count(frames), 4);
    airy_frames_close(frames);
    step.geometry = "grid";
    assert_fails(airy_simulate_run(&call, &step, &err), AIRY_EARGUMENT, "--geometry");
    step.geometry = NULL, step.pattern = false;
    assert_fails(airy_simulate_run(&call, &step, &err), AIRY_EARGUMENT, "--truth");
}

// One run of the band model as a step, and what it refuses.
static void band_model(void **state)
{
    (void)state;
    airy_montecarlo_step step;
    airy_montecarlo_found found;
    airy_call call = program_call("montecarlo", NULL, 0, "model.h5");
    airy_montecarlo_step_defaults(&step);
    step.model.runs = 2, step.model.cells = 24, step.model.sweeps = 5, step.model.snapshots = 2;
    step.how.population.draws = 20;
    step.angles = "angles.tsv";
    assert_ok(airy_montecarlo_step_run(&call, &step, &found, &err));
    assert_int_equal(found.table.rows, 2);
    assert_int_equal(found.table.history.n, 1);
    assert_false(found.judged);
    assert_true(airy_file_exists("model.h5") && airy_file_exists("angles.tsv"));
    airy_table_release(&found.table);
    step.frictions = 1;
    assert_fails(airy_montecarlo_step_run(&call, &step, &found, &err), AIRY_EARGUMENT, "--angles");
    airy_table_release(&found.table);
    step.angles = NULL;
    step.model.model = AIRY_MODEL_SLIPS;
    step.frictions = 2, step.friction_deg[0] = 20, step.friction_deg[1] = 10;
    assert_fails(airy_montecarlo_step_run(&call, &step, &found, &err), AIRY_EARGUMENT, "ascending");
    airy_table_release(&found.table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(speckle), cmocka_unit_test(scan),
                                       cmocka_unit_test(glass), cmocka_unit_test(series),
                                       cmocka_unit_test(band_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

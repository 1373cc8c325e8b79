// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of the glasses as a program calls them: correlate, scan and relate, fit and thermal, on
// simulated files of known truth.
#include "check.h"
#include "program_call.h"

#include "airy/atoms.h"
#include "airy/curves.h"
#include "airy/scan.h"
#include "airy/simulate.h"
#include "airy/speckle.h"
#include "airy/thermal.h"

#include <stdio.h>

static airy_simulation_output output_in(const char *folder)
{
    return (airy_simulation_output){.folder = folder, .overwrite = true, .threads = 2};
}

static double cell(const airy_table *table, int row, const char *column)
{
    double value = NAN;
    assert_ok(airy_table_get_double(table, row, column, &value, &err));
    return value;
}

static int told; // sentences of any tone

static void hear(void *context, airy_tone tone, const char *sentence)
{
    (void)context, (void)tone, (void)sentence;
    told++;
}

static void correlates(void **state)
{
    (void)state;
    airy_speckle_simulation o;
    airy_correlate_step step;
    airy_table rois;
    const airy_simulation_output output = output_in("speckle");
    const char *inputs[] = {"speckle/frames.h5"};
    airy_call call = program_call("correlate", inputs, 1, "speckle/corr.h5");
    airy_speckle_simulation_defaults(&o);
    o.frames = 200, o.ny = o.nx = 24, o.tau = 15, o.photons = 5, o.seed = 2;
    assert_ok(airy_speckle_simulation_write(&o, 1, false, &output, &err));
    airy_correlate_step_defaults(&step);
    step.findings.period_s = 1;
    assert_fails(airy_correlate_step_run(&call, &step, &rois, &err), AIRY_EARGUMENT, "one of");
    airy_table_release(&rois);
    step.roi = "speckle/roi.h5";
    step.options.steps = true;
    assert_ok(airy_correlate_step_run(&call, &step, &rois, &err));
    assert_int_equal(rois.rows, 1);
    // 576 pixels, a speckle each: their contrast is 1 within the spread of a few hundred of them
    assert_near(cell(&rois, 0, "contrast"), 1, 0.25);
    assert_near(cell(&rois, 0, "pixels"), 576, 0);
    airy_table_release(&rois);
    assert_true(airy_file_exists("speckle/g2.tsv") && airy_file_exists("speckle/rois.tsv") &&
                airy_file_exists("speckle/steps.tsv"));
    // Regions alone are kept for another run, which takes them.
    remove("speckle/part.h5"); // of a test before
    call.output = "speckle/part.h5";
    call.say = hear;
    step.regions = "0:1";
    assert_ok(airy_correlate_step_run(&call, &step, &rois, &err));
    assert_int_equal(rois.columns, 0);
    assert_false(airy_file_exists("speckle/part.h5"));
    step.regions = NULL;
    step.resume = true;
    assert_ok(airy_correlate_step_run(&call, &step, &rois, &err));
    airy_table_release(&rois);
    assert_true(airy_file_exists("speckle/part-g2.tsv") && told > 0);
    step.regions = "3:2";
    assert_fails(airy_correlate_step_run(&call, &step, &rois, &err), AIRY_EARGUMENT, "--regions");
}

static void scans(void **state)
{
    (void)state;
    airy_scan_simulation o;
    airy_scan_step step;
    airy_table whole, parts;
    double tau;
    airy_relate_options how;
    airy_table related;
    const airy_simulation_output output = output_in("scan");
    const char *inputs[] = {"scan/scan.u2"}, *maps[] = {"scan/scan.h5:tau_s", "scan/scan.h5:v"};
    airy_call call = program_call("scan", inputs, 1, "scan/scan.h5");
    airy_scan_simulation_defaults(&o);
    o.frames = 40, o.ny = 6, o.nx = 7, o.side = 14, o.tau = 6, o.v = 0.4, o.photons = 20;
    o.poisson = true;
    assert_ok(airy_scan_simulation_write(&o, 1, &output, &err));
    airy_scan_step_defaults(&step);
    step.shape = "40,6,7,14,14";
    step.plan.period_s = 1, step.plan.ring[0] = 2.6, step.plan.ring[1] = 6.4;
    step.plan.ring_v[0] = 2.6, step.plan.ring_v[1] = 6.4;
    assert_ok(airy_scan_step_run(&call, &step, &whole, &err));
    assert_string_equal(airy_table_get(&whole, 0, "places"), "42");
    assert_ok(airy_table_get_double(&whole, 0, "tau_s", &tau, &err));
    assert_near(tau, 6, 2); // of 40 frames
    assert_true(airy_file_exists("scan/scan.tsv"));
    call.output = "scan/parts.h5";
    step.rows = "2:4";
    assert_ok(airy_scan_step_run(&call, &step, &parts, &err));
    assert_int_equal(parts.rows, 0);
    step.rows = NULL, step.resume = true;
    assert_ok(airy_scan_step_run(&call, &step, &parts, &err));
    assert_string_equal(airy_table_get(&parts, 0, "tau_s"), airy_table_get(&whole, 0, "tau_s"));
    airy_table_release(&parts);
    airy_table_release(&whole);
    step.axes = "t,y,x,ky";
    assert_fails(airy_scan_step_run(&call, &step, &parts, &err), AIRY_EARGUMENT, "--axes");

    call = program_call("relate", maps, 2, "scan/related.tsv");
    airy_relate_options_defaults(&how);
    how.shifts = how.draws = 19;
    assert_ok(airy_relate_run(&call, &how, &related, &err));
    assert_int_equal(related.rows, 3); // by halves, corrected, naive
    assert_string_equal(airy_table_get(&related, 2, "estimator"), "naive");
    assert_int_equal(related.history.n, 1);
    airy_table_release(&related);
    call.n_inputs = 1;
    assert_fails(airy_relate_run(&call, &how, &related, &err), AIRY_EARGUMENT, "pairs");
}

// Whether the run may go on is asked for every block of a file that is hashed.
static bool count_questions(void *context)
{
    ++*(int *)context;
    return false;
}

static void fits(void **state)
{
    (void)state;
    airy_curves_step step = {.points = "points.tsv"};
    airy_curves_found found;
    const char *inputs[] = {"line.tsv"};
    airy_call call = program_call("fit", inputs, 1, "fit.tsv");
    assert_ok(airy_file_write_text("line.tsv", "x\ty\n0\t1\n1\t3.1\n2\t4.9\n3\t7.1\n4\t8.9\n", true,
                                   &err));
    airy_curves_options_defaults(&step.options);
    step.options.model = "line";
    assert_ok(airy_curves_step_run(&call, &step, &found, &err));
    assert_string_equal(airy_table_get(&found.table, 1, "parameter"), "slope");
    assert_near(cell(&found.table, 1, "value"), 1.98, 1e-9); // by hand: 19.8 / 10
    assert_non_null(strstr(found.sentences.text, "slope"));
    assert_int_equal(found.failed, 0);
    assert_true(airy_file_exists("points.tsv") && airy_file_exists("fit.tsv"));
    airy_curves_found_release(&found);
    int one = 0, two = 0; // a second output is no reason to hash the input again
    call.progress = &(const airy_progress){.stopped = count_questions, .context = &two};
    assert_ok(airy_curves_step_run(&call, &step, &found, &err));
    airy_curves_found_release(&found);
    call.progress = &(const airy_progress){.stopped = count_questions, .context = &one};
    step.points = NULL;
    assert_ok(airy_curves_step_run(&call, &step, &found, &err));
    airy_curves_found_release(&found);
    assert_int_equal(one, two);
    step.options.model = "none such";
    assert_fails(airy_curves_step_run(&call, &step, &found, &err), AIRY_EARGUMENT, "none such");
    airy_curves_found_release(&found);
}

static void measures(void **state)
{
    (void)state;
    airy_glass_heat glass;
    airy_thermal_run_options options = {.drawing = "drawn.tsv"};
    airy_thermal_options *o = &options.thermal;
    airy_table truth, found;
    const airy_simulation_output output = output_in("heat");
    const double rates[] = {1, 16};
    const char *inputs[] = {"heat/curves.tsv"};
    airy_call call = program_call("thermal", inputs, 1, "thermal.tsv");
    airy_glass_heat_defaults(&glass);
    assert_ok(airy_glass_heat_write(&glass, rates, 2, &output, &err));
    airy_thermal_options_defaults(o);
    o->what = "fictive", o->draws = 0;
    o->columns.x = "temperature_K", o->columns.y = "Cp_J_per_gK";
    o->columns.by = "cooling_K_per_min";
    o->low = (airy_thermal_window){270, 285}, o->high = (airy_thermal_window){335, 345};
    assert_ok(airy_thermal_run(&call, &options, &found, &err));
    assert_ok(airy_table_read("heat/truth.tsv", &truth, &err));
    assert_int_equal(found.rows, 2);
    for (int i = 0; i < 2; i++) // as near as the windows' baselines are to the model's
        assert_near(cell(&found, i, "value"), cell(&truth, i, "fictive_K"), 0.6);
    assert_true(airy_file_exists("drawn.tsv"));
    airy_table_release(&found);
    int one = 0, two = 0; // a second output is no reason to hash the inputs again
    call.progress = &(const airy_progress){.stopped = count_questions, .context = &two};
    assert_ok(airy_thermal_run(&call, &options, &found, &err));
    airy_table_release(&found);
    call.progress = &(const airy_progress){.stopped = count_questions, .context = &one};
    options.drawing = NULL;
    assert_ok(airy_thermal_run(&call, &options, &found, &err));
    assert_int_equal(found.history.n, 1);
    airy_table_release(&found);
    assert_int_equal(one, two);
    airy_table_release(&truth);
    inputs[0] = "none.tsv";
    assert_fails(airy_thermal_run(&call, &options, &found, &err), AIRY_EMISSING, "none.tsv");
    airy_table_release(&found);
}

static void looks_at_atoms(void **state)
{
    (void)state;
    airy_lattice lattice;
    airy_measure_options o;
    airy_pattern roi;
    airy_table order;
    const airy_simulation_output output = output_in("lattice");
    const char *inputs[] = {"lattice/trajectory.lammpstrj"};
    airy_call call = program_call("atoms", inputs, 1, "lattice/atoms.h5");
    airy_lattice_defaults(&lattice);
    lattice.cells = 4;
    assert_ok(airy_lattice_write(&lattice, &output, &err));
    airy_measure_options_defaults(&o);
    o.wanted[AIRY_MEASURE_ORDER] = o.wanted[AIRY_MEASURE_SPECKLE] = true;
    o.order.n_l = 2, o.order.l[0] = 4, o.order.l[1] = 6;
    o.order.cutoff = 3.4; // between the first shell of fcc at 2.8 and the second at 3.96
    o.q_low = 2.6, o.q_high = 2.8;
    airy_error why = {0};
    airy_measured *measured = airy_atoms_run(&call, &o, &why);
    if (!measured)
        fail_msg("%s", why.message);
    assert_true(airy_measured_summary(measured)->rows > 0);
    airy_measured_free(measured);
    assert_true(airy_file_exists("lattice/atoms.h5") && airy_file_exists("lattice/speckle.h5"));
    assert_ok(airy_table_read("lattice/order.tsv", &order, &err));
    assert_near(cell(&order, 0, "neighbours"), 12, 1e-9);
    airy_table_release(&order);
    assert_ok(airy_pattern_read("lattice/roi.h5", 0, &roi, NULL, &err));
    assert_true(airy_stats_max(roi.photons.px, roi.photons.ny * roi.photons.nx) == 1);
    airy_pattern_release(&roi);
    call.overwrite = false;
    assert_null(airy_atoms_run(&call, &o, &why));
    assert_int_equal(why.code, AIRY_EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(correlates), cmocka_unit_test(scans),
                                       cmocka_unit_test(fits), cmocka_unit_test(measures),
                                       cmocka_unit_test(looks_at_atoms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

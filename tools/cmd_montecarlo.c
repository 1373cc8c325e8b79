// SPDX-License-Identifier: GPL-3.0-or-later
// airy montecarlo: the model of band formation, and the angles of the bands that it forms.
#include "airy/bandmodel.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <math.h>
#include <stdio.h>

enum { FRICTIONS_MOST = 64, DATA_MOST = 100000 };

struct work {
    invocation *call;
    airy_montecarlo_options options;
    airy_formed_options how;
    airy_montecarlo model;
    airy_population *formed; // by snapshot
    const char *angles;      // file of their angles, or NULL
    const char *frictions;   // to be tried, or NULL
    double friction_deg[FRICTIONS_MOST];
    airy_members data;
    airy_judged judged[FRICTIONS_MOST];
    airy_table table;
};

static airy_code write_angles(const struct work *work, airy_error *err)
{
    airy_table angles = {0};
    airy_code code = airy_populations_to_angles(work->formed, work->model.snapshots, &angles, err);
    if (!code)
        code = airy_history_copy(&angles.history, &work->table.history, err);
    if (!code)
        code = airy_table_write(work->angles, &angles, work->call->overwrite, err);
    airy_table_release(&angles);
    return code;
}

static airy_code look(struct work *work, airy_error *err)
{
    int n = work->model.snapshots;
    airy_code code = AIRY_OK;
    work->formed = airy_memory_new((size_t)n, sizeof *work->formed);
    if (!work->formed)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d snapshots", n);
    for (int s = 0; !code && s < n; s++)
        code = airy_montecarlo_formed(&work->model, s, &work->how, &work->formed[s], err);
    if (!code)
        code = airy_montecarlo_to_table(&work->model, work->formed, &work->table, err);
    return code ? code : airy_call_record(&work->call->run, NULL, NULL, &work->table.history, err);
}

static airy_code watch(struct work *work, airy_error *err)
{
    airy_code code = airy_montecarlo_run(&work->options, say_progress(work->call, "montecarlo"),
                                         &work->model, err);
    say_progress_end();
    return code ? code : look(work, err);
}

// ------------------------------------------------------------------ against data

static airy_code read_data(struct work *work, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; !code && i < work->call->n_inputs; i++) {
        airy_table table = {0};
        code = airy_table_read(work->call->inputs[i], &table, err);
        if (!code)
            code = airy_members_add_table(&work->data, &table, err);
        if (code)
            airy_error_prefix(err, "%s", work->call->inputs[i]);
        airy_table_release(&table);
    }
    if (!code && work->data.members && !work->data.first[work->data.members])
        code = airy_error_set(err, AIRY_EVALUE,
                              "there is not one branch in these tables, so nothing to compare: "
                              "give those of particles in which `airy bands` found bands");
    return code;
}

// The frictions as one sentence, behind the table.
static void say_friction(const struct work *work, int n)
{
    airy_agreement of[FRICTIONS_MOST];
    for (int i = 0; i < n; i++)
        of[i] = work->judged[i].agreement;
    double level = work->how.population.level;
    const airy_friction found = airy_friction_find(work->friction_deg, of, n, level);
    const char *load = work->options.slips.tension ? "tension" : "compression";
    if (isnan(found.low_deg))
        printf(
            "# none of the frictions tried, %g to %g deg, gives these angles under %s (p < %g for "
            "all)\n",
            work->friction_deg[0], work->friction_deg[n - 1], load, 1 - level);
    else
        printf("# under %s, these angles imply a friction of %g deg, %.0f %%: %s%g to %g%s, the "
               "nearest tried that are rejected\n",
               load, found.best_deg, 100 * level, found.open_low ? "at most " : "", found.low_deg,
               found.high_deg, found.open_high ? " or more" : "");
}

static airy_code judge(struct work *work, int n, airy_error *err)
{
    airy_code code = read_data(work, err);
    const airy_judge judge = {work->options, work->how, work->data.members ? &work->data : NULL,
                              work->friction_deg, n};
    if (!code)
        code = airy_judge_run(&judge, say_progress(work->call, "montecarlo"), work->judged,
                              &work->model, err);
    say_progress_end();
    if (!code)
        code = airy_judged_to_table(work->judged, n, &work->table, err);
    return code ? code : airy_call_record(&work->call->run, NULL, NULL, &work->table.history, err);
}

// ------------------------------------------------------------------ the command

static airy_code run(struct work *work, int frictions, airy_error *err)
{
    airy_code code =
        airy_output_check(work->call->output, work->angles, work->call->overwrite, err);
    if (!code)
        code = frictions ? judge(work, frictions, err) : watch(work, err);
    if (!code)
        code = airy_montecarlo_write(&work->model, &work->table, work->call->output,
                                     work->call->overwrite, err);
    if (!code && work->angles)
        code = write_angles(work, err);
    if (!code)
        code = results_print_table(&work->table, err);
    if (!code && work->data.members && work->options.model == AIRY_MODEL_SLIPS)
        say_friction(work, frictions);
    airy_montecarlo_release(&work->model);
    airy_members_release(&work->data);
    airy_table_release(&work->table);
    airy_memory_free(work->formed);
    return code;
}

// How many frictions are to be tried; 0: the model is run once and watched; below: less the exit
// status for a wrong list, which is explained.
static int count_frictions(struct work *work)
{
    airy_error err = {0};
    const char *list = work->frictions ? work->frictions : "0,5,10,15,20,25,30,35,40,45,50";
    int n = 0;
    if (!work->frictions && work->call->n_inputs == 0)
        return 0;
    if (work->options.model != AIRY_MODEL_SLIPS)
        return 1;
    if (airy_text_doubles(list, work->friction_deg, FRICTIONS_MOST, &n, &err) != AIRY_OK)
        return -options_wrong(work->call, "--frictions: %s", err.message);
    for (int i = 0; i < n; i++)
        if (!(work->friction_deg[i] >= 0 && work->friction_deg[i] <= 60) ||
            (i > 0 && work->friction_deg[i] <= work->friction_deg[i - 1])) {
            return -options_wrong(
                work->call, "--frictions %s: angles from 0 to 60 are wanted, ascending", list);
        }
    return n;
}

int cmd_montecarlo(invocation *call)
{
    struct work work = {.call = call};
    airy_montecarlo_options *o = &work.options;
    airy_montecarlo_options_defaults(o);
    airy_formed_options_defaults(&work.how);
    airy_error err = {0};
    const option table[] = {
        {"model", OPTION_CHOICE, &o->model, .choices = "pushes|elastoplastic",
         .help = "low cells push mass away, or cells slip under stress"},
        {"runs", OPTION_INT, &o->runs, .low = 1, .high = 10000, .help = "independent runs"},
        {"sweeps", OPTION_INT, &o->sweeps, .low = 1, .high = 1e6, .help = "attempts per cell"},
        {"snapshots", OPTION_INT, &o->snapshots, .low = 2, .high = 100,
         .help = "images kept of a run, the first before any move"},
        {"cells", OPTION_INT, &o->cells, .low = 16, .high = 512, .help = "across the particle"},
        {"diameter", OPTION_DOUBLE, &o->diameter_nm, .low = 1, .high = 1e5, .unit = "nm",
         .help = "of the particle"},
        {"spots", OPTION_INT, &o->spots, .low = 0, .high = 1000,
         .help = "dipoles of a low- and a high-density spot along the axis"},
        {"spot-size", OPTION_DOUBLE, &o->spot_size, .low = 0.01, .high = 0.5,
         .help = "radius of a spot, share of the particle's"},
        {"depth", OPTION_DOUBLE, &o->depth, .low = 0, .high = 1,
         .help = "share of the density that a low spot lacks"},
        {"axis-bias", OPTION_DOUBLE, &o->axis_bias, .low = 0.01, .high = 1000,
         .help = "odds of a push along the axis against one across"},
        {"hardness", OPTION_DOUBLE, &o->hardness, .low = 0, .high = 100,
         .help = "how strongly density ahead resists"},
        {"reach", OPTION_INT, &o->reach, .low = 0, .high = 1000, .unit = "cells",
         .help = "that pushed mass travels before it settles"},
        {"friction", OPTION_DOUBLE, &o->slips.friction_deg, .low = 0, .high = 60, .unit = "deg",
         .help = "elastoplastic: angle of internal friction"},
        {"frictions", OPTION_TEXT, &work.frictions, .unit = "DEG,...",
         .help = "elastoplastic: these one after the other, and a table of them"},
        {"dilatancy", OPTION_DOUBLE, &o->slips.dilatancy_deg, .low = -1, .high = 60, .unit = "deg",
         .help = "elastoplastic: slips open by its sine; -1 = the friction's"},
        {"tension", OPTION_FLAG, &o->slips.tension,
         .help = "elastoplastic: pulled along the axis, not compressed"},
        {"surface", OPTION_FLAG, &o->slips.surface,
         .help = "elastoplastic: the particle ends at its rim; --no-surface: cut from a plane"},
        {"axis", OPTION_DOUBLE, &o->slips.axis_deg, .low = -180, .high = 180, .unit = "deg",
         .help = "elastoplastic: direction of the load in the section"},
        {"strain", OPTION_DOUBLE, &o->slips.strain, .low = 0.01, .high = 100,
         .help = "elastoplastic: at the end, in strains at which an even material would slip"},
        {"slip", OPTION_DOUBLE, &o->slips.slip, .low = 1e-3, .high = 10,
         .help = "elastoplastic: mean strain of one, in cohesions over E'"},
        {"disorder", OPTION_DOUBLE, &o->slips.disorder, .low = 0, .high = 1,
         .help = "elastoplastic: cohesion is even within 1 -+ this"},
        {"softening", OPTION_DOUBLE, &o->slips.softening, .low = 0, .high = 1,
         .help = "elastoplastic: share of cohesion lost where a cell has slipped"},
        {"section", OPTION_FLAG, &work.how.section,
         .help = "measure bands in the section; --no-section: in the projection"},
        {"blur", OPTION_DOUBLE, &work.how.blur_nm, .low = 0, .high = 1e4, .unit = "nm",
         .help = "standard deviation of the images' blur"},
        {"angles", OPTION_TEXT, &work.angles, .unit = "FILE",
         .help = "angles of the bands as a table, beside even directions"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, DATA_MOST))
        return call->status;
    o->threads = call->threads;
    o->seed = work.how.bands.seed = call->seed;
    work.how.bands.polarization_deg = o->slips.axis_deg;
    work.how.population.seed = call->seed;
    int frictions = count_frictions(&work);
    if (frictions < 0)
        return -frictions;
    if (frictions && work.angles)
        return options_wrong(call, "--angles goes with one run of the model, not with data or "
                                   "--frictions");
    return say_done(call, run(&work, frictions, &err), &err);
}

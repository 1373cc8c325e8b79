// SPDX-License-Identifier: GPL-3.0-or-later
// airy montecarlo: the model of band formation, and the angles of the bands that it forms.
#include "airy/bandmodel.h"
#include "commands.h"
#include "results.h"
#include "say.h"

struct work {
    invocation *call;
    airy_montecarlo_options options;
    airy_formed_options how;
    airy_montecarlo model;
    airy_population *formed; // by snapshot
    const char *angles;      // file of their angles, or NULL
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

static airy_code run(struct work *work, airy_error *err)
{
    airy_code code =
        airy_output_check(work->call->output, work->angles, work->call->overwrite, err);
    if (!code)
        code = airy_montecarlo_run(&work->options, say_progress(work->call, "montecarlo"),
                                   &work->model, err);
    say_progress_end();
    if (!code)
        code = look(work, err);
    if (!code)
        code = airy_montecarlo_write(&work->model, &work->table, work->call->output,
                                     work->call->overwrite, err);
    if (!code && work->angles)
        code = write_angles(work, err);
    if (!code)
        code = results_print_table(&work->table, err);
    airy_montecarlo_release(&work->model);
    airy_table_release(&work->table);
    airy_memory_free(work->formed);
    return code;
}

int cmd_montecarlo(invocation *call)
{
    struct work work = {.call = call};
    airy_montecarlo_options *o = &work.options;
    airy_montecarlo_options_defaults(o);
    airy_formed_options_defaults(&work.how);
    airy_error err = {0};
    const option table[] = {
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
        {"section", OPTION_FLAG, &work.how.section,
         .help = "measure bands in the section; --no-section: in the projection"},
        {"blur", OPTION_DOUBLE, &work.how.blur_nm, .low = 0, .high = 1e4, .unit = "nm",
         .help = "standard deviation of the images' blur"},
        {"angles", OPTION_TEXT, &work.angles, .unit = "FILE",
         .help = "angles of the bands as a table, beside even directions"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    o->threads = call->threads;
    o->seed = work.how.bands.seed = call->seed;
    return say_done(call, run(&work, &err), &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy montecarlo: the model of band formation, and the angles of the bands that it forms.
#include "airy/series.h"
#include "commands.h"
#include "results.h"
#include "say.h"
#include "trail.h"

#include <stdlib.h>

struct work {
    invocation *call;
    airy_montecarlo_options options;
    airy_formed_options formed;
    airy_montecarlo model;
    airy_table table;
};

// One row a snapshot: sweeps, accepted moves, and the population of bands of all runs.
static airy_code add_row(struct work *work, int snapshot, airy_error *err)
{
    airy_formed formed;
    airy_code code = airy_montecarlo_formed(&work->model, snapshot, &work->formed, &formed, err);
    if (!code)
        code = airy_table_add(&work->table, err);
    double accepted = 0;
    for (int run = 0; run < work->model.runs; run++)
        accepted += work->model.accepted[run * work->model.snapshots + snapshot] / work->model.runs;
    const result_row cells[] = {
        {"sweep", work->model.sweep[snapshot]},
        {"accepted", accepted},
        {"n_branches", (double)formed.n / work->model.runs},
        {"band_length_nm", formed.angles.length_nm / work->model.runs},
        {"folded_mean_deg", formed.angles.folded_mean_deg},
        {"folded_sd_deg", formed.angles.folded_sd_deg},
        {"fraction_20_40", formed.angles.fraction_20_40},
        {"fraction_20_40_error", formed.angles.fraction_20_40_error},
    };
    for (size_t i = 0; !code && i < sizeof cells / sizeof cells[0]; i++)
        code = airy_table_put_double(&work->table, snapshot, cells[i].name, cells[i].value, err);
    return code;
}

// The table's columns as datasets.
static airy_code put_table(const struct work *work, airy_h5 *h5, airy_error *err)
{
    double *values = airy_memory_new((size_t)work->table.rows + 1, sizeof *values);
    airy_code code = values ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for a column");
    for (int c = 0; !code && c < work->table.columns; c++) {
        for (int i = 0; !code && i < work->table.rows; i++)
            code = airy_table_get_double(&work->table, i, work->table.name[c], &values[i], err);
        results_put_column(h5, "snapshots", work->table.name[c], values, work->table.rows, err);
    }
    airy_memory_free(values);
    return code;
}

static airy_code write_model(struct work *work, airy_error *err)
{
    airy_history history = {0};
    airy_code code = trail_append(work->call, NULL, NULL, &history, err);
    airy_h5 *h5 = code ? NULL : airy_h5_create(work->call->output, work->call->overwrite, err);
    if (h5) {
        airy_cxi_begin(h5, NULL, &history, err);
        airy_cxi_put_images(h5, &work->model.projection, work->model.pitch_nm * 1e-9, err);
        airy_h5_put_stack(h5, "/entry_1/result_1/section", &work->model.section, err);
        code = put_table(work, h5, err);
        if (!code)
            code = airy_h5_commit(h5, err);
        airy_h5_close(h5);
    } else if (!code)
        code = err->code;
    airy_history_release(&history);
    return code;
}

static airy_code run(struct work *work, airy_error *err)
{
    airy_code code = airy_montecarlo_run(&work->options, say_progress(work->call, "montecarlo"),
                                         &work->model, err);
    say_progress_end();
    if (!code)
        code = airy_table_init(&work->table,
                               "sweep accepted n_branches band_length_nm folded_mean_deg "
                               "folded_sd_deg fraction_20_40 fraction_20_40_error",
                               err);
    for (int s = 0; !code && s < work->model.snapshots; s++)
        code = add_row(work, s, err);
    if (!code)
        code = write_model(work, err);
    if (!code)
        results_print_table(&work->table);
    airy_montecarlo_release(&work->model);
    airy_table_release(&work->table);
    return code;
}

int cmd_montecarlo(invocation *call)
{
    struct work work = {.call = call};
    airy_montecarlo_options *o = &work.options;
    airy_montecarlo_options_defaults(o);
    airy_formed_options_defaults(&work.formed);
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
        {"section", OPTION_FLAG, &work.formed.section,
         .help = "measure bands in the section; --no-section: in the projection"},
        {"blur", OPTION_DOUBLE, &work.formed.blur_nm, .low = 0, .high = 1e4, .unit = "nm",
         .help = "standard deviation of the images' blur"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    o->threads = call->threads;
    o->seed = work.formed.bands.seed = call->seed;
    return say_done(call, run(&work, &err), &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Kinetics as a step: a table of shots in, the table of stages and rates out.
#include "kinetics.h"

#include <math.h>

// Under the history of the shots and of this run.
static airy_code write_table(const airy_call *call, const airy_kinetics *kinetics,
                             const airy_history *before, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_kinetics_to_table(kinetics, &table, err);
    if (code == AIRY_OK)
        code = airy_history_copy(&table.history, before, err);
    if (code == AIRY_OK)
        code = airy_call_record(call, NULL, NULL, &table.history, err);
    if (code == AIRY_OK)
        code = airy_table_write(call->output, &table, call->overwrite, err);
    airy_table_release(&table);
    return code;
}

static airy_code fit_table(const airy_call *call, const airy_kinetics_options *options,
                           const airy_table *table, airy_kinetics *kinetics, airy_error *err)
{
    airy_kinetics_options how = *options;
    airy_shot_row *shots = NULL;
    int n = 0;
    how.threads = call->threads;
    how.seed = call->seed;
    airy_code code = airy_shots_from_table(table, &shots, &n, err);
    if (code == AIRY_OK)
        code = airy_kinetics_fit(shots, n, &how, call->progress, kinetics, err);
    if (code != AIRY_OK)
        airy_error_prefix(err, "%s", call->inputs[0]);
    airy_memory_free(shots);
    return code;
}

airy_code airy_kinetics_read_truth(airy_kinetics *kinetics, const char *path, airy_error *err)
{
    airy_table table = {0};
    airy_kinetics known = {0};
    airy_code code = airy_table_read(path, &table, err);
    if (code == AIRY_OK && airy_kinetics_from_table(&table, &known, err) != AIRY_OK)
        code = airy_error_prefix(err, "%s", path);
    for (int i = 0; code == AIRY_OK && i < kinetics->n; i++) {
        airy_kinetics_row *row = &kinetics->rows[i];
        const airy_kinetics_row *same =
            airy_kinetics_find(&known, row->quantity, row->model, row->parameter);
        row->truth = same ? same->value : (double)NAN;
    }
    if (code == AIRY_OK && !airy_kinetics_know_truth(kinetics))
        code = airy_error_set(err, AIRY_EVALUE, "%s tells nothing about these delays", path);
    if (code == AIRY_OK)
        airy_verdict_truth(kinetics);
    airy_kinetics_release(&known);
    airy_table_release(&table);
    return code;
}

airy_code airy_kinetics_run(const airy_call *call, const airy_kinetics_options *options,
                            const char *truth, airy_kinetics *kinetics, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_read(call->inputs[0], &table, err);
    if (code == AIRY_OK)
        code = fit_table(call, options, &table, kinetics, err);
    if (code == AIRY_OK && truth)
        code = airy_kinetics_read_truth(kinetics, truth, err);
    if (code == AIRY_OK)
        code = write_table(call, kinetics, &table.history, err);
    airy_table_release(&table);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of curves in, a table of what was measured and one of what a picture shows out.
#include "airy/thermal.h"
#include "rows.h"
#include "drawing.h"
#include "measures.h"

#include <string.h>

struct work {
    const airy_call *call;
    const airy_thermal_run_options *run;
    airy_thermal_options options;
    airy_table *table; // the caller's
    airy_table drawn;
    airy_history history; // of the inputs, then this run
    airy_text why;
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static airy_code measure_file(struct work *work, const char *path, airy_error *err)
{
    airy_table from = {0};
    airy_code code = airy_curves_table_read(path, &from, err);
    if (code)
        return code;
    code = airy_thermal_add(base_name(path), &from, &work->options, work->call->progress,
                            work->table, &work->why, err);
    if (!code && work->run->drawing)
        code = airy_thermal_draw(base_name(path), &from, &work->options, &work->drawn, err);
    if (code)
        airy_error_prefix(err, "%s", path);
    else
        code = airy_history_merge(&work->history, &from.history, err);
    airy_table_release(&from);
    return code;
}

static airy_code run(struct work *work, airy_error *err)
{
    const airy_call *call = work->call;
    const char *drawing = work->run->drawing;
    airy_code code = airy_options_check(airy_thermal_rows, &work->options, err);
    if (!code)
        code = airy_call_outputs(call, call->output, drawing, err);
    for (int i = 0; !code && i < call->n_inputs; i++)
        code = measure_file(work, call->inputs[i], err);
    if (!code)
        code = airy_call_record(call, NULL, NULL, &work->history, err);
    airy_table *table = work->table;
    table->history = work->history;
    work->history = (airy_history){0};
    if (!code)
        code = airy_table_write(call->output, table, call->overwrite, err);
    if (!code && drawing)
        code = airy_table_write_under(drawing, &work->drawn, &table->history, call->overwrite, err);
    if (!code && work->why.text)
        airy_call_warn(call, "not measured:\n%s", work->why.text);
    return code;
}

airy_code airy_thermal_run(const airy_call *call, const airy_thermal_run_options *options,
                           airy_table *table, airy_error *err)
{
    struct work work = {.call = call, .run = options, .options = options->thermal, .table = table};
    *table = (airy_table){0};
    work.options.seed = call->seed;
    work.options.threads = call->threads;
    airy_code code = run(&work, err);
    airy_table_release(&work.drawn);
    airy_history_release(&work.history);
    airy_text_release(&work.why);
    return code;
}

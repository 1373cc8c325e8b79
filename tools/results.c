// SPDX-License-Identifier: GPL-3.0-or-later
// Named numbers on their way out.
#include "results.h"

#include "airy/work.h"
#include "say.h"

#include <stdio.h>
#include <unistd.h>

static bool json;

void results_as_json(bool yes)
{
    json = yes;
}

// Whether somebody reads along: ranks have a terminal of mpirun's, whatever is behind it.
static bool for_people(void)
{
    return isatty(STDOUT_FILENO) && airy_farm_ranks() == 1;
}

airy_code results_print_table(const airy_table *table, airy_error *err)
{
    airy_text text = {0};
    say_progress_end();
    if (json)
        airy_table_format_json(table, &text);
    else if (for_people())
        airy_table_format_columns(table, &text);
    else
        airy_table_format(table, false, &text);
    airy_code code = airy_text_whole(&text, err);
    if (!code && text.text) {
        say_plain(text.text);
        fputs(text.text, stdout);
    }
    airy_text_release(&text);
    return code;
}

int results_done(const invocation *call, airy_code code, airy_table *found, airy_error *err)
{
    if (code == AIRY_OK && found->columns)
        code = results_print_table(found, err);
    airy_table_release(found);
    return say_done(call, code, err);
}

airy_code results_of_inputs(const airy_call *call, results_step *run, const void *step,
                            airy_error *err)
{
    airy_table all = {0};
    airy_code code = AIRY_OK;
    for (int i = 0; i < call->n_inputs && code == AIRY_OK; i++) {
        airy_table table = {0};
        airy_call one = *call;
        one.n_inputs = 1;
        one.inputs = &call->inputs[i];
        code = run(&one, step, &table, err);
        if (code == AIRY_OK && call->n_inputs == 1)
            code = results_print_table(&table, err);
        else if (code == AIRY_OK)
            code = airy_table_join(&all, "file", call->inputs[i], &table, err);
        airy_table_release(&table);
    }
    if (code == AIRY_OK && all.columns)
        code = results_print_table(&all, err);
    airy_table_release(&all);
    return code;
}

airy_code results_print(const airy_results *results, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_init(&table, "quantity value", err);
    for (int i = 0; !code && i < results->n; i++) {
        code = airy_table_add(&table, err);
        if (!code)
            code = airy_table_put(&table, i, "quantity", results->row[i].name, err);
        if (!code)
            code = airy_table_put_double(&table, i, "value", results->row[i].value, err);
    }
    if (!code)
        code = results_print_table(&table, err);
    airy_table_release(&table);
    return code;
}

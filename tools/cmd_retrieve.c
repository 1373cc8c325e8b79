// SPDX-License-Identifier: GPL-3.0-or-later
// airy retrieve: phases of a pattern, from many starts and generations.
#include "airy/image.h"
#include "airy/files.h"
#include "airy/retrieval.h"
#include "commands.h"
#include "results.h"
#include "say.h"
#include "search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------ the table on stdout

// Lowest and median of a generation's numbers.
static double low(const double *values, int n)
{
    return airy_stats_quantile_double(values, n, 0);
}

static airy_code add_generation(airy_table *table, const airy_reconstruction *r, int g,
                                airy_error *err)
{
    size_t at = (size_t)g * (size_t)r->starts;
    const struct {
        const char *name;
        double value;
    } cells[] = {
        {"generation", g},
        {"starts", r->starts},
        {"r_factor", low(r->r_factor + at, r->starts)},
        {"r_factor_median", airy_stats_quantile_double(r->r_factor + at, r->starts, 0.5)},
        {"r_free", low(r->r_free + at, r->starts)},
        {"deviance", low(r->deviance + at, r->starts)},
        {"diversity", r->diversity[g]},
        {"ambiguous", r->ambiguous[g]},
    };
    airy_code code = airy_table_add(table, err);
    for (size_t i = 0; code == AIRY_OK && i < sizeof cells / sizeof cells[0]; i++)
        code = airy_table_put_double(table, g, cells[i].name, cells[i].value, err);
    return code;
}

static airy_code print_generations(const airy_reconstruction *r, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_init(&table,
                                     "generation starts r_factor r_factor_median r_free deviance "
                                     "diversity ambiguous",
                                     err);
    for (int g = 0; code == AIRY_OK && g < r->generations; g++)
        code = add_generation(&table, r, g, err);
    if (code == AIRY_OK)
        code = results_print_table(&table, err);
    airy_table_release(&table);
    return code;
}

// ------------------------------------------------------------------ the command

int cmd_retrieve(invocation *call)
{
    airy_retrieve_step step;
    airy_retrieve_found found = {0};
    option rows[SEARCH_ROWS];
    airy_error err = {0};
    airy_retrieve_step_begin(&step, &call->run);
    search_table(&step, rows);
    const option table[] = {{"search", OPTION_ROWS, .at = rows}, {0}};
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    if (airy_retrieve_step_read(&step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    airy_code code = airy_retrieve_do(&call->run, &step, &found, &err);
    if (code == AIRY_OK)
        code = print_generations(&found.result, &err);
    airy_retrieve_found_release(&found);
    airy_retrieve_step_release(&step);
    return say_done(call, code, &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Named numbers of a result, in the group that commands share.
#include "results.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#define RESULT "/entry_1/result_1/"

void airy_results_add(airy_results *results, const airy_result_row *rows, size_t n)
{
    assert((size_t)results->n + n <= AIRY_RESULTS_MAX);
    for (size_t i = 0; i < n; i++)
        results->row[results->n++] = rows[i];
}

void airy_results_put(airy_h5 *h5, const airy_result_row *rows, int n, airy_error *err)
{
    char path[128];
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, RESULT "%s", rows[i].name);
        airy_h5_put_double(h5, path, rows[i].value, err);
    }
}

airy_code airy_table_add_row(airy_table *table, const airy_result_row *cells, size_t n,
                             airy_error *err)
{
    airy_code code = airy_table_add(table, err);
    for (size_t i = 0; code == AIRY_OK && i < n; i++)
        code = airy_table_put_double(table, table->rows - 1, cells[i].name, cells[i].value, err);
    return code;
}

airy_code airy_results_get(airy_h5 *h5, const char *name, double *value, airy_error *err)
{
    char path[128];
    snprintf(path, sizeof path, RESULT "%s", name);
    return airy_h5_get_double(h5, path, value, err);
}

airy_code airy_results_find(airy_h5 *h5, const char *name, double *value, airy_error *err)
{
    char path[128];
    snprintf(path, sizeof path, RESULT "%s", name);
    *value = NAN;
    return airy_h5_has(h5, path) ? airy_h5_get_double(h5, path, value, err) : AIRY_OK;
}

void airy_results_put_column(airy_h5 *h5, const char *group, const char *name, const double *values,
                             int n, airy_error *err)
{
    char path[128];
    snprintf(path, sizeof path, RESULT "%s/%s", group, name);
    airy_h5_put_doubles(h5, path, values, 1, &n, err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Named numbers on their way out.
#include "results.h"

#include "say.h"

#include <stdio.h>

#define RESULT "/entry_1/result_1/"

void results_put(airy_h5 *h5, const result_row *rows, int n, airy_error *err)
{
    char path[128];
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, RESULT "%s", rows[i].name);
        airy_h5_put_double(h5, path, rows[i].value, err);
    }
}

airy_code results_get(airy_h5 *h5, const char *name, double *value, airy_error *err)
{
    char path[128];
    snprintf(path, sizeof path, RESULT "%s", name);
    return airy_h5_get_double(h5, path, value, err);
}

void results_put_column(airy_h5 *h5, const char *group, const char *name, const double *values,
                        int n, airy_error *err)
{
    char path[128];
    snprintf(path, sizeof path, RESULT "%s/%s", group, name);
    airy_h5_put_doubles(h5, path, values, 1, &n, err);
}

void results_print_table(const airy_table *table)
{
    airy_text text = {0};
    airy_table_format(table, false, &text);
    if (text.text)
        say_plain(text.text);
    fputs(text.text ? text.text : "", stdout);
    airy_text_release(&text);
}

airy_code results_print(const result_row *rows, int n, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_init(&table, "quantity value", err);
    for (int i = 0; !code && i < n; i++) {
        code = airy_table_add(&table, err);
        if (!code)
            code = airy_table_put(&table, i, "quantity", rows[i].name, err);
        if (!code)
            code = airy_table_put_double(&table, i, "value", rows[i].value, err);
    }
    if (!code)
        results_print_table(&table);
    airy_table_release(&table);
    return code;
}

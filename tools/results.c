// SPDX-License-Identifier: GPL-3.0-or-later
// Named numbers on their way out.
#include "results.h"

#include "say.h"

#include <stdio.h>

airy_code results_print_table(const airy_table *table, airy_error *err)
{
    airy_text text = {0};
    say_progress_end();
    airy_table_format(table, false, &text);
    airy_code code = airy_text_whole(&text, err);
    if (!code && text.text) {
        say_plain(text.text);
        fputs(text.text, stdout);
    }
    airy_text_release(&text);
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

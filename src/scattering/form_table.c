// SPDX-License-Identifier: GPL-3.0-or-later
// Form factors and Compton intensities of the user's own.
#include "airy/scattering.h"
#include "form_table.h"

#include "scattering/elements.h"

void airy_form_table_release(airy_form_table *table)
{
    airy_memory_free(table->z);
    airy_memory_free(table->q);
    *table = (airy_form_table){0};
}

static airy_code take_row(const airy_table *from, int row, airy_form_table *to, airy_error *err)
{
    const struct {
        const char *column;
        double *values;
    } cells[] = {{"q_inv_a", to->q}, {"f", to->f}, {"compton", to->compton}};
    const char *symbol = airy_table_get(from, row, "element");
    to->z[row] = symbol ? airy_element_number(symbol) : 0;
    if (to->z[row] == 0)
        return airy_error_set(err, AIRY_EFORMAT, "row %d: '%s' is no element", row + 1,
                              symbol ? symbol : "(no column element)");
    airy_code code = AIRY_OK;
    for (int i = 0; i < 3 && code == AIRY_OK; i++)
        code = airy_table_get_double(from, row, cells[i].column, &cells[i].values[row], err);
    if (code == AIRY_OK && row > 0 && to->z[row] == to->z[row - 1] &&
        !(to->q[row] > to->q[row - 1]))
        code = airy_error_set(err, AIRY_EFORMAT, "row %d: q of %s does not rise", row + 1, symbol);
    return code;
}

airy_code airy_form_table_read(const char *path, airy_form_table *table, airy_error *err)
{
    airy_table from = {0};
    *table = (airy_form_table){0};
    airy_code code = airy_table_read(path, &from, err);
    if (code == AIRY_OK) {
        size_t n = (size_t)from.rows;
        table->z = airy_memory_new(n + 1, sizeof *table->z);
        table->q = airy_memory_new(3 * n + 1, sizeof *table->q);
        if (!table->z || !table->q)
            code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d rows", from.rows);
        table->n = from.rows;
        table->f = table->q ? table->q + n : NULL;
        table->compton = table->q ? table->q + 2 * n : NULL;
    }
    for (int row = 0; row < from.rows && code == AIRY_OK; row++)
        code = take_row(&from, row, table, err);
    airy_table_release(&from);
    if (code == AIRY_OK)
        return code;
    airy_form_table_release(table);
    airy_error_prefix(err, "%s", path);
    return code;
}

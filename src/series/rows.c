// SPDX-License-Identifier: GPL-3.0-or-later
// The kinetics table as a table of text, and back.
#include "kinetics.h"

#include <stdio.h>

airy_code airy_kinetics_to_table(const airy_kinetics *kinetics, airy_table *table, airy_error *err)
{
    airy_code code = airy_table_init(table, "quantity model parameter value low high unit", err);
    for (int i = 0; code == AIRY_OK && i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        const char *const words[][2] = {{"quantity", row->quantity},
                                        {"model", row->model},
                                        {"parameter", row->parameter},
                                        {"unit", row->unit}};
        const char *const names[] = {"value", "low", "high"};
        const double numbers[] = {row->value, row->low, row->high};
        code = airy_table_add(table, err);
        for (int k = 0; code == AIRY_OK && k < 4; k++)
            code = airy_table_put(table, i, words[k][0], words[k][1], err);
        for (int k = 0; code == AIRY_OK && k < 3; k++)
            code = airy_table_put_double(table, i, names[k], numbers[k], err);
    }
    return code;
}

airy_code airy_kinetics_from_table(const airy_table *table, airy_kinetics *kinetics,
                                   airy_error *err)
{
    static const char *const wanted[] = {"quantity", "model", "parameter", "unit"};
    airy_code code = AIRY_OK;
    for (int k = 0; k < 4; k++)
        if (airy_table_find(table, wanted[k]) < 0)
            return airy_error_set(err, AIRY_EFORMAT, "the table has no column %s", wanted[k]);
    for (int i = 0; code == AIRY_OK && i < table->rows; i++) {
        const airy_row_name name = {airy_table_get(table, i, "quantity"),
                                    airy_table_get(table, i, "model"),
                                    airy_table_get(table, i, "unit")};
        double value[3];
        static const char *const names[] = {"value", "low", "high"};
        for (int k = 0; code == AIRY_OK && k < 3; k++)
            code = airy_table_get_double(table, i, names[k], &value[k], err);
        if (code == AIRY_OK)
            code = airy_kinetics_add(kinetics, &name, airy_table_get(table, i, "parameter"), value,
                                     err);
    }
    return code;
}

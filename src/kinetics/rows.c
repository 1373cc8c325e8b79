// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of kinetics, as they are added and found, and as a table of text.
#include "kinetics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 4, NUMBERS = 4, INTERVAL = 3 }; // the last number is the truth

static const char *const words[WORDS] = {"quantity", "model", "parameter", "unit"};
static const char *const numbers[NUMBERS] = {"value", "low", "high", "truth"};

void airy_kinetics_release(airy_kinetics *kinetics)
{
    free(kinetics->rows);
    airy_text_release(&kinetics->sentences);
    *kinetics = (airy_kinetics){0};
}

airy_code airy_kinetics_add(airy_kinetics *kinetics, const airy_row_name *name,
                            const char *parameter, const double value[3], airy_error *err)
{
    if (kinetics->n == kinetics->room) {
        int room = kinetics->room ? 2 * kinetics->room : 64;
        void *rows = realloc(kinetics->rows, (size_t)room * sizeof *kinetics->rows);
        if (!rows)
            return airy_error_set(err, AIRY_EMEMORY, "no memory for the kinetics table");
        kinetics->rows = rows;
        kinetics->room = room;
    }
    airy_kinetics_row *row = &kinetics->rows[kinetics->n++];
    *row = (airy_kinetics_row){.value = value[0], .low = value[1], .high = value[2], .truth = NAN};
    snprintf(row->quantity, sizeof row->quantity, "%s", name->quantity);
    snprintf(row->model, sizeof row->model, "%s", name->model);
    snprintf(row->unit, sizeof row->unit, "%s", name->unit);
    snprintf(row->parameter, sizeof row->parameter, "%s", parameter);
    return AIRY_OK;
}

const airy_kinetics_row *airy_kinetics_find(const airy_kinetics *kinetics, const char *quantity,
                                            const char *model, const char *parameter)
{
    for (int i = 0; i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        if (strcmp(row->quantity, quantity) == 0 && strcmp(row->model, model) == 0 &&
            strcmp(row->parameter, parameter) == 0)
            return row;
    }
    return NULL;
}

// ------------------------------------------------------------------ as a table

bool airy_kinetics_know_truth(const airy_kinetics *kinetics)
{
    for (int i = 0; i < kinetics->n; i++)
        if (!isnan(kinetics->rows[i].truth))
            return true;
    return false;
}

airy_code airy_kinetics_to_table(const airy_kinetics *kinetics, airy_table *table, airy_error *err)
{
    int columns = airy_kinetics_know_truth(kinetics) ? NUMBERS : INTERVAL;
    airy_code code =
        airy_table_init(table,
                        columns == NUMBERS ? "quantity model parameter value low high unit truth"
                                           : "quantity model parameter value low high unit",
                        err);
    for (int i = 0; code == AIRY_OK && i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        const char *const text[WORDS] = {row->quantity, row->model, row->parameter, row->unit};
        const double value[NUMBERS] = {row->value, row->low, row->high, row->truth};
        code = airy_table_add(table, err);
        for (int k = 0; code == AIRY_OK && k < WORDS; k++)
            code = airy_table_put(table, i, words[k], text[k], err);
        for (int k = 0; code == AIRY_OK && k < columns; k++)
            code = airy_table_put_double(table, i, numbers[k], value[k], err);
    }
    return code;
}

airy_code airy_kinetics_from_table(const airy_table *table, airy_kinetics *kinetics,
                                   airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int k = 0; k < WORDS; k++)
        if (airy_table_find(table, words[k]) < 0)
            return airy_error_set(err, AIRY_EFORMAT, "the table has no column %s", words[k]);
    int columns = airy_table_find(table, "truth") < 0 ? INTERVAL : NUMBERS;
    for (int i = 0; code == AIRY_OK && i < table->rows; i++) {
        const airy_row_name name = {airy_table_get(table, i, "quantity"),
                                    airy_table_get(table, i, "model"),
                                    airy_table_get(table, i, "unit")};
        double value[NUMBERS] = {NAN, NAN, NAN, NAN};
        for (int k = 0; code == AIRY_OK && k < columns; k++)
            code = airy_table_get_double(table, i, numbers[k], &value[k], err);
        if (code == AIRY_OK)
            code = airy_kinetics_add(kinetics, &name, airy_table_get(table, i, "parameter"), value,
                                     err);
        if (code == AIRY_OK)
            kinetics->rows[kinetics->n - 1].truth = value[INTERVAL];
    }
    return code;
}

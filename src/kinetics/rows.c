// SPDX-License-Identifier: GPL-3.0-or-later
// The kinetics table as a table of text, and back; and what a simulation knows beside it.
#include "kinetics.h"

#include <math.h>

enum { WORDS = 4, NUMBERS = 4, INTERVAL = 3 }; // the last number is the truth

static const char *const words[WORDS] = {"quantity", "model", "parameter", "unit"};
static const char *const numbers[NUMBERS] = {"value", "low", "high", "truth"};

static bool knows_truth(const airy_kinetics *kinetics)
{
    for (int i = 0; i < kinetics->n; i++)
        if (!isnan(kinetics->rows[i].truth))
            return true;
    return false;
}

airy_code airy_kinetics_to_table(const airy_kinetics *kinetics, airy_table *table, airy_error *err)
{
    int columns = knows_truth(kinetics) ? NUMBERS : INTERVAL;
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
    if (code == AIRY_OK && !knows_truth(kinetics))
        code = airy_error_set(err, AIRY_EVALUE, "%s tells nothing about these delays", path);
    if (code == AIRY_OK)
        airy_verdict_truth(kinetics);
    airy_kinetics_release(&known);
    airy_table_release(&table);
    return code;
}

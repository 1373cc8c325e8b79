// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of a series made for reading: found beside true, and gates with one row a shot.
#include "html.h"
#include "parts.h"

#include "airy/kinetics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static airy_code read_table(const char *folder, const char *name, airy_table *table,
                            airy_error *err)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/%s", folder, name);
    airy_code code = path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path")
                                 : airy_table_read(path.text, table, err);
    airy_text_release(&path);
    return code;
}

// ------------------------------------------------------------------ found and true

// A number for people, as many digits as its interval is worth.
static airy_code put_number(airy_table *table, const char *column, double value, double half,
                            airy_error *err)
{
    char text[32];
    int decimals = half > 0 ? (int)fmin(9, fmax(0, ceil(0.6 - log10(half)))) : 3;
    snprintf(text, sizeof text, "%.*f", decimals, fabs(value) < 1e-9 ? 0 : value);
    return airy_table_put(table, table->rows - 1, column, text, err);
}

static airy_code put_known(airy_table *table, const airy_kinetics_row *row, airy_error *err)
{
    const struct {
        const char *column, *text;
    } words[] = {{"quantity", row->quantity},
                 {"of", row->model},
                 {"parameter", row->parameter},
                 {"unit", row->unit}};
    const struct {
        const char *column;
        double value;
    } numbers[] = {
        {"found", row->value}, {"low", row->low}, {"high", row->high}, {"truth", row->truth}};
    double half = (row->high - row->low) / 2;
    airy_code code = airy_table_add(table, err);
    for (int i = 0; code == AIRY_OK && i < 4; i++)
        code = airy_table_put(table, table->rows - 1, words[i].column, words[i].text, err);
    for (int i = 0; code == AIRY_OK && i < 4; i++)
        code = put_number(table, numbers[i].column, numbers[i].value, half, err);
    return code;
}

static airy_code show_truth(airy_page *page, const airy_kinetics *kinetics, airy_error *err)
{
    airy_table table = {0};
    airy_code code =
        airy_table_init(&table, "quantity of parameter found low high truth unit", err);
    bool *outside = airy_memory_new((size_t)kinetics->n * 8 + 1, sizeof *outside);
    if (code == AIRY_OK && !outside)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a table");
    for (int i = 0; code == AIRY_OK && i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        if (isnan(row->truth) || isnan(row->low) || isnan(row->high))
            continue;
        code = put_known(&table, row, err);
        if (code != AIRY_OK)
            break;
        outside[(table.rows - 1) * table.columns + 6] =
            row->truth < row->low || row->truth > row->high;
    }
    if (code == AIRY_OK && table.rows > 0)
        airy_page_cells(page, &table, "intervals, red where they miss the truth", -table.rows,
                        outside);
    airy_memory_free(outside);
    airy_table_release(&table);
    return code;
}

airy_code airy_part_truth(airy_page *page, const char *folder, airy_error *err)
{
    airy_table table = {0};
    airy_kinetics kinetics = {0};
    airy_code code = read_table(folder, "kinetics.tsv", &table, err);
    if (code == AIRY_OK && airy_table_find(&table, "truth") >= 0) {
        code = airy_kinetics_from_table(&table, &kinetics, err);
        if (code == AIRY_OK)
            code = show_truth(page, &kinetics, err);
    }
    airy_kinetics_release(&kinetics);
    airy_table_release(&table);
    return code;
}

// ------------------------------------------------------------------ gates

static double cell(const airy_table *table, int row, const char *column)
{
    const char *text = airy_table_get(table, row, column);
    return text ? strtod(text, NULL) : (double)NAN;
}

// Names of the gates in order, as the columns of the readable table; a gate's limit stands below.
static airy_code begin_gates(const airy_table *gates, airy_table *out, airy_error *err)
{
    airy_text names = {0};
    airy_text_append(&names, "shot");
    for (int i = 0; i < gates->rows; i++) {
        const char *name = airy_table_get(gates, i, "gate");
        bool seen = strcmp(name, "chain") == 0;
        for (int k = 0; k < i && !seen; k++)
            seen = strcmp(airy_table_get(gates, k, "gate"), name) == 0;
        if (!seen)
            airy_text_append(&names, " %s", name);
    }
    airy_text_append(&names, " why");
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                                  : airy_table_init(out, names.text, err);
    airy_text_release(&names);
    return code == AIRY_OK ? airy_table_add(out, err) : code;
}

static airy_code put_limit(const airy_table *gates, int i, airy_table *out, airy_error *err)
{
    char text[48] = "";
    double low = cell(gates, i, "low"), high = cell(gates, i, "high");
    if (high < INFINITY)
        snprintf(text, sizeof text, "≤ %.4g", high);
    else if (low > 0)
        snprintf(text, sizeof text, "≥ %.4g", low);
    else
        snprintf(text, sizeof text, "no limit");
    return airy_table_put(out, 0, airy_table_get(gates, i, "gate"), text, err);
}

// One row of gates.tsv into the row of its shot.
static airy_code put_gate(const airy_table *gates, int i, airy_table *out, bool *marked,
                          airy_error *err)
{
    const char *shot = airy_table_get(gates, i, "shot"), *gate = airy_table_get(gates, i, "gate"),
               *why = airy_table_get(gates, i, "why");
    airy_code code = AIRY_OK;
    if (strcmp(shot, airy_table_get(out, out->rows - 1, "shot")) != 0) {
        code = airy_table_add(out, err);
        for (int c = 0; code == AIRY_OK && c < out->columns; c++)
            code = airy_table_put(out, out->rows - 1, out->name[c], c ? "" : shot, err);
    }
    bool chain = strcmp(gate, "chain") == 0;
    const char *column = chain ? "why" : gate;
    char text[32];
    snprintf(text, sizeof text, "%.4g", cell(gates, i, "value"));
    if (code == AIRY_OK)
        code = airy_table_put(out, out->rows - 1, column, chain ? why : text, err);
    if (code == AIRY_OK && !chain)
        code = put_limit(gates, i, out, err);
    marked[(out->rows - 1) * out->columns + airy_table_find(out, column)] =
        !(cell(gates, i, "passed") > 0);
    return code;
}

airy_code airy_part_gates(airy_page *page, const char *folder, airy_error *err)
{
    airy_table gates = {0}, out = {0};
    bool *marked = NULL;
    airy_code code = read_table(folder, "gates.tsv", &gates, err);
    static const char *const columns[] = {"shot", "gate", "why"};
    for (size_t i = 0; code == AIRY_OK && i < sizeof columns / sizeof *columns; i++)
        if (airy_table_find(&gates, columns[i]) < 0)
            code = airy_error_set(err, AIRY_EFORMAT, "%s/gates.tsv: there is no column %s", folder,
                                  columns[i]);
    if (code == AIRY_OK)
        code = begin_gates(&gates, &out, err);
    if (code == AIRY_OK)
        code = airy_table_put(&out, 0, "shot", "limit", err);
    if (code == AIRY_OK)
        code = airy_table_put(&out, 0, "why", "", err);
    if (code == AIRY_OK) {
        marked = airy_memory_new(((size_t)gates.rows + 1) * (size_t)out.columns, sizeof *marked);
        code = marked ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for a table");
    }
    for (int i = 0; code == AIRY_OK && i < gates.rows; i++)
        code = put_gate(&gates, i, &out, marked, err);
    if (code == AIRY_OK)
        airy_page_cells(page, &out, "every shot, red where it fails",
                        out.rows > 25 ? -out.rows : out.rows, marked);
    airy_memory_free(marked);
    airy_table_release(&gates);
    airy_table_release(&out);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Described structs: one table of described beside a struct, and whatever it is turned into.
#include "hdf5_handle.h"
#include "results.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double airy_number_get(const airy_number *number, const void *of)
{
    const char *at = (const char *)of + number->offset;
    double real = NAN;
    int whole = 0;
    bool yes = false;
    switch (number->type) {
    case AIRY_NUMBER_COUNT:
        memcpy(&whole, at, sizeof whole);
        return whole < 0 ? (double)NAN : (double)whole;
    case AIRY_NUMBER_BOOL:
        memcpy(&yes, at, sizeof yes);
        return yes;
    case AIRY_NUMBER_DOUBLE:
        memcpy(&real, at, sizeof real);
        break;
    }
    return real;
}

void airy_number_set(const airy_number *number, void *of, double value)
{
    char *at = (char *)of + number->offset;
    const int whole = isnan(value) ? -1 : (int)value;
    const bool yes = whole > 0;
    switch (number->type) {
    case AIRY_NUMBER_COUNT:
        memcpy(at, &whole, sizeof whole);
        break;
    case AIRY_NUMBER_BOOL:
        memcpy(at, &yes, sizeof yes);
        break;
    case AIRY_NUMBER_DOUBLE:
        memcpy(at, &value, sizeof value);
        break;
    }
}

void airy_described_unknown(const airy_described *described, void *of)
{
    for (int i = 0; i < described->n; i++)
        airy_number_set(&described->number[i], of, NAN);
}

// ------------------------------------------------------------------ named numbers

void airy_described_results(const airy_described *described, const void *of, double pixel_nm,
                            airy_results *results)
{
    const double scale[] = {1, pixel_nm, pixel_nm * pixel_nm};
    for (int i = 0; i < described->n; i++) {
        const airy_number *number = &described->number[i];
        const airy_result_row row = {number->name,
                                     airy_number_get(number, of) * scale[number->power]};
        airy_results_add(results, &row, 1);
    }
}

// Whether a word stands in a list with blanks.
static bool is_in(const char *names, const char *word)
{
    const size_t n = strlen(word);
    for (const char *at = strstr(names, word); at; at = strstr(at + 1, word))
        if ((at == names || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

void airy_described_put_results(airy_h5 *h5, const airy_described *described, const void *of,
                                double pixel_nm, airy_error *err)
{
    airy_results results = {0};
    airy_described_results(described, of, pixel_nm, &results);
    airy_results_put(h5, results.row, results.n, err);
}

airy_code airy_described_read(airy_h5 *h5, const airy_described *described, const char *names,
                              double pixel_nm, void *of, airy_error *err)
{
    const double scale[] = {1, pixel_nm, pixel_nm * pixel_nm};
    airy_code code = AIRY_OK;
    for (int i = 0; i < described->n && code == AIRY_OK; i++) {
        const airy_number *number = &described->number[i];
        double value = NAN;
        if (names && !is_in(names, number->name))
            continue;
        code = airy_results_get(h5, number->name, &value, err);
        if (code == AIRY_OK)
            airy_number_set(number, of, value / scale[number->power]);
    }
    return code;
}

// ------------------------------------------------------------------ HDF5

static const void *row_of(const airy_rows *rows, int i)
{
    return (const char *)rows->at + (size_t)i * rows->size;
}

airy_code airy_described_put(airy_h5 *h5, const char *group, const airy_described *described,
                             const airy_rows *rows, airy_error *err)
{
    char path[256];
    double *values = airy_memory_new((size_t)rows->n + 1, sizeof *values);
    airy_code code = values ? AIRY_OK : airy_h5_no_memory(h5, group, err);
    if (!values)
        return code;
    for (int k = 0; k < described->n; k++) {
        for (int i = 0; i < rows->n; i++)
            values[i] = airy_number_get(&described->number[k], row_of(rows, i));
        snprintf(path, sizeof path, "%s/%s", group, described->number[k].name);
        code = airy_h5_put_doubles(h5, path, values, 1, &rows->n, err);
    }
    airy_memory_free(values);
    return code;
}

// ------------------------------------------------------------------ tables

void airy_described_names(const airy_described *described, airy_text *names)
{
    for (int i = 0; i < described->n; i++)
        airy_text_append(names, "%s%s", names->length ? " " : "", described->number[i].name);
}

airy_code airy_described_put_row(airy_table *table, int row, const airy_described *described,
                                 const void *of, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; i < described->n && code == AIRY_OK; i++)
        code = airy_table_put_double(table, row, described->number[i].name,
                                     airy_number_get(&described->number[i], of), err);
    return code;
}

airy_code airy_described_get_row(const airy_table *table, int row, const airy_described *described,
                                 void *of, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; i < described->n && code == AIRY_OK; i++) {
        const airy_number *number = &described->number[i];
        double value = NAN;
        code = airy_table_get_double(table, row, number->name, &value, err);
        if (code == AIRY_OK)
            airy_number_set(number, of, value);
    }
    return code;
}

airy_code airy_described_table(const airy_described *described, const airy_rows *rows,
                               airy_table *table, airy_error *err)
{
    airy_text names = {0};
    airy_described_names(described, &names);
    airy_code code = airy_text_whole(&names, err);
    if (code == AIRY_OK)
        code = airy_table_init(table, names.text, err);
    airy_text_release(&names);
    for (int i = 0; i < rows->n && code == AIRY_OK; i++) {
        code = airy_table_add(table, err);
        if (code == AIRY_OK)
            code = airy_described_put_row(table, i, described, row_of(rows, i), err);
    }
    return code;
}

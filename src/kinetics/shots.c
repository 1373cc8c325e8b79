// SPDX-License-Identifier: GPL-3.0-or-later
// Shots as rows: the table of columns, getting and setting by column, and tables of shots.
#include "airy/kinetics.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#define WHOLE(name)                                                                                \
    {                                                                                              \
#name, offsetof(airy_shot_row, name), true                                                 \
    }
#define REAL(name)                                                                                 \
    {                                                                                              \
#name, offsetof(airy_shot_row, name), false                                                \
    }

static const airy_shot_column columns[] = {
    WHOLE(shot),
    REAL(delay_ps),
    REAL(photons),
    REAL(r_factor),
    REAL(r_free),
    REAL(r_par_nm),
    REAL(r_par_err_nm),
    REAL(r_perp_nm),
    REAL(r_perp_err_nm),
    REAL(rim_par_nm),
    REAL(rim_perp_nm),
    REAL(a_low_nm2),
    REAL(a_total_nm2),
    REAL(low_fraction),
    WHOLE(n_branches),
    REAL(band_length_nm),
    REAL(fraction_20_40),
    WHOLE(gate),
    REAL(rim_par_err_nm),
    REAL(rim_perp_err_nm),
    REAL(apart_nm),
    REAL(aspect),
    REAL(aspect_err),
    WHOLE(shown),
    REAL(distance),
    REAL(a_low_err_nm2),
    REAL(low_fraction_err),
    REAL(fraction_20_40_err),
    WHOLE(n_channels),
    REAL(largest_channel_nm2),
};
enum { COLUMNS = sizeof columns / sizeof *columns };

const airy_shot_column *airy_shot_columns(int *n)
{
    *n = COLUMNS;
    return columns;
}

static void put(airy_shot_row *shot, const airy_shot_column *column, double value)
{
    char *at = (char *)shot + column->offset;
    if (column->whole)
        *(int *)(void *)at = isnan(value) ? -1 : (int)value;
    else
        *(double *)(void *)at = value;
}

void airy_shot_unknown(airy_shot_row *shot)
{
    *shot = (airy_shot_row){.gate = 1};
    for (int i = 0; i < COLUMNS; i++)
        if (!columns[i].whole)
            put(shot, &columns[i], NAN);
    shot->n_branches = shot->shown = shot->n_channels = -1;
}

double airy_shot_get(const airy_shot_row *shot, const airy_shot_column *column)
{
    const char *at = (const char *)shot + column->offset;
    if (!column->whole)
        return *(const double *)(const void *)at;
    int value = *(const int *)(const void *)at;
    return value < 0 ? (double)NAN : (double)value;
}

// Whole numbers are whole; lengths, areas, shares and errors are not below 0: where they are, it
// stands for something else. Delays may be, and photons less a background.
static bool can_be(const airy_shot_column *column, double value)
{
    bool below = strcmp(column->name, "delay_ps") == 0 || strcmp(column->name, "photons") == 0;
    if (isnan(value))
        return true;
    if (column->whole)
        return fabs(value) <= INT_MAX && value == floor(value);
    return isfinite(value) && (below || value >= 0);
}

airy_code airy_shots_from_table(const airy_table *table, airy_shot_row **shots, int *n,
                                airy_error *err)
{
    if (airy_table_find(table, "delay_ps") < 0)
        return airy_error_set(err, AIRY_EFORMAT, "the table has no column delay_ps");
    airy_shot_row *read = airy_memory_new((size_t)table->rows + 1, sizeof *read);
    if (!read)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d shots", table->rows);
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < table->rows; i++) {
        airy_shot_unknown(&read[i]);
        for (int c = 0; code == AIRY_OK && c < COLUMNS; c++) {
            double value;
            if (airy_table_find(table, columns[c].name) < 0)
                continue;
            code = airy_table_get_double(table, i, columns[c].name, &value, err);
            if (code == AIRY_OK && !can_be(&columns[c], value))
                code = airy_error_set(err, AIRY_EVALUE,
                                      "row %d: %g is no %s (what is not known is nan)", i + 1,
                                      value, columns[c].name);
            if (code == AIRY_OK)
                put(&read[i], &columns[c], value);
        }
    }
    if (code != AIRY_OK) {
        airy_memory_free(read);
        return code;
    }
    *shots = read;
    *n = table->rows;
    return AIRY_OK;
}

airy_code airy_shots_to_table(const airy_shot_row *shots, int n, airy_table *table, airy_error *err)
{
    airy_text names = {0};
    for (int c = 0; c < COLUMNS; c++)
        airy_text_append(&names, "%s%s", c ? " " : "", columns[c].name);
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                                  : airy_table_init(table, names.text, err);
    airy_text_release(&names);
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        code = airy_table_add(table, err);
        for (int c = 0; code == AIRY_OK && c < COLUMNS; c++)
            code = airy_table_put_double(table, i, columns[c].name,
                                         airy_shot_get(&shots[i], &columns[c]), err);
    }
    return code;
}

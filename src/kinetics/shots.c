// SPDX-License-Identifier: GPL-3.0-or-later
// Shots as rows: the table of columns, getting and setting by column, and tables of shots.
#include "airy/kinetics.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const airy_number columns[] = {
    AIRY_NUMBER(airy_shot_row, shot, "shot", "1", "number"),
    AIRY_NUMBER(airy_shot_row, delay_ps, "delay_ps", "ps", "after the pump"),
    AIRY_NUMBER(airy_shot_row, photons, "photons", "photons", "of the pattern"),
    AIRY_NUMBER(airy_shot_row, r_factor, "r_factor", "1", "of the image"),
    AIRY_NUMBER(airy_shot_row, r_free, "r_free", "1", "of pixels that were held out"),
    AIRY_NUMBER(airy_shot_row, r_par_nm, "r_par_nm", "nm",
                "radius by rings along the polarisation"),
    AIRY_NUMBER(airy_shot_row, r_par_err_nm, "r_par_err_nm", "nm", "its error"),
    AIRY_NUMBER(airy_shot_row, r_perp_nm, "r_perp_nm", "nm", "across it"),
    AIRY_NUMBER(airy_shot_row, r_perp_err_nm, "r_perp_err_nm", "nm", "its error"),
    AIRY_NUMBER(airy_shot_row, rim_par_nm, "rim_par_nm", "nm", "the same by the image's rim"),
    AIRY_NUMBER(airy_shot_row, rim_perp_nm, "rim_perp_nm", "nm", "the same by the image's rim"),
    AIRY_NUMBER(airy_shot_row, a_low_nm2, "a_low_nm2", "nm^2", "low-density area"),
    AIRY_NUMBER(airy_shot_row, a_total_nm2, "a_total_nm2", "nm^2", "area of the particle"),
    AIRY_NUMBER(airy_shot_row, low_fraction, "low_fraction", "1", "a_low / a_total"),
    AIRY_NUMBER(airy_shot_row, n_branches, "n_branches", "1", "branches of the skeleton"),
    AIRY_NUMBER(airy_shot_row, band_length_nm, "band_length_nm", "nm", "of all branches"),
    AIRY_NUMBER(airy_shot_row, fraction_20_40, "fraction_20_40", "1",
                "share of length at 20 to 40 degrees"),
    AIRY_NUMBER(airy_shot_row, gate, "gate", "1", "1: passed all gates"),
    AIRY_NUMBER(airy_shot_row, rim_par_err_nm, "rim_par_err_nm", "nm", "error of rim_par_nm"),
    AIRY_NUMBER(airy_shot_row, rim_perp_err_nm, "rim_perp_err_nm", "nm", "error of rim_perp_nm"),
    AIRY_NUMBER(airy_shot_row, apart_nm, "apart_nm", "nm",
                "larger difference between rings and rim"),
    AIRY_NUMBER(airy_shot_row, aspect, "aspect", "1", "r_par / r_perp"),
    AIRY_NUMBER(airy_shot_row, aspect_err, "aspect_err", "1", "its error"),
    AIRY_NUMBER(airy_shot_row, shown, "shown", "1", "1: stands for its delay"),
    AIRY_NUMBER(airy_shot_row, distance, "distance", "1",
                "of its image from the mean of its delay"),
    AIRY_NUMBER(airy_shot_row, a_low_err_nm2, "a_low_err_nm2", "nm^2", "error of a_low_nm2"),
    AIRY_NUMBER(airy_shot_row, low_fraction_err, "low_fraction_err", "1", "error of low_fraction"),
    AIRY_NUMBER(airy_shot_row, fraction_20_40_err, "fraction_20_40_err", "1",
                "error of fraction_20_40"),
    AIRY_NUMBER(airy_shot_row, n_channels, "n_channels", "1", "connected low-density regions"),
    AIRY_NUMBER(airy_shot_row, largest_channel_nm2, "largest_channel_nm2", "nm^2",
                "area of the largest"),
};
const airy_described airy_shot_numbers = AIRY_DESCRIBED("shots.tsv", columns);

void airy_shot_unknown(airy_shot_row *shot)
{
    *shot = (airy_shot_row){0};
    airy_described_unknown(&airy_shot_numbers, shot);
    shot->shot = 0;
    shot->gate = 1;
}

// Whole numbers are whole; lengths, areas, shares and errors are not below 0: where they are, it
// stands for something else. Delays may be, and photons less a background.
static bool can_be(const airy_number *column, double value)
{
    bool below = strcmp(column->name, "delay_ps") == 0 || strcmp(column->name, "photons") == 0;
    if (isnan(value))
        return true;
    if (column->type == AIRY_NUMBER_COUNT)
        return fabs(value) <= INT_MAX && value == floor(value);
    return isfinite(value) && (below || value >= 0);
}

// Whether two rows say the same of all columns, as where a table was joined to itself.
static bool are_twins(const airy_shot_row *a, const airy_shot_row *b)
{
    for (int c = 0; c < airy_shot_numbers.n; c++) {
        double in_a = airy_number_get(&columns[c], a), in_b = airy_number_get(&columns[c], b);
        if (in_a != in_b && !(isnan(in_a) && isnan(in_b)))
            return false;
    }
    return true;
}

static int by_shot(const void *a, const void *b)
{
    const airy_shot_row *const *one = a, *const *other = b;
    int x = (*one)->shot, y = (*other)->shot;
    return x != y ? (x > y) - (x < y) : (*one > *other) - (*one < *other);
}

// Rows of one shot lie side by side once sorted.
static airy_code check_twins(const airy_shot_row *shots, int n, airy_error *err)
{
    const airy_shot_row **sorted = airy_memory_new((size_t)n, sizeof *sorted);
    airy_code code = AIRY_OK;
    if (n > 0 && !sorted)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d shots", n);
    for (int i = 0; i < n; i++)
        sorted[i] = &shots[i];
    if (n > 0)
        qsort(sorted, (size_t)n, sizeof *sorted, by_shot);
    for (int i = 0; i < n && code == AIRY_OK; i++)
        for (int k = i + 1; k < n && sorted[k]->shot == sorted[i]->shot && code == AIRY_OK; k++)
            if (are_twins(sorted[i], sorted[k]))
                code = airy_error_set(
                    err, AIRY_EVALUE, "row %d is row %d once more, shot %d: it would count twice",
                    (int)(sorted[k] - shots) + 1, (int)(sorted[i] - shots) + 1, sorted[i]->shot);
    airy_memory_free(sorted);
    return code;
}

// Columns that a file of other units would fill with what no particle and no pump has.
static airy_code check_units(const airy_shot_row *shots, int n, airy_error *err)
{
    static const struct {
        const char *unit, *other;
        double least; // of the largest of a table
    } limits[] = {{"ps", "s", 1e-6}, {"nm", "m", 1e-6}};
    for (int c = 0; c < airy_shot_numbers.n; c++) {
        double largest = 0;
        for (int i = 0; i < n; i++)
            largest = fmax(largest, fabs(airy_number_get(&columns[c], &shots[i]))); // not NaN
        const bool error = strstr(columns[c].name, "_err") != NULL; // may be as small as it likes
        for (size_t l = 0; !error && l < sizeof limits / sizeof *limits; l++)
            if (strcmp(columns[c].unit, limits[l].unit) == 0 && largest > 0 &&
                largest < limits[l].least)
                return airy_error_set(err, AIRY_EVALUE, "%s reaches to %g %s: is it in %s?",
                                      columns[c].name, largest, limits[l].unit, limits[l].other);
    }
    return AIRY_OK;
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
        for (int c = 0; code == AIRY_OK && c < airy_shot_numbers.n; c++) {
            double value;
            if (airy_table_find(table, columns[c].name) < 0)
                continue;
            code = airy_table_get_double(table, i, columns[c].name, &value, err);
            if (code == AIRY_OK && !can_be(&columns[c], value))
                code = airy_error_set(err, AIRY_EVALUE,
                                      "row %d: %g is no %s (what is not known is nan)", i + 1,
                                      value, columns[c].name);
            if (code == AIRY_OK)
                airy_number_set(&columns[c], &read[i], value);
        }
    }
    if (code == AIRY_OK && airy_table_find(table, "shot") >= 0)
        code = check_twins(read, table->rows, err);
    if (code == AIRY_OK)
        code = check_units(read, table->rows, err);
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
    const airy_rows rows = {shots, sizeof *shots, n};
    return airy_described_table(&airy_shot_numbers, &rows, table, err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Branches as rows of branches.tsv and as datasets.
#include "airy/density.h"

#include <string.h>

// Columns of the table in order; datasets have them all.
static const struct column {
    const char *name;
    size_t offset;
} columns[] = {
    {"x0_nm", offsetof(airy_branch, x0_nm)},
    {"y0_nm", offsetof(airy_branch, y0_nm)},
    {"x1_nm", offsetof(airy_branch, x1_nm)},
    {"y1_nm", offsetof(airy_branch, y1_nm)},
    {"length_nm", offsetof(airy_branch, length_nm)},
    {"chord_nm", offsetof(airy_branch, chord_nm)},
    {"width_nm", offsetof(airy_branch, width_nm)},
    {"depth", offsetof(airy_branch, depth)},
    {"angle_deg", offsetof(airy_branch, angle_deg)},
    {"chord_angle_deg", offsetof(airy_branch, chord_angle_deg)},
    {"angle_err_deg", offsetof(airy_branch, angle_err_deg)},
    {"contrast", offsetof(airy_branch, contrast)},
    {"direction_deg", offsetof(airy_branch, direction_deg)},
    {"tensor_deg", offsetof(airy_branch, tensor_deg)},
    {"held", offsetof(airy_branch, held)},
};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

static double field(const airy_branch *branch, int column)
{
    double value;
    memcpy(&value, (const char *)branch + columns[column].offset, sizeof value);
    return value;
}

airy_code airy_branches_to_table(const airy_bands *bands, const airy_history *history,
                                 const char *more, airy_table *table, airy_error *err)
{
    airy_text names = {0};
    airy_text_append(&names, "branch");
    for (int c = 0; c < COLUMNS; c++)
        airy_text_append(&names, " %s", columns[c].name);
    airy_text_append(&names, "%s%s", more ? " " : "", more ? more : "");
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "not enough memory")
                                  : airy_table_init(table, names.text, err);
    airy_text_release(&names);
    if (!code)
        code = airy_history_copy(&table->history, history, err);
    for (int i = 0; !code && i < bands->n; i++) {
        code = airy_table_add(table, err);
        if (!code)
            code = airy_table_put_double(table, i, "branch", bands->branch[i].branch, err);
        for (int c = 0; !code && c < COLUMNS; c++)
            code =
                airy_table_put_double(table, i, columns[c].name, field(&bands->branch[i], c), err);
    }
    return code;
}

airy_code airy_branches_put(const airy_bands *bands, int sets, const char *group, airy_h5 *h5,
                            airy_error *err)
{
    int n = 0, at = 0;
    for (int s = 0; s < sets; s++)
        n += bands[s].n;
    if (n == 0)
        return AIRY_OK;
    double *values = airy_memory_new((size_t)n, (COLUMNS + 2) * sizeof *values);
    if (!values)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the branches");
    for (int s = 0; s < sets; s++)
        for (int i = 0; i < bands[s].n; i++, at++) {
            for (int c = 0; c < COLUMNS; c++)
                values[c * n + at] = field(&bands[s].branch[i], c);
            values[COLUMNS * n + at] = bands[s].branch[i].branch;
            values[(COLUMNS + 1) * n + at] = s;
        }
    for (int c = 0; c < COLUMNS; c++)
        airy_results_put_column(h5, group, columns[c].name, values + c * n, n, err);
    airy_results_put_column(h5, group, "branch", values + COLUMNS * n, n, err);
    airy_results_put_column(h5, group, "image", values + (COLUMNS + 1) * n, n, err);
    airy_memory_free(values);
    return AIRY_OK;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of atoms from files: what of atoms.h5 and msd.tsv is drawn.
#include "pictures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Columns of /entry/GROUP of atoms.h5 as a table again: words stand a line a row.
static airy_code read_column(airy_h5 *h5, const char *path, const char *column, airy_table *table,
                             airy_error *err)
{
    double *values = NULL;
    char *words = NULL;
    int n = 0;
    bool numbers = airy_h5_get_doubles(h5, path, &values, &n, NULL) == AIRY_OK;
    airy_code code = numbers ? AIRY_OK : airy_h5_get_text(h5, path, &words, err);
    char *line = words;
    for (int row = 0; code == AIRY_OK && (numbers ? row < n : line && *line); row++) {
        char *end = numbers ? NULL : line + strcspn(line, "\n"),
             *next = end && *end ? end + 1 : end;
        if (end)
            *end = '\0';
        if (row == table->rows)
            code = airy_table_add(table, err);
        if (code == AIRY_OK)
            code = numbers ? airy_table_put_double(table, row, column, values[row], err)
                           : airy_table_put(table, row, column, line, err);
        line = next;
    }
    airy_memory_free(values);
    free(words);
    return code;
}

static airy_code read_group(airy_h5 *h5, const char *group, const char *columns, airy_table *table,
                            airy_error *err)
{
    airy_code code = airy_table_init(table, columns, err);
    for (int c = 0; code == AIRY_OK && c < table->columns; c++) {
        airy_text path = {0};
        airy_text_append(&path, "%s/%s", group, table->name[c]);
        code = read_column(h5, path.text, table->name[c], table, err);
        airy_text_release(&path);
    }
    return code;
}

airy_code airy_atoms_read_group(airy_h5 *h5, const char *group, airy_table *table, airy_error *err)
{
    airy_h5_item *items = NULL;
    int n = 0;
    airy_text columns = {0};
    airy_code code = airy_h5_list(h5, group, &items, &n, err);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        airy_text_append(&columns, "%s%s", i ? " " : "", strrchr(items[i].path, '/') + 1);
    if (code == AIRY_OK)
        code = airy_text_whole(&columns, err);
    if (code == AIRY_OK)
        code = read_group(h5, group, columns.text ? columns.text : "", table, err);
    airy_memory_free(items);
    airy_text_release(&columns);
    return code;
}

airy_code airy_view_msd(const char *path, airy_h5 *h5, const airy_view_options *options,
                        airy_figure *figure, airy_error *err)
{
    airy_table msd = {0}, lines = {0};
    airy_code code = h5 ? read_group(h5, "/entry/msd", "time_ps type msd_a2 err", &msd, err)
                        : airy_table_read(path, &msd, err);
    if (code == AIRY_OK && h5)
        code = read_group(h5, "/entry/diffusion", "type d_a2_per_ps from_ps to_ps", &lines, err);
    if (code == AIRY_OK && airy_picture_msd(&msd, &lines, options, figure, err) != AIRY_OK)
        code = airy_error_prefix(err, "%s", path);
    airy_table_release(&msd);
    airy_table_release(&lines);
    return code;
}

airy_code airy_view_order(const char *path, airy_h5 *h5, const airy_view_options *options,
                          airy_figure *figure, airy_error *err)
{
    airy_image density = {0};
    double *x = NULL, *y = NULL;
    int n = 0, m = 0;
    airy_code code = airy_h5_get_image(h5, "/entry/order/density", &density, err);
    if (code == AIRY_OK)
        code = airy_h5_get_doubles(h5, "/entry/order/density_q4", &x, &n, err);
    if (code == AIRY_OK)
        code = airy_h5_get_doubles(h5, "/entry/order/density_w6_hat", &y, &m, err);
    if (code == AIRY_OK && (n != 2 || m != 2))
        code = airy_error_set(err, AIRY_ESHAPE, "%s: limits of the map of order are two numbers",
                              path);
    if (code == AIRY_OK)
        code = airy_picture_order(&density, x, y, options, figure, err);
    airy_image_release(&density);
    airy_memory_free(x);
    airy_memory_free(y);
    return code;
}

airy_code airy_view_strings(const char *path, airy_h5 *h5, const airy_view_options *options,
                            airy_figure *figure, airy_error *err)
{
    airy_moved_atoms of = {0};
    double *from = NULL, *to = NULL, *box = NULL, lag = NAN;
    int *taken = NULL, n[4] = {0};
    airy_code code = airy_h5_get_doubles(h5, "/entry/strings/from", &from, &n[0], err);
    if (code == AIRY_OK)
        code = airy_h5_get_doubles(h5, "/entry/strings/to", &to, &n[1], err);
    if (code == AIRY_OK)
        code = airy_h5_get_ints(h5, "/entry/strings/taken", &taken, &n[2], err);
    if (code == AIRY_OK)
        code = airy_h5_get_doubles(h5, "/entry/strings/box", &box, &n[3], err);
    if (code == AIRY_OK)
        code = airy_h5_get_double(h5, "/entry/strings/drawn_ps", &lag, err);
    if (code == AIRY_OK && (n[1] != n[0] || n[0] != 3 * n[2] || n[3] != 9))
        code = airy_error_set(err, AIRY_ESHAPE, "%s: its strings have %d, %d, %d and %d numbers",
                              path, n[0], n[1], n[2], n[3]);
    of = (airy_moved_atoms){n[2], from, to, taken, box, lag};
    if (code == AIRY_OK)
        code = airy_picture_strings(&of, options, figure, err);
    airy_memory_free(from);
    airy_memory_free(to);
    airy_memory_free(taken);
    airy_memory_free(box);
    return code;
}

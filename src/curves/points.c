// SPDX-License-Identifier: GPL-3.0-or-later
// Curves out of a table: columns found, rows put together by what stands in others.
#include "airy/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static airy_code find(const airy_table *table, const char *name, int otherwise, int *at,
                      airy_error *err)
{
    double unused;
    *at = name ? airy_table_find(table, name) : otherwise;
    if (*at >= 0 && *at < table->columns)
        return AIRY_OK;
    if (name && table->rows > 0) // whose sentence lists the columns there are
        return airy_table_get_double(table, 0, name, &unused, err);
    return airy_error_set(err, AIRY_EMISSING,
                          "the table has %d columns and %d rows; curves want "
                          "two columns at least",
                          table->columns, table->rows);
}

// The columns of "roi,age_s".
static airy_code find_by(const airy_table *table, const char *by, airy_curves *curves,
                         airy_error *err)
{
    enum { MOST = sizeof curves->by / sizeof *curves->by };
    airy_code code = AIRY_OK;
    while (code == AIRY_OK && by && *by) {
        char name[128];
        size_t length = strcspn(by, ",");
        if (length == 0 || length >= sizeof name || curves->n_by == MOST)
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "'%s' are no columns to tell curves apart by: at most %d names "
                                  "with commas between",
                                  by, MOST);
        memcpy(name, by, length);
        name[length] = '\0';
        code = find(table, name, -1, &curves->by[curves->n_by++], err);
        by += length + (by[length] == ',');
    }
    return code;
}

static const char *cell(const airy_table *table, int row, int column)
{
    return table->cell[(size_t)row * (size_t)table->columns + (size_t)column];
}

// A number of a cell; NaN is a number that is not known.
static airy_code number(const airy_table *table, int row, int column, double *value,
                        airy_error *err)
{
    return airy_table_get_double(table, row, table->name[column], value, err);
}

// A row that belongs to a curve, and how it sorts.
typedef struct place {
    const airy_table *table;
    const airy_curves *curves;
    int row, curve;
    double x, y, dy, dx, also;
} place;

static int by_cells(const place *a, const place *b)
{
    int order = 0;
    for (int i = 0; order == 0 && i < a->curves->n_by; i++)
        order = strcmp(cell(a->table, a->row, a->curves->by[i]),
                       cell(b->table, b->row, b->curves->by[i]));
    return order;
}

static int by_curve(const void *left, const void *right)
{
    const place *a = left, *b = right;
    int order = by_cells(a, b);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

static int by_appearance(const void *left, const void *right)
{
    const place *a = left, *b = right;
    int order = (a->curve > b->curve) - (a->curve < b->curve);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

// The row as a point; *taken tells whether it is one that is wanted.
static airy_code take_row(const airy_table *table, int row, const airy_curves_columns *columns,
                          airy_curves *curves, place *to, bool *taken, airy_error *err)
{
    *to = (place){.table = table, .curves = curves, .row = row, .dy = 1};
    airy_code code = number(table, row, curves->x, &to->x, err);
    if (code == AIRY_OK)
        code = number(table, row, curves->y, &to->y, err);
    if (code == AIRY_OK && curves->dy >= 0)
        code = number(table, row, curves->dy, &to->dy, err);
    if (code == AIRY_OK && curves->dx >= 0)
        code = number(table, row, curves->dx, &to->dx, err);
    if (code == AIRY_OK && curves->also >= 0)
        code = number(table, row, curves->also, &to->also, err);
    bool known = isfinite(to->x) && isfinite(to->y) && isfinite(to->dy) && isfinite(to->dx) &&
                 isfinite(to->also);
    *taken = known && to->x >= columns->low && to->x <= columns->high;
    if (code == AIRY_OK && *taken && !(to->dy > 0))
        code = airy_error_set(err, AIRY_EVALUE, "row %d: the error %g in column %s is not above 0",
                              row + 1, to->dy, table->name[curves->dy]);
    curves->left_out += !known;
    return code;
}

// A column and the text its cell must have.
typedef struct filter {
    int n, column[8];
    char text[8][64];
} filter;

// Reads "what=peak,model=ml".
static airy_code find_where(const airy_table *table, const char *where, filter *rows,
                            airy_error *err)
{
    enum { MOST = sizeof rows->column / sizeof *rows->column };
    airy_code code = AIRY_OK;
    while (code == AIRY_OK && where && *where) {
        char name[128];
        size_t length = strcspn(where, ","), equals = strcspn(where, "=,");
        if (rows->n == MOST || equals == 0 || equals >= sizeof name || equals == length ||
            length - equals - 1 >= sizeof rows->text[0])
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "'%s' is not COLUMN=TEXT, at most %d times with commas", where,
                                  MOST);
        memcpy(name, where, equals);
        name[equals] = '\0';
        code = find(table, name, -1, &rows->column[rows->n], err);
        memcpy(rows->text[rows->n], where + equals + 1, length - equals - 1);
        rows->text[rows->n++][length - equals - 1] = '\0';
        where += length + (where[length] == ',');
    }
    return code;
}

static bool is_wanted(const airy_table *table, int row, const filter *rows)
{
    for (int i = 0; i < rows->n; i++)
        if (strcmp(cell(table, row, rows->column[i]), rows->text[i]) != 0)
            return false;
    return true;
}

// Gives every place the row in which its curve appears first; how many curves there are.
static int tell_apart(place *places, int n)
{
    int curves = 0;
    qsort(places, (size_t)n, sizeof *places, by_curve);
    for (int i = 0; i < n; i++) {
        bool same = i > 0 && by_cells(&places[i - 1], &places[i]) == 0;
        places[i].curve = same ? places[i - 1].curve : places[i].row;
        curves += !same;
    }
    qsort(places, (size_t)n, sizeof *places, by_appearance);
    return curves;
}

static void fill_one(const place *places, airy_curves_one *one)
{
    for (int k = 0; k < one->n; k++) {
        one->x[k] = places[k].x;
        one->y[k] = places[k].y;
        if (one->dy)
            one->dy[k] = places[k].dy;
        if (one->dx)
            one->dx[k] = places[k].dx;
        if (one->also)
            one->also[k] = places[k].also;
    }
}

// A curve of which a part is not known has none.
static airy_code fill_less(const place *places, const airy_curves *curves, airy_curves_one *one,
                           airy_error *err)
{
    airy_code code = AIRY_OK;
    bool known = true;
    for (int part = 0; part < curves->parts; part++)
        for (int k = 0; code == AIRY_OK && k < one->n; k++) {
            double *to = &one->less[(size_t)part * (size_t)one->n + (size_t)k];
            code = number(places[k].table, places[k].row, curves->less[part], to, err);
            known = known && isfinite(*to);
        }
    one->less = known ? one->less : NULL;
    return code;
}

// Numbers that stand for "not known" in y and in the second one.
static airy_code check_fillers(const airy_curves *curves, const airy_table *table, airy_error *err)
{
    for (int i = 0; i < curves->n; i++) {
        const airy_curves_one *one = &curves->one[i];
        const struct {
            const double *values;
            int column;
        } rows[] = {{one->y, curves->y}, {one->also, curves->also}};
        for (int k = 0; k < 2; k++) {
            double filler = rows[k].values ? airy_stats_filler(rows[k].values, one->n) : 0;
            if (filler < 0)
                return airy_error_set(err, AIRY_EVALUE,
                                      "column %s holds %g, which stands for 'not known' in many "
                                      "tables: write nan there",
                                      table->name[rows[k].column], filler);
        }
    }
    return AIRY_OK;
}

static airy_code fill(const place *places, int n, int wanted, airy_curves *curves, airy_error *err)
{
    size_t columns = 5 + (size_t)curves->parts;
    double *at = curves->memory = airy_memory_new(columns * (size_t)n, sizeof *curves->memory);
    airy_code code = AIRY_OK;
    curves->one = airy_memory_new((size_t)wanted, sizeof *curves->one);
    if (!curves->memory || !curves->one)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d points", n);
    for (int i = 0, next; code == AIRY_OK && i < n; i = next) {
        for (next = i; next < n && places[next].curve == places[i].curve;)
            next++;
        int points = next - i;
        airy_curves_one *one = &curves->one[curves->n++];
        *one = (airy_curves_one){.n = points, .row = places[i].row, .x = at, .y = at + points};
        one->dy = curves->dy >= 0 ? at + 2 * (size_t)points : NULL;
        one->dx = curves->dx >= 0 ? at + 3 * (size_t)points : NULL;
        one->also = curves->also >= 0 ? at + 4 * (size_t)points : NULL;
        one->less = curves->parts > 0 ? at + 5 * (size_t)points : NULL;
        fill_one(places + i, one);
        code = fill_less(places + i, curves, one, err);
        at += columns * (size_t)points;
    }
    return code;
}

// Columns Y_less_1, Y_less_2, ..., as long as they go on.
static void find_less(const airy_table *table, airy_curves *curves)
{
    enum { MOST = sizeof curves->less / sizeof *curves->less };
    for (; curves->parts < MOST; curves->parts++) {
        char name[160];
        snprintf(name, sizeof name, "%s_less_%d", table->name[curves->y], curves->parts + 1);
        int at = airy_table_find(table, name);
        if (at < 0)
            break;
        curves->less[curves->parts] = at;
    }
}

static airy_code find_columns(const airy_table *table, const airy_curves_columns *columns,
                              airy_curves *curves, airy_error *err)
{
    airy_code code = find(table, columns->x, 0, &curves->x, err);
    if (code == AIRY_OK)
        code = find(table, columns->y, 1, &curves->y, err);
    if (code == AIRY_OK && columns->dy)
        code = find(table, columns->dy, -1, &curves->dy, err);
    if (code == AIRY_OK && columns->dx)
        code = find(table, columns->dx, -1, &curves->dx, err);
    if (code == AIRY_OK && columns->also)
        code = find(table, columns->also, -1, &curves->also, err);
    if (code == AIRY_OK)
        code = find_by(table, columns->by, curves, err);
    if (code == AIRY_OK && !columns->partless)
        find_less(table, curves);
    return code;
}

airy_code airy_curves_read(const airy_table *table, const airy_curves_columns *columns,
                           airy_curves *curves, airy_error *err)
{
    int n = 0, seen = 0;
    filter rows = {0};
    *curves = (airy_curves){.dy = -1, .dx = -1, .also = -1};
    airy_code code = find_columns(table, columns, curves, err);
    if (code == AIRY_OK)
        code = find_where(table, columns->where, &rows, err);
    if (code != AIRY_OK)
        return code;
    place *places = airy_memory_new((size_t)table->rows + 1, sizeof *places);
    if (!places)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d rows", table->rows);
    for (int row = 0; code == AIRY_OK && row < table->rows; row++) {
        bool taken;
        if (!is_wanted(table, row, &rows))
            continue;
        seen++;
        code = take_row(table, row, columns, curves, &places[n], &taken, err);
        n += taken;
    }
    if (code == AIRY_OK && n == 0)
        code = airy_error_set(err, AIRY_EVALUE,
                              "none of %d rows has numbers in columns %s and %s with x from %g to "
                              "%g",
                              seen, table->name[curves->x], table->name[curves->y], columns->low,
                              columns->high);
    if (code == AIRY_OK)
        code = fill(places, n, tell_apart(places, n), curves, err);
    if (code == AIRY_OK)
        code = check_fillers(curves, table, err);
    airy_memory_free(places);
    if (code != AIRY_OK)
        airy_curves_release(curves);
    return code;
}

void airy_curves_release(airy_curves *curves)
{
    airy_memory_free(curves->memory);
    airy_memory_free(curves->one);
    *curves = (airy_curves){0};
}

void airy_curves_whose(const airy_curves *curves, const airy_table *table, int i, airy_text *text)
{
    for (int k = 0; k < curves->n_by; k++)
        airy_text_append(text, "%s%s %s", k ? ", " : "", table->name[curves->by[k]],
                         cell(table, curves->one[i].row, curves->by[k]));
}

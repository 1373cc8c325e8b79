// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of a table as they are measured, and whose a row is.
#include "curves.h"

#include <stdlib.h>
#include <string.h>

static const double ice_point_k = 273.15; // 0 degrees Celsius, exact

typedef struct point {
    double x, y, also;
    int order;
} point;

static int by_x(const void *left, const void *right)
{
    const point *a = left, *b = right;
    return a->x < b->x ? -1 : a->x > b->x ? 1 : (a->order > b->order) - (a->order < b->order);
}

// Slopes between neighbours, at their middle; neighbours at one x have none.
static int derive(airy_thermal_curve *curve)
{
    int n = 0;
    for (int i = 0; i + 1 < curve->n; i++) {
        double x0 = curve->x[i], x1 = curve->x[i + 1];
        if (!(x1 > x0))
            continue;
        curve->x[n] = (x0 + x1) / 2;
        curve->y[n++] = (curve->y[i + 1] - curve->y[i]) / (x1 - x0);
    }
    return n;
}

airy_code airy_thermal_curve_make(const airy_curves *curves, const airy_table *from, int i,
                                  const airy_thermal_options *options, airy_thermal_curve *curve,
                                  airy_error *err)
{
    const airy_curves_one *one = &curves->one[i];
    size_t n = (size_t)one->n;
    char unit[32];
    point *points = airy_memory_new(n, sizeof *points);
    *curve = (airy_thermal_curve){.n = one->n, .x = airy_memory_new(3 * n, sizeof *curve->x)};
    if (!points || !curve->x) {
        airy_memory_free(points);
        airy_thermal_curve_release(curve);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d points", one->n);
    }
    if (one->also)
        airy_curves_unit(from->name[curves->also], unit);
    double share = one->also && strcmp(unit, "%") == 0 ? 0.01 : 1;
    airy_curves_unit(from->name[curves->x], unit);
    curve->x_name = from->name[curves->x];
    curve->celsius = strcmp(unit, "C") == 0;
    for (int k = 0; k < one->n; k++)
        points[k] = (point){.x = one->x[k] + (curve->celsius ? ice_point_k : 0),
                            .y = one->y[k],
                            .also = one->also ? one->also[k] * share : 0,
                            .order = k};
    qsort(points, n, sizeof *points, by_x);
    curve->y = curve->x + n;
    curve->also = one->also ? curve->y + n : NULL;
    for (int k = 0; k < one->n; k++) {
        curve->x[k] = points[k].x;
        curve->y[k] = points[k].y;
        if (curve->also)
            curve->also[k] = points[k].also;
    }
    if (options->derive)
        curve->n = derive(curve);
    airy_memory_free(points);
    return AIRY_OK;
}

void airy_thermal_curve_release(airy_thermal_curve *curve)
{
    airy_memory_free(curve->x);
    *curve = (airy_thermal_curve){0};
}

airy_code airy_thermal_table(const airy_curves *curves, const airy_table *from, const char *columns,
                             airy_table *table, airy_error *err)
{
    airy_text names = {0};
    if (table->columns > 0)
        return AIRY_OK;
    for (int k = 0; k < curves->n_by; k++)
        airy_text_append(&names, "%s\t", from->name[curves->by[k]]);
    airy_text_append(&names, "%s", columns);
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                                  : airy_table_init(table, names.text, err);
    airy_text_release(&names);
    return code;
}

airy_code airy_thermal_row(const char *name, const airy_curves *curves, const airy_table *from,
                           int i, airy_table *table, airy_error *err)
{
    airy_text whose = {0};
    airy_code code = airy_table_add(table, err);
    int row = table->rows - 1;
    for (int k = 0; code == AIRY_OK && k < curves->n_by; k++) {
        const char *column = from->name[curves->by[k]];
        code = airy_table_put(table, row, column, airy_table_get(from, curves->one[i].row, column),
                              err);
    }
    airy_text_append(&whose, "%s%s", name, curves->n_by > 0 ? ", " : "");
    airy_curves_whose(curves, from, i, &whose);
    if (code == AIRY_OK)
        code = whose.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                            : airy_table_put(table, row, "curve", whose.text, err);
    airy_text_release(&whose);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Thermal curves with their baselines, tangents and what was found, from the drawing of `airy
// thermal`.
#include "airy/curves.h"
#include "lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// How a part is drawn.
static const struct look {
    const char *part;
    airy_mark_kind kind;
    double size;
    bool dashed, plain; // plain: in the curve's colour, else dark
} looks[] = {
    {"curve", AIRY_MARK_LINE, 3.5, false, true},  {"low", AIRY_MARK_LINE, 2, true, false},
    {"high", AIRY_MARK_LINE, 2, true, false},     {"tangent", AIRY_MARK_LINE, 2, false, false},
    {"onset", AIRY_MARK_POINTS, 10, false, true}, {"fictive", AIRY_MARK_POINTS, 10, false, true},
    {"peak", AIRY_MARK_POINTS, 10, false, true},
};
enum { LOOKS = sizeof looks / sizeof *looks, X_BEHIND = 1, Y_BEHIND = 2 };

static const struct look *look_of(const char *part)
{
    for (int i = 0; i < LOOKS; i++)
        if (strcmp(looks[i].part, part) == 0)
            return &looks[i];
    return NULL;
}

// The temperature that was found, in the legend of its curve.
static void say(airy_chart *chart, int at, const char *part, double value, const char *column)
{
    char unit[32];
    static const struct {
        const char *part, *name;
    } names[] = {
        {"onset", "{/:Italic T}_g"}, {"fictive", "{/:Italic T}_f"}, {"peak", "{/:Italic T}_p"}};
    char *legend = chart->marks[at].name;
    size_t length = strlen(legend);
    airy_curves_unit(column, unit);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].part, part) == 0)
            snprintf(legend + length, AIRY_LABEL_ROOM - length, ": %s %.5g %s", names[i].name,
                     value, unit);
}

// at: number of the mark of the curve itself.
static airy_code add_part(airy_chart *chart, const airy_table *table, const int rows[2], int curve,
                          int *at, airy_error *err)
{
    int part = airy_table_find(table, "part");
    const char *name = airy_table_get(table, rows[0], "part");
    const struct look *look = look_of(name);
    const int columns[] = {part + X_BEHIND, part + Y_BEHIND};
    if (!look)
        return AIRY_OK;
    airy_mark *mark = airy_curves_add(chart, look->kind, table, rows, columns, err);
    if (!mark)
        return AIRY_EMEMORY;
    mark->color = look->plain ? airy_curves_color(curve) : 0x30363d;
    mark->size = look->size;
    mark->dashed = look->dashed;
    for (int i = 0; i < mark->n; i++) {
        airy_curves_widen(&chart->x, mark->x[i]);
        airy_curves_widen(&chart->y, mark->y[i]);
    }
    if (strcmp(name, "curve") == 0) {
        *at = chart->n_marks - 1;
        if (part > 1)
            airy_curves_name(table, rows[0], part - 1, mark->name);
        else
            airy_curves_plain(airy_table_get(table, rows[0], "curve"), mark->name);
    } else if (look->kind == AIRY_MARK_POINTS) {
        say(chart, *at, name, mark->x[0], table->name[columns[0]]);
    }
    return AIRY_OK;
}

airy_code airy_picture_heated(const airy_table *table, const airy_view_options *options,
                              airy_figure *figure, airy_error *err)
{
    int part = airy_table_find(table, "part"), curve = -1, last = -1, at = 0, drawn = 0;
    airy_code code = AIRY_OK;
    if (part < 1 || part + Y_BEHIND >= table->columns || table->rows < 1)
        return airy_error_set(err, AIRY_EFORMAT, "the table holds no drawing of airy thermal");
    *figure = (airy_figure){.width = options->width, .font = 23, .fontname = options->font, .n = 1};
    figure->height = options->height > 0 ? options->height : (int)lround(0.66 * options->width);
    airy_chart *chart = &figure->chart[0];
    *chart = (airy_chart){.left = 0.14, .right = 0.97, .bottom = 0.14, .top = 0.93};
    chart->x = chart->y = (airy_axis){.low = INFINITY, .high = -INFINITY};
    airy_curves_label(table->name[part + X_BEHIND], chart->x.label);
    airy_curves_label(table->name[part + Y_BEHIND], chart->y.label);
    airy_picture_title(chart, options);
    for (int row = 0, end; code == AIRY_OK && row < table->rows; row = end) {
        for (end = row; end < table->rows && airy_curves_same(table, row, end, part + 1);)
            end++;
        curve += last < 0 || !airy_curves_same(table, last, row, part);
        last = row;
        if (curve >= options->frame && curve < options->frame + AIRY_CURVES_COLORS) {
            code = add_part(chart, table, (int[]){row, end}, curve, &at, err);
            drawn = curve - options->frame + 1;
        }
    }
    if (code == AIRY_OK && chart->n_marks == 0)
        code = airy_error_set(err, AIRY_EARGUMENT, "there is no curve %d in the table",
                              options->frame);
    airy_curves_pad(&chart->x, 0.03, 0.03);
    airy_curves_pad(&chart->y, 0.06, 0.06 + 0.09 * drawn); // rows of the legend
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Points with the curves fitted to them, and what is left, from the points of `airy fit`.
#include "figure.h"
#include "lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// Numbers of the columns: those before `model` tell curves apart; then x, y and perhaps errors.
typedef struct places {
    int by, model, x, y, dy, fit, residual;
} places;

static bool find_columns(const airy_table *table, places *at)
{
    at->model = airy_table_find(table, "model");
    at->fit = airy_table_find(table, "fit");
    at->residual = airy_table_find(table, "residual");
    at->by = at->model;
    at->x = at->model + 1;
    at->y = at->model + 2;
    at->dy = at->fit == at->model + 4 ? at->model + 3 : -1;
    return at->model >= 0 && at->fit > at->y && at->residual > at->fit;
}

// Rows of one curve and model.
typedef struct block {
    int rows[2];
    int curve; // number of its curve
} block;

// The block that begins at a row.
static block next_block(const airy_table *table, const places *at, const block *last)
{
    block of = {{last ? last->rows[1] : 0, 0}, last ? last->curve : 0};
    of.rows[1] = of.rows[0];
    while (of.rows[1] < table->rows &&
           airy_curves_same(table, of.rows[0], of.rows[1], at->model + 1))
        of.rows[1]++;
    if (last && of.rows[0] < table->rows)
        of.curve += !airy_curves_same(table, last->rows[0], of.rows[0], at->by);
    return of;
}

static airy_code add_points(airy_chart *chart, const airy_table *table, const places *at,
                            const block *of, airy_error *err)
{
    const int columns[] = {at->x, at->y};
    airy_mark *mark = airy_curves_add(chart, AIRY_MARK_POINTS, table, of->rows, columns, err);
    if (!mark)
        return AIRY_EMEMORY;
    for (int i = 0; i < mark->n && at->dy >= 0; i++) {
        double error = airy_curves_number(table, of->rows[0] + i, at->dy);
        mark->low[i] = mark->y[i] - error;
        mark->high[i] = mark->y[i] + error;
    }
    mark->color = airy_curves_color(of->curve);
    mark->size = 6;
    airy_curves_name(table, of->rows[0], at->by, mark->name);
    return AIRY_OK;
}

// Rivals of one curve differ in colour where there is one curve, else they are dashed.
static airy_code add_fit(airy_chart *chart, const airy_table *table, const places *at,
                         const block *of, int model, bool alone, airy_error *err)
{
    const int columns[] = {at->x, at->fit};
    airy_mark *mark = airy_curves_add(chart, AIRY_MARK_LINE, table, of->rows, columns, err);
    if (!mark)
        return AIRY_EMEMORY;
    mark->color = airy_curves_color(alone ? of->curve + model + 1 : of->curve);
    mark->dashed = model > 0;
    mark->size = 3;
    if (alone || of->curve == 0)
        snprintf(mark->name, sizeof mark->name, "%s",
                 airy_table_get(table, of->rows[0], table->name[at->model]));
    return AIRY_OK;
}

static airy_code add_residuals(airy_chart *chart, const airy_table *table, const places *at,
                               const block *of, int model, bool alone, airy_error *err)
{
    const int columns[] = {at->x, at->residual};
    airy_mark *mark = airy_curves_add(chart, AIRY_MARK_POINTS, table, of->rows, columns, err);
    if (!mark)
        return AIRY_EMEMORY;
    mark->color = airy_curves_color(alone ? of->curve + model + 1 : of->curve);
    mark->size = model > 0 ? 3 : 5;
    for (int i = 0; i < mark->n; i++)
        airy_curves_widen(&chart->y, mark->y[i]);
    return AIRY_OK;
}

// Logarithmic where all values lie above 0 and span two decades or more.
static void choose_axis(const airy_table *table, int column, airy_axis *axis)
{
    double low = INFINITY, high = -INFINITY;
    for (int row = 0; row < table->rows; row++) {
        double value = airy_curves_number(table, row, column);
        low = fmin(low, value);
        high = fmax(high, value);
    }
    *axis = (airy_axis){.low = low, .high = high, .log = low > 0 && high >= 100 * low};
    airy_curves_label(table->name[column], axis->label);
}

static void lay_out(airy_figure *figure, const airy_table *table, const places *at,
                    const airy_view_options *options)
{
    *figure = (airy_figure){.width = options->width, .font = 23, .fontname = options->font, .n = 2};
    figure->height = options->height > 0 ? options->height : (int)lround(0.8 * options->width);
    airy_chart *top = &figure->chart[0], *low = &figure->chart[1];
    *top = (airy_chart){.left = 0.14, .right = 0.97, .bottom = 0.35, .top = 0.95};
    *low = (airy_chart){.left = 0.14, .right = 0.97, .bottom = 0.13, .top = 0.33};
    choose_axis(table, at->x, &low->x);
    top->x = low->x;
    top->x.label[0] = '\0';
    top->x.tick = -1; // those below serve both
    choose_axis(table, at->y, &top->y);
    low->y = (airy_axis){.low = 0, .high = 0};
    snprintf(low->y.label, sizeof low->y.label, "%s",
             at->dy >= 0 ? "residual (errors)" : "residual");
    airy_picture_title(top, options);
}

// A line at 0 under the residuals.
static airy_code add_zero(airy_chart *chart, airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, 2);
    if (!mark)
        return airy_picture_no_memory(err);
    mark->x[0] = chart->x.low;
    mark->x[1] = chart->x.high;
    mark->y[0] = mark->y[1] = 0;
    mark->color = 0x9aa3ad;
    mark->size = 2;
    return AIRY_OK;
}

static airy_code draw(airy_figure *figure, const airy_table *table, const places *at, int first,
                      airy_error *err)
{
    airy_chart *top = &figure->chart[0], *low = &figure->chart[1];
    airy_code code = AIRY_OK;
    int curves = 0, model = 0;
    for (block of = next_block(table, at, NULL); of.rows[0] < table->rows;
         of = next_block(table, at, &of))
        curves = of.curve + 1;
    int last = -1;
    for (block of = next_block(table, at, NULL); code == AIRY_OK && of.rows[0] < table->rows;
         of = next_block(table, at, &of)) {
        if (of.curve < first || of.curve >= first + AIRY_CURVES_COLORS)
            continue;
        model = of.curve == last ? model + 1 : 0;
        if (of.curve != last)
            code = add_points(top, table, at, &of, err);
        last = of.curve;
        if (code == AIRY_OK)
            code = add_fit(top, table, at, &of, model, curves == 1, err);
        if (code == AIRY_OK)
            code = add_residuals(low, table, at, &of, model, curves == 1, err);
    }
    return code;
}

// Whether points are higher at the left end than at the right one.
static bool falls(const airy_mark *mark)
{
    int left = 0, right = 0;
    for (int i = 1; i < mark->n; i++) {
        left = mark->x[i] < mark->x[left] ? i : left;
        right = mark->x[i] > mark->x[right] ? i : right;
    }
    return mark->n > 0 && mark->y[left] > mark->y[right];
}

airy_code airy_picture_fitted(const airy_table *table, const airy_view_options *options,
                              airy_figure *figure, airy_error *err)
{
    places at;
    if (!find_columns(table, &at))
        return airy_error_set(err, AIRY_EFORMAT,
                              "the table holds no points of a fit: it has no columns model, x, y, "
                              "fit and residual");
    lay_out(figure, table, &at, options);
    airy_chart *top = &figure->chart[0], *low = &figure->chart[1];
    airy_curves_pad(&low->x, 0.03, 0.03);
    top->x.low = low->x.low;
    top->x.high = low->x.high;
    airy_code code = add_zero(low, err);
    if (code == AIRY_OK)
        code = draw(figure, table, &at, options->frame, err);
    if (code == AIRY_OK && top->n_marks == 0)
        code = airy_error_set(err, AIRY_EARGUMENT, "there is no curve %d in the table",
                              options->frame);
    top->legend_right = code == AIRY_OK && falls(&top->marks[0]); // where the curve is not
    airy_curves_pad(&top->y, 0.05, 0.08);
    airy_curves_pad(&low->y, 0.1, 0.1);
    return code;
}

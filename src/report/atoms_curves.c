// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of how places are forgotten: F_s(q, t), the overlap and chi4 against time; the van Hove
// function against distance, a curve a time, of all atoms and of types or pairs of them.
#include "figure.h"
#include "lines.h"
#include "pictures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const uint32_t dark = 0x202428;

enum { CURVES_MOST = AIRY_CURVES_COLORS, PAIRS_MOST = 4 }; // of pairs the legend lies in their way

// What is drawn of a table: y against x, a curve wherever one of the columns `by` changes (`unit`:
// of the last of them), in panels: one a column y (also those that begin with y[0] and _ where it
// has `pairs`), or one a type.
typedef struct kind {
    const char *group, *by[2], *x, *x_label;
    const char *y[2], *error[2], *y_label[2];
    const char *unit;
    bool log_x, pairs, by_type;
    double base; // what is left in the end
} kind;

static const kind isf = {.group = "/entry/isf",
                         .by = {"type", "q_inv_a"},
                         .x = "time_ps",
                         .x_label = "time (ps)",
                         .y = {"f"},
                         .error = {"err"},
                         .y_label = {"{/:Italic F}_s({/:Italic q}, {/:Italic t})"},
                         .unit = " Å^{-1}",
                         .log_x = true};
static const kind overlap = {.group = "/entry/overlap",
                             .by = {"type"},
                             .x = "time_ps",
                             .x_label = "time (ps)",
                             .y = {"overlap", "chi4"},
                             .error = {"err", "chi4_err"},
                             .y_label = {"overlap {/:Italic Q}", "{/Symbol c}_4"},
                             .unit = "",
                             .log_x = true};
static const kind vanhove = {.group = "/entry/vanhove",
                             .by = {"time_ps"},
                             .x = "r_a",
                             .x_label = "displacement (Å)",
                             .y = {"p_inv_a"},
                             .y_label = {"4 {/Symbol p} {/:Italic u}^2 {/:Italic G}_s (Å^{-1})"},
                             .unit = " ps",
                             .by_type = true};
static const kind distinct = {.group = "/entry/distinct",
                              .by = {"time_ps"},
                              .x = "r_a",
                              .x_label = "{/:Italic r} (Å)",
                              .y = {"g"},
                              .y_label = {"{/:Italic G}_d / {/Symbol r}"},
                              .unit = " ps",
                              .pairs = true,
                              .base = 1};

static const char *cell(const airy_table *table, int row, const char *column)
{
    const char *text = airy_table_get(table, row, column);
    return text ? text : "";
}

// ------------------------------------------------------------------ panels

typedef struct panel {
    int y, error;     // columns; error -1: none
    const char *type; // its rows alone; NULL: all rows
    const char *label, *name;
} panel;

static bool in_panel(const airy_table *table, int row, const panel *of)
{
    return !of->type || strcmp(cell(table, row, "type"), of->type) == 0;
}

// A panel a type; where there is but one it says the same as all.
static int type_panels(const airy_table *table, const kind *k, panel *panels)
{
    int n = 0;
    for (int row = 0; row < table->rows && n < AIRY_FIGURE_CHARTS; row++) {
        bool known = false;
        for (int i = 0; i < n; i++)
            known = known || in_panel(table, row, &panels[i]);
        const char *type = cell(table, row, "type");
        if (!known)
            panels[n++] = (panel){airy_table_find(table, k->y[0]), -1, type, k->y_label[0], type};
    }
    return n == 2 ? 1 : n;
}

static int column_panels(const airy_table *table, const kind *k, panel *panels)
{
    int n = 0;
    for (int i = 0; i < 2 && k->y[i]; i++)
        panels[n++] = (panel){airy_table_find(table, k->y[i]),
                              k->error[i] ? airy_table_find(table, k->error[i]) : -1, NULL,
                              k->y_label[i], k->pairs ? "all" : ""};
    // every kind has a first column, NOLINTNEXTLINE(*NonNullParamChecker)
    size_t prefix = strlen(k->y[0]);
    for (int c = 0; k->pairs && c < table->columns && n < AIRY_FIGURE_CHARTS; c++)
        if (strncmp(table->name[c], k->y[0], prefix) == 0 && table->name[c][prefix] == '_')
            panels[n++] = (panel){c, -1, NULL, k->y_label[0], table->name[c] + prefix + 1};
    return n;
}

// ------------------------------------------------------------------ curves

typedef struct curves {
    int n, rows[CURVES_MOST][2];
} curves;

// The end of the rows that belong to the curve of the first.
static int end_of_curve(const airy_table *table, const kind *k, int first)
{
    int end = first + 1;
    while (end < table->rows) {
        for (int i = 0; i < 2; i++)
            if (k->by[i] && strcmp(cell(table, first, k->by[i]), cell(table, end, k->by[i])) != 0)
                return end;
        if (k->by_type && strcmp(cell(table, first, "type"), cell(table, end, "type")) != 0)
            return end;
        end++;
    }
    return end;
}

// Those of a panel, evenly chosen with the first and the last where they are more than can be told
// apart.
static curves choose_curves(const airy_table *table, const kind *k, const panel *of)
{
    curves chosen = {0};
    int all = 0, found = 0, most = k->pairs ? PAIRS_MOST : CURVES_MOST;
    for (int pass = 0; pass < 2; pass++) {
        found = 0;
        for (int row = 0, end; row < table->rows; row = end) {
            end = end_of_curve(table, k, row);
            if (!in_panel(table, row, of) || (!k->by_type && airy_atoms_repeat_all(table, row)))
                continue;
            bool wanted =
                all <= most || found == (chosen.n * (all - 1) + (most - 1) / 2) / (most - 1);
            if (pass && wanted) {
                chosen.rows[chosen.n][0] = row;
                chosen.rows[chosen.n++][1] = end;
            }
            found++;
        }
        all = found;
    }
    return chosen;
}

static void name_curve(const airy_table *table, const kind *k, int row, char *name)
{
    char word[2][AIRY_LABEL_ROOM] = {"", ""};
    for (int i = 0; i < 2 && k->by[i]; i++)
        airy_curves_plain(cell(table, row, k->by[i]), word[i]);
    snprintf(name, AIRY_LABEL_ROOM, "%.40s%s%.40s%s", word[0], k->by[1] ? ", " : "", word[1],
             k->unit);
}

// A line; points with errors on it where those are known. Of pairs the nearest tenth, whose bins
// hold hardly an atom, does not stretch the axis.
static airy_code add_curve(airy_chart *chart, const airy_table *table, const kind *k,
                           const panel *of, const int rows[2], int color, airy_error *err)
{
    const int columns[2] = {airy_table_find(table, k->x), of->y};
    double furthest = airy_curves_number(table, rows[1] - 1, columns[0]);
    for (int i = 0; i < (of->error < 0 ? 1 : 2); i++) {
        airy_mark *mark = airy_curves_add(chart, i ? AIRY_MARK_POINTS : AIRY_MARK_LINE, table, rows,
                                          columns, err);
        if (!mark)
            return AIRY_EMEMORY;
        mark->color = airy_curves_color(color);
        mark->size = i ? 6 : 2.2;
        for (int row = rows[0], at = 0; row < rows[1] && at < mark->n; row++) {
            if (isnan(airy_curves_number(table, row, of->y)))
                continue;
            double error = i ? airy_curves_number(table, row, of->error) : (double)NAN;
            mark->low[at] = mark->y[at] - error;
            mark->high[at] = mark->y[at] + error;
            airy_curves_widen(&chart->x, mark->x[at]);
            if (!k->pairs || mark->x[at] > 0.1 * furthest) {
                airy_curves_widen(&chart->y, mark->y[at]);
                airy_curves_widen(&chart->y, mark->high[at]);
            }
            at++;
        }
        if (i == 0)
            name_curve(table, k, rows[0], mark->name);
    }
    return AIRY_OK;
}

static airy_code add_base(airy_chart *chart, double base, airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, 2);
    if (!mark)
        return airy_picture_no_memory(err);
    mark->x[0] = chart->x.low, mark->x[1] = chart->x.high;
    mark->y[0] = mark->y[1] = base;
    mark->color = dark;
    mark->size = 1;
    mark->dashed = true;
    return AIRY_OK;
}

static airy_code draw_panel(airy_chart *chart, const airy_table *table, const kind *k,
                            const panel *of, airy_error *err)
{
    airy_code code = AIRY_OK;
    curves chosen = choose_curves(table, k, of);
    chart->x = (airy_axis){.low = INFINITY, .high = -INFINITY, .log = k->log_x};
    chart->y = (airy_axis){.low = k->base, .high = k->base};
    snprintf(chart->x.label, sizeof chart->x.label, "%s", k->x_label);
    snprintf(chart->y.label, sizeof chart->y.label, "%s", of->label);
    for (int i = 0; i < chosen.n && code == AIRY_OK; i++)
        code = add_curve(chart, table, k, of, chosen.rows[i], i, err);
    if (code == AIRY_OK && !(chart->x.high > chart->x.low))
        code = airy_error_set(err, AIRY_EVALUE, "the table holds no curve of two points");
    if (code != AIRY_OK)
        return code;
    chart->x.log = k->log_x && chart->x.high > 10 * chart->x.low;
    airy_curves_pad(&chart->x, k->log_x ? 0.04 : 0, k->log_x ? 0.04 : 0);
    if (!k->log_x)
        chart->x.low = 0; // a distance
    if (k->pairs) {
        chart->y.low = 0;
        chart->y.high = fmax(chart->y.high, 2 * k->base);
    }
    airy_curves_pad(&chart->y, chart->y.low < 0 ? 0.05 : 0, 0.1);
    return add_base(chart, k->base, err);
}

static airy_code draw(const airy_table *table, const kind *k, const airy_view_options *options,
                      airy_figure *figure, airy_error *err)
{
    panel panels[AIRY_FIGURE_CHARTS];
    bool whole = airy_table_find(table, k->x) >= 0 && table->rows > 0;
    for (int i = 0; i < 2; i++)
        whole = whole && (!k->by[i] || airy_table_find(table, k->by[i]) >= 0) &&
                (!k->y[i] || airy_table_find(table, k->y[i]) >= 0);
    if (!whole || (k->by_type && airy_table_find(table, "type") < 0))
        return airy_error_set(err, AIRY_EVALUE, "no rows of %s and %s that could be drawn", k->x,
                              k->y[0]);
    int n = (k->by_type ? type_panels : column_panels)(table, k, panels);
    airy_code code = AIRY_OK;
    if (n > 1)
        airy_picture_panels(figure, options, n);
    else
        airy_picture_begin(figure, options, 0.7)->right = 0.97;
    for (int i = 0; i < n && code == AIRY_OK; i++) {
        airy_chart *chart = &figure->chart[i];
        code = draw_panel(chart, table, k, &panels[i], err);
        chart->legend_right = true;
        if (n > 1)
            airy_curves_plain(panels[i].name, chart->title);
        for (int m = 0; i > 0 && m < chart->n_marks; m++)
            chart->marks[m].name[0] = '\0'; // as in the first panel
    }
    airy_picture_fit(figure, options->height);
    return code;
}

// ------------------------------------------------------------------ files

static airy_code view(const char *path, airy_h5 *h5, const kind *k,
                      const airy_view_options *options, airy_figure *figure, airy_error *err)
{
    airy_table table = {0};
    airy_code code =
        h5 ? airy_atoms_read_group(h5, k->group, &table, err) : airy_table_read(path, &table, err);
    if (code == AIRY_OK && draw(&table, k, options, figure, err) != AIRY_OK)
        code = airy_error_prefix(err, "%s", path);
    airy_table_release(&table);
    return code;
}

airy_code airy_view_isf(const char *path, airy_h5 *h5, const airy_view_options *options,
                        airy_figure *figure, airy_error *err)
{
    return view(path, h5, &isf, options, figure, err);
}

airy_code airy_view_overlap(const char *path, airy_h5 *h5, const airy_view_options *options,
                            airy_figure *figure, airy_error *err)
{
    return view(path, h5, &overlap, options, figure, err);
}

airy_code airy_view_vanhove(const char *path, airy_h5 *h5, const airy_view_options *options,
                            airy_figure *figure, airy_error *err)
{
    return view(path, h5, &vanhove, options, figure, err);
}

airy_code airy_view_distinct(const char *path, airy_h5 *h5, const airy_view_options *options,
                             airy_figure *figure, airy_error *err)
{
    return view(path, h5, &distinct, options, figure, err);
}

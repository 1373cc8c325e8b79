// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of atoms: displacement against time, a map of order, strings in projection.
#include "figure.h"
#include "lines.h"
#include "pictures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const uint32_t gray = 0xb8bec6, dark = 0x202428, magenta = 0xb3267b;

// ------------------------------------------------------------------ displacement

static const char *cell(const airy_table *table, int row, const char *column)
{
    const char *text = airy_table_get(table, row, column);
    return text ? text : "";
}

static double value(const airy_table *table, int row, const char *column)
{
    return airy_curves_number(table, row, airy_table_find(table, column));
}

// Rows first .. *end - 1 are those of one type.
static int end_of_type(const airy_table *msd, int first)
{
    int end = first + 1;
    while (end < msd->rows && strcmp(cell(msd, end, "type"), cell(msd, first, "type")) == 0)
        end++;
    return end;
}

bool airy_atoms_repeat_all(const airy_table *table, int row)
{
    const char *type = airy_table_get(table, row, "type");
    bool all = false, other = false;
    if (!type || strcmp(type, "all") == 0)
        return false;
    for (int i = 0; i < table->rows; i++) {
        const char *that = airy_table_get(table, i, "type");
        all = all || strcmp(that, "all") == 0;
        other = other || (strcmp(that, "all") != 0 && strcmp(that, type) != 0);
    }
    return all && !other;
}

static airy_code add_points(airy_chart *chart, const airy_table *msd, int first, int end, int color,
                            airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_POINTS, end - first);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int i = 0; i < end - first; i++) {
        double y = value(msd, first + i, "msd_a2"), error = value(msd, first + i, "err");
        mark->x[i] = value(msd, first + i, "time_ps");
        mark->y[i] = y;
        if (error > 0 && error < y) { // the axis is logarithmic
            mark->low[i] = y - error;
            mark->high[i] = y + error;
        }
        airy_curves_widen(&chart->x, mark->x[i]);
        if (y > 0)
            airy_curves_widen(&chart->y, y);
    }
    mark->color = airy_curves_color(color);
    mark->size = 8;
    airy_curves_plain(cell(msd, first, "type"), mark->name);
    return AIRY_OK;
}

// 6 D t through the middle of the points it was found from.
static airy_code add_line(airy_chart *chart, const airy_table *msd, int first, int end,
                          const airy_table *lines, int color, airy_error *err)
{
    int row = 0;
    while (row < lines->rows && strcmp(cell(lines, row, "type"), cell(msd, first, "type")) != 0)
        row++;
    if (row == lines->rows || isnan(value(lines, row, "d_a2_per_ps")))
        return AIRY_OK;
    double slope = 6 * value(lines, row, "d_a2_per_ps"), n = 0, offset = 0;
    double from = value(lines, row, "from_ps"), to = value(lines, row, "to_ps");
    for (int i = first; i < end; i++) {
        double t = value(msd, i, "time_ps");
        if (t >= from * (1 - 1e-9) && t <= to * (1 + 1e-9)) {
            offset += value(msd, i, "msd_a2") - slope * t;
            n++;
        }
    }
    enum { POINTS = 40 };
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, POINTS);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int i = 0; i < POINTS; i++) {
        mark->x[i] = from * pow(to / from, (double)i / (POINTS - 1));
        mark->y[i] = offset / n + slope * mark->x[i];
    }
    mark->color = airy_curves_color(color);
    mark->size = 2.5;
    snprintf(mark->name, sizeof mark->name, "{/:Italic D} = %.3g Å²/ps", slope / 6);
    return AIRY_OK;
}

airy_code airy_picture_msd(const airy_table *msd, const airy_table *lines,
                           const airy_view_options *options, airy_figure *figure, airy_error *err)
{
    airy_chart *chart = airy_picture_begin(figure, options, 0.75);
    chart->x = (airy_axis){.label = "time (ps)", .low = INFINITY, .high = -INFINITY, .log = true};
    chart->y = (airy_axis){
        .label = "mean squared displacement (Å²)", .low = INFINITY, .high = -INFINITY, .log = true};
    chart->right = 0.97; // there is no colour bar
    airy_code code = msd->rows > 0 && airy_table_find(msd, "msd_a2") >= 0
                         ? AIRY_OK
                         : airy_error_set(err, AIRY_EVALUE, "the table holds no displacement");
    int color = 0;
    for (int first = 0, end; code == AIRY_OK && first < msd->rows; first = end, color++) {
        end = end_of_type(msd, first);
        if (airy_atoms_repeat_all(msd, first))
            continue;
        code = add_points(chart, msd, first, end, color, err);
        if (code == AIRY_OK)
            code = add_line(chart, msd, first, end, lines, color, err);
    }
    airy_curves_pad(&chart->x, 0.05, 0.05);
    airy_curves_pad(&chart->y, 0.1, 0.35);
    airy_picture_fit(figure, options->height);
    return code;
}

// ------------------------------------------------------------------ order

// Where perfect neighbourhoods lie (Steinhardt, Nelson, Ronchetti, Phys. Rev. B 28, 784, 1983,
// Table I; of bcc the fourteen neighbours of its cell).
static const struct {
    const char *name;
    double q4, w6_hat;
} places[] = {{"fcc", 0.1909407, -0.0131606},
              {"hcp", 0.0972222, -0.0124420},
              {"bcc", 0.0363696, 0.0131606},
              {"ico", 0, -0.1697539}};

static airy_code add_places(airy_chart *chart, airy_error *err)
{
    enum { N = sizeof places / sizeof places[0] };
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_POINTS, N);
    if (!mark)
        return airy_picture_no_memory(err);
    mark->color = magenta;
    mark->size = 12;
    for (int i = 0; i < N; i++) {
        mark->x[i] = places[i].q4;
        mark->y[i] = places[i].w6_hat;
        airy_word *word = airy_chart_word(chart, places[i].q4 + 0.006, places[i].w6_hat + 0.006,
                                          "%s", places[i].name);
        if (!word)
            return airy_picture_no_memory(err);
        word->halo = true;
    }
    return AIRY_OK;
}

airy_code airy_picture_order(const airy_image *density, const double x[2], const double y[2],
                             const airy_view_options *options, airy_figure *figure, airy_error *err)
{
    airy_chart *chart = airy_picture_begin(figure, options, 0.85);
    double most = 0;
    airy_code code = airy_image_copy(&chart->image, density, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < density->ny * density->nx; i++) {
        most = fmax(most, density->px[i]);
        if (density->px[i] == 0)
            chart->image.px[i] = NAN; // nobody there
    }
    chart->dx = (x[1] - x[0]) / density->nx;
    chart->dy = (y[1] - y[0]) / density->ny;
    chart->x0 = x[0] + chart->dx / 2;
    chart->y0 = y[0] + chart->dy / 2;
    chart->x = (airy_axis){.label = "{/:Italic q}_4", .low = x[0], .high = x[1]};
    chart->y = (airy_axis){.label = "{/:Italic w}_6 (normalised)",
                           .low = y[0],
                           .high = y[1],
                           .tick = 0.1}; // whose words leave room for the label
    chart->missing = 0xffffff;
    snprintf(chart->color.label, sizeof chart->color.label, "atoms");
    chart->color.log = options->scale == AIRY_SCALE_LOG;
    airy_picture_colors(chart, options, chart->color.log ? 1 : 0, fmax(most, 1));
    code = airy_picture_map(chart, options, "sea", err);
    if (code == AIRY_OK)
        code = add_places(chart, err);
    airy_picture_fit(figure, options->height);
    return code;
}

// ------------------------------------------------------------------ strings

// Lines from where atoms were to where they are (a point), of those that took a place or of the
// others. A way begins inside the box.
static airy_code add_ways(airy_chart *chart, const airy_moved_atoms *of, bool taken,
                          airy_error *err)
{
    int n = 0;
    for (int i = 0; i < of->n; i++)
        n += (of->taken[i] != 0) == taken;
    if (!airy_chart_mark(chart, AIRY_MARK_LINE, 3 * n) ||
        !airy_chart_mark(chart, AIRY_MARK_POINTS, n))
        return airy_picture_no_memory(err);
    airy_mark *lines = &chart->marks[chart->n_marks - 2], *ends = lines + 1;
    int at = 0;
    for (int i = 0; i < of->n; i++) {
        if ((of->taken[i] != 0) != taken)
            continue;
        const double *from = of->from + 3 * i, *to = of->to + 3 * i;
        double over_y = floor(from[1] / of->box[4]);
        double over_x = floor((from[0] - over_y * of->box[3]) / of->box[0]);
        double x = from[0] - over_x * of->box[0] - over_y * of->box[3];
        double y = from[1] - over_y * of->box[4];
        lines->x[at] = x, lines->y[at] = y;
        lines->x[at + 1] = x + to[0] - from[0], lines->y[at + 1] = y + to[1] - from[1];
        lines->x[at + 2] = lines->y[at + 2] = NAN;
        ends->x[at / 3] = lines->x[at + 1], ends->y[at / 3] = lines->y[at + 1];
        at += 3;
    }
    lines->color = ends->color = taken ? magenta : gray;
    lines->size = taken ? 4 : 1.5;
    ends->size = taken ? 9 : 6;
    snprintf(lines->name, sizeof lines->name, taken ? "took a place" : "fast");
    return AIRY_OK;
}

static airy_code add_box(airy_chart *chart, const double *box, airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, 5);
    static const int corner[5][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};
    if (!mark)
        return airy_picture_no_memory(err);
    for (int i = 0; i < 5; i++) {
        mark->x[i] = corner[i][0] * box[0] + corner[i][1] * box[3];
        mark->y[i] = corner[i][0] * box[1] + corner[i][1] * box[4];
        airy_curves_widen(&chart->x, mark->x[i]);
        airy_curves_widen(&chart->y, mark->y[i]);
    }
    mark->color = dark;
    mark->size = 1.5;
    mark->dashed = true;
    return AIRY_OK;
}

// An angstrom as long upwards as sideways: the shorter range grows about its middle.
static void same_scale(airy_axis *x, airy_axis *y)
{
    double more = (x->high - x->low) - (y->high - y->low);
    airy_axis *shorter = more > 0 ? y : x;
    shorter->low -= fabs(more) / 2;
    shorter->high += fabs(more) / 2;
}

airy_code airy_picture_strings(const airy_moved_atoms *of, const airy_view_options *options,
                               airy_figure *figure, airy_error *err)
{
    airy_chart *chart = airy_picture_begin(figure, options, 1);
    chart->x = (airy_axis){.label = "{/:Italic x} (Å)", .low = INFINITY, .high = -INFINITY};
    chart->y = (airy_axis){.label = "{/:Italic y} (Å)", .low = INFINITY, .high = -INFINITY};
    airy_code code = add_box(chart, of->box, err);
    if (code == AIRY_OK)
        code = add_ways(chart, of, false, err);
    if (code == AIRY_OK)
        code = add_ways(chart, of, true, err);
    chart->legend_above = true; // ways cross the whole box
    if (chart->title[0]) {      // above the legend
        memcpy(figure->title, chart->title, sizeof chart->title);
        chart->title[0] = '\0';
        chart->top -= 0.03;
    }
    airy_word *word = airy_chart_word(chart, 0.99, 1.035, "after %.4g ps", of->lag_ps);
    if (!word)
        return airy_picture_no_memory(err);
    word->inside = true;
    word->align = AIRY_WORD_RIGHT;
    airy_curves_pad(&chart->x, 0.08, 0.08);
    airy_curves_pad(&chart->y, 0.08, 0.08);
    same_scale(&chart->x, &chart->y);
    airy_picture_fit(figure, options->height);
    return code;
}

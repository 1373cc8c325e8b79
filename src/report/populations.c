// SPDX-License-Identifier: GPL-3.0-or-later
// Angles of many particles' bands, one chart a population, beside the share of even directions.
#include "figure.h"
#include "pictures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ACROSS = 2, WIDE = 10 };

static const uint32_t blue = 0x2f6fb3, dark = 0x202428, pale = 0xe9edf3;

static double number(const airy_table *table, int row, const char *column)
{
    double value;
    return airy_table_get_double(table, row, column, &value, NULL) == AIRY_OK ? value : (double)NAN;
}

// Row after the last of the population that begins in row `first`.
static int end_of(const airy_table *table, int first)
{
    const char *name = airy_table_get(table, first, "population");
    int end = first;
    while (end < table->rows && strcmp(airy_table_get(table, end, "population"), name) == 0)
        end++;
    return end;
}

// 20 to 40 degrees, where the bands of the experiment lie, on a pale ground.
static airy_code shade(airy_chart *chart, airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_FILL, 4);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int i = 0; i < 4; i++) {
        mark->x[i] = i == 1 || i == 2 ? 40 : 20;
        mark->y[i] = i < 2 ? 0 : chart->y.high;
    }
    mark->color = pale;
    snprintf(mark->name, sizeof mark->name, "20°–40°");
    return AIRY_OK;
}

static airy_code even(airy_chart *chart, double share, airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, 2);
    if (!mark)
        return airy_picture_no_memory(err);
    mark->x[1] = 90;
    mark->y[0] = mark->y[1] = 100 * share;
    mark->color = dark;
    mark->dashed = true;
    mark->size = 2;
    snprintf(mark->name, sizeof mark->name, "even");
    return AIRY_OK;
}

static airy_code bars(const airy_table *table, int first, int end, airy_chart *chart,
                      airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_BARS, end - first);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int i = first; i < end; i++) {
        double share = 100 * number(table, i, "share");
        mark->x[i - first] = (number(table, i, "low_deg") + number(table, i, "high_deg")) / 2;
        mark->y[i - first] = isnan(share) ? 0 : share;
        mark->low[i - first] = 100 * number(table, i, "share_low");
        mark->high[i - first] = 100 * number(table, i, "share_high");
    }
    mark->color = blue;
    mark->size = 0.92 * WIDE;
    if (number(table, first, "branches") > 0)
        snprintf(mark->name, sizeof mark->name, "interval");
    return AIRY_OK;
}

static airy_code draw(const airy_table *table, int first, int end, double high, airy_chart *chart,
                      airy_error *err)
{
    const char *name = airy_table_get(table, first, "population");
    const bool model = strcmp(name, "model") == 0;
    chart->x = (airy_axis){"angle to the polarisation (degrees)", 0, 90, 15, false};
    chart->y = (airy_axis){"share of band length (%)", 0, high, 0, false};
    airy_code code = shade(chart, err);
    if (code == AIRY_OK)
        code = bars(table, first, end, chart, err);
    if (code == AIRY_OK)
        code = even(chart, number(table, first, "uniform"), err);
    double branches = number(table, first, "branches"), members = number(table, first, "members");
    char bands[32] = "no bands";
    if (branches > 0)
        snprintf(bands, sizeof bands, "%g band%s", branches, branches > 1 ? "s" : "");
    chart->legend_above = true;
    airy_word *word = airy_chart_word(chart, 0.97, 0.93, "%s: %g %s%s, %s", name, members,
                                      model ? "run" : "shot", members == 1 ? "" : "s", bands);
    if (code == AIRY_OK && !word)
        return airy_picture_no_memory(err);
    if (word) {
        word->inside = word->halo = true;
        word->align = AIRY_WORD_RIGHT;
    }
    return code;
}

// The largest upper end of all bars, so that charts can be compared.
static double highest(const airy_table *table)
{
    double most = 20;
    for (int i = 0; i < table->rows; i++)
        most = fmax(most, 100 * fmax(number(table, i, "share"), number(table, i, "share_high")));
    return 1.2 * most;
}

airy_code airy_picture_populations(const airy_table *angles, const airy_view_options *options,
                                   airy_figure *figure, airy_error *err)
{
    int n = 0;
    if (airy_table_find(angles, "population") < 0 || angles->rows == 0)
        return airy_error_set(err, AIRY_EVALUE, "the table holds no angles of populations");
    for (int i = 0; i < angles->rows && n < AIRY_FIGURE_CHARTS; i = end_of(angles, i))
        n++;
    *figure = (airy_figure){.width = options->width, .font = 21, .fontname = options->font, .n = n};
    int rows = (n + ACROSS - 1) / ACROSS, first = 0;
    double row = 0.385, strip = options->title ? 0.05 : 0.01, height = rows * row + strip;
    figure->height = (int)lround(height * figure->width);
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        airy_chart *chart = &figure->chart[i];
        double top = 1 - (strip + i / ACROSS * row) / height;
        chart->left = i % ACROSS ? 0.63 : 0.125;
        chart->right = chart->left + 0.355;
        chart->top = top - 0.066 / height;
        chart->bottom = top - (row - 0.085) / height;
        airy_picture_letter(chart, i);
        int end = end_of(angles, first);
        code = draw(angles, first, end, highest(angles), chart, err);
        first = end;
    }
    airy_picture_title(&figure->chart[0], options);
    return code;
}

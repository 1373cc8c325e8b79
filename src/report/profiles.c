// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of scattering: I(q), S(q), G(r), with errors and systematic bands.
#include "figure.h"
#include "pictures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SECTORS_MOST = 8 };

static const uint32_t blue = 0x2f6fb3, pale = 0xc9d8ea, gray = 0xd9dce1, dark = 0x202428;
static const uint32_t sector_color[SECTORS_MOST] = {0x2f6fb3, 0xb3267b, 0x2e8b57, 0xd98a00,
                                                    0x6a4fb3, 0x00808a, 0x8a4b20, 0x606870};

// A kind of curve: the columns it is recognised and drawn by; beside: one more that it must have,
// NULL: none. base: the value that it goes about.
typedef struct kind {
    const char *x, *y, *systematic, *beside;
    const char *x_label, *y_label;
    double base; // NaN: none
} kind;

static const kind kinds[] = {
    {"q_inv_a", "intensity", "sigma_systematic", NULL, "{/:Italic q} (Å^{-1})", "intensity", NAN},
    {"q_inv_a", "s", "systematic", NULL, "{/:Italic q} (Å^{-1})", "{/:Italic S}({/:Italic q})", 1},
    {"r_a", "g", "systematic", "neighbours", "{/:Italic r} (Å)", "{/:Italic g}({/:Italic r})", 1},
    {"r_a", "g", "systematic", NULL, "{/:Italic r} (Å)", "{/:Italic G}({/:Italic r}) (Å^{-2})", 0},
};

static const kind *find_kind(const airy_table *table)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (table->columns > 0 && strcmp(table->name[0], kinds[i].x) == 0 &&
            airy_table_find(table, kinds[i].y) >= 0 &&
            (!kinds[i].beside || airy_table_find(table, kinds[i].beside) >= 0))
            return &kinds[i];
    return NULL;
}

static double number(const airy_table *table, int row, const char *column)
{
    double value = NAN;
    if (airy_table_find(table, column) < 0 ||
        airy_table_get_double(table, row, column, &value, NULL) != AIRY_OK)
        return NAN;
    return value;
}

// Rows of one q, which are the sectors of a ring.
static int count_sectors(const airy_table *table, const char *x)
{
    int n = 1;
    if (airy_table_find(table, "phi_deg") < 0)
        return 1;
    while (n < table->rows && number(table, n, x) == number(table, 0, x))
        n++;
    return n;
}

// A band of y -+ the error in a column; nothing where it is not known.
static airy_code band(airy_chart *chart, const airy_table *table, const kind *k, const char *column,
                      uint32_t color, airy_error *err)
{
    int n = 0;
    for (int i = 0; i < table->rows; i++)
        n += number(table, i, column) > 0;
    if (n < 2)
        return AIRY_OK;
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_BAND, n);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int i = 0, at = 0; i < table->rows; i++) {
        double y = number(table, i, k->y), error = number(table, i, column);
        if (!(error > 0))
            continue;
        mark->x[at] = number(table, i, k->x);
        mark->y[at] = y;
        mark->low[at] = y - error;
        mark->high[at++] = y + error;
    }
    mark->color = color;
    mark->opacity = 1;
    return AIRY_OK;
}

static airy_code line(airy_chart *chart, const airy_table *table, const kind *k, int sector,
                      int sectors, airy_error *err)
{
    int n = (table->rows - sector + sectors - 1) / sectors;
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, n);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int i = 0; i < n; i++) {
        int row = sector + i * sectors;
        mark->y[i] = number(table, row, k->y);
        mark->x[i] = isnan(mark->y[i]) ? NAN : number(table, row, k->x); // NaN lifts the pen
    }
    mark->color = sectors > 1 ? sector_color[sector] : blue;
    mark->size = 2.2;
    if (sectors > 1)
        snprintf(mark->name, sizeof mark->name, "%.3g°", number(table, sector, "phi_deg"));
    return AIRY_OK;
}

static airy_code level(airy_chart *chart, double y, airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, 2);
    if (!mark)
        return airy_picture_no_memory(err);
    mark->x[0] = chart->x.low, mark->x[1] = chart->x.high;
    mark->y[0] = mark->y[1] = y;
    mark->color = dark;
    mark->size = 1;
    mark->dashed = true;
    return AIRY_OK;
}

// G(r) where no two atoms are so near, -4 pi rho r = G - rdf / r, down to where G is lowest.
static airy_code low_r(airy_chart *chart, const airy_table *table, airy_error *err)
{
    double r = table->rows ? number(table, 0, "r_a") : NAN;
    double slope = number(table, 0, "g") / r - number(table, 0, "rdf") / (r * r);
    if (isnan(slope) || !(slope < 0))
        return AIRY_OK;
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, 2);
    if (!mark)
        return airy_picture_no_memory(err);
    mark->x[0] = chart->x.low;
    mark->x[1] = 0.98 * fmin(chart->y.low / slope, chart->x.high);
    mark->y[0] = slope * mark->x[0];
    mark->y[1] = slope * mark->x[1];
    mark->color = dark;
    mark->size = 1.2;
    mark->dashed = true;
    return AIRY_OK;
}

// Ranges that hold every point, with room above and below.
static airy_code ranges(airy_chart *chart, const airy_table *table, const kind *k, airy_error *err)
{
    double x[2] = {INFINITY, -INFINITY}, y[2] = {INFINITY, -INFINITY};
    for (int i = 0; i < table->rows; i++) {
        double at = number(table, i, k->x), value = number(table, i, k->y);
        if (isnan(at) || isnan(value))
            continue;
        x[0] = fmin(x[0], at), x[1] = fmax(x[1], at);
        y[0] = fmin(y[0], value), y[1] = fmax(y[1], value);
    }
    if (!(x[0] < x[1]))
        return airy_error_set(err, AIRY_EVALUE, "the table holds no curve: fewer than two points");
    double room = y[1] > y[0] ? 0.06 * (y[1] - y[0]) : 1;
    chart->x = (airy_axis){.low = x[0], .high = x[1]};
    chart->y = (airy_axis){.low = y[0] - room, .high = y[1] + room};
    snprintf(chart->x.label, sizeof chart->x.label, "%s", k->x_label);
    snprintf(chart->y.label, sizeof chart->y.label, "%s", k->y_label);
    return AIRY_OK;
}

// An intensity over more than two decades is shown on a logarithmic axis.
static void choose_scale(airy_chart *chart, const airy_table *table, const kind *k,
                         const airy_view_options *options)
{
    double least = INFINITY, most = 0;
    for (int i = 0; i < table->rows; i++) {
        double y = number(table, i, k->y);
        least = y > 0 ? fmin(least, y) : least;
        most = fmax(most, y);
    }
    bool wide = options->scale == AIRY_SCALE_AUTO && isnan(k->base) && most > 100 * least;
    if (!(most > 0) || !(wide || options->scale == AIRY_SCALE_LOG))
        return;
    chart->y.log = true;
    chart->y.low = least / 1.3;
    chart->y.high = most * 1.3;
}

airy_code airy_picture_profile(const airy_table *table, const airy_view_options *options,
                               airy_figure *figure, airy_error *err)
{
    const kind *k = find_kind(table);
    if (!k)
        return airy_error_set(err, AIRY_EVALUE,
                              "the table holds no profile: q_inv_a with intensity or s, or r_a and "
                              "g, are wanted");
    airy_chart *chart = airy_picture_begin(figure, options, 0.62);
    int sectors = count_sectors(table, k->x);
    airy_code code = ranges(chart, table, k, err);
    choose_scale(chart, table, k, options);
    if (code == AIRY_OK && !isnan(k->base))
        code = level(chart, k->base, err);
    if (code == AIRY_OK && sectors == 1)
        code = band(chart, table, k, k->systematic, gray, err);
    if (code == AIRY_OK && sectors == 1)
        code = band(chart, table, k, "sigma", pale, err);
    for (int s = 0; s < sectors && s < SECTORS_MOST && code == AIRY_OK; s++)
        code = line(chart, table, k, s, sectors, err);
    if (code == AIRY_OK)
        code = low_r(chart, table, err);
    chart->legend_right = true;
    chart->left = 0.15; // "-0.5" and words beside it
    chart->apart = 0.13;
    chart->right = 0.97; // there is no colour bar
    airy_picture_fit(figure, options->height);
    return code;
}

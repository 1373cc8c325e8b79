// SPDX-License-Identifier: GPL-3.0-or-later
// Delay curves: means with intervals, the straight pieces through them, and where stages end.
#include "figure.h"
#include "pictures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLUE = 0x2f6fb3, MAGENTA = 0xb3267b };
static const uint32_t gray = 0xe3e7ed, dark = 0x202428;

// One panel: up to two quantities of the kinetics table on one axis.
typedef struct panel {
    const char *label;
    const char *quantity[2];
    const char *name[2]; // in the legend
    double least;        // span of the axis
    double most;         // highest value there can be; 0: any, and below 0, too
} panel;

static const panel panels[] = {
    {"radius (nm)", {"r_par", "r_perp"}, {"along {/:Italic E}", "across {/:Italic E}"}, 1, 0},
    {"radius at the rim (nm)", {"rim_mean", NULL}, {"mean", NULL}, 1, 0},
    {"aspect ratio", {"aspect", NULL}, {"mean", NULL}, 0.02, 0},
    {"low-density area (nm²)", {"a_low", NULL}, {"mean", NULL}, 10, INFINITY},
    {"share of low density", {"low_fraction", NULL}, {"mean", NULL}, 0.1, 1},
    {"length of bands (nm)", {"band_length", NULL}, {"mean", NULL}, 10, INFINITY},
    {"share at 20° to 40°", {"fraction_20_40", NULL}, {"mean", NULL}, 2, 1},
};
enum { PANELS = sizeof panels / sizeof *panels };

static bool is_mean(const airy_kinetics_row *row, const char *quantity)
{
    return strcmp(row->quantity, quantity) == 0 && strcmp(row->model, "delay") == 0;
}

static int count_means(const airy_kinetics *kinetics, const char *quantity)
{
    int n = 0;
    for (int i = 0; quantity && i < kinetics->n; i++)
        n += is_mean(&kinetics->rows[i], quantity);
    return n;
}

static void widen(airy_axis *axis, double value)
{
    if (isnan(value))
        return;
    axis->low = fmin(axis->low, value);
    axis->high = fmax(axis->high, value);
}

// How one quantity is drawn: values over `unit`, in this colour, under this name.
typedef struct look {
    uint32_t color;
    const char *name;
    double unit;
} look;

static airy_code points(airy_chart *chart, const airy_kinetics *kinetics, const char *quantity,
                        look as, airy_error *err)
{
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_POINTS, count_means(kinetics, quantity));
    if (!mark)
        return airy_picture_no_memory(err);
    int n = 0;
    for (int i = 0; i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        if (!is_mean(row, quantity))
            continue;
        mark->x[n] = strtod(row->parameter, NULL);
        mark->y[n] = row->value / as.unit;
        mark->low[n] = row->low / as.unit;
        mark->high[n] = row->high / as.unit;
        widen(&chart->y, mark->y[n]);
        widen(&chart->y, mark->low[n]);
        widen(&chart->y, mark->high[n]);
        n++;
    }
    mark->color = as.color;
    mark->size = 9;
    snprintf(mark->name, sizeof mark->name, "%s", as.name);
    return AIRY_OK;
}

// A number of the best model: break_1, rate_2, offset; NaN when there is none.
static double best(const airy_kinetics *kinetics, const char *quantity, const char *word, int k,
                   double interval[2])
{
    const airy_kinetics_row *chosen = airy_kinetics_find(kinetics, quantity, "best", "breaks");
    char model[24], parameter[24];
    if (!chosen)
        return NAN;
    snprintf(model, sizeof model, "segments-%d", (int)chosen->value);
    snprintf(parameter, sizeof parameter, k ? "%s_%d" : "%s", word, k);
    const airy_kinetics_row *row = airy_kinetics_find(kinetics, quantity, model, parameter);
    if (row && interval) {
        interval[0] = row->low;
        interval[1] = row->high;
    }
    return row ? row->value : (double)NAN;
}

// The best model as one broken line from 0 to the last delay.
static airy_code line(airy_chart *chart, const airy_kinetics *kinetics, const char *quantity,
                      look as, airy_error *err)
{
    int breaks = 0;
    double y = best(kinetics, quantity, "offset", 0, NULL), t = 0;
    if (isnan(y))
        return AIRY_OK;
    while (!isnan(best(kinetics, quantity, "break", breaks + 1, NULL)))
        breaks++;
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, breaks + 2);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int k = 0; k <= breaks + 1; k++) {
        mark->x[k] = t;
        mark->y[k] = y / as.unit;
        double end = k < breaks ? best(kinetics, quantity, "break", k + 1, NULL) : chart->x.high;
        if (k <= breaks)
            y += best(kinetics, quantity, "rate", k + 1, NULL) * (end - t);
        t = end;
    }
    mark->color = as.color;
    snprintf(mark->name, sizeof mark->name, "%s", as.name);
    return AIRY_OK;
}

// What is known of a simulation, a dashed line from delay to delay.
static airy_code truth(airy_chart *chart, const airy_kinetics *kinetics, const char *quantity,
                       const char *name, airy_error *err)
{
    int known = 0;
    for (int i = 0; i < kinetics->n; i++)
        known += is_mean(&kinetics->rows[i], quantity) && !isnan(kinetics->rows[i].truth);
    if (!known)
        return AIRY_OK;
    airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_LINE, known);
    if (!mark)
        return airy_picture_no_memory(err);
    for (int i = 0, n = 0; i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        if (!is_mean(row, quantity) || isnan(row->truth))
            continue;
        mark->x[n] = strtod(row->parameter, NULL);
        mark->y[n++] = row->truth;
        widen(&chart->y, row->truth);
    }
    mark->color = dark;
    mark->dashed = true;
    mark->size = 2;
    snprintf(mark->name, sizeof mark->name, "%s", name);
    return AIRY_OK;
}

// Grey strips where the breaks of the mean radius lie with their intervals.
static airy_code strips(airy_chart *chart, const airy_kinetics *kinetics, airy_error *err)
{
    double interval[2];
    for (int k = 1; !isnan(best(kinetics, "r_mean", "break", k, interval)); k++) {
        airy_mark *mark = airy_chart_mark(chart, AIRY_MARK_FILL, 4);
        if (!mark)
            return airy_picture_no_memory(err);
        for (int i = 0; i < 4; i++) {
            mark->x[i] = interval[i == 1 || i == 2];
            mark->y[i] = i < 2 ? chart->y.low : chart->y.high;
        }
        mark->color = gray;
        snprintf(mark->name, sizeof mark->name, "%s", k == 1 ? "break points" : "");
    }
    return AIRY_OK;
}

// All delays of the table: panels share them, though bands are not known at each.
static airy_axis delays_of(const airy_kinetics *kinetics)
{
    airy_axis all = {.label = "delay (ps)", .low = INFINITY, .high = -INFINITY};
    for (int i = 0; i < kinetics->n; i++)
        if (is_mean(&kinetics->rows[i], kinetics->rows[i].quantity))
            widen(&all, strtod(kinetics->rows[i].parameter, NULL));
    return all;
}

// Room around the values, at least so wide; what cannot be below 0 or above `most` ends there,
// though intervals of few shots go on.
static void fit_range(airy_axis *axis, double least, double most)
{
    double pad = fmax(0.08 * (axis->high - axis->low), (least - axis->high + axis->low) / 2);
    axis->low -= pad;
    axis->high += pad;
    if (most > 0 && axis->low < 0)
        axis->low = 0;
    if (most > 0 && axis->high > 1.04 * most)
        axis->high = 1.04 * most;
}

static airy_code draw(airy_chart *chart, const panel *of, const airy_kinetics *kinetics,
                      airy_error *err)
{
    static const uint32_t colors[2] = {MAGENTA, BLUE};
    airy_code code = AIRY_OK;
    chart->x = delays_of(kinetics);
    chart->y = (airy_axis){.low = INFINITY, .high = -INFINITY};
    snprintf(chart->y.label, sizeof chart->y.label, "%s", of->label);
    bool two = of->quantity[1] != NULL;
    for (int q = 0; code == AIRY_OK && q <= two; q++)
        code = points(chart, kinetics, of->quantity[q], (look){colors[two ? q : 1], of->name[q], 1},
                      err);
    for (int q = 0; code == AIRY_OK && q <= two; q++)
        code = truth(chart, kinetics, of->quantity[q], q ? "" : "truth", err);
    fit_range(&chart->y, of->least, of->most);
    chart->legend_above = true;
    for (int q = 0; code == AIRY_OK && q <= two; q++)
        code = line(chart, kinetics, of->quantity[q],
                    (look){colors[two ? q : 1], q ? "" : "best model", 1}, err);
    double side = 0.04 * (chart->x.high - chart->x.low);
    if (code == AIRY_OK)
        code = strips(chart, kinetics, err);
    chart->x.low -= side;
    chart->x.high += side;
    return code;
}

// Strips belong under everything: the last marks go first.
static void strips_first(airy_chart *chart)
{
    int strips_found = 0, n = chart->n_marks;
    while (strips_found < n && chart->marks[n - 1 - strips_found].kind == AIRY_MARK_FILL)
        strips_found++;
    for (int k = 0; k < strips_found; k++) {
        airy_mark last = chart->marks[n - 1];
        memmove(chart->marks + 1, chart->marks, (size_t)(n - 1) * sizeof *chart->marks);
        chart->marks[0] = last;
    }
}

// The panels that have anything to show, the rim only where rings are missing.
static int choose(const airy_kinetics *kinetics, const panel *chosen[AIRY_FIGURE_CHARTS])
{
    int n = 0;
    for (int i = 0; i < PANELS && n < AIRY_FIGURE_CHARTS; i++)
        if (count_means(kinetics, panels[i].quantity[0]) > 0 &&
            (strcmp(panels[i].quantity[0], "rim_mean") != 0 || count_means(kinetics, "r_par") == 0))
            chosen[n++] = &panels[i];
    return n;
}

airy_code airy_picture_curves(const airy_kinetics *kinetics, const airy_view_options *options,
                              airy_figure *figure, airy_error *err)
{
    const panel *chosen[AIRY_FIGURE_CHARTS];
    int n = choose(kinetics, chosen);
    if (n == 0)
        return airy_error_set(err, AIRY_EVALUE, "the table holds no means by delay");
    airy_picture_panels(figure, options, n);
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        airy_chart *chart = &figure->chart[i];
        code = draw(chart, chosen[i], kinetics, err);
        strips_first(chart);
    }
    return code;
}

// ------------------------------------------------------------------ two series

// Panels of two series on the same axes; what has a size is over its first mean.
static const struct {
    const char *label, *quantity;
    bool relative;
    double least, most; // as of a panel
} compared[] = {
    {"mean radius / the first", "r_mean", true, 0.02, 0},
    {"low-density area / the first", "a_low", true, 0.02, INFINITY},
    {"share of low density", "low_fraction", false, 0.1, 1},
    {"aspect ratio", "aspect", false, 0.02, 0},
};
enum { COMPARED = sizeof compared / sizeof *compared };

// The mean at the first delay.
static double first_mean(const airy_kinetics *kinetics, const char *quantity)
{
    double first = INFINITY, value = NAN;
    for (int i = 0; i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        double t = is_mean(row, quantity) ? strtod(row->parameter, NULL) : INFINITY;
        if (t < first && !isnan(row->value))
            first = t, value = row->value;
    }
    return value;
}

static airy_code draw_both(airy_chart *chart, int which, const airy_kinetics *const of[2],
                           const char *const names[2], airy_error *err)
{
    static const uint32_t colors[2] = {BLUE, MAGENTA};
    airy_code code = AIRY_OK;
    const char *quantity = compared[which].quantity;
    chart->x = delays_of(of[0]);
    const airy_axis other = delays_of(of[1]);
    widen(&chart->x, other.low);
    widen(&chart->x, other.high);
    chart->y = (airy_axis){.low = INFINITY, .high = -INFINITY};
    chart->legend_above = true;
    snprintf(chart->y.label, sizeof chart->y.label, "%s", compared[which].label);
    for (int k = 0; code == AIRY_OK && k < 2; k++) {
        look as = {colors[k], names[k], compared[which].relative ? first_mean(of[k], quantity) : 1};
        code = points(chart, of[k], quantity, as, err);
        as.name = k ? "" : "best model";
        if (code == AIRY_OK)
            code = line(chart, of[k], quantity, as, err);
    }
    double side = 0.04 * (chart->x.high - chart->x.low);
    fit_range(&chart->y, compared[which].least, compared[which].most);
    chart->x.low -= side, chart->x.high += side;
    return code;
}

airy_code airy_picture_two_series(const airy_kinetics *const of[2], const char *const names[2],
                                  const airy_view_options *options, airy_figure *figure,
                                  airy_error *err)
{
    int chosen[COMPARED], n = 0;
    for (int i = 0; i < COMPARED; i++)
        if (count_means(of[0], compared[i].quantity) && count_means(of[1], compared[i].quantity))
            chosen[n++] = i;
    if (n == 0)
        return airy_error_set(err, AIRY_EVALUE, "the two series share no means by delay");
    airy_picture_panels(figure, options, n);
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < n; i++)
        code = draw_both(&figure->chart[i], chosen[i], of, names, err);
    return code;
}

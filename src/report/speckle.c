// SPDX-License-Identifier: GPL-3.0-or-later
// Speckle that changes: two-time maps, g2 by age, maps of a scan, and their joint density.
#include "figure.h"
#include "lines.h"

#include "airy/files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TWOTIME "/entry/twotime/"
#define MAPS "/entry/maps/"

enum { CURVES_MOST = AIRY_CURVES_COLORS, JOINT_CELLS = 40, PANELS = 4 };

// ------------------------------------------------------------------ two times

// "s", or "frames" where the file does not know.
static void read_unit(airy_h5 *h5, const char *path, char unit[32])
{
    char *text = NULL;
    bool known = airy_h5_get_attribute_text(h5, path, "units", &text, NULL) == AIRY_OK;
    snprintf(unit, 32, "%s", known ? text : "frames");
    free(text);
}

static airy_code read_map(airy_h5 *h5, const airy_view_options *options, airy_image *map,
                          double **time, airy_error *err)
{
    int n = 0;
    airy_code code = airy_h5_get_frame(h5, TWOTIME "two_time_corr_func", options->frame, map, err);
    if (code == AIRY_OK)
        code = airy_h5_get_doubles(h5, TWOTIME "time", time, &n, err);
    if (code == AIRY_OK && (n != map->nx || n != map->ny || n < 2))
        code = airy_error_set(err, AIRY_ESHAPE, "%s: %d times for a map of %d x %d",
                              airy_h5_path(h5), n, map->ny, map->nx);
    return code;
}

static void label_times(airy_chart *chart, const double *time, int n, const char *unit)
{
    double step = time[1] - time[0];
    chart->x0 = chart->y0 = time[0];
    chart->dx = chart->dy = step;
    chart->x.low = chart->y.low = time[0] - step / 2;
    chart->x.high = chart->y.high = time[n - 1] + step / 2;
    snprintf(chart->x.label, sizeof chart->x.label, "{/:Italic t}_1 (%s)", unit);
    snprintf(chart->y.label, sizeof chart->y.label, "{/:Italic t}_2 (%s)", unit);
    snprintf(chart->color.label, sizeof chart->color.label,
             "{/:Italic C}({/:Italic t}_1, {/:Italic t}_2)");
}

airy_code airy_picture_two_times(airy_h5 *h5, const airy_view_options *options, airy_figure *figure,
                                 airy_error *err)
{
    airy_chart *chart = airy_picture_begin(figure, options, 1);
    double *time = NULL;
    char unit[32];
    airy_code code = airy_picture_map(chart, options, "ember", err);
    if (code == AIRY_OK)
        code = read_map(h5, options, &chart->image, &time, err);
    if (code == AIRY_OK) {
        int n = chart->image.ny * chart->image.nx;
        read_unit(h5, TWOTIME "time", unit);
        label_times(chart, time, chart->image.nx, unit);
        airy_picture_colors(chart, options, airy_stats_quantile(chart->image.px, n, 0.02),
                            airy_stats_quantile(chart->image.px, n, 0.985));
        airy_picture_fit(figure, options->height);
    }
    airy_memory_free(time);
    return code;
}

// ------------------------------------------------------------------ age and lag

// C(t, t + lag) by the earlier time t (columns) and the lag (rows), from that of two times; NaN
// where the record ends.
static airy_code shear(const airy_image *map, airy_image *sheared, airy_error *err)
{
    int n = map->nx;
    airy_code code = airy_image_init(sheared, n, n, err);
    for (int lag = 0; code == AIRY_OK && lag < n; lag++)
        for (int t = 0; t < n; t++)
            sheared->px[lag * n + t] = t + lag < n ? map->px[(t + lag) * n + t] : NAN;
    return code;
}

airy_code airy_picture_ages(airy_h5 *h5, const airy_view_options *options, airy_figure *figure,
                            airy_error *err)
{
    airy_chart *chart = airy_picture_begin(figure, options, 1);
    airy_image map = {0};
    double *time = NULL;
    char unit[32];
    airy_code code = airy_picture_map(chart, options, "ember", err);
    if (code == AIRY_OK)
        code = read_map(h5, options, &map, &time, err);
    if (code == AIRY_OK)
        code = shear(&map, &chart->image, err);
    if (code == AIRY_OK) {
        int n = map.ny * map.nx;
        read_unit(h5, TWOTIME "time", unit);
        label_times(chart, time, map.nx, unit);
        chart->y0 = 0;
        chart->y.low = -chart->dy / 2;
        chart->y.high = (map.nx - 0.5) * chart->dy;
        snprintf(chart->x.label, sizeof chart->x.label, "age {/:Italic t} (%s)", unit);
        snprintf(chart->y.label, sizeof chart->y.label, "lag (%s)", unit);
        snprintf(chart->color.label, sizeof chart->color.label,
                 "{/:Italic C}({/:Italic t}, {/:Italic t} + lag)");
        airy_picture_colors(chart, options, airy_stats_quantile(map.px, n, 0.02),
                            airy_stats_quantile(map.px, n, 0.985));
        airy_picture_fit(figure, options->height);
    }
    airy_image_release(&map);
    airy_memory_free(time);
    return code;
}

// ------------------------------------------------------------------ g2

typedef struct curve {
    int rows[2];
} curve;

// Blocks of rows of one region and age, evenly chosen where there are too many.
static int find_curves(const airy_table *table, int roi, int age, curve curves[CURVES_MOST])
{
    int n = 0;
    for (int pass = 0, all = 1; pass < 2; pass++) {
        int found = 0;
        n = 0;
        for (int i = 0, j; i < table->rows; i = j, found++) {
            for (j = i + 1; j < table->rows; j++)
                if (strcmp(table->cell[i * table->columns + roi],
                           table->cell[j * table->columns + roi]) != 0 ||
                    (isnan(airy_curves_number(table, i, age)) !=
                     isnan(airy_curves_number(table, j, age))) ||
                    airy_curves_number(table, j, age + 1) <
                        airy_curves_number(table, j - 1, age + 1))
                    break;
            if (pass && (all <= CURVES_MOST ||
                         (found + 1) * CURVES_MOST / all != found * CURVES_MOST / all))
                curves[n++] = (curve){{i, j}};
        }
        all = found;
    }
    return n;
}

static void name_curve(const airy_table *table, const curve *of, int roi, int age, char *name)
{
    double at = 0;
    for (int i = of->rows[0]; i < of->rows[1]; i++)
        at += airy_curves_number(table, i, age) / (of->rows[1] - of->rows[0]);
    int n =
        snprintf(name, AIRY_LABEL_ROOM, "roi %s", table->cell[of->rows[0] * table->columns + roi]);
    if (isnan(at))
        snprintf(name + n, AIRY_LABEL_ROOM - (size_t)n, ", all ages");
    else
        snprintf(name + n, AIRY_LABEL_ROOM - (size_t)n, ", age %.4g s", at);
}

static airy_code add_curve(airy_chart *chart, const airy_table *table, const curve *of, int number,
                           airy_error *err)
{
    int roi = airy_table_find(table, "roi"), age = airy_table_find(table, "age_s");
    const int columns[2] = {airy_table_find(table, "delay_s"), airy_table_find(table, "g2")};
    int error = airy_table_find(table, "g2_err");
    for (int k = 0; k < 2; k++) {
        airy_mark *mark = airy_curves_add(chart, k ? AIRY_MARK_POINTS : AIRY_MARK_LINE, table,
                                          of->rows, columns, err);
        if (!mark)
            return AIRY_EMEMORY;
        mark->color = airy_curves_color(number);
        mark->size = k ? 5 : 1.5;
        for (int i = 0; i < mark->n; i++) {
            double e = airy_curves_number(table, of->rows[0] + i, error);
            if (k)
                mark->low[i] = mark->y[i] - e, mark->high[i] = mark->y[i] + e;
            airy_curves_widen(&chart->x, mark->x[i]);
            airy_curves_widen(&chart->y, mark->y[i]);
        }
        if (k)
            name_curve(table, of, roi, age, mark->name);
    }
    return AIRY_OK;
}

airy_code airy_picture_g2(const airy_table *table, const airy_view_options *options,
                          airy_figure *figure, airy_error *err)
{
    airy_chart *chart = airy_picture_begin(figure, options, 0.75);
    int roi = airy_table_find(table, "roi"), age = airy_table_find(table, "age_s");
    curve curves[CURVES_MOST];
    if (roi < 0 || age < 0 || airy_table_find(table, "delay_s") != age + 1 || table->rows < 1)
        return airy_error_set(err, AIRY_EFORMAT, "the table is no g2.tsv of airy correlate");
    chart->right = 0.97, chart->legend_right = true;
    chart->x = chart->y = (airy_axis){.low = INFINITY, .high = -INFINITY};
    chart->x.log = true;
    snprintf(chart->x.label, sizeof chart->x.label, "delay (s)");
    snprintf(chart->y.label, sizeof chart->y.label, "{/:Italic g}_2");
    airy_code code = AIRY_OK;
    int n = find_curves(table, roi, age, curves);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        code = add_curve(chart, table, &curves[i], i, err);
    airy_curves_pad(&chart->x, 0.03, 0.03);
    airy_curves_pad(&chart->y, 0.05, 0.12);
    airy_picture_fit(figure, options->height);
    return code;
}

// ------------------------------------------------------------------ maps of a scan

typedef struct panel {
    const char *path, *label;
    bool log;
} panel;

// Steps in nm, or 0.
static double step_of(airy_h5 *h5)
{
    double step = 0;
    if (airy_h5_has(h5, "/entry/scan/step_nm"))
        (void)!airy_h5_get_double(h5, "/entry/scan/step_nm", &step, NULL);
    return step;
}

static airy_code scale_bar(airy_chart *chart, double width, airy_error *err)
{
    double length = airy_picture_nice(0.3 * width), height = chart->y.high - chart->y.low;
    double right = chart->x.high - 0.05 * width, y = chart->y.low + 0.06 * height;
    airy_mark *bar = airy_chart_mark(chart, AIRY_MARK_LINE, 2);
    airy_word *word =
        bar ? airy_chart_word(chart, right - length / 2, y + 0.06 * height, "%g nm", length) : NULL;
    if (!word)
        return airy_picture_no_memory(err);
    bar->x[0] = right - length, bar->x[1] = right;
    bar->y[0] = bar->y[1] = y;
    bar->size = 6, bar->color = word->color = 0xffffff;
    word->align = AIRY_WORD_CENTER;
    return AIRY_OK;
}

static airy_code draw_panel(airy_h5 *h5, const panel *of, const airy_view_options *options,
                            airy_chart *chart, airy_error *err)
{
    double step = step_of(h5);
    airy_code code = airy_picture_map(chart, options, "sea", err);
    if (code == AIRY_OK)
        code = airy_h5_get_image(h5, of->path, &chart->image, err);
    if (code != AIRY_OK)
        return code;
    int ny = chart->image.ny, nx = chart->image.nx;
    chart->missing = 0xb4b9c0;
    chart->dx = chart->dy = step > 0 ? step : 1;
    chart->x.low = chart->y.low = -chart->dx / 2;
    chart->x.high = (nx - 0.5) * chart->dx;
    chart->y.high = (ny - 0.5) * chart->dx;
    const char *unit = step > 0 ? "nm" : "steps";
    snprintf(chart->x.label, sizeof chart->x.label, "x (%s)", unit);
    snprintf(chart->y.label, sizeof chart->y.label, "y (%s)", unit);
    snprintf(chart->title, sizeof chart->title, "%s", of->label);
    chart->color.low = airy_stats_quantile(chart->image.px, ny * nx, 0.02);
    chart->color.high = airy_stats_quantile(chart->image.px, ny * nx, 0.98);
    if (!(chart->color.high > chart->color.low))
        chart->color.high = chart->color.low + 1;
    // within a decade or two a bar of powers of ten would hardly have a number
    chart->color.log = of->log && chart->color.high > 30 * chart->color.low;
    airy_picture_clip(chart);
    return step > 0 ? scale_bar(chart, nx * step, err) : AIRY_OK;
}

// Boxes of the panels' shape, each with room for its colour bar.
static void place_panels(airy_figure *figure, double aspect)
{
    double box = 0.265, row = box * aspect + 0.14, height = 2 * row;
    figure->height = (int)lround(height * figure->width);
    for (int i = 0; i < PANELS; i++) {
        airy_chart *chart = &figure->chart[i];
        chart->left = i % 2 ? 0.595 : 0.105;
        chart->right = chart->left + box;
        chart->top = 1 - (0.05 + i / 2 * row) / height;
        chart->apart = 0.085;
        if (i % 2)
            chart->y.label[0] = '\0';
        chart->bottom = chart->top - box * aspect / height;
    }
}

airy_code airy_picture_scan(airy_h5 *h5, const airy_view_options *options, airy_figure *figure,
                            airy_error *err)
{
    char unit[32], label[2][64];
    read_unit(h5, MAPS "tau_s", unit);
    snprintf(label[0], sizeof label[0], "{/Symbol t} (%s)", unit);
    snprintf(label[1], sizeof label[1], "error of {/Symbol t} (%s)", unit);
    const panel panels[PANELS] = {{MAPS "tau_s", label[0], true},
                                  {MAPS "v", "{/:Italic V}", false},
                                  {MAPS "tau_err_s", label[1], true},
                                  {MAPS "v_err", "error of {/:Italic V}", false}};
    airy_code code = AIRY_OK;
    airy_picture_panels(figure, options, PANELS);
    for (int i = 0; code == AIRY_OK && i < PANELS; i++)
        code = draw_panel(h5, &panels[i], options, &figure->chart[i], err);
    const airy_image *map = &figure->chart[0].image;
    if (code == AIRY_OK)
        place_panels(figure, fmin(2, fmax(0.3, (double)map->ny / map->nx)));
    return code;
}

// ------------------------------------------------------------------ joint density

static void bin_pairs(const airy_image *x, const airy_image *y, airy_chart *chart)
{
    for (int i = 0; i < x->ny * x->nx; i++) {
        double u = (log10(x->px[i]) - chart->x0) / chart->dx;
        double v = (y->px[i] - chart->y0) / chart->dy;
        int column = (int)lround(u), row = (int)lround(v);
        if (isfinite(u) && isfinite(v) && column >= 0 && column < JOINT_CELLS && row >= 0 &&
            row < JOINT_CELLS)
            chart->image.px[row * JOINT_CELLS + column]++;
    }
}

static void span_of(const airy_image *map, bool log, double *first, double *step)
{
    int n = map->ny * map->nx;
    double low = airy_stats_quantile(map->px, n, 0.002),
           high = airy_stats_quantile(map->px, n, 0.998);
    if (log)
        low = log10(low), high = log10(high);
    *step = high > low ? (high - low) / (JOINT_CELLS - 1) : 1;
    *first = low;
}

airy_code airy_picture_joint(airy_h5 *h5, const airy_view_options *options, airy_figure *figure,
                             airy_error *err)
{
    airy_chart *chart = airy_picture_begin(figure, options, 0.9);
    airy_image tau = {0}, v = {0};
    char unit[32];
    airy_code code = airy_picture_map(chart, options, "sea", err);
    if (code == AIRY_OK)
        code = airy_h5_get_image(h5, MAPS "tau_s", &tau, err);
    if (code == AIRY_OK)
        code = airy_h5_get_image(h5, MAPS "v", &v, err);
    if (code == AIRY_OK)
        code = airy_image_init(&chart->image, JOINT_CELLS, JOINT_CELLS, err);
    if (code == AIRY_OK) {
        read_unit(h5, MAPS "tau_s", unit);
        span_of(&tau, true, &chart->x0, &chart->dx);
        span_of(&v, false, &chart->y0, &chart->dy);
        bin_pairs(&tau, &v, chart);
        chart->x.low = chart->x0 - chart->dx / 2;
        chart->x.high = chart->x0 + (JOINT_CELLS - 0.5) * chart->dx;
        chart->y.low = chart->y0 - chart->dy / 2;
        chart->y.high = chart->y0 + (JOINT_CELLS - 0.5) * chart->dy;
        snprintf(chart->x.label, sizeof chart->x.label, "log_{10} {/Symbol t} (%s)", unit);
        snprintf(chart->y.label, sizeof chart->y.label, "{/:Italic V}");
        snprintf(chart->color.label, sizeof chart->color.label, "places");
        airy_picture_colors(chart, options, 0,
                            airy_stats_max(chart->image.px, JOINT_CELLS * JOINT_CELLS));
        airy_picture_fit(figure, options->height);
    }
    airy_image_release(&tau);
    airy_image_release(&v);
    return code;
}

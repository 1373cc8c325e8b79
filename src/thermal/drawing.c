// SPDX-License-Identifier: GPL-3.0-or-later
// What a picture of a measure shows: the curve, its baselines, the tangent, and what was found.
#include "measures.h"
#include "drawing.h"
#include "baselines.h"
#include "curves.h"
#include "find.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// Rows of one curve on their way. The first error stays.
typedef struct drawing {
    const char *name;
    const airy_curves *curves;
    const airy_table *from;
    int i;
    char x[64], y[80]; // names of the columns
    airy_table *table;
    airy_code code;
    airy_error *err;
} drawing;

static void put(drawing *to, const char *part, double x, double y)
{
    if (to->code == AIRY_OK)
        to->code = airy_thermal_row(to->name, to->curves, to->from, to->i, to->table, to->err);
    int row = to->table->rows - 1;
    if (to->code == AIRY_OK)
        to->code = airy_table_put(to->table, row, "part", part, to->err);
    if (to->code == AIRY_OK)
        to->code = airy_table_put_double(to->table, row, to->x, x, to->err);
    if (to->code == AIRY_OK)
        to->code = airy_table_put_double(to->table, row, to->y, y, to->err);
}

static void put_line(drawing *to, const char *part, const airy_thermal_line *line, double from,
                     double until)
{
    put(to, part, from, airy_thermal_at(line, from));
    put(to, part, until, airy_thermal_at(line, until));
}

// A baseline from the far end of its window to where the step or peak is.
static void put_baselines(drawing *to, const airy_thermal_curve *curve,
                          const airy_thermal_options *options, const airy_thermal_baselines *lines,
                          double middle)
{
    double first = curve->x[0], last = curve->x[curve->n - 1];
    bool peak = strcmp(options->what, "area") == 0 || strcmp(options->what, "peak") == 0;
    if (peak && airy_thermal_known(&lines->both)) {
        put_line(to, "low", &lines->both, options->low.low, options->high.high);
        return;
    }
    if (airy_thermal_known(&lines->low))
        put_line(to, "low", &lines->low,
                 airy_thermal_given(&options->low) ? options->low.low : first, middle);
    if (airy_thermal_known(&lines->high))
        put_line(to, "high", &lines->high, middle,
                 airy_thermal_given(&options->high) ? options->high.high : last);
}

// The tangent from where it leaves the low baseline to where it meets the high one, or the curve's
// height; further where it touches a curve that overshoots.
static void put_tangent(drawing *to, const airy_thermal_curve *curve,
                        const airy_thermal_options *options, const airy_thermal_baselines *lines)
{
    airy_thermal_line tangent;
    double x;
    if (!airy_thermal_step(curve, lines, options, &tangent, &x, NULL))
        return;
    double from = (lines->low.intercept - tangent.intercept) / (tangent.slope - lines->low.slope);
    double until = 2 * x - from;
    if (airy_thermal_known(&lines->high))
        until = (lines->high.intercept - tangent.intercept) / (tangent.slope - lines->high.slope);
    put_line(to, "tangent", &tangent, from, fmax(until, x));
}

static bool is_temperature(const char *name)
{
    static const char *const names[] = {"onset", "fictive", "peak"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void draw_one(drawing *to, const airy_thermal_curve *curve,
                     const airy_thermal_options *options)
{
    airy_thermal_baselines lines;
    airy_thermal_value values[AIRY_THERMAL_VALUES];
    airy_thermal_options plain = *options;
    plain.draws = 0;
    int n = airy_thermal_measure_curve(curve, &plain, 0, values, NULL);
    for (int k = 0; k < curve->n; k++)
        put(to, "curve", curve->x[k], curve->y[k]);
    if (n == 0 || airy_thermal_lines(curve, options, NULL, &lines, NULL, NULL) != AIRY_OK)
        return;
    bool found = is_temperature(values[0].name);
    double middle = found ? values[0].value : (curve->x[0] + curve->x[curve->n - 1]) / 2;
    put_baselines(to, curve, options, &lines, middle);
    if (strcmp(values[0].name, "onset") == 0)
        put_tangent(to, curve, options, &lines);
    if (!found)
        return;
    int at = 0;
    while (at + 1 < curve->n && curve->x[at] < middle)
        at++;
    bool peak = strcmp(values[0].name, "peak") == 0;
    put(to, values[0].name, middle, peak ? curve->y[at] : airy_thermal_at(&lines.low, middle));
}

// The columns as they are drawn: temperatures in K, slopes by them.
static airy_code name_columns(drawing *to, const airy_thermal_options *options, airy_text *names)
{
    const char *x = to->from->name[to->curves->x], *y = to->from->name[to->curves->y];
    char unit[32];
    airy_curves_unit(x, unit);
    bool celsius = strcmp(unit, "C") == 0;
    snprintf(to->x, sizeof to->x, "%.60s", x);
    if (celsius)
        snprintf(to->x + strlen(to->x) - 1, 2, "K");
    if (options->derive)
        snprintf(to->y, sizeof to->y, "slope_of_%.50s_per_%.12s", y, celsius ? "K" : unit);
    else
        snprintf(to->y, sizeof to->y, "%.60s", y);
    airy_text_append(names, "curve\tpart\t%s\t%s", to->x, to->y);
    return names->failed ? airy_error_set(to->err, AIRY_EMEMORY, "no memory for a table") : AIRY_OK;
}

airy_code airy_thermal_draw(const char *name, const airy_table *from,
                            const airy_thermal_options *options, airy_table *table, airy_error *err)
{
    airy_curves curves = {0};
    airy_text names = {0};
    drawing to = {.name = name, .curves = &curves, .from = from, .table = table, .err = err};
    to.code = airy_curves_read(from, &options->columns, &curves, err);
    if (to.code == AIRY_OK)
        to.code = name_columns(&to, options, &names);
    if (to.code == AIRY_OK)
        to.code = airy_thermal_table(&curves, from, names.text, table, err);
    airy_text_release(&names);
    for (to.i = 0; to.code == AIRY_OK && to.i < curves.n; to.i++) {
        airy_thermal_curve curve;
        to.code = airy_thermal_curve_make(&curves, from, to.i, options, &curve, err);
        if (to.code == AIRY_OK)
            draw_one(&to, &curve, options);
        airy_thermal_curve_release(&curve);
    }
    airy_curves_release(&curves);
    return to.code;
}

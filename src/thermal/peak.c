// SPDX-License-Identifier: GPL-3.0-or-later
// Peaks above a baseline: their tops by a parabola, and their areas.
#include "baselines.h"
#include "find.h"

#include <math.h>

// How far the curve lies off its baseline, which is 0 where no windows were given.
static double height(const airy_thermal_curve *curve, const airy_thermal_baselines *lines, int i)
{
    bool known = airy_thermal_known(&lines->both);
    return curve->y[i] - (known ? airy_thermal_at(&lines->both, curve->x[i]) : 0);
}

// The highest or deepest point; without a baseline a curve stands on 0.
static int top(const airy_thermal_curve *curve, const airy_thermal_baselines *lines, int first,
               int end)
{
    int at = first;
    for (int i = first; i < end; i++)
        if (fabs(height(curve, lines, i)) > fabs(height(curve, lines, at)))
            at = i;
    return at;
}

int airy_thermal_peak(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                      const airy_thermal_options *options, airy_thermal_value *values,
                      airy_error *err)
{
    enum { HEIGHT, CENTER, MOST = 1001 };
    double y[MOST];
    int first, end, n = 0, points = options->points;
    const airy_fit_model *parabola = airy_fit_model_find("parabola");
    airy_thermal_span(curve, &options->range, &first, &end);
    int at = end > first ? top(curve, lines, first, end) : 0, from = at - points / 2;
    if (end - first < points || from < first || from + points > end) {
        airy_error_set(err, AIRY_EVALUE,
                       "the largest of %d values lies at the end, %g: there is no peak in between, "
                       "or fewer than %d points around it",
                       end - first, curve->x[at], points);
        return 0;
    }
    for (int i = 0; i < points; i++)
        y[i] = height(curve, lines, from + i);
    const airy_fit_data data = {.n = points, .x = curve->x + from, .y = y};
    airy_fit_options how;
    airy_fit_curve fit;
    airy_fit_options_defaults(parabola, &how);
    if (airy_fit_curve_fit(parabola, &data, &how, &fit, err) != AIRY_OK)
        return 0;
    if (fit.p[CENTER] < data.x[0] || fit.p[CENTER] > data.x[points - 1]) {
        airy_error_set(err, AIRY_EVALUE, "%d points around %g have no top among them", points,
                       curve->x[at]);
        return 0;
    }
    airy_thermal_put(values, &n, "peak", "x", fit.p[CENTER]);
    airy_thermal_put(values, &n, "height", "y", fit.p[HEIGHT]);
    values[0].error = points > 3 ? fit.error[CENTER] : 0;
    values[1].error = points > 3 ? fit.error[HEIGHT] : 0;
    return n;
}

int airy_thermal_enthalpy(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                          const airy_thermal_options *options, airy_thermal_value *values,
                          airy_error *err)
{
    int first, end, n = 0;
    const airy_thermal_window between = {options->low.high, options->high.low};
    airy_thermal_span(curve, &between, &first, &end);
    if (!airy_thermal_known(&lines->both) || end - first < 2) {
        airy_error_set(err, AIRY_EVALUE, "%d points lie between the windows: no area", end - first);
        return 0;
    }
    double area = airy_thermal_area(curve, &lines->both, first, end);
    if (options->rate > 0)
        airy_thermal_put(values, &n, "enthalpy", "y s", area / options->rate);
    else
        airy_thermal_put(values, &n, "area", "y x", area);
    return n;
}

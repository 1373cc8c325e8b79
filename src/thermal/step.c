// SPDX-License-Identifier: GPL-3.0-or-later
// Steps between two baselines: onset by tangents, fictive temperature by areas, mass by the height.
#include "baselines.h"
#include "find.h"

#include <math.h>

void airy_thermal_put(airy_thermal_value *values, int *n, const char *name, const char *unit,
                      double value)
{
    values[(*n)++] =
        (airy_thermal_value){.name = name, .unit = unit, .value = value, .low = NAN, .high = NAN};
}

// Points between the windows, or in the range asked for.
static void between(const airy_thermal_curve *curve, const airy_thermal_options *options,
                    int *first, int *end)
{
    airy_thermal_window inside = options->range;
    if (!airy_thermal_given(&inside))
        inside = (airy_thermal_window){curve->x[0], curve->x[curve->n - 1]};
    if (airy_thermal_given(&options->low))
        inside.low = fmax(inside.low, options->low.high);
    if (airy_thermal_given(&options->high))
        inside.high = fmin(inside.high, options->high.low);
    airy_thermal_span(curve, &inside, first, end);
}

static airy_thermal_line middle_line(const airy_thermal_baselines *lines)
{
    return (airy_thermal_line){(lines->low.intercept + lines->high.intercept) / 2,
                               (lines->low.slope + lines->high.slope) / 2};
}

// Where the curve first reaches half-way between the baselines; NaN when it does not.
static double midpoint(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                       int first, int end)
{
    airy_thermal_line middle = middle_line(lines);
    for (int i = first; i + 1 < end; i++) {
        double left = curve->y[i] - airy_thermal_at(&middle, curve->x[i]);
        double right = curve->y[i + 1] - airy_thermal_at(&middle, curve->x[i + 1]);
        if (left == 0 || left * right < 0)
            return curve->x[i] + (curve->x[i + 1] - curve->x[i]) * left / (left - right);
    }
    return NAN;
}

// Number of the point with the steepest tangent, upward for a step up; -1 when there is none. Up is
// from the low baseline to the high one, or else whichever is steeper.
static int steepest(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                    const airy_thermal_options *options, int first, int end)
{
    bool both = airy_thermal_known(&lines->low) && airy_thermal_known(&lines->high);
    double sign = 0, most = 0;
    int at = -1;
    for (int i = first; i < end; i++) {
        double x = curve->x[i];
        if (both)
            sign = airy_thermal_at(&lines->high, x) - airy_thermal_at(&lines->low, x);
        double slope = airy_thermal_tangent_at(curve, i, options->points).slope -
                       (airy_thermal_known(&lines->low) ? lines->low.slope : 0);
        double steep = both ? (sign > 0 ? slope : -slope) : fabs(slope);
        if (steep > most) {
            most = steep;
            at = i;
        }
    }
    return at;
}

bool airy_thermal_step(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                       const airy_thermal_options *options, airy_thermal_line *tangent, double *x,
                       airy_error *err)
{
    int first, end, at = -1;
    between(curve, options, &first, &end);
    if (options->points > end - first) {
        airy_error_set(err, AIRY_EVALUE,
                       "a tangent through %d points is none of a step of %d points between the "
                       "windows: take fewer",
                       options->points, end - first);
        return false;
    }
    if (options->tangent == AIRY_TANGENT_MIDPOINT) {
        *x = midpoint(curve, lines, first, end);
        for (int i = first; i < end && !isnan(*x); i++)
            if (at < 0 || fabs(curve->x[i] - *x) < fabs(curve->x[at] - *x))
                at = i;
    } else {
        at = steepest(curve, lines, options, first, end);
    }
    if (at < 0) {
        airy_error_set(err, AIRY_EVALUE, "there is no step among %d points between the windows",
                       end - first);
        return false;
    }
    *tangent = airy_thermal_tangent_at(curve, at, options->points);
    if (options->tangent == AIRY_TANGENT_STEEPEST)
        *x = curve->x[at];
    return true;
}

// Where two lines meet.
static double meeting(const airy_thermal_line *a, const airy_thermal_line *b)
{
    return (b->intercept - a->intercept) / (a->slope - b->slope);
}

int airy_thermal_onset(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                       const airy_thermal_options *options, airy_thermal_value *values,
                       airy_error *err)
{
    airy_thermal_line tangent = {0};
    double x = 0;
    int n = 0, first, end;
    if (!airy_thermal_step(curve, lines, options, &tangent, &x, err))
        return 0;
    double onset = meeting(&lines->low, &tangent);
    if (!(onset >= curve->x[0] && onset <= x)) {
        airy_error_set(err, AIRY_EVALUE,
                       "the tangent at %g meets the low baseline at %g, which is no onset: the "
                       "windows do not hold baselines",
                       x, onset);
        return 0;
    }
    airy_thermal_put(values, &n, "onset", "x", onset);
    if (!airy_thermal_known(&lines->high))
        return n;
    between(curve, options, &first, &end);
    double half = midpoint(curve, lines, first, end);
    if (isnan(half)) {
        airy_error_set(
            err, AIRY_EVALUE,
            "the curve is nowhere half-way between the baselines: there is no step among "
            "%d points between the windows",
            end - first);
        return 0;
    }
    airy_thermal_put(values, &n, "midpoint", "x", half);
    airy_thermal_put(values, &n, "endset", "x", meeting(&lines->high, &tangent));
    airy_thermal_put(values, &n, "step", "y",
                     airy_thermal_at(&lines->high, half) - airy_thermal_at(&lines->low, half));
    return n;
}

// int_Tf^T2 (high - low) dT = int_T1^T2 (curve - low) dT (Moynihan et al., J. Am. Ceram. Soc. 59,
// 12, 1976, eq. 12): with high - low = d0 + d1 (T - T2) and u = T2 - Tf the left side is
// d0 u - d1 u^2 / 2.
int airy_thermal_fictive(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                         const airy_thermal_options *options, airy_thermal_value *values,
                         airy_error *err)
{
    airy_thermal_window whole = options->range;
    int first, end, n = 0;
    if (!airy_thermal_given(&whole))
        whole = (airy_thermal_window){
            airy_thermal_given(&options->low) ? options->low.low : -INFINITY,
            airy_thermal_given(&options->high) ? options->high.high : INFINITY};
    airy_thermal_span(curve, &whole, &first, &end);
    if (end - first < 2) {
        airy_error_set(err, AIRY_EVALUE, "%d points are no curve to integrate", end - first);
        return 0;
    }
    double last = curve->x[end - 1], area = airy_thermal_area(curve, &lines->low, first, end);
    double d0 = airy_thermal_at(&lines->high, last) - airy_thermal_at(&lines->low, last);
    double d1 = lines->high.slope - lines->low.slope, root = d0 * d0 - 2 * d1 * area;
    double u = 2 * area / (d0 + copysign(sqrt(root), d0)); // the root that stays for d1 = 0
    if (!(root >= 0) || !isfinite(u) || u < 0 ||
        last - u < curve->x[first] - (last - curve->x[first])) {
        airy_error_set(err, AIRY_EVALUE,
                       "no temperature makes the areas equal: the step between the baselines is "
                       "%g at %g, the area %g",
                       d0, last, area);
        return 0;
    }
    airy_thermal_put(values, &n, "fictive", "x", last - u);
    return n;
}

// dQ/dt = m cp dT/dt: the height of the step of the heat flow, as tall as cp and the rate make it.
int airy_thermal_mass(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                      const airy_thermal_options *options, airy_thermal_value *values,
                      airy_error *err)
{
    int first, end, n = 0;
    between(curve, options, &first, &end);
    double half = midpoint(curve, lines, first, end);
    if (isnan(half)) {
        airy_error_set(err, AIRY_EVALUE, "there is no step among %d points between the windows",
                       end - first);
        return 0;
    }
    double step = airy_thermal_at(&lines->high, half) - airy_thermal_at(&lines->low, half);
    airy_thermal_put(values, &n, "mass", "y/(W/g)", fabs(step / (options->cp * options->rate)));
    airy_thermal_put(values, &n, "step", "y", step);
    return n;
}

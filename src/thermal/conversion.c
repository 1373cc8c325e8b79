// SPDX-License-Identifier: GPL-3.0-or-later
// How far a reaction is: temperatures at which shares of a step or of a peak's area are done. Taken
// at several heating rates they give activation energies without a model of the reaction.
#include "baselines.h"
#include "find.h"

#include <math.h>

enum { SHARES = 9 };

static const double MOST_EITHER = 1.5; // area without signs over that with them

// values' names outlive the call
static const char *const names[SHARES] = {"conversion_0.1", "conversion_0.2", "conversion_0.3",
                                          "conversion_0.4", "conversion_0.5", "conversion_0.6",
                                          "conversion_0.7", "conversion_0.8", "conversion_0.9"};

// Points of a curve with the share that is done at each.
typedef struct course {
    int first, end;
    const double *x;
    const double *share;
} course;

// Where a share is passed: half-way between the first time upwards and the last, which noise parts.
static bool passes(const course *of, double share, double *x)
{
    double first = 0, last = 0;
    bool found = false;
    for (int i = of->first; i + 1 < of->end; i++) {
        double before = of->share[i], after = of->share[i + 1];
        if (!(before < share && after >= share))
            continue;
        last = of->x[i] + (of->x[i + 1] - of->x[i]) * (share - before) / (after - before);
        first = found ? first : last;
        found = true;
    }
    *x = (first + last) / 2;
    return found;
}

static int put_shares(const course *of, airy_thermal_value *values, airy_error *err)
{
    int n = 0;
    for (int k = 0; k < SHARES; k++) {
        double x, share = (k + 1) / 10.0;
        if (!passes(of, share, &x)) {
            airy_error_set(err, AIRY_EVALUE,
                           "%g of it is never done between the windows: put them where nothing "
                           "happens yet, and any more",
                           share);
            return 0;
        }
        airy_thermal_put(values, &n, names[k], "x", x);
    }
    return n;
}

// The points between the windows, or of the range where lines are known; shares for all.
static bool begin(const airy_thermal_curve *curve, const airy_thermal_options *options, course *of,
                  double **share, airy_error *err)
{
    airy_thermal_window between = options->range;
    if (airy_thermal_given(&options->low) && airy_thermal_given(&options->high))
        between = (airy_thermal_window){options->low.high, options->high.low};
    airy_thermal_span(curve, &between, &of->first, &of->end);
    of->x = curve->x;
    of->share = *share = airy_memory_new((size_t)curve->n, sizeof **share);
    if (*share && of->end - of->first >= 2)
        return true;
    if (!*share)
        airy_error_set(err, AIRY_EMEMORY, "no memory for %d points", curve->n);
    else
        airy_error_set(err, AIRY_EVALUE, "%d points lie between the windows", of->end - of->first);
    return false;
}

int airy_thermal_conversion(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                            const airy_thermal_options *options, airy_thermal_value *values,
                            airy_error *err)
{
    course of;
    double *share;
    int n = 0;
    if (begin(curve, options, &of, &share, err)) {
        for (int i = of.first; i < of.end; i++) {
            double low = airy_thermal_at(&lines->low, curve->x[i]);
            double high = airy_thermal_at(&lines->high, curve->x[i]);
            share[i] = (curve->y[i] - low) / (high - low);
        }
        n = put_shares(&of, values, err);
    }
    airy_memory_free(share);
    return n;
}

// Running shares of the area above the line. Of a step, or of noise, as much lies below it.
static bool share_area(const airy_thermal_curve *curve, const airy_thermal_line *line,
                       const course *of, double *share, airy_error *err)
{
    double total = 0, either = 0;
    for (int i = of->first; i < of->end; i++) {
        share[i] = total;
        if (i + 1 == of->end)
            break;
        double area = airy_thermal_area(curve, line, i, i + 2);
        total += area;
        either += fabs(area);
    }
    for (int i = of->first; i < of->end; i++)
        share[i] /= total;
    if (either <= MOST_EITHER * fabs(total))
        return true;
    airy_error_set(err, AIRY_EVALUE,
                   "the curve lies above the line through the windows as well as below it: that is "
                   "no peak whose area has shares");
    return false;
}

int airy_thermal_area_conversion(const airy_thermal_curve *curve,
                                 const airy_thermal_baselines *lines,
                                 const airy_thermal_options *options, airy_thermal_value *values,
                                 airy_error *err)
{
    course of;
    double *share = NULL;
    int n = 0;
    if (!airy_thermal_known(&lines->both))
        airy_error_set(err, AIRY_EVALUE, "shares of an area want both windows: no known lines");
    else if (begin(curve, options, &of, &share, err) &&
             share_area(curve, &lines->both, &of, share, err))
        n = put_shares(&of, values, err);
    airy_memory_free(share);
    return n;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Straight baselines through windows, tangents and areas.
#include "baselines.h"

#include <math.h>

enum { LEAST = 5 }; // points of a window: fewer show neither a line nor how far they scatter

bool airy_thermal_given(const airy_thermal_window *window)
{
    return !isnan(window->low);
}

bool airy_thermal_known(const airy_thermal_line *line)
{
    return !isnan(line->intercept);
}

double airy_thermal_at(const airy_thermal_line *line, double x)
{
    return line->intercept + line->slope * x;
}

void airy_thermal_span(const airy_thermal_curve *curve, const airy_thermal_window *window,
                       int *first, int *end)
{
    *first = 0;
    *end = curve->n;
    while (airy_thermal_given(window) && *first < curve->n && curve->x[*first] < window->low)
        ++*first;
    while (airy_thermal_given(window) && *end > *first && curve->x[*end - 1] > window->high)
        --*end;
}

// Sums of a straight line, about a place near the points so that nothing cancels.
typedef struct sums {
    double x0, n, x, y, xx, xy, yy;
} sums;

static void add(sums *to, double x, double y)
{
    x -= to->x0;
    to->n++;
    to->x += x;
    to->y += y;
    to->xx += x * x;
    to->xy += x * y;
    to->yy += y * y;
}

static airy_thermal_line line_of(const sums *of, double *squares)
{
    double spread = of->xx - of->x * of->x / of->n, shared = of->xy - of->x * of->y / of->n;
    double slope = spread > 0 ? shared / spread : 0, mean = of->y / of->n;
    if (squares)
        *squares += fmax(of->yy - of->y * mean - slope * shared, 0);
    return (airy_thermal_line){mean - slope * (of->x0 + of->x / of->n), slope};
}

static airy_code add_window(const airy_thermal_curve *curve, const airy_thermal_window *window,
                            airy_random *random, sums *to, airy_error *err)
{
    int first, end;
    airy_thermal_window kept = *window;
    if (random) {
        double quarter = (window->high - window->low) / 4;
        kept.low += quarter * airy_random_uniform(random);
        kept.high -= quarter * airy_random_uniform(random);
    }
    airy_thermal_span(curve, &kept, &first, &end);
    if (end - first < (random ? 2 : LEAST))
        return airy_error_set(err, AIRY_EVALUE,
                              "the window %g:%g holds %d points of the curve, which reaches from "
                              "%g to %g%s%s%s; a baseline wants at least %d",
                              window->low, window->high, end - first, curve->x[0],
                              curve->x[curve->n - 1], curve->x_name ? " of " : "",
                              curve->x_name ? curve->x_name : "", curve->celsius ? " in K" : "",
                              LEAST);
    for (int i = first; i < end; i++) {
        int k = random ? first + (int)airy_random_below(random, (uint32_t)(end - first)) : i;
        add(to, curve->x[k], curve->y[k]);
    }
    return AIRY_OK;
}

// One of the two baselines: given as a line, or through its window, or not there.
static airy_code one_line(const airy_thermal_curve *curve, const airy_thermal_line *known,
                          const airy_thermal_window *window, airy_random *random, sums *to,
                          airy_error *err)
{
    if (airy_thermal_known(known) || !airy_thermal_given(window))
        return AIRY_OK;
    to->x0 = window->low;
    return add_window(curve, window, random, to, err);
}

airy_code airy_thermal_lines(const airy_thermal_curve *curve, const airy_thermal_options *options,
                             airy_random *random, airy_thermal_baselines *lines, double *noise,
                             airy_error *err)
{
    sums low = {0}, high = {0}, both = {.x0 = options->low.low};
    double squares = 0, freedom = 0;
    lines->low = options->low_line;
    lines->high = options->high_line;
    lines->both = (airy_thermal_line){NAN, 0};
    airy_code code = one_line(curve, &options->low_line, &options->low, random, &low, err);
    if (code == AIRY_OK)
        code = one_line(curve, &options->high_line, &options->high, random, &high, err);
    if (code == AIRY_OK && low.n > 0 && high.n > 0) {
        code = add_window(curve, &options->low, random, &both, err);
        if (code == AIRY_OK)
            code = add_window(curve, &options->high, random, &both, err);
        lines->both = line_of(&both, NULL);
    }
    if (low.n > 0) {
        lines->low = line_of(&low, &squares);
        freedom += low.n - 2;
    }
    if (high.n > 0) {
        lines->high = line_of(&high, &squares);
        freedom += high.n - 2;
    }
    if (noise)
        *noise = freedom > 0 ? sqrt(squares / freedom) : 0;
    return code;
}

airy_thermal_line airy_thermal_tangent_at(const airy_thermal_curve *curve, int i, int points)
{
    sums of = {.x0 = curve->x[i]};
    int half = points / 2;
    for (int k = i - half; k <= i + half; k++)
        if (k >= 0 && k < curve->n)
            add(&of, curve->x[k], curve->y[k]);
    return line_of(&of, NULL);
}

double airy_thermal_area(const airy_thermal_curve *curve, const airy_thermal_line *line, int first,
                         int end)
{
    double sum = 0;
    for (int i = first; i + 1 < end; i++) {
        double left = curve->y[i] - airy_thermal_at(line, curve->x[i]);
        double right = curve->y[i + 1] - airy_thermal_at(line, curve->x[i + 1]);
        sum += (curve->x[i + 1] - curve->x[i]) * (left + right) / 2;
    }
    return sum;
}

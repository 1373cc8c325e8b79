// SPDX-License-Identifier: GPL-3.0-or-later
// The table of measures, and their errors by the bootstrap over windows.
#include "measures.h"
#include "baselines.h"
#include "find.h"

#include <math.h>
#include <string.h>

static const airy_thermal_measure measures[] = {
    {"onset", "glass transition by tangents",
     "intersection of the low baseline with a tangent of the step", true, false, false,
     airy_thermal_onset},
    {"fictive", "fictive temperature by equal areas",
     "Moynihan et al., J. Am. Ceram. Soc. 59, 12 (1976)", true, true, false, airy_thermal_fictive},
    {"peak", "top of the largest peak, up or down", "parabola through the points around it", false,
     false, false, airy_thermal_peak},
    {"area", "area between curve and baseline", "one line through both windows", true, true, false,
     airy_thermal_enthalpy},
    {"conversion", "temperatures at which 0.1 to 0.9 of a step are done",
     "shares of the way between the baselines", true, true, false, airy_thermal_conversion},
    {"area-conversion", "temperatures at which 0.1 to 0.9 of a peak's area are done",
     "one line through both windows", true, true, false, airy_thermal_area_conversion},
    {"mass", "sample mass from a step of the heat flow", "step / (cp rate)", true, true, false,
     airy_thermal_mass},
    {"modulus", "complex modulus from stress and strain", "sines of one frequency, least squares",
     false, false, true, airy_thermal_modulus},
};
enum { MEASURES = sizeof measures / sizeof *measures };

const airy_thermal_measure *airy_thermal_measure_at(int i)
{
    return i >= 0 && i < MEASURES ? &measures[i] : NULL;
}

static const airy_thermal_measure *find(const char *name)
{
    for (int i = 0; name && i < MEASURES; i++)
        if (strcmp(measures[i].name, name) == 0)
            return &measures[i];
    return NULL;
}

void airy_thermal_options_defaults(airy_thermal_options *options)
{
    const airy_thermal_window none = {NAN, NAN};
    const airy_thermal_line unknown = {NAN, 0};
    *options = (airy_thermal_options){.columns = {.low = -INFINITY, .high = INFINITY},
                                      .what = "onset",
                                      .low = none,
                                      .high = none,
                                      .range = none,
                                      .low_line = unknown,
                                      .high_line = unknown,
                                      .points = 5,
                                      .draws = 400,
                                      .level = 0.95};
}

static airy_code check_window(const airy_thermal_window *window, const char *what, airy_error *err)
{
    if (airy_thermal_given(window) && !(window->low < window->high))
        return airy_error_set(err, AIRY_EARGUMENT, "the %s %g:%g is none: its low end comes first",
                              what, window->low, window->high);
    return AIRY_OK;
}

static airy_code check_wanted(const airy_thermal_measure *measure,
                              const airy_thermal_options *options, airy_error *err)
{
    bool low = airy_thermal_given(&options->low) || airy_thermal_known(&options->low_line);
    bool high = airy_thermal_given(&options->high) || airy_thermal_known(&options->high_line);
    bool middle = options->tangent == AIRY_TANGENT_MIDPOINT;
    if (measure->wants_low && !low)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s wants a baseline: give the window below the step or peak",
                              measure->name);
    if ((measure->wants_high || (middle && measure->wants_low)) && !high)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s wants a second baseline: give the window above the step or peak",
                              measure->name);
    if (strcmp(measure->name, "mass") == 0 && !(options->cp > 0 && options->rate > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a mass follows from the specific heat and the heating rate: give "
                              "both");
    return AIRY_OK;
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_thermal_options *options = of;
    const airy_thermal_measure *measure = find(options->what);
    if (!measure)
        return airy_error_set(err, AIRY_EARGUMENT, "'%s' is nothing that can be measured",
                              options->what ? options->what : "");
    airy_code code = check_window(&options->low, "low window", err);
    if (code == AIRY_OK)
        code = check_window(&options->high, "high window", err);
    if (code == AIRY_OK)
        code = check_window(&options->range, "range", err);
    if (code == AIRY_OK && airy_thermal_given(&options->low) &&
        airy_thermal_given(&options->high) && options->low.high > options->high.low)
        code = airy_error_set(err, AIRY_EARGUMENT, "the windows %g:%g and %g:%g overlap",
                              options->low.low, options->low.high, options->high.low,
                              options->high.high);
    if (code == AIRY_OK &&
        (options->points < 3 || options->points % 2 == 0 || options->points > 1001))
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "%d points: an odd number from 3 to 1001 is wanted", options->points);
    return code == AIRY_OK ? check_wanted(measure, options, err) : code;
}

const airy_option airy_thermal_rows[] = {
    AIRY_OPTION(airy_thermal_options, columns.x, "x", .unit = "COLUMN",
                .help = "default: the first"),
    AIRY_OPTION(airy_thermal_options, columns.y, "y", .unit = "COLUMN",
                .help = "default: the second"),
    AIRY_OPTION(airy_thermal_options, columns.also, "strain", .unit = "COLUMN",
                .help = "of a modulus, where y is the stress and x the time"),
    AIRY_OPTION(airy_thermal_options, columns.by, "by", .unit = "COLUMNS",
                .help = "rows of the same cells there are one curve each"),
    AIRY_OPTION(airy_thermal_options, columns.where, "where", .unit = "COLUMN=TEXT",
                .help = "rows with these cells alone, with commas"),
    AIRY_OPTION(airy_thermal_options, tangent, "tangent", .choices = "steepest|midpoint",
                .help = "where the tangent of an onset touches"),
    AIRY_OPTION(airy_thermal_options, points, "around", .low = 3, .high = 1001, .unit = "points",
                .help = "of a tangent or of the parabola of a top, odd"),
    AIRY_OPTION(airy_thermal_options, derive, "derive",
                .help = "take the slope dy/dx as the curve"),
    AIRY_OPTION(airy_thermal_options, rate, "rate", .low = 0, .high = 1e9, .unit = "K/s",
                .help = "of heating: areas become enthalpies; for a mass"),
    AIRY_OPTION(airy_thermal_options, cp, "cp", .low = 0, .high = 1e6, .unit = "J/(g K)",
                .help = "step of the specific heat, for a mass"),
    AIRY_OPTION(airy_thermal_options, frequency_hz, "frequency", .low = 0, .high = 1e15,
                .unit = "Hz", .help = "of the load; 0: found in the strain"),
    AIRY_OPTION(airy_thermal_options, draws, "draws", .low = 0, .high = 1e6,
                .help = "of the bootstrap over windows; 0: no limits"),
    AIRY_OPTION(airy_thermal_options, level, "level", .low = 0.5, .high = 0.9999,
                .help = "of the limits"),
    {.check = check},
};

// ------------------------------------------------------------------ bootstrap

// A curve on its way through the draws.
typedef struct trial {
    const airy_thermal_measure *measure;
    const airy_thermal_curve *curve;
    const airy_thermal_options *options;
    uint32_t stream;
    double noise;
    const airy_thermal_value *fixed; // what every draw finds, for want of noise and windows; NULL
    int n;                           // so many
    double *y, *found;               // scratch: the curve anew; values x draws
} trial;

// A draw: the curve with the windows' noise anew, windows cut and their points drawn, and on top
// what the fit itself does not know.
static bool draw(const trial *of, int d, airy_thermal_value *values)
{
    airy_random random;
    airy_thermal_baselines lines;
    airy_thermal_curve anew = *of->curve;
    airy_random_init(&random, of->options->seed, of->stream, AIRY_STREAM_WINDOW, (uint32_t)d);
    anew.y = of->y;
    for (int i = 0; i < anew.n; i++)
        anew.y[i] = of->curve->y[i] + of->noise * airy_random_normal(&random);
    if (airy_thermal_lines(&anew, of->options, &random, &lines, NULL, NULL) != AIRY_OK)
        return false;
    int n = of->n;
    if (of->fixed)
        memcpy(values, of->fixed, (size_t)n * sizeof *values);
    else
        n = of->measure->find(&anew, &lines, of->options, values, NULL);
    for (int i = 0; i < n; i++)
        values[i].value += values[i].error * airy_random_normal(&random);
    return n > 0;
}

static airy_code take_limits(const trial *of, airy_thermal_value *values, int n, airy_error *err)
{
    airy_thermal_value one[AIRY_THERMAL_VALUES];
    size_t draws = (size_t)of->options->draws;
    double tail = (1 - of->options->level) / 2;
    int kept = 0;
    for (int d = 0; d < of->options->draws; d++) {
        if (!draw(of, d, one))
            continue;
        for (int i = 0; i < n; i++)
            of->found[(size_t)i * draws + (size_t)kept] = one[i].value;
        kept++;
    }
    if (2 * kept < of->options->draws)
        return airy_error_set(err, AIRY_ENUMERIC,
                              "%d of %d draws found nothing: the windows decide what is measured",
                              of->options->draws - kept, of->options->draws);
    for (int i = 0; i < n; i++) { // noise on noise moves what looks for an extreme: centred again
        const double *found = of->found + (size_t)i * draws;
        double shift = values[i].value - airy_stats_quantile_double(found, kept, 0.5);
        values[i].low = airy_stats_quantile_double(found, kept, tail) + shift;
        values[i].high = airy_stats_quantile_double(found, kept, 1 - tail) + shift;
    }
    return AIRY_OK;
}

static airy_code bootstrap(trial of, airy_thermal_value *values, int n, airy_error *err)
{
    of.y = airy_memory_new((size_t)of.curve->n, sizeof *of.y);
    of.n = n;
    if (of.noise == 0 && !airy_thermal_given(&of.options->low) &&
        !airy_thermal_given(&of.options->high))
        of.fixed = values;
    of.found = airy_memory_new((size_t)of.options->draws * AIRY_THERMAL_VALUES, sizeof *of.found);
    airy_code code = of.y && of.found ? take_limits(&of, values, n, err)
                                      : airy_error_set(err, AIRY_EMEMORY, "no memory for %d draws",
                                                       of.options->draws);
    airy_memory_free(of.y);
    airy_memory_free(of.found);
    return code;
}

int airy_thermal_measure_curve(const airy_thermal_curve *curve, const airy_thermal_options *options,
                               uint32_t stream, airy_thermal_value *values, airy_error *err)
{
    airy_thermal_baselines lines;
    trial of = {.curve = curve, .options = options, .stream = stream};
    if (airy_options_check(airy_thermal_rows, options, err) != AIRY_OK ||
        airy_thermal_lines(curve, options, NULL, &lines, &of.noise, err) != AIRY_OK)
        return 0;
    of.measure = find(options->what);
    if (of.measure->wants_also && !curve->also) {
        airy_error_set(err, AIRY_EARGUMENT, "%s wants a second column: the strain",
                       of.measure->name);
        return 0;
    }
    int n = of.measure->find(curve, &lines, options, values, err);
    if (n > 0 && options->draws > 0 && bootstrap(of, values, n, err) != AIRY_OK)
        n = 0;
    return n;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Curves against temperature (or time): glass transitions, fictive temperatures, peaks, areas and
// masses of calorimetry, moduli of oscillating loads. Baselines are straight lines through windows
// that somebody chose; errors come from the bootstrap over these windows and the noise in them.
#ifndef AIRY_THERMAL_H
#define AIRY_THERMAL_H

#include "airy/curves.h"

// ------------------------------------------------------------------ options

// A stretch of x, in K where x is a temperature; low NaN: not given.
typedef struct airy_thermal_window {
    double low, high;
} airy_thermal_window;

// intercept + slope x; intercept NaN: not given.
typedef struct airy_thermal_line {
    double intercept, slope;
} airy_thermal_line;

// Where the tangent of an onset touches.
typedef enum airy_thermal_tangent {
    AIRY_TANGENT_STEEPEST, // the steepest point of the step
    AIRY_TANGENT_MIDPOINT, // half-way between the baselines
} airy_thermal_tangent;

typedef struct airy_thermal_options {
    airy_curves_columns columns;           // also: the strain, of a modulus
    const char *what;                      // a name in the table of measures
    airy_thermal_window low, high;         // of the baselines: glass and liquid, before and after
    airy_thermal_line low_line, high_line; // baselines known exactly, in place of windows
    airy_thermal_window range;             // where a step or peak is looked for; not given: all
    airy_thermal_tangent tangent;
    int points;          // of a local slope or parabola, odd, at least 3
    bool derive;         // the curve is dy/dx
    double rate;         // heating rate, K/s; 0: none
    double cp;           // of the mass: specific heat step, J/(g K); 0: not known
    double frequency_hz; // of the load; 0: fitted
    int draws;           // of the bootstrap; 0: no limits
    double level;
    uint64_t seed;
    int threads;
} airy_thermal_options;

extern const airy_option airy_thermal_rows[];
void airy_thermal_options_defaults(airy_thermal_options *options);

// ------------------------------------------------------------------ measures (thermal/measures.c)

enum { AIRY_THERMAL_VALUES = 9 };

// A curve with x ascending. also: a second y (the strain of a modulus), or NULL.
typedef struct airy_thermal_curve {
    int n;
    double *x, *y, *also;
    const char *x_name; // of the column that x was, borrowed; NULL: not known
    bool celsius;       // it was in degrees Celsius, x is in K
} airy_thermal_curve;

// Baselines of a curve.
typedef struct airy_thermal_baselines {
    airy_thermal_line low, high; // not given: NaN
    airy_thermal_line both;      // one line through both windows
} airy_thermal_baselines;

// A number of a curve: unit in words of x and y. error: of the fit that gave it, 0 when none did.
typedef struct airy_thermal_value {
    const char *name, *unit;
    double value, error;
    double low, high; // limits by the bootstrap; NaN without
} airy_thermal_value;

// What can be measured. find fills values and gives their number, 0 with err set.
typedef struct airy_thermal_measure {
    const char *name, *means, *source;
    bool wants_low, wants_high, wants_also;
    int (*find)(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                const airy_thermal_options *options, airy_thermal_value *values, airy_error *err);
} airy_thermal_measure;

// The i-th measure; NULL from the end of the table on.
const airy_thermal_measure *airy_thermal_measure_at(int i);

// ------------------------------------------------------------------ files (thermal/run.c)

typedef struct airy_thermal_run_options {
    airy_thermal_options thermal; // threads and seed are the call's
    const char *drawing;          // file for curves, baselines and tangents; NULL: not wanted
} airy_thermal_run_options;

// Measures the curves of all tables call->inputs into one, written as call->output, which the
// caller releases, also on errors. A warning tells which curves could not be measured.
AIRY_MUST_CHECK airy_code airy_thermal_run(const airy_call *call,
                                           const airy_thermal_run_options *options,
                                           airy_table *table, airy_error *err);

#endif

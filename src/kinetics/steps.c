// SPDX-License-Identifier: GPL-3.0-or-later
// What a quantity is in each stage of the mean radius, and how it changes from stage to stage.
#include "kinetics.h"

#include <math.h>

enum { STAGES = 3 };

bool airy_stage_limits_find(const airy_kinetics *kinetics, airy_stage_limits *limits)
{
    static const char *const names[] = {"break_1", "break_2"};
    const airy_kinetics_row *best = airy_kinetics_find(kinetics, "r_mean", "best", "breaks");
    if (!best || best->value != 2)
        return false;
    for (int k = 0; k < 2; k++) {
        const airy_kinetics_row *at =
            airy_kinetics_find(kinetics, "r_mean", "segments-2", names[k]);
        if (!at)
            return false;
        limits->end[k] = fmin(at->low, at->value);
        limits->start[k] = fmax(at->high, at->value);
    }
    return true;
}

// Stage that a time lies in, 0 .. 2, or -1.
static int stage_of(const airy_stage_limits *limits, double t)
{
    if (t > 0 && t < limits->end[0])
        return 0;
    if (t > limits->start[0] && t < limits->end[1])
        return 1;
    return t > limits->start[1] ? 2 : -1;
}

// Where a difference of two means lies that have intervals of their own: the distances of its ends
// from it add up as errors do (Newcombe, Stat. Med. 17, 873, 1998, method 10).
static void difference(const double earlier[3], const double later[3], double out[3])
{
    out[0] = later[0] - earlier[0];
    out[1] = out[0] - hypot(later[0] - later[1], earlier[2] - earlier[0]);
    out[2] = out[0] + hypot(later[2] - later[0], earlier[0] - earlier[1]);
}

// Mean of a stage: every shot counts alike, for the quantity may change from delay to delay, and
// where it is known best is not where it is typical.
static void mean_over(const airy_curve *curve, const airy_stage_limits *limits, int stage,
                      airy_mean *mean)
{
    double variance = 0;
    *mean = (airy_mean){0};
    for (int g = 0; g < curve->n; g++)
        mean->shots += stage_of(limits, curve->t[g]) == stage ? curve->count[g] : 0;
    for (int g = 0; g < curve->n; g++) {
        double part = (double)curve->count[g] / mean->shots;
        if (stage_of(limits, curve->t[g]) != stage)
            continue;
        mean->value += part * curve->y[g];
        mean->shared += part * curve->shared[g];
        variance += part * part / curve->weight[g];
    }
    mean->weight = 1 / variance;
}

enum { SCATTER, ALL, KINDS }; // of intervals: by the scatter of shots, and with what they share

// Steps from stage to stage.
static airy_code add_steps(const airy_row_name *name, const airy_mean *mean,
                           double row[STAGES][KINDS][3], airy_kinetics *kinetics, airy_error *err)
{
    static const char *const names[] = {"", "II - I", "III - II"};
    const airy_row_name scatter = {name->quantity, "scatter", name->unit};
    airy_code code = AIRY_OK;
    for (int k = 1; code == AIRY_OK && k < STAGES; k++) {
        double step[3];
        if (!mean[k].shots || !mean[k - 1].shots)
            continue;
        difference(row[k - 1][ALL], row[k][ALL], step);
        code = airy_kinetics_add(kinetics, name, names[k], step, err);
        difference(row[k - 1][SCATTER], row[k][SCATTER], step);
        if (code == AIRY_OK && mean[k].shared + mean[k - 1].shared > 0)
            code = airy_kinetics_add(kinetics, &scatter, names[k], step, err);
    }
    return code;
}

airy_code airy_stage_means(const airy_curve *curve, const airy_quantity *quantity,
                           const airy_stage_limits *limits, const airy_kinetics_options *options,
                           airy_kinetics *kinetics, airy_error *err)
{
    static const char *const names[] = {"I", "II", "III"};
    const airy_row_name name = {quantity->name, "stage", quantity->unit};
    airy_mean mean[STAGES];
    double row[STAGES][KINDS][3] = {{{0}}};
    airy_code code = AIRY_OK;
    for (int k = 0; code == AIRY_OK && k < STAGES; k++) {
        mean_over(curve, limits, k, &mean[k]);
        if (!mean[k].shots)
            continue;
        airy_mean alone = mean[k];
        alone.shared = 0;
        row[k][SCATTER][0] = row[k][ALL][0] = mean[k].value;
        airy_kinetics_interval(curve, quantity, &alone, options->level, &row[k][SCATTER][1]);
        airy_kinetics_interval(curve, quantity, &mean[k], options->level, &row[k][ALL][1]);
        code = airy_kinetics_add(kinetics, &name, names[k], row[k][ALL], err);
    }
    return code == AIRY_OK ? add_steps(&name, mean, row, kinetics, err) : code;
}

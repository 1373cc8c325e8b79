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

airy_code airy_stage_means(const airy_curve *curve, const airy_quantity *quantity,
                           const airy_stage_limits *limits, const airy_kinetics_options *options,
                           airy_kinetics *kinetics, airy_error *err)
{
    static const char *const names[] = {"I", "II", "III"}, *const steps[] = {"II - I", "III - II"};
    const airy_row_name name = {quantity->name, "stage", quantity->unit};
    double sum[STAGES] = {0}, weight[STAGES] = {0};
    double wide = airy_kinetics_quantile(options->level, curve->dof);
    airy_code code = AIRY_OK;
    for (int g = 0; g < curve->n; g++) {
        int stage = stage_of(limits, curve->t[g]);
        if (stage < 0)
            continue;
        sum[stage] += curve->weight[g] * curve->y[g];
        weight[stage] += curve->weight[g];
    }
    for (int k = 0; code == AIRY_OK && k < STAGES; k++) {
        double mean = sum[k] / weight[k], half = wide / sqrt(weight[k]);
        if (weight[k] > 0)
            code = airy_kinetics_add(kinetics, &name, names[k],
                                     (double[]){mean, mean - half, mean + half}, err);
    }
    for (int k = 1; code == AIRY_OK && k < STAGES; k++) {
        double step = sum[k] / weight[k] - sum[k - 1] / weight[k - 1];
        double half = wide * sqrt(1 / weight[k] + 1 / weight[k - 1]);
        if (weight[k] > 0 && weight[k - 1] > 0)
            code = airy_kinetics_add(kinetics, &name, steps[k - 1],
                                     (double[]){step, step - half, step + half}, err);
    }
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Means of shots with their intervals, and how much particles differ.
#include "kinetics.h"
#include "airy/math.h"

#include <math.h>
#include <stdio.h>

// Score interval (Wilson, J. Am. Stat. Assoc. 22, 209, 1927) of the share p of n draws. Particles
// whose shares differ by less than all or nothing count as more than one draw each: the variance
// of a mean is f p (1 - p), as in Korn and Graubard, Survey Methodology 24, 193 (1998), with one
// f = 1 / n from the spread over all delays, for one delay may agree by accident.
static void share_interval(const airy_curve *curve, const airy_mean *mean, double wide,
                           double ends[2])
{
    double binomial = 0, p = mean->value;
    for (int g = 0; g < curve->n; g++)
        binomial += curve->count[g] * curve->y[g] * (1 - curve->y[g]) / curve->shots;
    double n = fmax(mean->shots, binomial * mean->weight), z2 = wide * wide / n;
    double middle = (p + z2 / 2) / (1 + z2);
    double half = sqrt(fmax(0, z2 * (p * (1 - p) + z2 / 4))) / (1 + z2);
    ends[0] = fmin(p, fmax(0, middle - half)); // to rounding they are there already
    ends[1] = fmax(p, fmin(1, middle + half));
}

void airy_kinetics_interval(const airy_curve *curve, const airy_quantity *quantity,
                            const airy_mean *mean, double level, double ends[2])
{
    double wide = airy_fit_quantile(level, curve->dof), half = wide / sqrt(mean->weight);
    ends[0] = mean->value - half;
    ends[1] = mean->value + half;
    if (quantity->is & AIRY_IS_SHARE)
        share_interval(curve, mean, wide, ends);
    ends[0] = mean->value - hypot(mean->value - ends[0], wide * mean->shared);
    ends[1] = mean->value + hypot(ends[1] - mean->value, wide * mean->shared);
    if (quantity->is & AIRY_IS_SHARE) {
        ends[0] = fmax(0, ends[0]);
        ends[1] = fmin(1, ends[1]);
    }
}

// Spread of particles from all, unpumped and pumped shots, and whether the latter two differ.
static airy_code add_spread(const airy_curve *curve, const airy_quantity *quantity,
                            airy_kinetics *kinetics, airy_error *err)
{
    const char *unit = quantity->is & AIRY_IS_RELATIVE ? "1" : quantity->unit;
    const struct {
        const char *parameter, *unit;
        double value;
    } rows[] = {{"all delays", unit, curve->spread},
                {"unpumped", unit, curve->spread_unpumped},
                {"pumped", unit, curve->spread_pumped},
                {"p_alike", "1", curve->p_alike}};
    airy_code code = AIRY_OK;
    for (size_t i = 0; code == AIRY_OK && i < sizeof rows / sizeof *rows; i++) {
        const airy_row_name name = {quantity->name, "spread", rows[i].unit};
        code = airy_kinetics_add(kinetics, &name, rows[i].parameter,
                                 (double[]){rows[i].value, NAN, NAN}, err);
    }
    return code;
}

airy_code airy_delay_means(const airy_curve *curve, const airy_quantity *quantity,
                           const airy_kinetics_options *options, airy_kinetics *kinetics,
                           airy_error *err)
{
    const airy_row_name name = {quantity->name, "delay", quantity->unit};
    bool known = curve->dof > 0 || quantity->error;
    airy_code code = AIRY_OK;
    for (int g = 0; code == AIRY_OK && g < curve->n; g++) {
        char parameter[24];
        const airy_mean mean = {curve->y[g], curve->weight[g], curve->shared[g], curve->count[g]};
        double ends[2] = {NAN, NAN};
        if (known)
            airy_kinetics_interval(curve, quantity, &mean, options->level, ends);
        snprintf(parameter, sizeof parameter, "%.4g ps", curve->t[g]);
        code = airy_kinetics_add(kinetics, &name, parameter,
                                 (double[]){mean.value, ends[0], ends[1]}, err);
    }
    return code == AIRY_OK ? add_spread(curve, quantity, kinetics, err) : code;
}

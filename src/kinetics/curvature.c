// SPDX-License-Identifier: GPL-3.0-or-later
// The shape of stage I: does a size grow in a straight line, or does a quadratic term pay?
#include "kinetics.h"
#include "airy/math.h"

#include <math.h>

airy_code airy_curvature_fit(const airy_curve *curve, const airy_quantity *quantity, double last,
                             const airy_kinetics_options *options, airy_kinetics *kinetics,
                             airy_error *err)
{
    static const char *const models[] = {"line", "parabola"};
    static const char *const parameters[] = {"offset", "rate", "quadratic"};
    const char *const units[] = {quantity->unit, quantity->rate_unit, "nm/ps2"};
    const airy_means means = airy_curve_means(curve, last);
    const airy_linear_values values = {means.n, means.t, means.y, means.weight};
    double wide = airy_fit_quantile(options->level, curve->dof);
    airy_code code = AIRY_OK;
    int shots = 0;
    for (int d = 0; d < means.n; d++)
        shots += curve->count[d];
    for (int m = 0; code == AIRY_OK && m < 2 && means.n >= 4; m++) {
        airy_polynomial found;
        code = airy_linear_polynomial(&values, m + 2, &found, err);
        for (int k = 0; code == AIRY_OK && k < m + 2; k++) {
            const airy_row_name name = {quantity->name, models[m], units[k]};
            double c = found.c[k], half = wide * found.error[k];
            code = airy_kinetics_add(kinetics, &name, parameters[k],
                                     (double[]){c, c - half, c + half}, err);
        }
        const airy_row_name name = {quantity->name, models[m], "1"};
        double aicc = airy_fit_aicc(found.chi2, m + 2, shots);
        if (code == AIRY_OK)
            code = airy_kinetics_add(kinetics, &name, "aicc", (double[]){aicc, NAN, NAN}, err);
    }
    return code;
}

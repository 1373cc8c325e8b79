// SPDX-License-Identifier: GPL-3.0-or-later
// Distributions that tests and intervals stand on, by GSL.
#include "airy/math.h"
#include "chances.h"
#include "gsl.h"

#include <gsl/gsl_cdf.h>

double airy_chance_normal(double x)
{
    airy_gsl_quiet();
    return gsl_cdf_ugaussian_P(x);
}

double airy_chance_normal_at(double p)
{
    airy_gsl_quiet();
    return gsl_cdf_ugaussian_Pinv(p);
}

double airy_chance_student_at(double p, double dof)
{
    airy_gsl_quiet();
    return gsl_cdf_tdist_Pinv(p, dof);
}

double airy_chance_f_above(double f, double above, double below)
{
    airy_gsl_quiet();
    return gsl_cdf_fdist_Q(f, above, below);
}

double airy_fit_quantile(double level, int dof)
{
    double p = 0.5 + level / 2;
    return dof > 0 ? airy_chance_student_at(p, dof) : airy_chance_normal_at(p);
}

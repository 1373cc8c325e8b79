// SPDX-License-Identifier: GPL-3.0-or-later
// Lines, sines and laws of diffusion.
#include "gsl.h"
#include "models.h"

#include "base/units.h"

#include <gsl/gsl_sf_psi.h>
#include <math.h>

static double line(double x, const double *p, double *slope)
{
    slope[0] = 1;
    slope[1] = x;
    return p[0] + p[1] * x;
}

// height, center, curvature.
static double parabola(double x, const double *p, double *slope)
{
    double apart = x - p[1];
    slope[0] = 1;
    slope[1] = -2 * p[2] * apart;
    slope[2] = apart * apart;
    return p[0] + p[2] * apart * apart;
}

// amplitude, frequency, phase, offset.
static double sine(double x, const double *p, double *slope)
{
    double angle = 2 * AIRY_PI * p[1] * x + p[2];
    slope[0] = sin(angle);
    slope[1] = p[0] * cos(angle) * 2 * AIRY_PI * x;
    slope[2] = p[0] * cos(angle);
    slope[3] = 1;
    return p[0] * sin(angle) + p[3];
}

static double einstein(double x, const double *p, double *slope)
{
    slope[0] = 6 * x;
    slope[1] = 1;
    return 6 * p[0] * x + p[1];
}

// k, beta, offset: 6 k x^beta / Gamma(1 + beta) + offset.
static double fractional(double x, const double *p, double *slope)
{
    airy_gsl_quiet();
    double f = 6 * pow(x, p[1]) / tgamma(1 + p[1]);
    slope[0] = f;
    slope[1] = p[0] * f * ((x > 0 ? log(x) : 0) - gsl_sf_psi(1 + p[1]));
    slope[2] = 1;
    return p[0] * f + p[2];
}

#define FREE .low = -INFINITY, .high = INFINITY

const airy_fit_model airy_models_plain[] = {
    {.name = "line",
     .formula = "intercept + slope x",
     .source = "straight line",
     .np = 2,
     .parameter = {{.name = "intercept", .unit = "y", .means = "value at x = 0", FREE},
                   {.name = "slope", .unit = "y/x", .means = "slope", FREE}},
     .value = line},
    {.name = "parabola",
     .formula = "height + curvature (x - center)^2",
     .source = "the top of a peak",
     .np = 3,
     .parameter = {{.name = "height", .unit = "y", .means = "value at the centre", FREE},
                   {.name = "center",
                    .unit = "x",
                    .means = "position",
                    FREE,
                    .search = AIRY_SEARCH_PLACES,
                    .tries = 24},
                   {.name = "curvature", .unit = "y/x^2", .means = "below 0 at a top", FREE}},
     .value = parabola},
    {.name = "sine",
     .formula = "amplitude sin(2 pi frequency x + phase) + offset",
     .source = "one harmonic",
     .np = 4,
     .parameter = {{.name = "amplitude", .unit = "y", .means = "half of its height", FREE},
                   {.name = "frequency",
                    .unit = "1/x",
                    .means = "turns a unit of x",
                    .low = 0,
                    .high = INFINITY,
                    .search = AIRY_SEARCH_FREQUENCIES},
                   {.name = "phase",
                    .unit = "rad",
                    .means = "angle at x = 0",
                    FREE,
                    .search = AIRY_SEARCH_RANGE,
                    .tries = 8,
                    .from = -1.2,
                    .to = 1.6},
                   {.name = "offset", .unit = "y", .means = "mean", FREE}},
     .value = sine},
    {.name = "einstein",
     .formula = "6 d x + offset",
     .source = "Einstein, Ann. Phys. 17, 549 (1905), in three dimensions",
     .np = 2,
     .parameter = {{.name = "d", .unit = "y/x", .means = "diffusion coefficient", FREE},
                   {.name = "offset", .unit = "y", .means = "of motion in the cage", FREE}},
     .value = einstein},
    {.name = "fractional",
     .formula = "6 k x^beta/Gamma(1 + beta) + offset",
     .source = "Metzler & Klafter, Phys. Rep. 339, 1 (2000), in three dimensions",
     .np = 3,
     .parameter = {{.name = "k", .unit = "y/x^beta", .means = "diffusion coefficient", FREE},
                   {.name = "beta",
                    .unit = "1",
                    .means = "exponent",
                    .low = 0.02,
                    .high = 2,
                    .search = AIRY_SEARCH_RANGE,
                    .tries = 6,
                    .from = 0.2,
                    .to = 1.2},
                   {.name = "offset", .unit = "y", .means = "of motion in the cage", FREE}},
     .domain = AIRY_DOMAIN_NONNEGATIVE,
     .value = fractional},
    {0},
};

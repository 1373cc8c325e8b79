// SPDX-License-Identifier: GPL-3.0-or-later
// Models of relaxation: what is left of a correlation after a time x.
#include "mittag.h"
#include "gsl.h"
#include "models.h"
#include "special.h"

#include <gsl/gsl_sf_psi.h>
#include <math.h>

enum { CONTRAST, TAU, BETA, BASELINE };

// contrast exp(-m z) + baseline, z = (x / tau)^beta.
static double stretched(double x, const double *p, double m, double *slope)
{
    double z = p[BETA] == 1 ? x / p[TAU] : pow(x / p[TAU], p[BETA]), f = exp(-m * z);
    double steep = m * z * f;
    slope[CONTRAST] = f;
    slope[TAU] = f > 0 ? p[CONTRAST] * steep * p[BETA] / p[TAU] : 0; // inf * 0 far out
    slope[BETA] = x > 0 && f > 0 ? -p[CONTRAST] * steep * log(x / p[TAU]) : 0;
    slope[BASELINE] = 1;
    return p[CONTRAST] * f + p[BASELINE];
}

static double kww(double x, const double *p, double *slope)
{
    return stretched(x, p, 1, slope);
}

static double kww2(double x, const double *p, double *slope)
{
    return stretched(x, p, 2, slope);
}

// contrast E^power + baseline, E = E_b(-(x / tau)^b): with z the argument,
// dE/dtau = -dE/dz b z / tau, and b acts on E itself and through z.
static void mittag(const double *p, const double *x, int n, int power, double *y, double *slope)
{
    airy_mittag sums;
    airy_mittag_init(&sums, p[BETA]);
    for (int i = 0; i < n; i++) {
        double z = pow(x[i] / p[TAU], p[BETA]), by[2], e = airy_mittag_value(&sums, z, by);
        double outer = power == 2 ? 2 * e : 1;
        y[i] = p[CONTRAST] * (power == 2 ? e * e : e) + p[BASELINE];
        if (!slope)
            continue;
        double *row = slope + 4 * (size_t)i;
        row[CONTRAST] = power == 2 ? e * e : e;
        row[TAU] = -p[CONTRAST] * outer * by[0] * p[BETA] * z / p[TAU];
        row[BETA] = p[CONTRAST] * outer * (by[1] + (z > 0 ? z * log(x[i] / p[TAU]) * by[0] : 0));
        row[BASELINE] = 1;
    }
}

static void ml(const double *p, const double *x, int n, double *y, double *slope)
{
    mittag(p, x, n, 1, y, slope);
}

static void ml2(const double *p, const double *x, int n, double *y, double *slope)
{
    mittag(p, x, n, 2, y, slope);
}

// The mean time int phi dt = tau m^(-1/beta) Gamma(1 + 1/beta) with its slopes.
static airy_fit_derived mean_time(const char *name, const double *p, double m)
{
    double beta = p[BETA], time = airy_kww_mean_time(p[TAU], beta, m);
    airy_gsl_quiet();
    airy_fit_derived d = airy_fit_derived_of(name, "x", time);
    d.slope[TAU] = time / p[TAU];
    d.slope[BETA] = time * (log(m) - gsl_sf_psi(1 + 1 / beta)) / (beta * beta);
    return d;
}

static int kww_times(const double *p, double m, airy_fit_derived *d)
{
    d[0] = airy_fit_derived_of("m", "1", m);
    d[1] = mean_time("mean_time_field", p, 1);
    d[2] = mean_time("mean_time_intensity", p, 2);
    return 3;
}

static int kww_derive(const double *p, airy_fit_derived *d)
{
    return kww_times(p, 1, d);
}

static int kww2_derive(const double *p, airy_fit_derived *d)
{
    return kww_times(p, 2, d);
}

// A Mittag-Leffler field has an infinite mean time; its square has a finite one above b = 1/2, that
// grows as tau.
static int ml_times(const double *p, int power, airy_fit_derived *d)
{
    double field = airy_mittag_mean_time(p[TAU], p[BETA], 1);
    double intensity = airy_mittag_mean_time(p[TAU], p[BETA], power), h = 1e-5 * p[BETA];
    d[0] = airy_fit_derived_of("m", "1", power);
    d[1] = airy_fit_derived_of("mean_time_field", "x", field);
    d[2] = airy_fit_derived_of("mean_time_intensity", "x", intensity);
    d[1].slope[TAU] = isfinite(field) ? 1 : 0;
    if (isfinite(intensity)) {
        d[2].slope[TAU] = intensity / p[TAU];
        double before = airy_mittag_mean_time(p[TAU], p[BETA] - h, power);
        d[2].slope[BETA] = isfinite(before) ? (intensity - before) / h : 0;
    }
    return 3;
}

static int ml_derive(const double *p, airy_fit_derived *d)
{
    return ml_times(p, 1, d);
}

static int ml2_derive(const double *p, airy_fit_derived *d)
{
    return ml_times(p, 2, d);
}

static double exponential(double x, const double *p, double *slope)
{
    double f = exp(-x / p[1]);
    slope[0] = f;
    slope[1] = p[0] * f * x / (p[1] * p[1]);
    slope[2] = 1;
    return p[0] * f + p[2];
}

// contrast1, tau1, contrast2, tau2, baseline.
static double two_exponentials(double x, const double *p, double *slope)
{
    double first[3], second[3];
    const double one[] = {p[0], p[1], 0}, two[] = {p[2], p[3], p[4]};
    double y = exponential(x, one, first) + exponential(x, two, second);
    slope[0] = first[0];
    slope[1] = first[1];
    slope[2] = second[0];
    slope[3] = second[1];
    slope[4] = 1;
    return y;
}

// contrast, rate, mu, baseline: contrast exp(-2 rate x) (1 + mu x^2 / 2)^2 + baseline.
static double cumulant(double x, const double *p, double *slope)
{
    double f = exp(-2 * p[1] * x), g = 1 + p[2] * x * x / 2;
    slope[0] = f * g * g;
    slope[1] = -2 * x * p[0] * f * g * g;
    slope[2] = p[0] * f * g * x * x;
    slope[3] = 1;
    return p[0] * f * g * g + p[3];
}

// The cumulants of g2 - 1 begin with the line ln y = ln contrast - 2 rate x.
static void guess_cumulant(const airy_fit_data *data, double *p)
{
    double line[2];
    airy_fit_straighten(data, airy_fit_plain_x, airy_fit_log_y, 0, line);
    p[1] = fmax(-line[1] / 2, 1e-300);
    p[2] = 0;
}

#define FREE .low = -INFINITY, .high = INFINITY
#define CONTRAST_ROW(row_name, words)                                                              \
    {                                                                                              \
        .name = row_name, .unit = "y", .means = words, FREE, .search = AIRY_SEARCH_LINEAR          \
    }
#define TAU_ROW(row_name, words)                                                                   \
    {                                                                                              \
        .name = row_name, .unit = "x", .means = words, .low = 0, .high = INFINITY,                 \
        .search = AIRY_SEARCH_TIMES, .tries = 20                                                   \
    }
#define BASELINE_ROW                                                                               \
    {                                                                                              \
        .name = "baseline", .unit = "y", .means = "value at long times", FREE,                     \
        .search = AIRY_SEARCH_LINEAR                                                               \
    }
#define SHAPE_ROW(most, last)                                                                      \
    {                                                                                              \
        .name = "beta", .unit = "1", .means = "stretching exponent", .low = 0.02, .high = most,    \
        .search = AIRY_SEARCH_RANGE, .tries = 4, .from = 0.4, .to = last                           \
    }

const airy_fit_model airy_models_relaxation[] = {
    {.name = "kww",
     .formula = "contrast exp(-(x/tau)^beta) + baseline",
     .source =
         "Kohlrausch, Ann. Phys. 167, 179 (1854); Williams & Watts, Trans. Faraday Soc. 66, 80 "
         "(1970)",
     .np = 4,
     .parameter = {CONTRAST_ROW("contrast", "value at x = 0 above the baseline"),
                   TAU_ROW("tau", "relaxation time"), SHAPE_ROW(INFINITY, 1.6), BASELINE_ROW},
     .domain = AIRY_DOMAIN_NONNEGATIVE,
     .value = kww,
     .derive = kww_derive},
    {.name = "kww2",
     .formula = "contrast exp(-2 (x/tau)^beta) + baseline",
     .source = "the square of kww, by the Siegert relation: intensities (m = 2)",
     .np = 4,
     .parameter = {CONTRAST_ROW("contrast", "value at x = 0 above the baseline"),
                   TAU_ROW("tau", "relaxation time of the field"), SHAPE_ROW(INFINITY, 1.6),
                   BASELINE_ROW},
     .domain = AIRY_DOMAIN_NONNEGATIVE,
     .value = kww2,
     .derive = kww2_derive},
    {.name = "ml",
     .formula = "contrast E_beta(-(x/tau)^beta) + baseline",
     .source = "Mittag-Leffler function; Metzler & Klafter, Phys. Rep. 339, 1 (2000)",
     .np = 4,
     .parameter = {CONTRAST_ROW("contrast", "value at x = 0 above the baseline"),
                   TAU_ROW("tau", "relaxation time"), SHAPE_ROW(1, 0.95), BASELINE_ROW},
     .domain = AIRY_DOMAIN_NONNEGATIVE,
     .values = ml,
     .derive = ml_derive},
    {.name = "ml2",
     .formula = "contrast E_beta(-(x/tau)^beta)^2 + baseline",
     .source = "the square of ml, by the Siegert relation: intensities (m = 2)",
     .np = 4,
     .parameter = {CONTRAST_ROW("contrast", "value at x = 0 above the baseline"),
                   TAU_ROW("tau", "relaxation time of the field"), SHAPE_ROW(1, 0.95),
                   BASELINE_ROW},
     .domain = AIRY_DOMAIN_NONNEGATIVE,
     .values = ml2,
     .derive = ml2_derive},
    {.name = "exp",
     .formula = "contrast exp(-x/tau) + baseline",
     .source = "first-order decay",
     .np = 3,
     .parameter = {CONTRAST_ROW("contrast", "value at x = 0 above the baseline"),
                   TAU_ROW("tau", "decay time"), BASELINE_ROW},
     .domain = AIRY_DOMAIN_ALL,
     .value = exponential},
    {.name = "exp2",
     .formula = "contrast1 exp(-x/tau1) + contrast2 exp(-x/tau2) + baseline",
     .source = "two first-order decays side by side",
     .np = 5,
     .parameter = {CONTRAST_ROW("contrast1", "of the first decay"),
                   TAU_ROW("tau1", "of the first decay"),
                   CONTRAST_ROW("contrast2", "of the second decay"),
                   TAU_ROW("tau2", "of the second decay"), BASELINE_ROW},
     .domain = AIRY_DOMAIN_ALL,
     .value = two_exponentials},
    {.name = "cumulant",
     .formula = "contrast exp(-2 rate x) (1 + mu x^2/2)^2 + baseline",
     .source = "Frisken, Appl. Opt. 40, 4087 (2001): light scattering, m = 2",
     .np = 4,
     .parameter = {CONTRAST_ROW("contrast", "value at x = 0 above the baseline"),
                   {.name = "rate",
                    .unit = "1/x",
                    .means = "mean rate of the field",
                    .low = 0,
                    .high = INFINITY,
                    .search = AIRY_SEARCH_MODEL},
                   {.name = "mu",
                    .unit = "1/x^2",
                    .means = "variance of the rates",
                    FREE,
                    .search = AIRY_SEARCH_MODEL},
                   {.name = "baseline",
                    .unit = "y",
                    .means = "value at long times",
                    FREE,
                    .held = true,
                    .search = AIRY_SEARCH_LINEAR}},
     .domain = AIRY_DOMAIN_NONNEGATIVE,
     .value = cumulant,
     .guess = guess_cumulant},
    {0},
};

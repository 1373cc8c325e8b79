// SPDX-License-Identifier: GPL-3.0-or-later
// Models of times and rates against temperature or age: straight in other variables.
#include "models.h"

#include "base/units.h"

#include <gsl/gsl_sf_expint.h>

#include <math.h>

static const double gas_kj = AIRY_GAS_J_MOL_K * 1e-3; // R, kJ/(mol K): energies are in kJ/mol

// Prefactor and energy of y = p0 exp(sign p1 / (R x)).
static double activated(double x, const double *p, double sign, double *slope)
{
    double f = exp(sign * p[1] / (gas_kj * x));
    slope[0] = f;
    slope[1] = p[0] * f * sign / (gas_kj * x);
    return p[0] * f;
}

static void guess_activated(const airy_fit_data *data, double sign, double *p)
{
    double line[2];
    airy_fit_straighten(data, airy_fit_inverse_x, airy_fit_log_y, 0, line);
    p[0] = exp(line[0]);
    p[1] = sign * gas_kj * line[1];
}

static double arrhenius(double x, const double *p, double *slope)
{
    return activated(x, p, 1, slope);
}

static void guess_arrhenius(const airy_fit_data *data, double *p)
{
    guess_activated(data, 1, p);
}

static double arrhenius_rate(double x, const double *p, double *slope)
{
    return activated(x, p, -1, slope);
}

static void guess_arrhenius_rate(const airy_fit_data *data, double *p)
{
    guess_activated(data, -1, p);
}

// The energy in eV a particle: 1 kJ/mol = 1000 / (e N_A) eV.
static int derive_energy(const double *p, airy_fit_derived *d)
{
    const double ev = 1e3 / (AIRY_ELECTRON_C * AIRY_AVOGADRO);
    d[0] = airy_fit_derived_of("energy_ev", "eV", p[1] * ev);
    d[0].slope[1] = ev;
    return 1;
}

// tau0, b, t0: y = tau0 exp(b / (x - t0)), which is infinite from t0 down.
static double vft(double x, const double *p, double *slope)
{
    double above = x - p[2], f = above > 0 ? exp(p[1] / above) : (double)NAN;
    slope[0] = f;
    slope[1] = p[0] * f / above;
    slope[2] = p[0] * f * p[1] / (above * above);
    return p[0] * f;
}

// The best of t0 = 5 %, 10 %, ... 95 % of the lowest temperature; the rest is a line.
static void guess_vft(const airy_fit_data *data, double *p)
{
    enum { TRIES = 20 };
    double lowest = INFINITY, best = INFINITY;
    for (int i = 0; i < data->n; i++)
        lowest = fmin(lowest, data->x[i]);
    for (int k = 1; k < TRIES; k++) {
        double t0 = lowest * k / TRIES, line[2];
        double squares = airy_fit_straighten(data, airy_fit_inverse_x, airy_fit_log_y, t0, line);
        if (!(squares < best))
            continue;
        best = squares;
        p[0] = exp(line[0]);
        p[1] = line[1];
        p[2] = t0;
    }
}

// energy, ln_a: at the peak of a first-order reaction heated at the rate y,
// E y / (R x^2) = A exp(-E / (R x)).
static double kissinger(double x, const double *p, double *slope)
{
    double y = gas_kj * x * x / p[0] * exp(p[1] - p[0] / (gas_kj * x));
    slope[0] = -y * (1 / p[0] + 1 / (gas_kj * x));
    slope[1] = y;
    return y;
}

static double log_y_over_x2(double x, double y, double c)
{
    (void)c;
    return log(y / (x * x));
}

static void guess_kissinger(const airy_fit_data *data, double *p)
{
    double line[2];
    airy_fit_straighten(data, airy_fit_inverse_x, log_y_over_x2, 0, line);
    p[0] = -gas_kj * line[1];
    p[1] = line[0] + log(p[0] / gas_kj);
}

// The line ln(y / x^2) = intercept - E / (R x), as it is usually printed.
static int derive_kissinger(const double *p, airy_fit_derived *d)
{
    d[0] = airy_fit_derived_of("intercept", "ln(y/x^2)", p[1] - log(p[0] / gas_kj));
    d[0].slope[0] = -1 / p[0];
    d[0].slope[1] = 1;
    return 1;
}

// energy, ln_c: the rate y at which a share of a reaction is done at x. Of any reaction d alpha /
// dt = A exp(-E / R T) f(alpha) heated steadily, y g(alpha) / A = integral of exp(-E / R T) up to
// x, which is x E_2(E / R x).
static double isoconversional(double x, const double *p, double *slope)
{
    double z = p[0] / (gas_kj * x), factor = exp(p[1] - z);
    double y = x * factor * gsl_sf_expint_E2_scaled(z);
    slope[0] = -factor * gsl_sf_expint_E1_scaled(z) / gas_kj;
    slope[1] = y;
    return y;
}

// tau0 exp(x / tstar).
static double ageing(double x, const double *p, double *slope)
{
    double f = exp(x / p[1]);
    slope[0] = f;
    slope[1] = -p[0] * f * x / (p[1] * p[1]);
    return p[0] * f;
}

static void guess_ageing(const airy_fit_data *data, double *p)
{
    double line[2];
    airy_fit_straighten(data, airy_fit_plain_x, airy_fit_log_y, 0, line);
    p[0] = exp(line[0]);
    p[1] = 1 / line[1];
}

// amplitude x^exponent + baseline.
static double power_law(double x, const double *p, double *slope)
{
    double f = pow(x, p[1]);
    slope[0] = f;
    slope[1] = p[0] * f * log(x);
    slope[2] = 1;
    return p[0] * f + p[2];
}

static void guess_power_law(const airy_fit_data *data, double *p)
{
    double line[2];
    airy_fit_straighten(data, airy_fit_log_x, airy_fit_log_y, 0, line);
    p[1] = isfinite(line[1]) ? line[1] : 1;
}

#define GUESSED .search = AIRY_SEARCH_MODEL
#define FREE .low = -INFINITY, .high = INFINITY
#define ABOVE_0 .low = 0, .high = INFINITY
#define ENERGY(what)                                                                               \
    {                                                                                              \
        .name = "energy", .unit = "kJ/mol", .means = what, FREE, GUESSED                           \
    }

const airy_fit_model airy_models_rates[] = {
    {.name = "powerlaw",
     .formula = "amplitude x^exponent + baseline",
     .source = "power law",
     .np = 3,
     .parameter = {{.name = "amplitude", .unit = "y", .means = "value at x = 1", FREE},
                   {.name = "exponent", .unit = "1", .means = "exponent", FREE, GUESSED},
                   {.name = "baseline", .unit = "y", .means = "added", FREE, .held = true}},
     .domain = AIRY_DOMAIN_POSITIVE,
     .value = power_law,
     .guess = guess_power_law},
    {.name = "arrhenius",
     .x_unit = "K",
     .formula = "tau0 exp(energy/(R x))",
     .source = "Arrhenius, Z. Phys. Chem. 4, 226 (1889), of times; x in K",
     .np = 2,
     .parameter = {{.name = "tau0", .unit = "y", .means = "time at infinite x", ABOVE_0, GUESSED},
                   ENERGY("activation energy")},
     .domain = AIRY_DOMAIN_POSITIVE,
     .logarithmic = true,
     .value = arrhenius,
     .guess = guess_arrhenius,
     .derive = derive_energy},
    {.name = "arrhenius-rate",
     .x_unit = "K",
     .formula = "rate0 exp(-energy/(R x))",
     .source = "Arrhenius, Z. Phys. Chem. 4, 226 (1889), of rates and frequencies; x in K",
     .np = 2,
     .parameter = {{.name = "rate0", .unit = "y", .means = "rate at infinite x", ABOVE_0, GUESSED},
                   ENERGY("activation energy")},
     .domain = AIRY_DOMAIN_POSITIVE,
     .logarithmic = true,
     .value = arrhenius_rate,
     .guess = guess_arrhenius_rate,
     .derive = derive_energy},
    {.name = "vft",
     .formula = "tau0 exp(b/(x - t0))",
     .source = "Vogel, Phys. Z. 22, 645 (1921); Fulcher, J. Am. Ceram. Soc. 8, 339 (1925)",
     .np = 3,
     .parameter = {{.name = "tau0", .unit = "y", .means = "time at infinite x", ABOVE_0, GUESSED},
                   {.name = "b", .unit = "x", .means = "strength", FREE, GUESSED},
                   {.name = "t0", .unit = "x", .means = "where it diverges", ABOVE_0, GUESSED}},
     .domain = AIRY_DOMAIN_POSITIVE,
     .logarithmic = true,
     .value = vft,
     .guess = guess_vft},
    {.name = "kissinger",
     .x_unit = "K",
     .formula = "(R x^2/energy) exp(ln_a - energy/(R x))",
     .source = "Kissinger, Anal. Chem. 29, 1702 (1957): x peak temperature in K, y heating rate",
     .np = 2,
     .parameter =
         {{.name = "energy", .unit = "kJ/mol", .means = "activation energy", ABOVE_0, GUESSED},
          {.name = "ln_a",
           .unit = "ln(y/x)",
           .means = "logarithm of the frequency factor",
           FREE,
           GUESSED}},
     .domain = AIRY_DOMAIN_POSITIVE,
     .logarithmic = true,
     .value = kissinger,
     .guess = guess_kissinger,
     .derive = derive_kissinger},
    {.name = "isoconversional",
     .formula = "exp(ln_c) x E_2(energy/(R x))",
     .source = "Vyazovkin & Dollimore, J. Chem. Inf. Comput. Sci. 36, 42 (1996): x temperature in "
               "K at which a share is done, y heating rate",
     .np = 2,
     .parameter =
         {{.name = "energy", .unit = "kJ/mol", .means = "activation energy", ABOVE_0, GUESSED},
          {.name = "ln_c",
           .unit = "ln(y/x)",
           .means = "ln of A over the integral of d share / f(share)",
           FREE,
           GUESSED}},
     .domain = AIRY_DOMAIN_POSITIVE,
     .logarithmic = true,
     .value = isoconversional,
     .guess = guess_kissinger},
    {.name = "ageing",
     .formula = "tau0 exp(x/tstar)",
     .source = "exponential ageing: relaxation time against age",
     .np = 2,
     .parameter = {{.name = "tau0", .unit = "y", .means = "time at age 0", ABOVE_0, GUESSED},
                   {.name = "tstar", .unit = "x", .means = "age for a factor e", FREE, GUESSED}},
     .domain = AIRY_DOMAIN_ALL,
     .logarithmic = true,
     .value = ageing,
     .guess = guess_ageing},
    {0},
};

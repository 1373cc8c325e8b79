// SPDX-License-Identifier: GPL-3.0-or-later
// Heating curves of a model glass whose fictive temperature is known.
#include "airy/simulate.h"
#include "glass_heat.h"

#include <math.h>

void airy_glass_heat_defaults(airy_glass_heat *glass)
{
    *glass = (airy_glass_heat){.ln_a = -125,
                               .nonlinearity = 0.5,
                               .beta = 0.6,
                               .activation_k = 40638,
                               .cool_k_min = 16,
                               .heat_k_min = 16,
                               .high_k = 345,
                               .low_k = 270,
                               .step_k = 0.25,
                               .cp_glass = 0.30,
                               .cp_slope = 5e-4,
                               .cp_step = 0.45};
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_glass_heat *glass = of;
    enum { MOST = 20000 }; // each step looks back at all before it
    if (!(glass->cool_k_min > 0 && isfinite(glass->cool_k_min)))
        return airy_error_set(err, AIRY_EARGUMENT, "the cooling rate %g is not above 0",
                              glass->cool_k_min);
    double steps = (glass->high_k - glass->low_k) / glass->step_k;
    if (!(steps >= 2 && steps <= MOST))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "from %g to %g K in steps of %g K are %g steps: 2 to %d are wanted",
                              glass->high_k, glass->low_k, glass->step_k, steps, MOST);
    return AIRY_OK;
}

const airy_option airy_glass_heat_rows[] = {
    AIRY_OPTION(airy_glass_heat, heat_k_min, "heating", .low = 1e-9, .high = 1e9, .unit = "K/min",
                .help = "rate"),
    AIRY_OPTION(airy_glass_heat, high_k, "from", .low = 1, .high = 1e4, .unit = "K",
                .help = "highest temperature, where the liquid is in equilibrium"),
    AIRY_OPTION(airy_glass_heat, low_k, "to", .low = 1, .high = 1e4, .unit = "K", .help = "lowest"),
    AIRY_OPTION(airy_glass_heat, step_k, "step", .low = 1e-3, .high = 100, .unit = "K",
                .help = "of the calculation and of the curve"),
    AIRY_OPTION(airy_glass_heat, ln_a, "ln-a", .help = "of the relaxation time, s"),
    AIRY_OPTION(airy_glass_heat, activation_k, "activation", .low = 1, .high = 1e7, .unit = "K",
                .help = "dH / R"),
    AIRY_OPTION(airy_glass_heat, nonlinearity, "nonlinearity", .low = 0, .high = 1, .help = "x"),
    AIRY_OPTION(airy_glass_heat, beta, "beta", .low = 0.05, .high = 1,
                .help = "stretching exponent"),
    AIRY_OPTION(airy_glass_heat, noise, "noise", .low = 0, .high = 1e6, .unit = "J/(g K)",
                .help = "standard deviation of a point"),
    {.check = check},
};

int airy_glass_heat_points(const airy_glass_heat *glass)
{
    return (int)lround((glass->high_k - glass->low_k) / glass->step_k);
}

// Steps so far: how much the temperature changed in each, and how many relaxation times passed from
// the beginning of the run to its end.
typedef struct record {
    int n;
    double *jump, *times, *after; // times: in each step; after: scratch
} record;

// Tf = T0 + sum_j jump_j (1 - exp(-(sum_{k >= j} times_k)^beta)).
static double fictive(const record *of, double first, double beta)
{
    double passed = 0, tf = first;
    for (int j = of->n - 1; j >= 0; j--) {
        passed += of->times[j];
        of->after[j] = of->jump[j] * -expm1(-pow(passed, beta));
    }
    for (int j = 0; j < of->n; j++)
        tf += of->after[j];
    return tf;
}

// One step to the temperature t, that takes `seconds`; the fictive temperature after it.
static double step(const airy_glass_heat *glass, record *of, double t, double jump, double seconds,
                   double tf)
{
    double ln_tau = glass->ln_a + glass->nonlinearity * glass->activation_k / t +
                    (1 - glass->nonlinearity) * glass->activation_k / tf;
    of->jump[of->n] = jump;
    of->times[of->n] = seconds * exp(-ln_tau);
    of->n++;
    return fictive(of, glass->high_k, glass->beta);
}

static void run(const airy_glass_heat *glass, record *of, double *temperature_k, double *cp,
                double *fictive_k)
{
    int n = airy_glass_heat_points(glass);
    double tf = glass->high_k;
    for (int i = 1; i <= n; i++)
        tf = step(glass, of, glass->high_k - i * glass->step_k, -glass->step_k,
                  glass->step_k / glass->cool_k_min * 60, tf);
    *fictive_k = tf;
    for (int i = 1; i <= n; i++) {
        double t = glass->low_k + i * glass->step_k, before = tf;
        tf = step(glass, of, t, glass->step_k, glass->step_k / glass->heat_k_min * 60, tf);
        temperature_k[i - 1] = t - glass->step_k / 2;
        cp[i - 1] = glass->cp_glass + glass->cp_slope * (temperature_k[i - 1] - 300) +
                    glass->cp_step * (tf - before) / glass->step_k;
    }
}

airy_code airy_glass_heat_curve(const airy_glass_heat *glass, uint32_t stream,
                                double *temperature_k, double *cp, double *fictive_k,
                                airy_error *err)
{
    airy_code code = airy_options_check(airy_glass_heat_rows, glass, err);
    if (code != AIRY_OK)
        return code;
    int n = airy_glass_heat_points(glass);
    record of = {.jump = airy_memory_new(6 * (size_t)n, sizeof *of.jump)};
    if (!of.jump)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d steps", 2 * n);
    of.times = of.jump + 2 * n;
    of.after = of.times + 2 * n;
    run(glass, &of, temperature_k, cp, fictive_k);
    airy_random random;
    airy_random_init(&random, glass->seed, stream, AIRY_STREAM_HEAT, 0);
    for (int i = 0; i < n; i++)
        cp[i] += glass->noise * airy_random_normal(&random);
    airy_memory_free(of.jump);
    return AIRY_OK;
}

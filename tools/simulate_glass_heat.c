// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset glass-heat: heating curves of a glass whose fictive temperature is known.
#include "say.h"
#include "simulations.h"

enum { RATES_MOST = 64 };

typedef struct wishes {
    airy_glass_heat glass;
    int preset, rates;
    const char *cool;
    double rate[RATES_MOST];
} wishes;

static airy_code write(void *what, const airy_simulation_output *output, airy_error *err)
{
    const wishes *w = what;
    return airy_glass_heat_write(&w->glass, w->rate, w->rates, output, err);
}

int simulate_glass_heat(invocation *call)
{
    wishes w = {.preset = 1, .cool = "1,4,16"};
    airy_glass_heat *g = &w.glass;
    airy_error err = {0};
    airy_glass_heat_defaults(g);
    const option table[] = {
        {"preset", OPTION_CHOICE, &w.preset, .choices = SIMULATE_PRESETS,
         .help = "glass-heat: heat capacity of a model glass on heating"},
        {"cooling", OPTION_TEXT, &w.cool, .unit = "K/MIN,...", .help = "rates before the heating"},
        {"heating", OPTION_DOUBLE, &g->heat_k_min, .low = 1e-9, .high = 1e9, .unit = "K/min",
         .help = "rate"},
        {"from", OPTION_DOUBLE, &g->high_k, .low = 1, .high = 1e4, .unit = "K",
         .help = "highest temperature, where the liquid is in equilibrium"},
        {"to", OPTION_DOUBLE, &g->low_k, .low = 1, .high = 1e4, .unit = "K", .help = "lowest"},
        {"step", OPTION_DOUBLE, &g->step_k, .low = 1e-3, .high = 100, .unit = "K",
         .help = "of the calculation and of the curve"},
        {"ln-a", OPTION_DOUBLE, &g->ln_a, .help = "of the relaxation time, s"},
        {"activation", OPTION_DOUBLE, &g->activation_k, .low = 1, .high = 1e7, .unit = "K",
         .help = "dH / R"},
        {"nonlinearity", OPTION_DOUBLE, &g->nonlinearity, .low = 0, .high = 1, .help = "x"},
        {"beta", OPTION_DOUBLE, &g->beta, .low = 0.05, .high = 1, .help = "stretching exponent"},
        {"noise", OPTION_DOUBLE, &g->noise, .low = 0, .high = 1e6, .unit = "J/(g K)",
         .help = "standard deviation of a point"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_SEED, 0, 0))
        return call->status;
    g->seed = call->seed;
    airy_code code = airy_text_doubles(w.cool, w.rate, RATES_MOST, &w.rates, &err);
    if (code == AIRY_OK)
        code = simulate_files(call, write, &w, &err);
    return say_done(call, code, &err);
}

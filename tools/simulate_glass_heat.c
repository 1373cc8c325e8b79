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
        {"options", OPTION_ROWS, g, .rows = airy_glass_heat_rows},
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

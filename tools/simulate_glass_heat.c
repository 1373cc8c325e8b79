// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset glass-heat: heating curves of a glass whose fictive temperature is known.
#include "airy/files.h"
#include "airy/simulate.h"
#include "commands.h"
#include "say.h"
#include "simulations.h"

#include <math.h>

enum { RATES_MOST = 64 };

typedef struct work {
    invocation *call;
    airy_glass_heat glass;
    int preset, rates;
    const char *cool;
    double rate[RATES_MOST];
    airy_table curves, truth;
    airy_history history;
} work;

// Numbers of one row by the table's columns, in order.
static airy_code add_row(airy_table *table, const double *values, airy_error *err)
{
    airy_code code = airy_table_add(table, err);
    for (int c = 0; code == AIRY_OK && c < table->columns; c++)
        code = airy_table_put_double(table, table->rows - 1, table->name[c], values[c], err);
    return code;
}

static airy_code heat(work *w, int i, airy_error *err)
{
    airy_glass_heat glass = w->glass;
    glass.cool_k_min = w->rate[i];
    airy_code code = airy_glass_heat_check(&glass, err);
    if (code != AIRY_OK)
        return code;
    int n = airy_glass_heat_points(&glass);
    double *t = airy_memory_new(2 * (size_t)n, sizeof *t), fictive = NAN;
    if (!t)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a curve of %d points", n);
    code = airy_glass_heat_curve(&glass, (uint32_t)i, t, t + n, &fictive, err);
    for (int k = 0; code == AIRY_OK && k < n; k++)
        code = add_row(&w->curves, (double[]){w->rate[i], t[k], t[n + k]}, err);
    if (code == AIRY_OK)
        code = add_row(&w->truth, (double[]){w->rate[i], fictive}, err);
    airy_memory_free(t);
    return code;
}

static airy_code write(const work *w, airy_table *table, const char *name, bool check,
                       airy_error *err)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/%s", w->call->output, name);
    airy_code code = AIRY_OK;
    if (path.failed)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a path");
    else if (check)
        code = airy_output_check(path.text, NULL, w->call->overwrite, err);
    else if ((code = airy_history_copy(&table->history, &w->history, err)) == AIRY_OK)
        code = airy_table_write(path.text, table, w->call->overwrite, err);
    airy_text_release(&path);
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    airy_code code = airy_text_doubles(w->cool, w->rate, RATES_MOST, &w->rates, err);
    if (code == AIRY_OK)
        code = airy_table_init(&w->curves, "cooling_K_per_min temperature_K Cp_J_per_gK", err);
    if (code == AIRY_OK)
        code = airy_table_init(&w->truth, "cooling_K_per_min fictive_K", err);
    for (int i = 0; code == AIRY_OK && i < w->rates; i++)
        code = heat(w, i, err);
    if (code == AIRY_OK)
        code = airy_call_record(&w->call->run, NULL, NULL, &w->history, err);
    if (code == AIRY_OK)
        code = airy_folder_make(w->call->output, err);
    for (int check = 1; check >= 0; check--) { // first whether both may be written
        if (code == AIRY_OK)
            code = write(w, &w->curves, "curves.tsv", check, err);
        if (code == AIRY_OK)
            code = write(w, &w->truth, "truth.tsv", check, err);
    }
    return code;
}

int simulate_glass_heat(invocation *call)
{
    work w = {.call = call, .preset = 1, .cool = "1,4,16"};
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
    airy_code code = run(&w, &err);
    airy_table_release(&w.curves);
    airy_table_release(&w.truth);
    airy_history_release(&w.history);
    return say_done(call, code, &err);
}

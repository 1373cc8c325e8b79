// SPDX-License-Identifier: GPL-3.0-or-later
// Files of simulated heating curves: several rates of cooling, and their fictive temperatures.
#include "glass_heat.h"
#include "simulate/products.h"

#include <math.h>

typedef struct work {
    airy_table curves, truth;
} work;

// Numbers of one row by the table's columns, in order.
static airy_code add_row(airy_table *table, const double *values, airy_error *err)
{
    airy_code code = airy_table_add(table, err);
    for (int c = 0; code == AIRY_OK && c < table->columns; c++)
        // as many values as columns, NOLINTNEXTLINE(*CallAndMessage)
        code = airy_table_put_double(table, table->rows - 1, table->name[c], values[c], err);
    return code;
}

static airy_code heat(work *w, const airy_glass_heat *glass, int i, airy_error *err)
{
    airy_code code = airy_options_check(airy_glass_heat_rows, glass, err);
    if (code != AIRY_OK)
        return code;
    int n = airy_glass_heat_points(glass);
    double *t = airy_memory_new(2 * (size_t)n, sizeof *t), fictive = NAN, rate = glass->cool_k_min;
    if (!t)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a curve of %d points", n);
    code = airy_glass_heat_curve(glass, (uint32_t)i, t, t + n, &fictive, err);
    for (int k = 0; code == AIRY_OK && k < n; k++)
        code = add_row(&w->curves, (double[]){rate, t[k], t[n + k]}, err);
    if (code == AIRY_OK)
        code = add_row(&w->truth, (double[]){rate, fictive}, err);
    airy_memory_free(t);
    return code;
}

static airy_code write_curves(const void *what, const airy_simulation_output *output,
                              const char *path, airy_error *err)
{
    return airy_product_table(output, path, &((const work *)what)->curves, err);
}

static airy_code write_truth(const void *what, const airy_simulation_output *output,
                             const char *path, airy_error *err)
{
    return airy_product_table(output, path, &((const work *)what)->truth, err);
}

airy_code airy_glass_heat_write(const airy_glass_heat *glass, const double *cool_k_min, int n,
                                const airy_simulation_output *output, airy_error *err)
{
    const airy_product files[] = {{"curves.tsv", write_curves}, {"truth.tsv", write_truth}};
    work w = {0};
    airy_code code = airy_table_init(&w.curves, "cooling_K_per_min temperature_K Cp_J_per_gK", err);
    if (code == AIRY_OK)
        code = airy_table_init(&w.truth, "cooling_K_per_min fictive_K", err);
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        airy_glass_heat one = *glass;
        one.cool_k_min = cool_k_min[i];
        code = heat(&w, &one, i, err);
    }
    if (code == AIRY_OK)
        code = airy_products_write(files, sizeof files / sizeof files[0], &w, output, err);
    airy_table_release(&w.curves);
    airy_table_release(&w.truth);
    return code;
}

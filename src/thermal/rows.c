// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of all curves of a table as rows.
#include "rows.h"
#include "measures.h"
#include "airy/work.h"
#include "baselines.h"
#include "curves.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// What became of one curve.
typedef struct measured {
    int n;
    airy_thermal_value value[AIRY_THERMAL_VALUES];
    char why[256];
} measured;

typedef struct batch {
    const airy_curves *curves;
    const airy_table *from;
    const airy_thermal_options *options;
    measured *of;
} batch;

static airy_code measure_one(int i, void *workspace, void *context, airy_error *err)
{
    batch *all = context;
    measured *of = &all->of[i];
    airy_thermal_curve curve;
    airy_error why = {0};
    (void)workspace;
    airy_code code = airy_thermal_curve_make(all->curves, all->from, i, all->options, &curve, err);
    if (code != AIRY_OK)
        return code;
    of->n = airy_thermal_measure_curve(&curve, all->options, (uint32_t)i, of->value, &why);
    if (of->n == 0)
        snprintf(of->why, sizeof of->why, "%.255s", why.message);
    airy_thermal_curve_release(&curve);
    return why.code == AIRY_EMEMORY ? airy_error_set(err, why.code, "%s", why.message) : AIRY_OK;
}

static void window_text(const airy_thermal_window *window, const airy_thermal_line *line,
                        char text[64])
{
    text[0] = '\0';
    if (airy_thermal_known(line))
        snprintf(text, 64, "%g %+g x", line->intercept, line->slope);
    else if (airy_thermal_given(window))
        snprintf(text, 64, "%g:%g", window->low, window->high);
    else
        snprintf(text, 64, "none");
}

// Units of the columns as they are measured: temperatures in K, slopes by x.
static void units_of(const batch *all, char x[64], char y[64])
{
    char plain[32];
    airy_curves_unit(all->from->name[all->curves->x], plain);
    snprintf(x, 64, "%s", strcmp(plain, "C") == 0 ? "K" : plain);
    airy_curves_unit(all->from->name[all->curves->y], plain);
    snprintf(y, 64, all->options->derive ? "%s/%s" : "%s", plain, x);
}

// "x", "y", "1/x" and products of them; "y/(W/g)" is mg where y is mW, else g.
static void unit_text(const char *unit, const char *x, const char *y, char text[160])
{
    if (strcmp(unit, "y/(W/g)") == 0) {
        snprintf(text, 160, "%s", strcmp(y, "mW") == 0 ? "mg" : "g");
        return;
    }
    text[0] = '\0';
    for (size_t at = 0; *unit && at < 150; unit++) {
        const char *word = *unit == 'x' ? x : *unit == 'y' ? y : NULL;
        at += (size_t)(word ? snprintf(text + at, 160 - at, "%s", word)
                            : snprintf(text + at, 160 - at, "%c", *unit));
    }
}

static airy_code put_number(airy_table *table, const char *column, double value, airy_error *err)
{
    char text[40];
    snprintf(text, sizeof text, isnan(value) ? "nan" : "%.12g", value);
    return airy_table_put(table, table->rows - 1, column, text, err);
}

static airy_code add_rows(const char *name, const batch *all, int i, airy_table *table,
                          airy_error *err)
{
    static const char *const columns[] = {"what", "unit", "baseline_low", "baseline_high"};
    const airy_thermal_options *options = all->options;
    char x[64], y[64], unit[160], low[64], high[64];
    airy_code code = AIRY_OK;
    units_of(all, x, y);
    window_text(&options->low, &options->low_line, low);
    window_text(&options->high, &options->high_line, high);
    for (int k = 0; code == AIRY_OK && k < all->of[i].n; k++) {
        const airy_thermal_value *value = &all->of[i].value[k];
        unit_text(value->unit, x, y, unit);
        const char *const texts[] = {value->name, unit, low, high};
        code = airy_thermal_row(name, all->curves, all->from, i, table, err);
        for (int c = 0; code == AIRY_OK && c < 4; c++)
            code = airy_table_put(table, table->rows - 1, columns[c], texts[c], err);
        if (code == AIRY_OK)
            code = put_number(table, "value", value->value, err);
        if (code == AIRY_OK)
            code = put_number(table, "low", value->low, err);
        if (code == AIRY_OK)
            code = put_number(table, "high", value->high, err);
    }
    return code;
}

static airy_code add_all(const char *name, const batch *all, airy_table *table, airy_text *why,
                         airy_error *err)
{
    int found = 0;
    airy_code code = airy_thermal_table(
        all->curves, all->from, "curve\twhat\tvalue\tlow\thigh\tunit\tbaseline_low\tbaseline_high",
        table, err);
    for (int i = 0; code == AIRY_OK && i < all->curves->n; i++) {
        found += all->of[i].n > 0;
        if (all->of[i].n > 0) {
            code = add_rows(name, all, i, table, err);
            continue;
        }
        airy_text_append(why, "%s ", name);
        airy_curves_whose(all->curves, all->from, i, why);
        airy_text_append(why, ": %s\n", all->of[i].why);
    }
    if (code == AIRY_OK && found == 0)
        code = airy_error_set(err, AIRY_EVALUE, "%s", all->of[0].why);
    return code;
}

airy_code airy_thermal_add(const char *name, const airy_table *from,
                           const airy_thermal_options *options, const airy_progress *progress,
                           airy_table *table, airy_text *why, airy_error *err)
{
    airy_curves curves = {0};
    batch all = {.curves = &curves, .from = from, .options = options};
    airy_code code = airy_options_check(airy_thermal_rows, options, err);
    if (code == AIRY_OK)
        code = airy_curves_read(from, &options->columns, &curves, err);
    if (code == AIRY_OK && !(all.of = airy_memory_new((size_t)curves.n, sizeof *all.of)))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d curves", curves.n);
    const airy_farm farm = {
        .threads = options->threads, .job = measure_one, .context = &all, .progress = progress};
    if (code == AIRY_OK)
        code = airy_farm_run(&farm, curves.n, err);
    if (code == AIRY_OK)
        code = add_all(name, &all, table, why, err);
    airy_memory_free(all.of);
    airy_curves_release(&curves);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Fits as tables: parameters with errors, what the fit is worth, and the fitted curves.
#include "rows.h"
#include "fits.h"
#include "units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// Rows of one fit on their way into the table. The first error stays.
typedef struct rows {
    airy_table *table;
    const airy_curves *curves;
    const airy_table *from;
    int curve;
    const char *model, *x_unit, *y_unit;
    airy_code code;
    airy_error *err;
} rows;

// Twelve digits, for some laws are exact.
static void put_number(rows *to, const char *column, double value)
{
    char text[40];
    if (isinf(value))
        snprintf(text, sizeof text, "%s", value > 0 ? "infinite" : "-infinite");
    else
        snprintf(text, sizeof text, isnan(value) ? "nan" : "%.12g", value);
    if (to->code == AIRY_OK)
        to->code = airy_table_put(to->table, to->table->rows - 1, column, text, to->err);
}

static void put_text(rows *to, const char *column, const char *text)
{
    if (to->code == AIRY_OK)
        to->code = airy_table_put(to->table, to->table->rows - 1, column, text, to->err);
}

// A new row that says whose it is.
static void begin(rows *to)
{
    const airy_curves *curves = to->curves;
    if (to->code == AIRY_OK)
        to->code = airy_table_add(to->table, to->err);
    for (int k = 0; k < curves->n_by; k++) {
        const char *name = to->from->name[curves->by[k]];
        put_text(to, name, airy_table_get(to->from, curves->one[to->curve].row, name));
    }
    put_text(to, "model", to->model);
}

// value, error, low, high of a parameter.
static void add(rows *to, const char *parameter, const double number[4], const char *unit)
{
    static const char *const columns[] = {"value", "error", "low", "high"};
    begin(to);
    put_text(to, "parameter", parameter);
    for (int i = 0; i < 4; i++)
        put_number(to, columns[i], number[i]);
    put_text(to, "unit", unit);
}

static void add_plain(rows *to, const char *parameter, double value)
{
    add(to, parameter, (double[]){value, NAN, NAN, NAN}, "1");
}

static void add_parameters(rows *to, const airy_fit_curve *fit)
{
    char unit[64];
    for (int k = 0; k < fit->model->np; k++) {
        airy_unit_in(fit->model->parameter[k].unit, to->x_unit, to->y_unit, unit);
        add(to, fit->model->parameter[k].name,
            (double[]){fit->p[k], fit->error[k], fit->low[k], fit->high[k]}, unit);
    }
}

static void add_derived(rows *to, const airy_fit_curve *fit, double z)
{
    airy_fit_derived derived[AIRY_FIT_DERIVED];
    char unit[64];
    int n = fit->model->derive ? fit->model->derive(fit->p, derived) : 0;
    for (int i = 0; i < n; i++) {
        double value = derived[i].value, error = airy_fit_derived_error(fit, &derived[i]);
        airy_unit_in(derived[i].unit, to->x_unit, to->y_unit, unit);
        if (!isfinite(value))
            error = NAN;
        add(to, derived[i].name, (double[]){value, error, value - z * error, value + z * error},
            unit);
    }
}

// "correlation:tau:beta" of all pairs that were fitted.
static void add_correlations(rows *to, const airy_fit_curve *fit)
{
    int np = fit->model->np;
    char name[160];
    for (int i = 0; i < np; i++)
        for (int j = i + 1; j < np; j++) {
            double size = sqrt(fit->covariance[i * np + i] * fit->covariance[j * np + j]);
            if (!(size > 0))
                continue;
            snprintf(name, sizeof name, "correlation:%s:%s", fit->model->parameter[i].name,
                     fit->model->parameter[j].name);
            add_plain(to, name, fit->covariance[i * np + j] / size);
        }
}

static void add_fit(rows *to, const airy_fit_curve *fit, double weight,
                    const airy_curves_options *options)
{
    bool rescaled = fit->scatter != 1;
    add_parameters(to, fit);
    int dof = fit->parts ? fit->parts - 1 : rescaled ? fit->n - fit->free : 0;
    add_derived(to, fit, airy_fit_quantile(options->level, dof));
    if (options->correlations)
        add_correlations(to, fit);
    add_plain(to, "chi2", fit->chi2);
    add_plain(to, "dof", fit->n - fit->free);
    add_plain(to, "scatter", fit->scatter);
    add_plain(to, "aicc", fit->aicc);
    add_plain(to, "weight", weight);
    add_plain(to, "n", fit->n);
    add_plain(to, "censored", fit->censored);
    if (options->limits == AIRY_LIMITS_BOOTSTRAP)
        add_plain(to, "draws_lost", fit->lost);
    if (fit->parts > 0)
        add_plain(to, "parts", fit->parts);
}

// A fit that failed is two rows without numbers: its points, and that nothing is known.
static void add_failed(rows *to, int n)
{
    add_plain(to, "n", n);
    add_plain(to, "failed", 1);
}

static airy_code begin_table(const airy_curves *curves, const airy_table *from, const char *more,
                             airy_table *table, airy_error *err)
{
    airy_text names = {0};
    for (int k = 0; k < curves->n_by; k++)
        airy_text_append(&names, "%s\t", from->name[curves->by[k]]);
    airy_text_append(&names, "%s", more);
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                                  : airy_table_init(table, names.text, err);
    airy_text_release(&names);
    return code;
}

static void weights_of(const airy_curves_fits *fits, int curve, double *weight)
{
    double aicc[AIRY_CURVES_MODELS];
    for (int m = 0; m < fits->models; m++) {
        const airy_fit_curve *fit = &fits->fit[curve * fits->models + m];
        aicc[m] = fit->model ? fit->aicc : (double)INFINITY;
    }
    airy_fit_weights(aicc, fits->models, weight);
}

airy_code airy_curves_to_table(const airy_curves *curves, const airy_table *from,
                               const airy_curves_fits *fits, const airy_curves_options *options,
                               airy_table *table, airy_error *err)
{
    char x_unit[32], y_unit[32];
    rows to = {.table = table, .curves = curves, .from = from, .err = err};
    airy_curves_unit(from->name[curves->x], x_unit);
    airy_curves_unit(from->name[curves->y], y_unit);
    to.x_unit = options->x_unit ? options->x_unit : x_unit;
    to.y_unit = options->y_unit ? options->y_unit : y_unit;
    to.code =
        begin_table(curves, from, "model\tparameter\tvalue\terror\tlow\thigh\tunit", table, err);
    for (to.curve = 0; to.curve < fits->curves; to.curve++) {
        double weight[AIRY_CURVES_MODELS];
        weights_of(fits, to.curve, weight);
        for (int m = 0; m < fits->models; m++) {
            const airy_fit_curve *fit = &fits->fit[to.curve * fits->models + m];
            to.model = fits->model[m]->name;
            if (fit->model)
                add_fit(&to, fit, weight[m], options);
            else
                add_failed(&to, curves->one[to.curve].n);
        }
    }
    return to.code;
}

// ------------------------------------------------------------------ points

static void add_points(rows *to, const airy_fit_curve *fit)
{
    const airy_curves *curves = to->curves;
    const airy_curves_one *one = &curves->one[to->curve];
    for (int i = 0; i < one->n && to->code == AIRY_OK; i++) {
        double f, error = one->dy ? one->dy[i] : 1;
        airy_fit_model_values(fit->model, fit->p, &one->x[i], 1, &f, NULL);
        begin(to);
        put_number(to, to->from->name[curves->x], one->x[i]);
        put_number(to, to->from->name[curves->y], one->y[i]);
        if (one->dy)
            put_number(to, to->from->name[curves->dy], one->dy[i]);
        put_number(to, "fit", f);
        put_number(to, "residual", (one->y[i] - f) / error);
    }
}

airy_code airy_curves_points(const airy_curves *curves, const airy_table *from,
                             const airy_curves_fits *fits, airy_table *table, airy_error *err)
{
    rows to = {.table = table, .curves = curves, .from = from, .err = err};
    airy_text names = {0};
    airy_text_append(&names, "model\t%s\t%s\t", from->name[curves->x], from->name[curves->y]);
    if (curves->dy >= 0)
        airy_text_append(&names, "%s\t", from->name[curves->dy]);
    airy_text_append(&names, "fit\tresidual");
    to.code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                           : begin_table(curves, from, names.text, table, err);
    airy_text_release(&names);
    for (int i = 0; i < fits->curves * fits->models && to.code == AIRY_OK; i++) {
        to.curve = i / fits->models;
        to.model = fits->model[i % fits->models]->name;
        if (fits->fit[i].model)
            add_points(&to, &fits->fit[i]);
    }
    return to.code;
}

// ------------------------------------------------------------------ the table of models

static void add_model(rows *to, const airy_fit_model *model)
{
    for (int k = 0; k < model->np; k++) {
        const airy_fit_parameter *row = &model->parameter[k];
        begin(to);
        put_text(to, "parameter", row->name);
        put_text(to, "unit", row->unit);
        put_number(to, "low", row->low);
        put_number(to, "high", row->high);
        put_number(to, "held", row->held ? row->value : (double)NAN);
        put_text(to, "means", row->means);
        put_text(to, "scale", model->logarithmic ? "log" : "linear");
        put_text(to, "formula", model->formula);
        put_text(to, "source", model->source);
    }
}

airy_code airy_curves_models(airy_table *table, airy_error *err)
{
    const airy_curves none = {0};
    rows to = {.table = table, .curves = &none, .err = err};
    to.code = airy_table_init(table,
                              "model parameter unit low high held means scale formula source", err);
    for (int i = 0; airy_fit_model_at(i); i++) {
        to.model = airy_fit_model_at(i)->name;
        add_model(&to, airy_fit_model_at(i));
    }
    return to.code;
}

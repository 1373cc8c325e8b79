// SPDX-License-Identifier: GPL-3.0-or-later
// Every model to every curve.
#include "fits.h"
#include "choices.h"

#include "airy/work.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void airy_curves_options_defaults(airy_curves_options *options)
{
    *options = (airy_curves_options){
        .columns = {.low = -INFINITY, .high = INFINITY}, .level = 0.95, .draws = 1000};
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_curves_options *options = of;
    const airy_fit_model *models[AIRY_CURVES_MODELS];
    airy_fit_options fit[AIRY_CURVES_MODELS];
    int n;
    if (!(options->columns.low <= options->columns.high))
        return airy_error_set(err, AIRY_EARGUMENT, "x from %g to %g is no range",
                              options->columns.low, options->columns.high);
    return airy_choices_read(options, models, fit, &n, err);
}

const airy_option airy_curves_rows[] = {
    AIRY_OPTION(airy_curves_options, model, "model", .unit = "NAME", .help = "of --list-models"),
    AIRY_OPTION(airy_curves_options, columns.x, "x", .unit = "COLUMN",
                .help = "default: the first"),
    AIRY_OPTION(airy_curves_options, columns.y, "y", .unit = "COLUMN",
                .help = "default: the second"),
    AIRY_OPTION(airy_curves_options, columns.dy, "dy", .unit = "COLUMN",
                .help = "standard errors of y; without it they are all alike, by the scatter"),
    AIRY_OPTION(airy_curves_options, columns.dx, "dx", .unit = "COLUMN",
                .help = "standard errors of x, which count by the slope of the curve"),
    AIRY_OPTION(airy_curves_options, columns.by, "by", .unit = "COLUMNS",
                .help = "rows of the same cells there are one curve each"),
    AIRY_OPTION(airy_curves_options, columns.where, "where", .unit = "COLUMN=TEXT",
                .help = "rows with these cells alone, with commas"),
    AIRY_OPTION(airy_curves_options, against, "against", .unit = "MODELS",
                .help = "rivals, compared by AICc and Akaike weights"),
    AIRY_OPTION(airy_curves_options, scale, "scale", .choices = "habit|linear|log",
                .help = "residuals of y or of ln y; habit: as --list-models says"),
    AIRY_OPTION(airy_curves_options, columns.partless, "parts", .choices = "auto|off",
                .help =
                    "errors by columns Y_less_1, Y_less_2 ...: the curve without a part of what "
                    "was measured; off: they are not looked at"),
    AIRY_OPTION(airy_curves_options, rescale, "scatter",
                .help = "errors dy only weigh: their size comes from the scatter"),
    AIRY_OPTION(airy_curves_options, block, "block", .low = 0, .high = 1e6,
                .help =
                    "neighbours drawn together; 1: each by itself, 0: cube root of their number"),
    AIRY_OPTION(airy_curves_options, level, "level", .low = 0.01, .high = 0.9999,
                .help = "of the limits"),
    AIRY_OPTION(airy_curves_options, correlations, "correlations", .help = "rows of them"),
    AIRY_OPTION(airy_curves_options, x_unit, "x-unit", .unit = "UNIT",
                .help = "if not by its name"),
    AIRY_OPTION(airy_curves_options, y_unit, "y-unit", .unit = "UNIT",
                .help = "if not by its name"),
    {.check = check},
};

airy_code airy_curves_check_x(const airy_curves *curves, const airy_table *from,
                              const airy_curves_options *options, airy_error *err)
{
    const airy_fit_model *models[AIRY_CURVES_MODELS];
    airy_fit_options fit[AIRY_CURVES_MODELS];
    const char *name = from->name[curves->x];
    char unit[32];
    int n;
    airy_curves_unit(name, unit);
    if (options->x_unit)
        snprintf(unit, sizeof unit, "%s", options->x_unit);
    airy_code code = airy_choices_read(options, models, fit, &n, err);
    for (int m = 0; code == AIRY_OK && m < n; m++)
        if (models[m]->x_unit && unit[0] != '[' && strcmp(unit, models[m]->x_unit) != 0)
            code = airy_error_set(err, AIRY_EVALUE, "x of %s is in %s, and column %s is in %s: %s",
                                  models[m]->name, models[m]->x_unit, name, unit,
                                  strcmp(unit, "C") == 0 ? "add 273.15 to it"
                                                         : "name another column (--x)");
    return code;
}

// Fits whose points lie off the curve by more than their errors: rarer than one in 10^4.
int airy_curves_misfits(const airy_curves_fits *fits, double *worst)
{
    int found = 0;
    *worst = 0;
    for (int i = 0; i < fits->curves * fits->models; i++) {
        const airy_fit_curve *fit = &fits->fit[i];
        int dof = fit->model && fit->scatter == 1 ? fit->n - fit->free : 0;
        double share = dof > 0 ? fit->chi2 / dof : 0;
        if (share > 1 && airy_chance_f_above(share, dof, 1e9) < 1e-4) {
            found++;
            *worst = fmax(*worst, share);
        }
    }
    return found;
}

int airy_curves_alike(const airy_curves_fits *fits, double *worst)
{
    const double much = 0.3, sigmas = 4; // of independent points: 1 / sqrt(n)
    int found = 0;
    *worst = 0;
    for (int i = 0; i < fits->curves * fits->models; i++) {
        const airy_fit_curve *fit = &fits->fit[i];
        if (!fit->model || fit->in_blocks || fit->alike < fmax(much, sigmas / sqrt(fit->n)))
            continue;
        found++;
        *worst = fmax(*worst, fit->alike);
    }
    return found;
}

typedef struct fitting {
    const airy_curves *curves;
    airy_curves_fits *fits;
    airy_fit_options options[AIRY_CURVES_MODELS];
} fitting;

// Job i: model i % models to curve i / models. A fit that fails is told and no failure of the farm.
static airy_code fit_one(int i, void *workspace, void *context, airy_error *err)
{
    fitting *task = context;
    airy_curves_fits *fits = task->fits;
    int curve = i / fits->models, m = i % fits->models;
    const airy_curves_one *one = &task->curves->one[curve];
    const airy_fit_data data = {.n = one->n,
                                .x = one->x,
                                .y = one->y,
                                .dy = one->dy,
                                .parts = one->less ? task->curves->parts : 0,
                                .less = one->less};
    airy_fit_options options = task->options[m];
    airy_error why = {0};
    (void)workspace;
    options.stream = (uint32_t)curve;
    airy_fit_curve *fit = &fits->fit[i];
    airy_code code = one->dx
                         ? airy_fit_effective(fits->model[m], &data, one->dx, &options, fit, &why)
                         : airy_fit_curve_fit(fits->model[m], &data, &options, fit, &why);
    if (code == AIRY_EMEMORY)
        return airy_error_set(err, code, "%s", why.message);
    if (code != AIRY_OK)
        snprintf(fits->why[i], sizeof fits->why[i], "%.255s", why.message);
    return AIRY_OK;
}

static airy_code run(fitting *task, int threads, const airy_progress *progress, airy_error *err)
{
    airy_curves_fits *fits = task->fits;
    int n = fits->curves * fits->models;
    const airy_farm_slots slots[] = {{fits->fit, sizeof *fits->fit},
                                     {fits->why, sizeof *fits->why}};
    const airy_farm farm = {.threads = threads,
                            .job = fit_one,
                            .context = task,
                            .progress = progress,
                            .slots = slots,
                            .slot_count = 2};
    airy_code code = airy_farm_run(&farm, n, err);
    for (int i = 0; i < n; i++) { // other ranks' pointers are not ours
        fits->fit[i].model = fits->why[i][0] ? NULL : fits->model[i % fits->models];
        fits->failed += !fits->fit[i].model;
    }
    if (code == AIRY_OK && fits->failed == n)
        code = airy_error_set(err, AIRY_EVALUE, "%s", fits->why[0]);
    return code;
}

airy_code airy_curves_fit(const airy_curves *curves, const airy_curves_options *options,
                          const airy_progress *progress, airy_curves_fits *fits, airy_error *err)
{
    fitting task = {.curves = curves, .fits = fits};
    *fits = (airy_curves_fits){.curves = curves->n};
    airy_code code = airy_choices_read(options, fits->model, task.options, &fits->models, err);
    if (code != AIRY_OK)
        return code;
    size_t n = (size_t)fits->curves * (size_t)fits->models;
    fits->fit = airy_memory_new(n, sizeof *fits->fit);
    fits->why = airy_memory_new(n, sizeof *fits->why);
    if (!fits->fit || !fits->why || n > INT32_MAX)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %zu fits", n);
    else
        code = run(&task, options->threads, progress, err);
    if (code != AIRY_OK)
        airy_curves_fits_release(fits);
    return code;
}

void airy_curves_fits_release(airy_curves_fits *fits)
{
    airy_memory_free(fits->fit);
    airy_memory_free(fits->why);
    *fits = (airy_curves_fits){0};
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Fits in words, with what a reader must know before he believes a number.
#include "sentences.h"
#include "fits.h"
#include "units.h"

#include <math.h>
#include <string.h>

// "tau 50.1 +- 0.9 s".
static void say_parameter(const airy_fit_curve *fit, int k, const char *unit, airy_text *text)
{
    const char *name = fit->model->parameter[k].name;
    bool plain = strcmp(unit, "1") == 0 || unit[0] == '[';
    const char *space = plain ? "" : " ";
    unit = plain ? "" : unit;
    if (fit->state[k] == AIRY_FIT_HELD)
        airy_text_append(text, "%s %.6g%s%s held", name, fit->p[k], space, unit);
    else if (fit->state[k] != AIRY_FIT_FREE)
        airy_text_append(text, "%s at its limit %.6g%s%s", name, fit->p[k], space, unit);
    else
        airy_text_append(text, "%s %.6g +- %.2g%s%s", name, fit->p[k], fit->error[k], space, unit);
}

// The most dependent pair of parameters, where their errors hide one another.
static void say_correlation(const airy_fit_curve *fit, airy_text *text)
{
    const double much = 0.9;
    int np = fit->model->np, first = 0, second = 0;
    double most = 0;
    for (int i = 0; i < np; i++)
        for (int j = i + 1; j < np; j++) {
            double size = sqrt(fit->covariance[i * np + i] * fit->covariance[j * np + j]);
            double share = size > 0 ? fit->covariance[i * np + j] / size : 0;
            if (fabs(share) <= fabs(most))
                continue;
            most = share;
            first = i;
            second = j;
        }
    if (fabs(most) > much)
        airy_text_append(text,
                         "  %s and %s are correlated by %.3f: an error of one with the other held "
                         "would be too small\n",
                         fit->model->parameter[first].name, fit->model->parameter[second].name,
                         most);
}

static void say_warnings(const airy_fit_curve *fit, airy_text *text)
{
    static const char *const censored[] = {
        NULL, "tau lies beyond the last x: the record is too short, take it as a lower bound",
        "tau lies below the first x: take it as an upper bound"};
    if (censored[fit->censored])
        airy_text_append(text, "  %s\n", censored[fit->censored]);
    if (fit->lost > 0)
        airy_text_append(text, "  %d %s could not be fitted\n", fit->lost,
                         fit->parts > 0 ? "curves without a part" : "draws of the bootstrap");
    say_correlation(fit, text);
}

static void say_fit(const airy_fit_curve *fit, const char *x_unit, const char *y_unit,
                    airy_text *text)
{
    char unit[64];
    airy_text_append(text, "%s%s: ", fit->model->name, fit->logarithmic ? " (ln y)" : "");
    for (int k = 0; k < fit->model->np; k++) {
        airy_unit_in(fit->model->parameter[k].unit, x_unit, y_unit, unit);
        airy_text_append(text, "%s", k ? ", " : "");
        say_parameter(fit, k, unit, text);
    }
    airy_text_append(text, "; chi2 %.4g of %d points", fit->chi2, fit->n);
    if (fit->parts > 0)
        airy_text_append(text, ", errors by %d parts", fit->parts);
    airy_text_append(text, "\n");
    say_warnings(fit, text);
}

// Which rival stands best.
static void say_best(const airy_curves_fits *fits, int curve, airy_text *text)
{
    double aicc[AIRY_CURVES_MODELS], weight[AIRY_CURVES_MODELS];
    int best = 0;
    for (int m = 0; m < fits->models; m++) {
        const airy_fit_curve *fit = &fits->fit[curve * fits->models + m];
        aicc[m] = fit->model ? fit->aicc : (double)INFINITY;
        best = aicc[m] < aicc[best] ? m : best;
    }
    airy_fit_weights(aicc, fits->models, weight);
    airy_text_append(text, "  Akaike weights:");
    for (int m = 0; m < fits->models; m++)
        airy_text_append(text, " %s %.3g", fits->model[m]->name, weight[m]);
    airy_text_append(text, "%s\n", weight[best] < 0.95 ? "; the data do not decide" : "");
}

void airy_curves_sentences(const airy_curves *curves, const airy_table *from,
                           const airy_curves_fits *fits, const airy_curves_options *options,
                           int most, airy_text *text)
{
    char x_unit[32], y_unit[32];
    airy_curves_unit(from->name[curves->x], x_unit);
    airy_curves_unit(from->name[curves->y], y_unit);
    for (int i = 0; i < fits->curves && i < most; i++) {
        if (curves->n_by > 0)
            airy_curves_whose(curves, from, i, text);
        airy_text_append(text, "%s", curves->n_by > 0 ? "\n" : "");
        for (int m = 0; m < fits->models; m++) {
            const airy_fit_curve *fit = &fits->fit[i * fits->models + m];
            if (fit->model)
                say_fit(fit, options->x_unit ? options->x_unit : x_unit,
                        options->y_unit ? options->y_unit : y_unit, text);
            else
                airy_text_append(text, "%s: %s\n", fits->model[m]->name,
                                 fits->why[i * fits->models + m]);
        }
        if (fits->models > 1)
            say_best(fits, i, text);
    }
    if (fits->curves > most)
        airy_text_append(text, "%d more curves are in the table\n", fits->curves - most);
    if (fits->failed > 0)
        airy_text_append(text, "%d of %d fits failed\n", fits->failed, fits->curves * fits->models);
    if (curves->left_out > 0)
        airy_text_append(text, "rows without numbers, left out: %d\n", curves->left_out);
}

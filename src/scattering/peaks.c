// SPDX-License-Identifier: GPL-3.0-or-later
// Positions and widths of peaks, by several estimators.
#include "airy/scattering.h"
#include "peaks.h"

#include <math.h>
#include <string.h>

enum { LEAST_WINDOW = 8, LEAST_TOP = 5, CUBIC = 4 };

// First peaks of glasses fall off more slowly than a Lorentzian at the foot: its share may be more
// than 1.
#define ETA_MOST 1.5

// Points of the curve from first to last.
typedef struct span {
    int first, last;
} span;

static span find_window(const airy_spectrum *c, double low, double high)
{
    span s = {0, -1};
    while (s.first < c->n && c->q[s.first] < low)
        s.first++;
    for (s.last = s.first - 1; s.last + 1 < c->n && c->q[s.last + 1] <= high;)
        s.last++;
    return s;
}

static int find_top(const airy_spectrum *c, span window)
{
    int top = window.first;
    for (int i = window.first; i <= window.last; i++)
        if (c->y[i] > c->y[top])
            top = i;
    return top;
}

// Errors of every point of a span are known.
static bool has_errors(const airy_spectrum *c, span s)
{
    for (int i = s.first; i <= s.last; i++)
        if (!(c->sigma[i] > 0))
            return false;
    return true;
}

// ------------------------------------------------------------------ the top by a cubic

// The points about the top that are above share of it, at least LEAST_TOP where the window has
// them.
static span around_top(const airy_spectrum *c, span window, int top, double share)
{
    span s = {top, top};
    while (s.first > window.first && c->y[s.first - 1] >= share * c->y[top])
        s.first--;
    while (s.last < window.last && c->y[s.last + 1] >= share * c->y[top])
        s.last++;
    while (s.last - s.first + 1 < LEAST_TOP) { // the nearer neighbour in height comes next
        bool left = s.first > window.first, right = s.last < window.last;
        if (!left && !right)
            break;
        if (left && (!right || c->y[s.first - 1] > c->y[s.last + 1]))
            s.first--;
        else
            s.last++;
    }
    return s;
}

// The maximum of c0 + c1 t + c2 t^2 + c3 t^3 and its error by the covariance; false: none inside of
// -1 to 1.
static bool top_of(const airy_polynomial *p, double scale2, double *t, double *error)
{
    double a = 3 * p->c[3], b = 2 * p->c[2], c = p->c[1], root = b * b - 4 * a * c;
    if (!(root >= 0))
        return false;
    // The root with a falling slope, in the form that does not cancel.
    *t = -2 * c / (b - sqrt(root));
    double bend = b + 2 * a * *t, slope[CUBIC] = {0, 1, 2 * *t, 3 * *t * *t}, variance = 0;
    for (int i = 1; i < CUBIC; i++)
        for (int j = 1; j < CUBIC; j++)
            variance += slope[i] * slope[j] * p->covariance[i * CUBIC + j];
    *error = sqrt(variance * scale2) / fabs(bend);
    return bend < 0 && fabs(*t) <= 1;
}

static airy_code by_cubic(const airy_spectrum *c, span window, double share, airy_peak *peak,
                          airy_error *err)
{
    int top = find_top(c, window);
    span s = around_top(c, window, top, share);
    int n = s.last - s.first + 1;
    double *all = airy_memory_new(2 * (size_t)n, sizeof *all);
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a peak of %d points", n);
    double *weight = all + n;
    double middle = 0.5 * (c->q[s.first] + c->q[s.last]),
           half = 0.5 * (c->q[s.last] - c->q[s.first]);
    bool known = has_errors(c, s);
    for (int i = 0; i < n; i++) {
        all[i] = (c->q[s.first + i] - middle) / half;
        weight[i] = known ? pow(c->sigma[s.first + i], -2) : 1;
    }
    const airy_linear_values values = {n, all, c->y + s.first, weight};
    airy_polynomial p;
    airy_code code = n < LEAST_TOP ? airy_error_set(err, AIRY_EVALUE, "a peak of %d points", n)
                                   : airy_linear_polynomial(&values, CUBIC, &p, err);
    airy_memory_free(all);
    if (code != AIRY_OK)
        return code;
    double t, error, scatter2 = p.chi2 / (n - CUBIC);
    double scale2 = known ? fmax(1, scatter2) : scatter2; // a cubic that misses says so
    if (!top_of(&p, scale2, &t, &error))
        return airy_error_set(err, AIRY_EVALUE, "between %g and %g there is no top",
                              c->q[window.first], c->q[window.last]);
    *peak = (airy_peak){.estimator = "polynomial",
                        .position = middle + half * t,
                        .error = half * error,
                        .systematic = NAN,
                        .fwhm = NAN,
                        .fwhm_error = NAN,
                        .height = p.c[0] + t * (p.c[1] + t * (p.c[2] + t * p.c[3]))};
    return AIRY_OK;
}

// ------------------------------------------------------------------ fits

// The full width: a parameter, or of two halves what the model derives.
static void take_width(const airy_fit_curve *fit, airy_peak *peak)
{
    airy_fit_derived derived[AIRY_FIT_DERIVED];
    int at = airy_fit_model_parameter(fit->model, "fwhm");
    if (at >= 0) {
        peak->fwhm = fit->p[at];
        peak->fwhm_error = fit->error[at];
        return;
    }
    int n = fit->model->derive ? fit->model->derive(fit->p, derived) : 0;
    for (int i = 0; i < n; i++)
        if (strcmp(derived[i].name, "fwhm") == 0) {
            peak->fwhm = derived[i].value;
            peak->fwhm_error = airy_fit_derived_error(fit, &derived[i]);
        }
}

static airy_code by_model(const airy_spectrum *c, span window, const char *name, airy_peak *peak,
                          airy_error *err)
{
    const airy_fit_model *model = airy_fit_model_find(name);
    airy_fit_options options;
    airy_fit_curve fit;
    const airy_fit_data data = {.n = window.last - window.first + 1,
                                .x = c->q + window.first,
                                .y = c->y + window.first,
                                .dy = has_errors(c, window) ? c->sigma + window.first : NULL};
    airy_fit_options_defaults(model, &options);
    options.choice[airy_fit_model_parameter(model, "slope")].held = false;
    options.choice[airy_fit_model_parameter(model, "eta")].high = ETA_MOST;
    airy_code code = airy_fit_curve_fit(model, &data, &options, &fit, err);
    if (code != AIRY_OK)
        return code;
    int center = airy_fit_model_parameter(model, "center");
    double widen = data.dy ? sqrt(fmax(1, fit.chi2 / (fit.n - fit.free))) : 1; // where it misses
    *peak = (airy_peak){.estimator = name,
                        .position = fit.p[center],
                        .error = widen * fit.error[center],
                        .systematic = NAN,
                        .fwhm = NAN,
                        .fwhm_error = NAN,
                        .height = fit.p[airy_fit_model_parameter(model, "height")]};
    take_width(&fit, peak);
    peak->fwhm_error *= widen;
    bool inside = fit.p[center] >= c->q[window.first] && fit.p[center] <= c->q[window.last];
    return inside && peak->height > 0
               ? AIRY_OK
               : airy_error_set(err, AIRY_EVALUE, "the fit of %s left its window", name);
}

airy_code airy_peaks_measure(const airy_spectrum *c, double low, double high, double share,
                             airy_peak peaks[AIRY_PEAK_ESTIMATORS], int *found, airy_error *err)
{
    static const char *const models[] = {"pvoigt", "split-pvoigt"};
    span window = find_window(c, low, high);
    *found = 0;
    if (window.last - window.first + 1 < LEAST_WINDOW)
        return airy_error_set(err, AIRY_EVALUE, "%d points lie between %g and %g, %d are wanted",
                              window.last - window.first + 1, low, high, LEAST_WINDOW);
    airy_code code = by_cubic(c, window, share, &peaks[0], err);
    if (code != AIRY_OK)
        return code;
    *found = 1;
    airy_error why = {0};
    for (int i = 0; i < 2; i++) {
        code = by_model(c, window, models[i], &peaks[*found], &why);
        if (code != AIRY_OK && !airy_code_of_data(code))
            return airy_error_set(err, code, "%s", why.message);
        *found += code == AIRY_OK;
    }
    return AIRY_OK;
}

airy_code airy_peaks_table(const airy_peak *peaks, int n, airy_table *table, airy_error *err)
{
    airy_code code = airy_table_init(
        table, "peak estimator position error systematic fwhm fwhm_err height", err);
    for (int i = 0; i < n && code == AIRY_OK; i++) {
        const airy_peak *p = &peaks[i];
        const struct {
            const char *column;
            double value;
        } cells[] = {{"peak", p->number},  {"position", p->position},
                     {"error", p->error},  {"systematic", p->systematic},
                     {"fwhm", p->fwhm},    {"fwhm_err", p->fwhm_error},
                     {"height", p->height}};
        code = airy_table_add(table, err);
        if (code == AIRY_OK)
            code = airy_table_put(table, i, "estimator", p->estimator, err);
        for (size_t k = 0; k < sizeof cells / sizeof *cells && code == AIRY_OK; k++)
            code = airy_table_put_double(table, i, cells[k].column, cells[k].value, err);
    }
    return code;
}

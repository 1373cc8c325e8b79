// SPDX-License-Identifier: GPL-3.0-or-later
// What pixels are divided by: their own mean, or a polynomial through the means.
#include "survey.h"

enum { TERMS = 10, FREE = 2 }; // of a cubic in two directions

typedef struct surface {
    const airy_regions *regions;
    const double *mean;
    int from, to, terms;
    double scale; // mean of the means: coefficients are near 1
} surface;

static int terms_of(int degree)
{
    return (degree + 1) * (degree + 2) / 2;
}

// 1, y, x, y^2, yx, x^2, ... in coordinates from -1 to 1.
static double polynomial(const surface *s, const double *p, int pixel)
{
    double y = 2.0 * (pixel / s->regions->nx) / s->regions->ny - 1;
    double x = 2.0 * (pixel % s->regions->nx) / s->regions->nx - 1, sum = 0;
    double ys[4] = {1, y, y * y, y * y * y}, xs[4] = {1, x, x * x, x * x * x};
    for (int degree = 0, k = 0; k < s->terms; degree++)
        for (int j = 0; j <= degree; j++, k++)
            sum += p[k] * ys[degree - j] * xs[j];
    return sum;
}

static void residuals(const double *p, double *r, int n, void *context)
{
    const surface *s = context;
    for (int i = 0; i < n; i++)
        r[i] = polynomial(s, p, s->regions->pixel[s->from + i]) - s->mean[s->from + i] / s->scale;
}

static double mean_of(const double *x, int from, int to)
{
    double sum = 0;
    for (int i = from; i < to; i++)
        sum += x[i];
    return sum / (to - from);
}

static airy_code fit_surface(surface *s, double *flat, airy_error *err)
{
    static const double steps[TERMS] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    airy_fit_result fit = {.p = {1}};
    const int n = s->to - s->from;
    const airy_fit_problem problem = {
        .model = residuals, .context = s, .step = steps, .n = n, .np = s->terms};
    if (n < FREE * s->terms)
        return airy_error_set(err, AIRY_EVALUE,
                              "region %d has %d pixels, too few for a polynomial of %d terms",
                              s->regions->label[0], n, s->terms);
    airy_code code = airy_fit_least_squares(&problem, &fit, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "the polynomial through the mean image");
    for (int i = s->from; i < s->to; i++)
        flat[i] = polynomial(s, fit.p, s->regions->pixel[i]);
    return AIRY_OK;
}

static airy_code settle(double *flat, int from, int to, airy_error *err)
{
    double mean = mean_of(flat, from, to);
    for (int i = from; i < to; i++) {
        flat[i] /= mean;
        if (!(flat[i] > 0))
            return airy_error_set(err, AIRY_EVALUE,
                                  "the polynomial through the mean image is not positive "
                                  "everywhere; take a lower degree, or --flat mean");
    }
    return AIRY_OK;
}

airy_code airy_survey_flat(const airy_regions *regions, const airy_correlate_options *options,
                           airy_survey *survey, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int r = 0; r < regions->n && code == AIRY_OK; r++) {
        surface s = {.regions = regions,
                     .mean = survey->mean,
                     .from = regions->first[r],
                     .to = regions->first[r + 1],
                     .terms = terms_of(options->degree)};
        s.scale = mean_of(survey->mean, s.from, s.to);
        for (int i = s.from; i < s.to; i++)
            survey->flat[i] = options->flat == AIRY_FLAT_MEAN ? survey->mean[i] : 1;
        if (options->flat == AIRY_FLAT_POLYNOMIAL)
            code = fit_surface(&s, survey->flat, err);
        if (code == AIRY_OK)
            code = settle(survey->flat, s.from, s.to, err);
    }
    return code;
}

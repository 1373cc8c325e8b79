// SPDX-License-Identifier: GPL-3.0-or-later
// Half sizes of a particle at its rim: a blurred chord profile fitted in sectors along and across.
#include "airy/math.h"
#include "airy/series.h"
#include "base/units.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

// Only the rim is fitted, from this share of the radius on: what bands do inside does not matter.
static const double rim_from = 0.6, rim_to = 1.35, bin_px = 0.5;

void airy_rim_options_defaults(airy_rim_options *options)
{
    *options = (airy_rim_options){.sector_deg = 30, .blur_px = -1};
}

airy_code airy_rim_options_check(const airy_rim_options *options, airy_error *err)
{
    if (!(options->sector_deg > 0 && options->sector_deg <= 45))
        return airy_error_set(err, AIRY_EARGUMENT, "sectors are 0 to 45 degrees, not %g",
                              options->sector_deg);
    return AIRY_OK;
}

// Mean of the pixels in the sectors by distance from the centre, and how many there were.
typedef struct profile {
    int n;
    double *s, *value, *weight;
    double blur; // fixed when >= 0
} profile;

// Centre of mass and a first radius: the chord at 0.954 R is 0.3 of the largest one.
static airy_code locate(const airy_image *image, airy_rim *rim, double *radius, airy_error *err)
{
    int n = image->ny * image->nx, above = 0;
    double high = airy_stats_quantile(image->px, n, 0.999), sum = 0;
    rim->center_y = rim->center_x = 0;
    for (int i = 0; i < n && high > 0; i++) {
        if (!(image->px[i] > 0.1 * high))
            continue;
        above += image->px[i] > 0.3 * high;
        sum += image->px[i];
        rim->center_y += (double)image->px[i] * (i / image->nx);
        rim->center_x += (double)image->px[i] * (i % image->nx);
    }
    if (!(sum > 0) || above < 20)
        return airy_error_set(err, AIRY_EVALUE, "the image is empty: it has no rim");
    rim->center_y /= sum;
    rim->center_x /= sum;
    *radius = sqrt(above / AIRY_PI) / 0.954;
    return AIRY_OK;
}

// Distances of the profile within the rim's range; values as means of pixels.
static void collect(const airy_image *image, const airy_rim *rim, double axis_deg,
                    double sector_deg, double radius, profile *out)
{
    double limit = cos(AIRY_RADIANS(sector_deg)), c = cos(AIRY_RADIANS(axis_deg)),
           s = sin(AIRY_RADIANS(axis_deg));
    for (int i = 0; i < image->ny * image->nx; i++) {
        double y = i / image->nx - rim->center_y, x = i % image->nx - rim->center_x;
        double r = hypot(y, x);
        int bin = (int)((r - rim_from * radius) / bin_px);
        bool in_sector = fabs(x * c + y * s) >= limit * r;
        if (r < rim_from * radius || bin >= out->n || !in_sector || isnan(image->px[i]))
            continue;
        out->s[bin] += r;
        out->value[bin] += image->px[i];
        out->weight[bin]++;
    }
    int kept = 0;
    for (int k = 0; k < out->n; k++) {
        if (out->weight[k] < 1)
            continue;
        out->s[kept] = out->s[k] / out->weight[k];
        out->value[kept] = out->value[k] / out->weight[k];
        out->weight[kept++] = sqrt(out->weight[k]);
    }
    out->n = kept;
}

// 2 a sqrt(1 - (s / R)^2) / 2 convolved with a Gaussian, by 129 points over +-4 sigma.
static double blurred_chord(double s, double radius, double blur)
{
    enum { HALF = 64 };
    double sum = 0, weight = 0;
    for (int k = -HALF; k <= HALF; k++) {
        double u = 4.0 * k / HALF, w = exp(-u * u / 2), t = (s + u * blur) / radius;
        sum += w * (t * t < 1 ? sqrt(1 - t * t) : 0);
        weight += w;
    }
    return sum / weight;
}

// Parameters: amplitude, radius, blur.
static void residuals(const double *p, double *r, int n, const profile *of)
{
    double blur = of->blur >= 0 ? of->blur : hypot(p[2], 0.3);
    for (int i = 0; i < n; i++)
        r[i] = of->weight[i] * (of->value[i] - p[0] * blurred_chord(of->s[i], p[1], blur));
}

static double chi2(const double *p, void *context)
{
    const profile *of = context;
    double sum = 0;
    for (int i = 0; i < of->n; i++) {
        double r;
        const profile one = {1, of->s + i, of->value + i, of->weight + i, of->blur};
        residuals(p, &r, 1, &one);
        sum += r * r;
    }
    return sum;
}

// Standard error of the radius for residuals of unit variance: from (J^T J)^-1 by differences.
static double radius_error(const double p[3], const profile *of, int free)
{
    gsl_matrix *normal = gsl_matrix_calloc((size_t)free, (size_t)free);
    double error = NAN;
    for (int i = 0; normal && i < of->n; i++) {
        const profile one = {1, of->s + i, of->value + i, of->weight + i, of->blur};
        double slope[3], up, down;
        for (int k = 0; k < free; k++) {
            double q[3] = {p[0], p[1], p[2]}, h = k ? 0.05 : 0.01 * p[0];
            q[k] = p[k] + h;
            residuals(q, &up, 1, &one);
            q[k] = p[k] - h;
            residuals(q, &down, 1, &one);
            slope[k] = (up - down) / (2 * h);
        }
        for (int k = 0; k < free * free; k++)
            *gsl_matrix_ptr(normal, (size_t)(k / free), (size_t)(k % free)) +=
                slope[k / free] * slope[k % free];
    }
    if (normal && gsl_linalg_cholesky_decomp1(normal) == GSL_SUCCESS &&
        gsl_linalg_cholesky_invert(normal) == GSL_SUCCESS)
        error = sqrt(gsl_matrix_get(normal, 1, 1));
    gsl_matrix_free(normal);
    return error;
}

// Fits one axis by the simplex, which the kink of the chord at the radius does not disturb.
// Neighbouring pixels go together within the blur, which the error takes into account.
static airy_code fit_axis(const airy_image *image, const airy_rim *rim, double axis_deg,
                          const airy_rim_options *options, double guess[3], double *error,
                          airy_error *err)
{
    int bins = (int)((rim_to - rim_from) * guess[1] / bin_px) + 1;
    double *columns = airy_memory_new((size_t)bins * 3, sizeof *columns);
    if (!columns)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a profile");
    profile of = {bins, columns, columns + bins, columns + 2 * (size_t)bins, options->blur_px};
    collect(image, rim, axis_deg, options->sector_deg, guess[1], &of);
    int free = options->blur_px >= 0 ? 2 : 3;
    const double step[3] = {0.1 * guess[0], 0.5, 0.3};
    airy_code code = airy_fit_minimise(chi2, &of, free, step, 1e-3, guess, err);
    if (code == AIRY_OK) {
        double together = fmax(1, 2.355 * fabs(guess[2])); // pixels along each direction
        *error = radius_error(guess, &of, free) * sqrt(chi2(guess, &of) / fmax(1, of.n - free)) *
                 together;
        guess[2] = fabs(guess[2]);
    }
    airy_memory_free(columns);
    return code;
}

airy_code airy_rim_fit(const airy_image *image, const airy_rim_options *options, airy_rim *rim,
                       airy_error *err)
{
    double radius = 0, error[2] = {0}, found[2][3];
    *rim = (airy_rim){0};
    airy_code code = airy_rim_options_check(options, err);
    if (code == AIRY_OK)
        code = locate(image, rim, &radius, err);
    double high = airy_stats_quantile(image->px, image->ny * image->nx, 0.999);
    for (int k = 0; code == AIRY_OK && k < 2; k++) {
        double *p = found[k];
        p[0] = high;
        p[1] = radius;
        p[2] = options->blur_px >= 0 ? options->blur_px : 1;
        double axis = options->polarization_deg + 90 * k;
        for (int pass = 0; code == AIRY_OK && pass < 2; pass++)
            code = fit_axis(image, rim, axis, options, p, &error[k], err);
        if (code != AIRY_OK)
            airy_error_prefix(err, "rim %s the polarisation", k ? "across" : "along");
    }
    if (code != AIRY_OK)
        return code;
    rim->par = found[0][1];
    rim->perp = found[1][1];
    rim->par_err = error[0];
    rim->perp_err = error[1];
    rim->blur = (found[0][2] + found[1][2]) / 2;
    return AIRY_OK;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Image minus body, and how much of the particle lies below it.
#include "airy/density.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

airy_code airy_difference_make(const airy_image *image, const airy_body *body, airy_image *out,
                               airy_error *err)
{
    if (image->ny != out->ny || image->nx != out->nx)
        return airy_error_set(err, AIRY_ESHAPE, "the image is %d x %d, its difference %d x %d",
                              image->ny, image->nx, out->ny, out->nx);
    airy_code code = airy_body_draw(body, out, err);
    if (code)
        return code;
    float scale = (float)(1 / airy_body_central(body));
    for (int i = 0; i < out->ny * out->nx; i++)
        out->px[i] = (image->px[i] - out->px[i]) * scale;
    return AIRY_OK;
}

// One side of the threshold while pixels are added up.
struct side {
    double area, depth, doubt,
        noise; // doubt: sum of p (1 - p); noise: sum of variances of low pixels
};

static void add_pixel(struct side *side, double below, double cover, double tau, double sigma)
{
    if (below > tau) {
        side->area += cover;
        side->depth += cover * below;
        side->noise += isfinite(sigma) ? cover * cover * sigma * sigma : 0;
    }
    double p = sigma > 0 ? gsl_cdf_ugaussian_P((below - tau) / sigma) : NAN;
    side->doubt += sigma == 0 ? 0 : cover * cover * p * (1 - p);
}

static void finish(const struct side *side, double element, double *error, double *depth,
                   double *depth_error)
{
    *error = sqrt(side->doubt * element);
    *depth = side->area > 0 ? side->depth / side->area : NAN;
    *depth_error = side->area > 0 ? sqrt(side->noise * element) / side->area : NAN;
    if (isnan(side->doubt))
        *depth_error = NAN;
}

// Every pixel that the body covers goes to low and high; sigmas inside are collected for their
// median.
static int add_all(const airy_image *difference, const airy_image *sigma, const airy_body *body,
                   const double *threshold, struct side *sides, airy_areas *areas, float *inside)
{
    int n = 0;
    for (int y = 0; y < difference->ny; y++)
        for (int x = 0; x < difference->nx; x++) {
            int i = y * difference->nx + x;
            double cover = airy_body_cover(body, y, x), d = (double)difference->px[i];
            if (cover <= 0 || !isfinite(d))
                continue;
            double s = sigma && sigma->px ? (double)sigma->px[i] : NAN;
            double tau = threshold[1] + (threshold[0] > 0 ? threshold[0] * s : 0);
            add_pixel(&sides[0], -d, cover, tau, s);
            add_pixel(&sides[1], d, cover, tau, s);
            areas->total += cover;
            if (isfinite(s))
                inside[n++] = (float)s;
        }
    return n;
}

// Total area moves with the radii: d(pi a b) = pi (b da + a db).
static double total_error(const airy_body *body, double total)
{
    double par = body->r_par_error / body->r_par, perp = body->r_perp_error / body->r_perp;
    return total * (body->kind == AIRY_BODY_SPHERE ? par + perp : hypot(par, perp));
}

airy_code airy_difference_areas(const airy_image *difference, const airy_image *sigma,
                                const airy_body *body, double level, double depth,
                                airy_areas *areas, airy_error *err)
{
    if (level > 0 && !(sigma && sigma->px))
        return airy_error_set(
            err, AIRY_EVALUE,
            "a threshold of %g sigma needs the image's spread, which is not known", level);
    float *inside =
        airy_memory_new((size_t)difference->ny * (size_t)difference->nx, sizeof *inside);
    if (!inside)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory to measure areas");
    struct side sides[2] = {0};
    const double threshold[2] = {level, depth};
    *areas = (airy_areas){0};
    int n = add_all(difference, sigma, body, threshold, sides, areas, inside);
    areas->sigma = airy_stats_median(inside, n);
    airy_memory_free(inside);
    areas->tau = depth + (level > 0 ? level * areas->sigma : 0);
    double element = fmax(pow(2.355 * body->blur, 2), 1);
    areas->low = sides[0].area;
    areas->high = sides[1].area;
    finish(&sides[0], element, &areas->low_error, &areas->low_depth, &areas->low_depth_error);
    finish(&sides[1], element, &areas->high_error, &areas->high_depth, &areas->high_depth_error);
    areas->total_error = total_error(body, areas->total);
    areas->fraction = areas->total > 0 ? areas->low / areas->total : NAN;
    areas->fraction_error = areas->total > 0 ? areas->low_error / areas->total : NAN;
    return AIRY_OK;
}

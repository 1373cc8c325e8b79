// SPDX-License-Identifier: GPL-3.0-or-later
// Half sizes of a particle at its rim: a blurred chord profile fitted in sectors along and across.
//
// Within a sector the rim is an ellipse's, so distances are scaled to what they are on the axis.
// What is left is structure more than noise, and pixels near each other share it: the error is that
// of a fit whose residuals are independent between blocks of angle alone (the cluster-robust
// covariance of Liang and Zeger, Biometrika 73, 13, 1986).
#include "airy/math.h"
#include "airy/image.h"
#include "base/units.h"

#include <math.h>

enum { PARAMETERS = 3, PASSES = 4, BLOCKS_MOST = 16 };

// Only the rim is fitted, from this share of the radius on: what bands do inside does not matter.
static const double rim_from = 0.8, rim_to = 1.35, bin_px = 0.5, block_deg = 15;

// A line's blur in place of a disc's, pixels that the rim cuts, structure that all blocks share.
static const double model_px = 0.1;

void airy_rim_options_defaults(airy_rim_options *options)
{
    *options = (airy_rim_options){.sector_deg = 30, .blur_px = -1};
}

static airy_code check(const airy_rim_options *options, airy_error *err)
{
    if (!(options->sector_deg > 0 && options->sector_deg <= 45))
        return airy_error_set(err, AIRY_EARGUMENT, "sectors are 0 to 45 degrees, not %g",
                              options->sector_deg);
    return AIRY_OK;
}

// The sectors about one axis, both of its ends.
typedef struct sectors {
    const airy_image *image;
    double center_y, center_x, half_deg;
    double axis_x, axis_y; // direction
    double ratio;          // half size along this axis over that across
    double radius;         // a guess of the former: only pixels near it are looked at
    int bins, blocks;      // of distance, of angle at each end
} sectors;

// Mean of the pixels in the sectors by distance from the center, and the root of how many there
// were.
typedef struct profile {
    int n;
    double *s, *value, *weight;
    double blur; // fixed when >= 0
} profile;

// A pixel of the sectors: its bin, its block, and the distance on the axis that it stands for.
typedef struct place {
    int bin, block;
    double s;
} place;

// False: the pixel is none of the sectors'.
static bool find_place(const sectors *of, int i, place *at)
{
    double y = i / of->image->nx - of->center_y, x = i % of->image->nx - of->center_x;
    double along = x * of->axis_x + y * of->axis_y, across = y * of->axis_x - x * of->axis_y;
    at->s = hypot(along, across * of->ratio);
    if (at->s < rim_from * of->radius || at->s >= rim_to * of->radius || isnan(of->image->px[i]))
        return false;
    double angle = atan2(along < 0 ? -across : across, fabs(along)) / AIRY_RADIANS(1);
    at->bin = (int)((at->s - rim_from * of->radius) / bin_px);
    if (!(fabs(angle) < of->half_deg) || at->bin >= of->bins)
        return false;
    at->block = (int)((angle + of->half_deg) / (2 * of->half_deg) * of->blocks) +
                (along < 0 ? of->blocks : 0);
    return true;
}

static void collect(const sectors *of, profile *out)
{
    place at;
    for (int i = 0; i < of->image->ny * of->image->nx; i++) {
        if (!find_place(of, i, &at))
            continue;
        out->s[at.bin] += at.s;
        out->value[at.bin] += of->image->px[i];
        out->weight[at.bin]++;
    }
    for (int k = 0; k < out->n; k++) {
        double pixels = fmax(out->weight[k], 1);
        out->s[k] /= pixels;
        out->value[k] /= pixels;
        out->weight[k] = sqrt(out->weight[k]);
    }
}

// Center of mass and a first radius: the chord at 0.954 R is 0.3 of the largest one.
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
static double model(const double *p, double s, double fixed_blur)
{
    return p[0] * blurred_chord(s, p[1], fixed_blur >= 0 ? fixed_blur : hypot(p[2], 0.3));
}

static double chi2(const double *p, void *context)
{
    const profile *of = context;
    double sum = 0;
    for (int i = 0; i < of->n; i++) {
        double r =
            of->weight[i] ? of->weight[i] * (of->value[i] - model(p, of->s[i], of->blur)) : 0;
        sum += r * r;
    }
    return sum;
}

// Slope of the model at distance s along parameter k, by differences.
static double slope(const double *p, int k, double s, double fixed_blur)
{
    double q[PARAMETERS] = {p[0], p[1], p[2]}, h = k ? 0.05 : 0.01 * p[0];
    q[k] = p[k] + h;
    double up = model(q, s, fixed_blur);
    q[k] = p[k] - h;
    return (up - model(q, s, fixed_blur)) / (2 * h);
}

// (J^T J)^-1 of the profile's values; false: they do not determine the parameters.
static bool covariance(const profile *seen, const double *p, int free, double *normal)
{
    for (int i = 0; i < seen->n; i++) {
        double weight = seen->weight[i] * seen->weight[i], j[PARAMETERS];
        for (int k = 0; k < free; k++)
            j[k] = slope(p, k, seen->s[i], seen->blur);
        for (int k = 0; k < free * free; k++)
            normal[k] += weight * j[k / free] * j[k % free];
    }
    return airy_linear_invert(normal, free);
}

// How much a residual at each distance pulls the radius: its row of (J^T J)^-1 J^T.
static bool find_pulls(const profile *seen, const double *p, int free, double *pull)
{
    double normal[PARAMETERS * PARAMETERS] = {0};
    bool good = covariance(seen, p, free, normal);
    for (int i = 0; good && i < seen->n; i++) {
        pull[i] = 0;
        for (int k = 0; k < free; k++)
            pull[i] += normal[free + k] * slope(p, k, seen->s[i], seen->blur);
    }
    return good;
}

// The scatter of what the blocks' residuals pull the radius by, and what the model is good for.
static airy_code radius_error(const sectors *of, const profile *seen, const double *p, int free,
                              double *error, airy_error *err)
{
    double block[BLOCKS_MOST] = {0}, sum = 0;
    int blocks = 2 * of->blocks;
    place at;
    double *pull = airy_memory_new((size_t)seen->n * 2, sizeof *pull);
    if (!pull)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a profile");
    double *expected = pull + seen->n;
    bool good = find_pulls(seen, p, free, pull);
    for (int k = 0; good && k < seen->n; k++)
        expected[k] = model(p, seen->s[k], seen->blur);
    for (int i = 0; good && i < of->image->ny * of->image->nx; i++)
        if (find_place(of, i, &at))
            block[at.block] += pull[at.bin] * (of->image->px[i] - expected[at.bin]);
    for (int k = 0; k < blocks; k++)
        sum += block[k] * block[k];
    airy_memory_free(pull);
    *error = hypot(sqrt(sum * blocks / (blocks - free)), model_px);
    return good && !isnan(*error)
               ? AIRY_OK
               : airy_error_set(err, AIRY_ENUMERIC, "the pixels do not determine the radius");
}

// Fits one axis by the simplex, which the kink of the chord at the radius does not disturb.
static airy_code fit_axis(sectors *of, double blur, double p[PARAMETERS], double *error,
                          airy_error *err)
{
    int free = blur >= 0 ? 2 : 3;
    if (!(of->radius > 1 && of->radius < of->image->ny + of->image->nx) || !(of->ratio < HUGE_VAL))
        return airy_error_set(err, AIRY_ENUMERIC, "no radius fits");
    of->bins = (int)((rim_to - rim_from) * of->radius / bin_px) + 1;
    double *columns = airy_memory_new((size_t)of->bins * 3, sizeof *columns);
    if (!columns)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a profile");
    profile seen = {of->bins, columns, columns + of->bins, columns + 2 * (size_t)of->bins, blur};
    collect(of, &seen);
    const double step[PARAMETERS] = {0.1 * p[0], 0.5, 0.3};
    airy_code code = airy_fit_minimise(chi2, &seen, free, step, 1e-3, p, err);
    *error = NAN;
    if (code == AIRY_OK)
        code = radius_error(of, &seen, p, free, error, err);
    p[2] = fabs(p[2]);
    airy_memory_free(columns);
    return code;
}

airy_code airy_rim_fit(const airy_image *image, const airy_rim_options *options, airy_rim *rim,
                       airy_error *err)
{
    double radius = 0, error[2] = {0};
    *rim = (airy_rim){0};
    airy_code code = check(options, err);
    if (code == AIRY_OK)
        code = locate(image, rim, &radius, err);
    double high = airy_stats_quantile(image->px, image->ny * image->nx, 0.999);
    double blur = options->blur_px >= 0 ? options->blur_px : 1;
    double found[2][PARAMETERS] = {{high, radius, blur}, {high, radius, blur}};
    sectors of = {.image = image,
                  .center_y = rim->center_y,
                  .center_x = rim->center_x,
                  .half_deg = options->sector_deg,
                  .blocks = (int)fmax(2, round(2 * options->sector_deg / block_deg))};
    for (int fit = 0; code == AIRY_OK && fit < 2 * PASSES; fit++) { // the ratio settles
        int k = fit % 2;
        double axis = AIRY_RADIANS(options->polarization_deg + 90 * k);
        of.axis_x = cos(axis), of.axis_y = sin(axis);
        of.radius = found[k][1];
        of.ratio = found[k][1] / found[1 - k][1];
        code = fit_axis(&of, options->blur_px, found[k], &error[k], err);
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

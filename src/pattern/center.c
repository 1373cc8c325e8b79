// SPDX-License-Identifier: GPL-3.0-or-later
// The center of Friedel symmetry: found by correlation, refined by least squares.
#include "airy/math.h"
#include "center.h"
#include "mate.h"
#include "noise.h"
#include "smooth.h"

#include <string.h>

enum { SIDE_MOST = 768, STEPS = 12 };
#define STEP_SMALL 1e-4 // pixels; far below any error bar

void airy_center_options_defaults(airy_center_options *options)
{
    *options = (airy_center_options){.overlap = 0.3};
}

airy_code airy_center_options_check(const airy_center_options *options, airy_error *err)
{
    if (!(options->smooth >= 0 && options->smooth <= AIRY_SIDE_MAX && options->radius >= 0 &&
          options->radius <= 1e6))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "smoothing %g and radius %g of the center must not be negative or "
                              "beyond any image",
                              options->smooth, options->radius);
    if (!(options->overlap > 0 && options->overlap <= 1))
        return airy_error_set(err, AIRY_EARGUMENT, "the least overlap is %g, it must be 0 to 1",
                              options->overlap);
    if (options->has_start && !(isfinite(options->start_y) && isfinite(options->start_x)))
        return airy_error_set(err, AIRY_EARGUMENT, "the first center is not a number");
    return AIRY_OK;
}

// ------------------------------------------------------------------ least squares
//
// Let S be the pattern's smoothed symmetric part about c and n' the mates' photons. With the true
// center at c + e, (n - n') / 2 is -e . grad I to first order, so that g(c) = sum u (n - n') / 2
// grad S / V vanishes at the true center, whatever smoothing did to S. Newton's method finds the
// root. As the weights are antisymmetric, g is nearly sum u n grad S / V, and the covariance of
// the root is J^-1 G J^-T with G = sum u^2 grad S grad S V_n / V^2, and J = dg/dc from
// differences.

typedef struct fit {
    const airy_pattern *pattern;
    double floor;              // photons added to V: single photons must not count as structure
    double radius;             // 0 = all
    airy_image photons, share; // smoothed
    airy_image factor, extra;  // the noise model
    airy_image model;          // S at the center at hand
    airy_image weight;         // u
    airy_image mates, scratch; // n'
} fit;

static void fit_release(fit *f)
{
    airy_image_release(&f->photons);
    airy_image_release(&f->share);
    airy_image_release(&f->factor);
    airy_image_release(&f->extra);
    airy_image_release(&f->model);
    airy_image_release(&f->weight);
    airy_image_release(&f->mates);
    airy_image_release(&f->scratch);
}

static airy_code fit_init(fit *f, const airy_pattern *pattern, double sigma, double radius,
                          airy_error *err)
{
    int ny = pattern->photons.ny, nx = pattern->photons.nx;
    // A single photon's peak in S is 1 / (4 pi sigma^2); four of them at one place are a signal.
    *f = (fit){.pattern = pattern, .radius = radius, .floor = 1 / (3.14 * sigma * sigma)};
    airy_code code = airy_smooth_pattern(pattern, sigma, &f->photons, &f->share, err);
    if (code == AIRY_OK)
        code = airy_pattern_noise(pattern, &f->factor, &f->extra, err);
    if (code == AIRY_OK)
        code = airy_image_init(&f->model, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(&f->weight, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(&f->mates, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(&f->scratch, ny, nx, err);
    if (code != AIRY_OK)
        fit_release(f);
    return code;
}

// 0 at a border of the measured area (half its surroundings measured), 1 well inside.
static double inside(double share)
{
    return fmax(2 * share - 1, 0);
}

// S, u and n' at every pixel for the center c.
// Between four samples, those below and to the right at these distances: as airy_grid_bilinear.
static double mix(const float *at, int down, int right, double fy, double fx)
{
    double upper = (1 - fx) * (double)at[0] + fx * (double)at[right];
    double lower = (1 - fx) * (double)at[down] + fx * (double)at[down + right];
    return (1 - fy) * upper + fy * lower;
}

// Row y of the model, whose mates lie at height `turned` of the smoothed images.
static void fit_row(fit *f, int y, double turned, double cy, double cx)
{
    int nx = f->model.nx, from = (int)turned, down = turned > from ? nx : 0;
    for (int x = 0; x < nx; x++) {
        int i = y * nx + x, right = (int)(2 * cx - x), at = from * nx + right;
        double fy = turned - from, fx = 2 * cx - x - right;
        if (!(2 * cx - x >= 0 && 2 * cx - x <= nx - 1))
            continue;
        double share = mix(f->share.px + at, down, fx > 0, fy, fx);
        if (isnan(share) || (double)f->share.px[i] + share <= 0)
            continue;
        double other = mix(f->photons.px + at, down, fx > 0, fy, fx);
        f->model.px[i] =
            (float)(((double)f->photons.px[i] + other) / ((double)f->share.px[i] + share));
        bool far = f->radius > 0 && hypot(y - cy, x - cx) > f->radius;
        if (measured(f->pattern, i) && !isnan(f->mates.px[i]) && !far)
            f->weight.px[i] = (float)(inside((double)f->share.px[i]) * inside(share));
    }
}

static void fit_model(fit *f, double cy, double cx)
{
    const double center[] = {cy, cx};
    int ny = f->model.ny;
    size_t bytes = (size_t)ny * (size_t)f->model.nx * sizeof *f->model.px;
    airy_mate_image(&f->pattern->photons, center, false, &f->scratch, &f->mates);
    memset(f->weight.px, 0, bytes);
    memset(f->model.px, 0, bytes);
    for (int y = 0; y < ny; y++)
        if (2 * cy - y >= 0 && 2 * cy - y <= ny - 1)
            fit_row(f, y, 2 * cy - y, cy, cx);
}

// g (two numbers) and G (yy, yx, xx) at the center c.
static void fit_sums(fit *f, double cy, double cx, double *g, double *noise)
{
    int ny = f->model.ny, nx = f->model.nx;
    const float *s = f->model.px;
    fit_model(f, cy, cx);
    g[0] = g[1] = noise[0] = noise[1] = noise[2] = 0;
    for (int y = 1; y < ny - 1; y++)
        for (int x = 1; x < nx - 1; x++) {
            int i = y * nx + x;
            double u = (double)f->weight.px[i];
            if (u <= 0)
                continue;
            double v = (double)f->factor.px[i] * fmax((double)s[i], 0) + (double)f->extra.px[i];
            double w = u / (v + f->floor), dy = ((double)s[i + nx] - (double)s[i - nx]) / 2;
            double dx = ((double)s[i + 1] - (double)s[i - 1]) / 2;
            double off = 0.5 * (double)(f->pattern->photons.px[i] - f->mates.px[i]) * w,
                   power = w * w * v;
            g[0] += off * dy;
            g[1] += off * dx;
            noise[0] += power * dy * dy;
            noise[1] += power * dy * dx;
            noise[2] += power * dx * dx;
        }
}

// One look at a center: the Newton step there and the covariance (yy, yx, xx).
typedef struct look {
    double step_y, step_x;
    double covariance[3];
    bool fine; // the curvature can be inverted
} look;

static look fit_look(fit *f, double cy, double cx)
{
    enum { Y, X };
    const double h = 0.25; // pixels: well inside a fringe, far above rounding
    double g[2], noise[3], up[2], down[2], unused[3], j[2][2];
    fit_sums(f, cy + h, cx, up, unused);
    fit_sums(f, cy - h, cx, down, unused);
    j[Y][Y] = (up[Y] - down[Y]) / (2 * h);
    j[X][Y] = (up[X] - down[X]) / (2 * h);
    fit_sums(f, cy, cx + h, up, unused);
    fit_sums(f, cy, cx - h, down, unused);
    j[Y][X] = (up[Y] - down[Y]) / (2 * h);
    j[X][X] = (up[X] - down[X]) / (2 * h);
    fit_sums(f, cy, cx, g, noise);
    double det = j[Y][Y] * j[X][X] - j[Y][X] * j[X][Y];
    look here = {.fine = det > 0 && j[Y][Y] > 0};
    if (!here.fine)
        return here;
    double i[2][2] = {{j[X][X] / det, -j[Y][X] / det}, {-j[X][Y] / det, j[Y][Y] / det}};
    here.step_y = -(i[Y][Y] * g[Y] + i[Y][X] * g[X]);
    here.step_x = -(i[X][Y] * g[Y] + i[X][X] * g[X]);
    for (int k = 0; k < 3; k++) { // yy, yx, xx of J^-1 G J^-T
        const double *a = i[k / 2], *b = i[(k + 1) / 2];
        here.covariance[k] = a[Y] * b[Y] * noise[0] + (a[Y] * b[X] + a[X] * b[Y]) * noise[1] +
                             a[X] * b[X] * noise[2];
    }
    return here;
}

// The smoothing that promises the smallest error at this center: weak for fine fringes and many
// photons, strong for wide fringes and few.
static airy_code choose_smoothing(const airy_pattern *pattern, double radius, const double *c,
                                  double *sigma, airy_error *err)
{
    static const double sigmas[] = {1, 1.5, 2.2, 3.3, 5};
    double least = INFINITY;
    for (int k = 0; k < (int)(sizeof sigmas / sizeof sigmas[0]); k++) {
        fit f;
        airy_code code = fit_init(&f, pattern, sigmas[k], radius, err);
        if (code != AIRY_OK)
            return code;
        look here = fit_look(&f, c[0], c[1]);
        double size = here.fine ? here.covariance[0] + here.covariance[2] : INFINITY;
        if (size < least) {
            least = size;
            *sigma = sigmas[k];
        }
        fit_release(&f);
    }
    return isfinite(least) ? AIRY_OK
                           : airy_error_set(err, AIRY_EVALUE,
                                            "no center of symmetry near (%.2f, %.2f): too little "
                                            "light or too few mates",
                                            c[0], c[1]);
}

static airy_code refine(const airy_pattern *pattern, const airy_center_options *options,
                        airy_center_result *result, airy_error *err)
{
    double c[2] = {result->y, result->x}, sigma = options->smooth;
    airy_code code = AIRY_OK;
    if (sigma <= 0 &&
        (code = choose_smoothing(pattern, options->radius, c, &sigma, err)) != AIRY_OK)
        return code;
    fit f;
    if ((code = fit_init(&f, pattern, sigma, options->radius, err)) != AIRY_OK)
        return code;
    for (int k = 0; k < STEPS; k++) {
        look here = fit_look(&f, c[0], c[1]);
        double length = hypot(here.step_y, here.step_x), scale = fmin(1, 2 / fmax(length, 1e-9));
        if (!here.fine || hypot(c[0] - result->y, c[1] - result->x) > SIDE_MOST / 16.0) {
            code = airy_error_set(err, AIRY_ENUMERIC,
                                  "the center ran away from its first guess (%.2f, %.2f)",
                                  result->y, result->x);
            break;
        }
        c[0] += scale * here.step_y;
        c[1] += scale * here.step_x;
        result->iterations = k + 1;
        result->y_error = sqrt(here.covariance[0]);
        result->x_error = sqrt(here.covariance[2]);
        if (length < STEP_SMALL)
            break;
    }
    result->y = c[0];
    result->x = c[1];
    fit_release(&f);
    return code;
}

// ------------------------------------------------------------------ all together

// chi2 of mates at the center, and the least of its four neighbours half a pixel away.
static airy_code judge(const airy_pattern *pattern, airy_center_result *result, airy_error *err)
{
    static const double aside[4][2] = {{0.5, 0}, {-0.5, 0}, {0, 0.5}, {0, -0.5}};
    airy_code code =
        airy_pattern_friedel(pattern, result->y, result->x, &result->chi2, &result->pairs, err);
    result->chi2_shifted = INFINITY;
    for (int k = 0; k < 4 && code == AIRY_OK; k++) {
        double chi2 = NAN;
        int pairs;
        code = airy_pattern_friedel(pattern, result->y + aside[k][0], result->x + aside[k][1],
                                    &chi2, &pairs, err);
        result->chi2_shifted = fmin(result->chi2_shifted, chi2);
    }
    if (code == AIRY_OK && result->pairs == 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "no center: the best place found, (%.2f, %.2f), leaves no pair of "
                              "mates with light; a smaller --overlap of `airy center` looks nearer "
                              "to the rim",
                              result->y, result->x);
    // what the noise does not explain is in the center too
    double excess = sqrt(fmax(result->chi2, 1));
    result->y_error *= excess;
    result->x_error *= excess;
    return code;
}

static airy_code find(const airy_pattern *pattern, const airy_center_options *options,
                      airy_center_result *result, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (!options->has_start)
        code = airy_center_search(pattern, options->overlap, result, err);
    if (code == AIRY_OK)
        code = refine(pattern, options, result, err);
    if (code == AIRY_OK)
        code = judge(pattern, result, err);
    return code;
}

airy_code airy_pattern_center(const airy_pattern *pattern, const airy_center_options *options,
                              airy_center_result *result, airy_error *err)
{
    *result = (airy_center_result){0};
    airy_code code = airy_center_options_check(options, err);
    if (code != AIRY_OK)
        return code;
    // Large arrays are binned first: fringes are many pixels wide there, and photons few.
    int ny = pattern->photons.ny, nx = pattern->photons.nx, longer = ny > nx ? ny : nx;
    airy_bin_options bin;
    airy_bin_options_defaults(&bin);
    bin.align_center = false;
    bin.coverage = pattern->coverage.px ? airy_noise_coverage(pattern) : 1;
    bin.factor = (longer + SIDE_MOST - 1) / SIDE_MOST;
    if (options->has_start)
        code = airy_pattern_check_place(pattern, options->start_y, options->start_x, err);
    if (code != AIRY_OK)
        return code;
    airy_pattern small;
    code = airy_pattern_bin(pattern, &bin, &small, NULL, err);
    if (code != AIRY_OK)
        return code;
    double n = bin.factor, first = (n - 1) / 2; // c = n c' + (n - 1) / 2
    airy_center_options scaled = *options;
    scaled.start_y = result->y = (options->start_y - first) / n;
    scaled.start_x = result->x = (options->start_x - first) / n;
    scaled.smooth /= n;
    scaled.radius /= n;
    code = find(&small, &scaled, result, err);
    result->y = n * result->y + first;
    result->x = n * result->x + first;
    result->y_error *= n;
    result->x_error *= n;
    airy_pattern_release(&small);
    return code;
}

airy_code airy_pattern_find_center(airy_pattern *pattern, airy_error *err)
{
    airy_center_options options;
    airy_center_result found;
    airy_center_options_defaults(&options);
    airy_code code = airy_pattern_center(pattern, &options, &found, err);
    if (code == AIRY_OK)
        airy_pattern_set_center(pattern, found.y, found.x, found.y_error, found.x_error);
    return code;
}

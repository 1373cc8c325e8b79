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
#define AGREE 2         // chi2 of mates up to which a center is not asked again
#define DISTINCT 6      // times as much half a pixel away, likewise

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

static airy_code fit_init(fit *f, const airy_pattern *pattern, double radius, airy_error *err)
{
    int ny = pattern->photons.ny, nx = pattern->photons.nx;
    *f = (fit){.pattern = pattern, .radius = radius};
    airy_code code = airy_pattern_noise(pattern, &f->factor, &f->extra, err);
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

static airy_code fit_smooth(fit *f, double sigma, airy_error *err)
{
    airy_image_release(&f->photons);
    airy_image_release(&f->share);
    // A single photon's peak in S is 1 / (4 pi sigma^2); four of them at one place are a signal.
    f->floor = 1 / (3.14 * sigma * sigma);
    return airy_smooth_pattern(f->pattern, sigma, &f->photons, &f->share, err);
}

// 0 at a border of the measured area (half its surroundings measured), 1 well inside.
static double inside(double share)
{
    return fmax(2 * share - 1, 0);
}

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

static void fit_mates(const fit *f, double cy, double cx, airy_image *mates)
{
    const double center[] = {cy, cx};
    airy_image scratch = f->scratch;
    airy_mate_image(&f->pattern->photons, center, false, &scratch, mates);
}

// S and u at every pixel for the center c.
static void fit_model(fit *f, double cy, double cx)
{
    int ny = f->model.ny;
    size_t bytes = (size_t)ny * (size_t)f->model.nx * sizeof *f->model.px;
    memset(f->weight.px, 0, bytes);
    memset(f->model.px, 0, bytes);
    for (int y = 0; y < ny; y++)
        if (2 * cy - y >= 0 && 2 * cy - y <= ny - 1)
            fit_row(f, y, 2 * cy - y, cy, cx);
}

enum { Y, X, AXES, UP = 0, DOWN, RIGHT, LEFT, AROUND };
#define ASIDE 0.25 // pixels: well inside a fringe, far above rounding

// g, G (yy, yx, xx), and the mates' share of J: that of S and u multiplies n - n', which vanishes
// on the mean.
typedef struct sums {
    double g[AXES], noise[3], j[AXES][AXES];
} sums;

// `around`: n' about centers ASIDE up, down, right and left, or NULL where J is not asked for.
static void fit_sums(fit *f, double cy, double cx, const airy_image *around, sums *sum)
{
    int ny = f->model.ny, nx = f->model.nx;
    const float *s = f->model.px;
    fit_mates(f, cy, cx, &f->mates);
    fit_model(f, cy, cx);
    *sum = (sums){0};
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
            sum->g[Y] += off * dy;
            sum->g[X] += off * dx;
            sum->noise[0] += power * dy * dy;
            sum->noise[1] += power * dy * dx;
            sum->noise[2] += power * dx * dx;
            for (int axis = 0; around && axis < AXES; axis++) {
                float rise = around[2 * axis].px[i] - around[2 * axis + 1].px[i];
                double by = isnan(rise) ? 0 : -0.25 / ASIDE * (double)rise * w;
                sum->j[Y][axis] += by * dy;
                sum->j[X][axis] += by * dx;
            }
        }
}

// One look at a center: J^-1, the Newton step there and the covariance (yy, yx, xx).
typedef struct look {
    double inverse[AXES][AXES];
    double step_y, step_x;
    double covariance[3];
    bool fine; // the curvature can be inverted
} look;

static void take_step(const double *g, look *here)
{
    here->step_y = -(here->inverse[Y][Y] * g[Y] + here->inverse[Y][X] * g[X]);
    here->step_x = -(here->inverse[X][Y] * g[Y] + here->inverse[X][X] * g[X]);
}

static look look_of(const sums *sum)
{
    const double(*j)[AXES] = sum->j;
    double det = j[Y][Y] * j[X][X] - j[Y][X] * j[X][Y];
    look here = {.fine = det > 0 && j[Y][Y] > 0};
    if (!here.fine)
        return here;
    here.inverse[Y][Y] = j[X][X] / det;
    here.inverse[Y][X] = -j[Y][X] / det;
    here.inverse[X][Y] = -j[X][Y] / det;
    here.inverse[X][X] = j[Y][Y] / det;
    take_step(sum->g, &here);
    for (int k = 0; k < 3; k++) { // yy, yx, xx of J^-1 G J^-T
        const double *a = here.inverse[k / 2], *b = here.inverse[(k + 1) / 2];
        here.covariance[k] = a[Y] * b[Y] * sum->noise[0] +
                             (a[Y] * b[X] + a[X] * b[Y]) * sum->noise[1] +
                             a[X] * b[X] * sum->noise[2];
    }
    return here;
}

// With J from differences of g.
static look fit_look(fit *f, double cy, double cx)
{
    static const double aside[AROUND][AXES] = {{ASIDE, 0}, {-ASIDE, 0}, {0, ASIDE}, {0, -ASIDE}};
    sums at, next[AROUND];
    for (int k = 0; k < AROUND; k++)
        fit_sums(f, cy + aside[k][Y], cx + aside[k][X], NULL, &next[k]);
    fit_sums(f, cy, cx, NULL, &at);
    for (int axis = 0; axis < AXES; axis++)
        for (int of = 0; of < AXES; of++)
            at.j[of][axis] = (next[2 * axis].g[of] - next[2 * axis + 1].g[of]) / (2 * ASIDE);
    return look_of(&at);
}

// ------------------------------------------------------------------ where to look, how smoothly

// What several smoothings have in common at one center.
typedef struct surroundings {
    airy_image mates[AROUND];
} surroundings;

static void surroundings_release(surroundings *s)
{
    for (int k = 0; k < AROUND; k++)
        airy_image_release(&s->mates[k]);
}

static airy_code surroundings_init(surroundings *s, const fit *f, const double *c, airy_error *err)
{
    airy_code code = AIRY_OK;
    *s = (surroundings){0};
    for (int k = 0; k < AROUND && code == AIRY_OK; k++)
        code = airy_image_init(&s->mates[k], f->model.ny, f->model.nx, err);
    if (code == AIRY_OK) {
        fit_mates(f, c[Y] + ASIDE, c[X], &s->mates[UP]);
        fit_mates(f, c[Y] - ASIDE, c[X], &s->mates[DOWN]);
        fit_mates(f, c[Y], c[X] + ASIDE, &s->mates[RIGHT]);
        fit_mates(f, c[Y], c[X] - ASIDE, &s->mates[LEFT]);
    } else {
        surroundings_release(s);
    }
    return code;
}

// Smoothings to choose among.
typedef struct smoothings {
    int n;
    double sigma[5];
} smoothings;

// The one that promises the smallest error at this center: weak for fine fringes and many photons,
// strong for wide fringes and few. Leaves the fit smoothed so, and `best` is what was seen.
static airy_code choose_smoothing(fit *f, const double *c, const smoothings *among, look *best,
                                  airy_error *err)
{
    double least = INFINITY, chosen = 0;
    surroundings s;
    airy_code code = surroundings_init(&s, f, c, err);
    if (code != AIRY_OK)
        return code;
    for (int k = 0; k < among->n && code == AIRY_OK; k++) {
        sums sum;
        if ((code = fit_smooth(f, among->sigma[k], err)) != AIRY_OK)
            break;
        fit_sums(f, c[Y], c[X], s.mates, &sum);
        look here = look_of(&sum);
        double size = here.fine ? here.covariance[0] + here.covariance[2] : INFINITY;
        if (size < least) {
            least = size;
            chosen = among->sigma[k];
            *best = here;
        }
    }
    surroundings_release(&s);
    if (code == AIRY_OK && !isfinite(least))
        return airy_error_set(err, AIRY_EVALUE,
                              "no center of symmetry near (%.2f, %.2f): too little light or too "
                              "few mates",
                              c[Y], c[X]);
    return code == AIRY_OK && among->n > 1 ? fit_smooth(f, chosen, err) : code;
}

// A step, at most two pixels; its whole length.
static double step_on(const look *here, double *c)
{
    double length = hypot(here->step_y, here->step_x), scale = fmin(1, 2 / fmax(length, 1e-9));
    c[Y] += scale * here->step_y;
    c[X] += scale * here->step_x;
    return length;
}

// Steps with one J, each a fifth of the price of a look, while they shrink.
static void walk(fit *f, look here, double *c, airy_center_result *result)
{
    double length = step_on(&here, c), last = INFINITY;
    sums sum;
    while (length >= STEP_SMALL && length < 0.5 * last && result->iterations < STEPS) {
        last = length;
        fit_sums(f, c[Y], c[X], NULL, &sum);
        take_step(sum.g, &here);
        length = step_on(&here, c);
        result->iterations++;
    }
}

// Newton's steps from there.
static airy_code home_in(fit *f, double *c, airy_center_result *result, airy_error *err)
{
    for (int k = 0; k < STEPS; k++) {
        look here = fit_look(f, c[Y], c[X]);
        if (!here.fine || hypot(c[Y] - result->y, c[X] - result->x) > SIDE_MOST / 16.0)
            return airy_error_set(err, AIRY_ENUMERIC,
                                  "the center ran away from its first guess (%.2f, %.2f)",
                                  result->y, result->x);
        double length = step_on(&here, c);
        result->iterations++;
        result->y_error = sqrt(here.covariance[0]);
        result->x_error = sqrt(here.covariance[2]);
        if (length < STEP_SMALL)
            break;
    }
    return AIRY_OK;
}

static airy_code refine(const airy_pattern *pattern, const airy_center_options *options,
                        const smoothings *among, airy_center_result *result, airy_error *err)
{
    double c[AXES] = {result->y, result->x};
    look first = {0};
    fit f;
    airy_code code = fit_init(&f, pattern, options->radius, err);
    if (code != AIRY_OK)
        return code;
    code = choose_smoothing(&f, c, among, &first, err);
    if (code == AIRY_OK) {
        walk(&f, first, c, result);
        code = home_in(&f, c, result, err);
        result->y = c[Y];
        result->x = c[X];
    }
    fit_release(&f);
    return code;
}

// ------------------------------------------------------------------ all together

// chi2 of mates at the center, and the least of its four neighbours half a pixel away.
static airy_code judge(const airy_pattern *pattern, airy_center_result *result, airy_error *err)
{
    enum { CENTERS = 5 };
    const double y = result->y, x = result->x;
    const double center[CENTERS][2] = {
        {y, x}, {y + 0.5, x}, {y - 0.5, x}, {y, x + 0.5}, {y, x - 0.5}};
    double chi2[CENTERS];
    int pairs[CENTERS];
    airy_code code = airy_friedel_about(pattern, CENTERS, center, chi2, pairs, err);
    if (code != AIRY_OK)
        return code;
    result->chi2 = chi2[0];
    result->pairs = pairs[0];
    result->chi2_shifted = INFINITY;
    for (int k = 1; k < CENTERS; k++)
        result->chi2_shifted = fmin(result->chi2_shifted, chi2[k]);
    if (result->pairs == 0)
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

// The center to which these smoothings lead from the one in `result`.
static airy_code lead(const airy_pattern *pattern, const airy_center_options *options,
                      const smoothings *among, airy_center_result *result, airy_error *err)
{
    airy_code code = refine(pattern, options, among, result, err);
    return code == AIRY_OK ? judge(pattern, result, err) : code;
}

// Noise alone has slopes, too, where nothing smooths it: its chi2 is the same half a pixel away,
// but for what the mean of so many squares scatters by.
static bool mates_tell(const airy_center_result *result)
{
    return result->chi2_shifted > result->chi2 + 10 * sqrt(2.0 / result->pairs);
}

// Mates disagree, and half a pixel away hardly more: what is unmasked alone makes both worse alike.
static bool between_fringes(const airy_center_result *result)
{
    return result->chi2 > AGREE && result->chi2_shifted < DISTINCT * result->chi2;
}

// Where the usual smoothings led nowhere, or to mates that disagree: about an unmasked stop, or on
// fringes of three or four pixels, that is a root between two fringes, and another smoothing leads
// to the right one, which the mates tell. Not asked first, for the finest let single photons pass
// as structure.
static airy_code lead_otherwise(const airy_pattern *pattern, const airy_center_options *options,
                                const airy_center_result *from, airy_code code,
                                airy_center_result *result, airy_error *err)
{
    static const smoothings others[] = {{1, {0.3}}, {1, {0.45}}, {1, {0.67}}, {1, {3.3}}, {1, {5}}};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        airy_center_result tried = *from;
        airy_error no = {0}; // the sentence stays that of the usual smoothings
        if (lead(pattern, options, &others[k], &tried, &no) != AIRY_OK || !mates_tell(&tried) ||
            (code == AIRY_OK && tried.chi2 >= result->chi2))
            continue;
        *result = tried;
        code = airy_error_forgive(err, AIRY_OK);
    }
    return code;
}

static airy_code find(const airy_pattern *pattern, const airy_center_options *options,
                      airy_center_result *result, airy_error *err)
{
    static const smoothings usual = {5, {1, 1.5, 2.2, 3.3, 5}};
    const smoothings given = {1, {options->smooth}};
    airy_code code = AIRY_OK;
    if (!options->has_start)
        code = airy_center_search(pattern, options->overlap, result, err);
    if (code != AIRY_OK)
        return code;
    const airy_center_result from = *result;
    code = lead(pattern, options, options->smooth > 0 ? &given : &usual, result, err);
    bool astray = code == AIRY_OK ? between_fringes(result) : airy_code_of_data(code);
    return astray && !(options->smooth > 0)
               ? lead_otherwise(pattern, options, &from, code, result, err)
               : code;
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

// SPDX-License-Identifier: GPL-3.0-or-later
// The size of a sphere or spheroid from its rings, by Poisson likelihood.
#include "airy/math.h"
#include "base/units.h"
#include "noise.h"
#include "sphere.h"
#include "sphere_start.h"

#include <string.h>

enum { SIDE_MOST = 768, STEPS = 80 };
#define BRIGHT 5.0      // expected photons of a pixel in chi2_bright
#define APART_MOST 0.2  // of the radius found that the rings gave from those found
#define CYCLES_MOST 0.5 // radius: two pixels a fringe have one of 0.25
#define MU_LEAST 1e-12  // photons; keeps logarithms finite

void airy_sphere_options_defaults(airy_sphere_options *options)
{
    *options = (airy_sphere_options){.pixel_area = true};
}

airy_code airy_sphere_options_check(const airy_sphere_options *options, airy_error *err)
{
    const double sizes[] = {options->edge_nm, options->radius_nm, options->least_q,
                            options->most_q};
    for (int i = 0; i < 4; i++)
        if (!(sizes[i] >= 0 && isfinite(sizes[i])))
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "edge, radius and the range of q must not be negative, as %g is",
                                  sizes[i]);
    if (!isfinite(options->axis))
        return airy_error_set(err, AIRY_EARGUMENT, "the axis is not a number");
    if (options->most_q > 0 && options->most_q <= options->least_q)
        return airy_error_set(err, AIRY_EARGUMENT, "q from %g to %g pixels is empty",
                              options->least_q, options->most_q);
    return AIRY_OK;
}

// ------------------------------------------------------------------ model of a pixel

enum { PAR, PERP, INTENSITY, BACKGROUND, CENTER_Y, CENTER_X, EDGE, PARAMETERS };

// One fit: which pixels, their noise, and which parameters are free.
typedef struct sphere {
    const airy_pattern *pattern;
    airy_image factor, extra;
    double p[PARAMETERS];
    int n_free, free[PARAMETERS];
    bool round;   // one radius: PAR stands for both
    bool area;    // pixels integrate
    double begun; // radius that the rings gave, 0 = given by the caller
    double cos_a, sin_a;
    double slope;       // pitch / distance: tan(2 theta) a pixel; 0 = small angles
    double least, most; // pixels from the center
} sphere;

// |q| pitch-wise over k: with t = tan(2 theta) = k slope, 2 sin(theta) / t =
// 2 / sqrt(2 (1 + t^2 + sqrt(1 + t^2))). 1 for small angles.
static double bent(const sphere *s, double k)
{
    double t = k * s->slope, t2 = 1 + t * t;
    return s->slope > 0 ? 2 / sqrt(2 * (t2 + sqrt(t2))) : 1;
}

// Where a pixel lies: components along and across the axis, x = q R, and its distance.
typedef struct place {
    double a, b, k, x;
} place;

static place place_of(const sphere *s, double dy, double dx)
{
    double k = sqrt(dy * dy + dx * dx), bend = bent(s, k);
    double par = s->p[PAR], perp = s->p[s->round ? PAR : PERP];
    place at = {.k = k * bend};
    at.a = bend * (dx * s->cos_a + dy * s->sin_a);
    at.b = bend * (dy * s->cos_a - dx * s->sin_a);
    at.x = 2 * AIRY_PI * sqrt(par * par * at.a * at.a + perp * perp * at.b * at.b);
    return at;
}

// (dx/dk)^2 / 24: the mean over a square pixel of a smooth function is f + Laplacian / 24.
static double area_of(const sphere *s, const place *at)
{
    double rate = at->k > 0 ? at->x / at->k : 2 * AIRY_PI * s->p[PAR];
    return s->area ? rate * rate / 24 : 0;
}

static double damping(const sphere *s, const place *at)
{
    double t = 2 * AIRY_PI * at->k * s->p[EDGE];
    return s->p[EDGE] > 0 ? exp(-t * t) : 1;
}

static double model_at(const sphere *s, double dy, double dx)
{
    place at = place_of(s, dy, dx);
    double shape = airy_sphere_factor(at.x, area_of(s, &at)) * damping(s, &at);
    return fmax(s->p[INTENSITY] * shape + s->p[BACKGROUND], MU_LEAST);
}

// mu and its derivatives by all parameters.
static double model_slopes(const sphere *s, double dy, double dx, double *d)
{
    const double turn = 4 * AIRY_PI * AIRY_PI;
    place at = place_of(s, dy, dx);
    double damp = damping(s, &at), i0 = s->p[INTENSITY], slope;
    double shape = airy_sphere_slope(at.x, area_of(s, &at), &slope) * damp;
    double by_x = i0 * damp * slope;
    double par = s->p[PAR], perp = s->p[s->round ? PAR : PERP], x = fmax(at.x, 1e-6);
    double by_a = by_x * turn * par * par * at.a / x, by_b = by_x * turn * perp * perp * at.b / x;
    d[PAR] = by_x * turn * par * at.a * at.a / x;
    d[PERP] = by_x * turn * perp * at.b * at.b / x;
    d[PAR] += s->round ? d[PERP] : 0;
    d[INTENSITY] = shape;
    d[BACKGROUND] = 1;
    d[CENTER_Y] = -by_a * s->sin_a - by_b * s->cos_a;
    d[CENTER_X] = -by_a * s->cos_a + by_b * s->sin_a;
    d[EDGE] = -2 * turn * at.k * at.k * s->p[EDGE] * i0 * shape;
    return fmax(i0 * shape + s->p[BACKGROUND], MU_LEAST);
}

// ------------------------------------------------------------------ likelihood

// Twice the negative log-likelihood against the perfect model. With V = f mu + e the
// quasi-likelihood is that of a Poisson number n + e / f (McCullagh & Nelder, Generalized Linear
// Models, 1989, ch. 9).
static double deviance_of(double n, double mu, double factor, double extra)
{
    if (factor <= 0)
        return extra > 0 ? (n - mu) * (n - mu) / extra : 0;
    double shift = extra / factor, m = mu + shift, k = n + shift;
    return 2 / factor * (k > 0 ? m - k + k * log(k / m) : m - k);
}

static bool in_range(const sphere *s, double dy, double dx)
{
    double k2 = dy * dy + dx * dx;
    return k2 >= s->least * s->least && (s->most <= 0 || k2 <= s->most * s->most);
}

// Range and center of the range stay with the first center, or the sum would jump as the center
// moves.
static bool used(const sphere *s, int i)
{
    int nx = s->pattern->photons.nx;
    return measured(s->pattern, i) &&
           in_range(s, i / nx - s->pattern->center_y, i % nx - s->pattern->center_x);
}

static double deviance(const sphere *s)
{
    double sum = 0;
    int nx = s->pattern->photons.nx;
    for (int i = 0; i < s->pattern->photons.ny * nx; i++)
        if (used(s, i))
            sum += deviance_of((double)s->pattern->photons.px[i],
                               model_at(s, i / nx - s->p[CENTER_Y], i % nx - s->p[CENTER_X]),
                               (double)s->factor.px[i], (double)s->extra.px[i]);
    return sum;
}

// Gradient of the log-likelihood and Fisher information of the free parameters.
typedef struct normal {
    double gradient[PARAMETERS];
    double fisher[PARAMETERS][PARAMETERS];
} normal;

static void add_pixel(const sphere *s, const double *d, double off, double v, normal *sum)
{
    for (int j = 0; j < s->n_free; j++) {
        double dj = d[s->free[j]] / v;
        sum->gradient[j] += off * dj;
        for (int k = 0; k <= j; k++)
            sum->fisher[j][k] += dj * d[s->free[k]];
    }
}

static void accumulate(const sphere *s, normal *sum)
{
    int nx = s->pattern->photons.nx;
    *sum = (normal){0};
    for (int i = 0; i < s->pattern->photons.ny * nx; i++) {
        if (!used(s, i))
            continue;
        double d[PARAMETERS];
        double mu = model_slopes(s, i / nx - s->p[CENTER_Y], i % nx - s->p[CENTER_X], d);
        double v = (double)s->factor.px[i] * mu + (double)s->extra.px[i];
        if (v > 0)
            add_pixel(s, d, (double)s->pattern->photons.px[i] - mu, v, sum);
    }
}

// Cholesky's factor of a small symmetric matrix, lower triangle in place. False: not positive
// definite. (GSL's has an error handler that ends the program, one for the whole process.)
static bool factorise(double a[PARAMETERS][PARAMETERS], int n)
{
    for (int j = 0; j < n; j++)
        for (int k = 0; k <= j; k++) {
            double sum = a[j][k];
            for (int i = 0; i < k; i++)
                sum -= a[j][i] * a[k][i];
            if (k == j && !(sum > 1e-14))
                return false;
            a[j][k] = k == j ? sqrt(sum) : sum / a[k][k];
        }
    return true;
}

static void substitute(double a[PARAMETERS][PARAMETERS], int n, double *b)
{
    for (int j = 0; j < n; j++) {
        for (int i = 0; i < j; i++)
            b[j] -= a[j][i] * b[i];
        b[j] /= a[j][j];
    }
    for (int j = n - 1; j >= 0; j--) {
        for (int i = j + 1; i < n; i++)
            b[j] -= a[i][j] * b[i];
        b[j] /= a[j][j];
    }
}

// (fisher + damp diag) step = gradient.
static bool solve(const normal *sum, int n, double damp, double *step)
{
    double a[PARAMETERS][PARAMETERS], scale[PARAMETERS];
    for (int j = 0; j < n; j++)
        if (!((scale[j] = sqrt(sum->fisher[j][j])) > 0))
            return false;
    for (int j = 0; j < n; j++)
        for (int k = 0; k <= j; k++)
            a[j][k] = sum->fisher[j][k] / (scale[j] * scale[k]) + (j == k ? damp : 0);
    if (!factorise(a, n))
        return false;
    for (int j = 0; j < n; j++)
        step[j] = sum->gradient[j] / scale[j];
    substitute(a, n, step);
    for (int j = 0; j < n; j++)
        step[j] /= scale[j];
    return true;
}

// Parameters moved by a step and kept where they mean something.
static void move(sphere *s, const double *step)
{
    for (int j = 0; j < s->n_free; j++) {
        double old = s->p[s->free[j]], moved = old + step[j];
        bool positive = s->free[j] != CENTER_Y && s->free[j] != CENTER_X;
        s->p[s->free[j]] = positive ? fmax(moved, s->free[j] == BACKGROUND ? 0 : 0.2 * old) : moved;
    }
}

static int used_pixels(const sphere *s)
{
    int n = 0;
    for (int i = 0; i < s->pattern->photons.ny * s->pattern->photons.nx; i++)
        n += used(s, i);
    return n;
}

// One step of Fisher scoring with Marquardt's damping (J. SIAM 11, 431, 1963), stretched while that
// helps. False: none helps, and this is the top, to rounding.
static bool step_up(sphere *s, double *damp, double *stretch, double *value)
{
    normal sum;
    double step[PARAMETERS], kept[PARAMETERS], before = *value;
    accumulate(s, &sum);
    memcpy(kept, s->p, sizeof kept);
    while (*damp < 1e9) {
        memcpy(s->p, kept, sizeof kept);
        bool solved = solve(&sum, s->n_free, *damp, step);
        for (int j = 0; j < s->n_free; j++)
            step[j] *= *stretch;
        if (solved) {
            move(s, step);
            *value = deviance(s);
            if (*value <= before)
                return true;
        }
        *damp *= *stretch > 1 ? 1 : 10;
        *stretch = 1;
    }
    memcpy(s->p, kept, sizeof kept);
    *value = before;
    return false;
}

// Steps fall short of the top by the same share each time where a model has not the shape of the
// data, and are made longer then.
static airy_code climb(sphere *s, double *value, int *iterations, airy_error *err)
{
    double damp = 1e-3, stretch = 1, last = INFINITY, pixels = fmax(used_pixels(s), 1);
    *value = deviance(s);
    for (*iterations = 1; *iterations <= STEPS; ++*iterations) {
        double before = *value;
        if (!step_up(s, &damp, &stretch, value))
            return AIRY_OK;
        double drop = before - *value;
        damp = fmax(damp / 10, 1e-9);
        // Far below what a standard error is worth: 1, or with structure more than chi2.
        if (drop < 1e-4 * fmax(1, *value / pixels))
            return AIRY_OK;
        stretch = drop > 0.5 * last ? fmin(2 * stretch, 16) : 1;
        last = drop;
    }
    return airy_error_set(err, AIRY_ENUMERIC, "the sphere fit did not settle in %d steps", STEPS);
}

// ------------------------------------------------------------------ the first guess

static airy_code guess(sphere *s, bool anywhere, airy_error *err)
{
    airy_image kept = {0};
    airy_sphere_start start = {.cycles = s->p[PAR], .anywhere = anywhere};
    const bool given = start.cycles > 0;
    airy_code code = airy_image_copy(&kept, &s->pattern->photons, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < kept.ny * kept.nx; i++)
        if (!used(s, i))
            kept.px[i] = NAN;
    code = airy_sphere_start_find(&kept, s->p[CENTER_Y], s->p[CENTER_X], &start, err);
    s->p[PAR] = s->p[PERP] = start.cycles;
    s->begun = given ? 0 : start.fringes > 0 ? start.fringes : start.cycles;
    s->p[INTENSITY] = start.intensity;
    s->p[BACKGROUND] = start.background;
    airy_image_release(&kept);
    return code;
}

// ------------------------------------------------------------------ all together

static void choose_free(sphere *s, const airy_sphere_options *options)
{
    const bool wanted[PARAMETERS] = {
        [PAR] = true,
        [PERP] = options->spheroid,
        [INTENSITY] = true,
        [BACKGROUND] = true,
        [CENTER_Y] = !options->fix_center,
        [CENTER_X] = !options->fix_center,
        [EDGE] = options->fit_edge,
    };
    for (int k = 0; k < PARAMETERS; k++)
        if (wanted[k])
            s->free[s->n_free++] = k;
}

static double wavelengths_m(const airy_setup *setup) // lambda z / pitch: nm a cycle, in metres
{
    bool known = setup->energy_ev > 0 && setup->distance_m > 0 && setup->pitch_m > 0;
    return known ? AIRY_WAVELENGTH_M(setup->energy_ev) * setup->distance_m / setup->pitch_m : NAN;
}

static airy_code sphere_init(sphere *s, const airy_pattern *pattern,
                             const airy_sphere_options *options, airy_error *err)
{
    double nm = 1e9 * wavelengths_m(&pattern->setup), axis = AIRY_RADIANS(options->axis);
    *s = (sphere){.pattern = pattern,
                  .round = !options->spheroid,
                  .area = options->pixel_area && !pattern->condensed,
                  .cos_a = cos(axis),
                  .sin_a = sin(axis),
                  .least = options->least_q,
                  .most = options->most_q};
    if (isnan(nm) && (options->radius_nm > 0 || options->edge_nm > 0 || options->fit_edge))
        return airy_error_set(err, AIRY_EVALUE,
                              "lengths in nm need energy, distance and pixel size, which the "
                              "pattern does not hold");
    s->slope = isnan(nm) ? 0 : pattern->setup.pitch_m / pattern->setup.distance_m;
    s->p[PAR] = options->radius_nm > 0 ? options->radius_nm / nm : 0;
    s->p[EDGE] = options->edge_nm > 0 ? options->edge_nm / nm
                 : options->fit_edge  ? 2 / nm // nm; zero would be a stationary point
                                      : 0;
    s->p[CENTER_Y] = pattern->center_y;
    s->p[CENTER_X] = pattern->center_x;
    choose_free(s, options);
    airy_code code = airy_pattern_noise(pattern, &s->factor, &s->extra, err);
    return code == AIRY_OK ? guess(s, false, err) : code;
}

static void judge(const sphere *s, double value, airy_sphere_fit *fit)
{
    int nx = s->pattern->photons.nx, bright = 0, n = 0;
    double all = 0, lit = 0;
    for (int i = 0; i < s->pattern->photons.ny * nx; i++) {
        if (!used(s, i))
            continue;
        double mu = model_at(s, i / nx - s->p[CENTER_Y], i % nx - s->p[CENTER_X]);
        double v = (double)s->factor.px[i] * mu + (double)s->extra.px[i];
        double off = (double)s->pattern->photons.px[i] - mu, term = v > 0 ? off * off / v : 0;
        all += term;
        lit += mu >= BRIGHT ? term : 0;
        bright += mu >= BRIGHT;
        n++;
    }
    fit->pixels = n;
    fit->deviance = n ? value / n : NAN;
    fit->chi2 = n ? all / n : NAN;
    fit->chi2_bright = bright ? lit / bright : NAN;
}

// ------------------------------------------------------------------ errors

// Cells of one speckle, together with their mates across the center: what no sphere fits, the
// particle's structure, is alike within one and different from one to the next.
typedef struct cells {
    double side; // pixels
    int half;    // cells from the center to the farthest corner
    size_t n;    // half a plane of them
    double (*score)[PARAMETERS];
} cells;

static airy_code cells_init(const sphere *s, cells *c, airy_error *err)
{
    const airy_image *photons = &s->pattern->photons;
    double far_y = fmax(s->p[CENTER_Y], photons->ny - s->p[CENTER_Y]);
    double far_x = fmax(s->p[CENTER_X], photons->nx - s->p[CENTER_X]);
    c->side = fmax(2, 1 / (2 * fmax(s->p[PAR], s->p[s->round ? PAR : PERP])));
    c->half = (int)(fmax(far_y, far_x) / c->side) + 1;
    c->n = (size_t)(c->half + 1) * (size_t)(2 * c->half + 1);
    c->score = airy_memory_new(c->n, sizeof *c->score);
    return c->score ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for speckles");
}

static double *score_at(const cells *c, double dy, double dx)
{
    bool mate = dy < 0 || (dy == 0 && dx < 0);
    int row = (int)fabs(dy / c->side), column = (int)floor((mate ? -dx : dx) / c->side) + c->half;
    return c->score[row * (2 * c->half + 1) + column];
}

static void add_scores(const sphere *s, cells *c)
{
    int nx = s->pattern->photons.nx;
    for (int i = 0; i < s->pattern->photons.ny * nx; i++) {
        double dy = i / nx - s->p[CENTER_Y], dx = i % nx - s->p[CENTER_X], d[PARAMETERS];
        if (!used(s, i))
            continue;
        double mu = model_slopes(s, dy, dx, d), *score = score_at(c, dy, dx);
        double v = (double)s->factor.px[i] * mu + (double)s->extra.px[i];
        for (int j = 0; j < s->n_free && v > 0; j++)
            score[j] += ((double)s->pattern->photons.px[i] - mu) / v * d[s->free[j]];
    }
}

// Columns of what is wanted an error of: the free parameters, and the ratio of the radii.
enum { RATIO = PARAMETERS, WANTED };

// Changes of what is wanted with a step of the free parameters.
static void follow(const sphere *s, const double *step, double *change)
{
    double of[PARAMETERS] = {0};
    for (int j = 0; j < s->n_free; j++)
        change[s->free[j]] = of[s->free[j]] = step[j];
    double ratio = s->p[PAR] / s->p[PERP];
    change[RATIO] = s->round ? 0 : ratio * (of[PAR] / s->p[PAR] - of[PERP] / s->p[PERP]);
}

// Variances by photon counting alone: g^T F^-1 g, g the slopes of what is wanted.
static bool count_variances(const sphere *s, normal *sum, double *variance)
{
    double step[PARAMETERS], change[WANTED] = {0}, by[WANTED][PARAMETERS] = {{0}};
    for (int j = 0; j < s->n_free; j++) {
        memset(step, 0, sizeof step);
        step[j] = 1;
        follow(s, step, change);
        for (int w = 0; w < WANTED; w++)
            by[w][j] = change[w];
    }
    for (int w = 0; w < WANTED; w++) {
        variance[w] = 0;
        memcpy(sum->gradient, by[w], sizeof sum->gradient);
        if (!solve(sum, s->n_free, 0, step))
            return false;
        for (int j = 0; j < s->n_free; j++)
            variance[w] += by[w][j] * step[j];
    }
    return true;
}

// Variances by photon counting, or where structure is more than that, those of independent cells:
// F^-1 (sum over cells of u u^T) F^-1, u the score of a cell (Liang & Zeger, Biometrika 73, 13,
// 1986).
static airy_code find_variances(const sphere *s, double *variance, airy_error *err)
{
    normal sum;
    cells c;
    double among[WANTED] = {0}, change[WANTED] = {0}, step[PARAMETERS];
    accumulate(s, &sum);
    if (!count_variances(s, &sum, variance))
        return airy_error_set(err, AIRY_ENUMERIC, "the sphere fit's information is singular");
    airy_code code = cells_init(s, &c, err);
    if (code != AIRY_OK)
        return code;
    add_scores(s, &c);
    for (size_t k = 0; k < c.n; k++) {
        memcpy(sum.gradient, c.score[k], sizeof sum.gradient);
        solve(&sum, s->n_free, 0, step);
        follow(s, step, change);
        for (int w = 0; w < WANTED; w++)
            among[w] += change[w] * change[w];
    }
    for (int w = 0; w < WANTED; w++)
        variance[w] = fmax(variance[w], among[w]);
    airy_memory_free(c.score);
    return AIRY_OK;
}

// Values and errors out of the fit's own units: cycles a pixel and pixels.
static airy_code report(const sphere *s, const airy_sphere_options *options, airy_sphere_fit *fit,
                        airy_error *err)
{
    double variance[WANTED], error[WANTED];
    double nm = 1e9 * wavelengths_m(&s->pattern->setup);
    airy_code code = find_variances(s, variance, err);
    if (code != AIRY_OK)
        return code;
    for (int w = 0; w < WANTED; w++)
        error[w] = sqrt(variance[w]);
    int perp = s->round ? PAR : PERP;
    fit->cycles_par = s->p[PAR];
    fit->cycles_perp = s->p[perp];
    fit->cycles_par_error = error[PAR];
    fit->cycles_perp_error = error[perp];
    fit->aspect = s->p[PAR] / s->p[perp];
    fit->aspect_error = error[RATIO];
    fit->radius_par_nm = nm * s->p[PAR];
    fit->radius_perp_nm = nm * s->p[perp];
    fit->radius_par_error_nm = nm * error[PAR];
    fit->radius_perp_error_nm = nm * error[perp];
    fit->edge_nm = s->p[EDGE] > 0 ? nm * s->p[EDGE] : 0;
    fit->edge_error_nm = error[EDGE] > 0 ? nm * error[EDGE] : 0;
    fit->intensity = s->p[INTENSITY];
    fit->intensity_error = error[INTENSITY];
    fit->background = s->p[BACKGROUND];
    fit->background_error = error[BACKGROUND];
    fit->center_y = s->p[CENTER_Y];
    fit->center_x = s->p[CENTER_X];
    fit->center_y_error = error[CENTER_Y];
    fit->center_x_error = error[CENTER_X];
    fit->axis = options->axis;
    fit->spheroid = options->spheroid;
    fit->pixel_area = s->area;
    return AIRY_OK;
}

// Whether the fit has come to a radius that it may have: one with fringes, and near its start.
static airy_code check_radius(const sphere *s, airy_error *err)
{
    double par = s->p[PAR], perp = s->p[s->round ? PAR : PERP];
    double least = fmin(par, perp), most = fmax(par, perp);
    if (!(most < CYCLES_MOST))
        return airy_error_set(
            err, AIRY_ENUMERIC,
            "the rings fit no sphere of any size: is the object elongated (--model spheroid), or "
            "a beam stop unmasked (`airy mask --beamstop`)?");
    // Of a long spheroid the strongest line may be that of either diameter.
    if (s->begun > 0 &&
        !(s->begun > (1 - APART_MOST) * least && s->begun < (1 + APART_MOST) * most))
        return airy_error_set(
            err, AIRY_ENUMERIC,
            "the sphere fit went from the %.4g cycles of its rings to %.4g: is a beam "
            "stop unmasked (--beamstop), or the object elongated (--model "
            "spheroid, --radius)?",
            s->begun, (par + perp) / 2);
    return AIRY_OK;
}

static airy_code climb_near(sphere *s, double *value, int *iterations, airy_error *err)
{
    airy_code code = climb(s, value, iterations, err);
    return code == AIRY_OK ? check_radius(s, err) : code;
}

// A shadow that is not masked can spoil the start at the right radius but not every other.
static airy_code climb_again(sphere *s, double *value, int *iterations, airy_error *err)
{
    s->p[PAR] = 0;
    airy_code code = guess(s, true, err);
    return code == AIRY_OK ? climb_near(s, value, iterations, err) : code;
}

static airy_code fit_pattern(const airy_pattern *pattern, const airy_sphere_options *options,
                             airy_sphere_fit *fit, airy_error *err)
{
    sphere s;
    double value = NAN;
    airy_code code = sphere_init(&s, pattern, options, err);
    if (code == AIRY_OK) {
        sphere first = s;
        code = climb_near(&s, &value, &fit->iterations, err);
        if (code == AIRY_ENUMERIC && first.begun > 0) {
            s = first;
            code = climb_again(&s, &value, &fit->iterations, err);
        }
    }
    if (code == AIRY_OK)
        code = report(&s, options, fit, err);
    if (code == AIRY_OK)
        judge(&s, value, fit);
    airy_image_release(&s.factor);
    airy_image_release(&s.extra);
    return code;
}

// Lengths of a fit to a pattern binned n-fold, in pixels of the pattern itself.
static void unbin(airy_sphere_fit *fit, double n)
{
    double *cycles[] = {&fit->cycles_par, &fit->cycles_perp, &fit->cycles_par_error,
                        &fit->cycles_perp_error};
    double *photons[] = {&fit->intensity, &fit->intensity_error, &fit->background,
                         &fit->background_error};
    for (int k = 0; k < 4; k++) {
        *cycles[k] /= n;
        *photons[k] /= n * n;
    }
    fit->center_y = n * fit->center_y + (n - 1) / 2;
    fit->center_x = n * fit->center_x + (n - 1) / 2;
    fit->center_y_error *= n;
    fit->center_x_error *= n;
}

airy_code airy_pattern_sphere(const airy_pattern *pattern, const airy_sphere_options *options,
                              airy_sphere_fit *fit, airy_error *err)
{
    return airy_sphere_binned(pattern, options, SIDE_MOST, fit, err);
}

airy_code airy_sphere_binned(const airy_pattern *pattern, const airy_sphere_options *options,
                             int most, airy_sphere_fit *fit, airy_error *err)
{
    *fit = (airy_sphere_fit){0};
    airy_code code = airy_sphere_options_check(options, err);
    if (code != AIRY_OK)
        return code;
    if (airy_pattern_measured(pattern) == 0 || airy_pattern_photons(pattern) <= 0)
        return airy_error_set(err, AIRY_EVALUE, "the pattern holds no photons");
    int ny = pattern->photons.ny, nx = pattern->photons.nx, longer = ny > nx ? ny : nx;
    airy_bin_options bin;
    airy_bin_options_defaults(&bin);
    bin.align_center = false;
    bin.coverage = pattern->coverage.px ? airy_noise_coverage(pattern) : 1;
    bin.factor = (longer + most - 1) / most;
    if (pattern->has_center && (code = airy_pattern_check_center(pattern, err)) != AIRY_OK)
        return code;
    airy_pattern small;
    if ((code = airy_pattern_bin(pattern, &bin, &small, NULL, err)) != AIRY_OK)
        return code;
    small.merged = pattern->merged;
    small.condensed = pattern->condensed;
    airy_sphere_options scaled = *options;
    scaled.least_q /= bin.factor;
    scaled.most_q /= bin.factor;
    if (!small.has_center)
        code = airy_pattern_find_center(&small, err);
    if (code == AIRY_OK)
        code = fit_pattern(&small, &scaled, fit, err);
    if (code == AIRY_OK)
        unbin(fit, bin.factor);
    airy_pattern_release(&small);
    return code;
}

void airy_sphere_pixels(const airy_sphere_fit *fit, int n, double *radius_par, double *radius_perp)
{
    *radius_par = fit->cycles_par * n;
    *radius_perp = fit->cycles_perp * n;
}

airy_code airy_sphere_pattern(const airy_sphere_fit *fit, const airy_pattern *like,
                              airy_image *model, airy_error *err)
{
    int ny = like->photons.ny, nx = like->photons.nx;
    double nm = 1e9 * wavelengths_m(&like->setup), axis = AIRY_RADIANS(fit->axis);
    sphere s = {.round = !fit->spheroid,
                .area = fit->pixel_area,
                .cos_a = cos(axis),
                .sin_a = sin(axis),
                .slope = isnan(nm) ? 0 : like->setup.pitch_m / like->setup.distance_m,
                .p = {fit->cycles_par, fit->cycles_perp, fit->intensity, fit->background,
                      fit->center_y, fit->center_x, fit->edge_nm > 0 ? fit->edge_nm / nm : 0}};
    airy_code code = airy_image_init(model, ny, nx, err);
    for (int i = 0; i < ny * nx && code == AIRY_OK; i++)
        model->px[i] = (float)model_at(&s, i / nx - fit->center_y, i % nx - fit->center_x);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The size of a sphere or spheroid from its rings, by Poisson likelihood.
#include "airy/math.h"
#include "base/units.h"
#include "noise.h"
#include "sphere.h"
#include "sphere_model.h"
#include "sphere_start.h"

#include <string.h>

enum { SIDE_MOST = 768, STEPS = 80, COARSE_LEAST = 96 };
#define FRINGE_LEAST 4.0 // pixels a fringe in the first, coarse climb
#define APART_MOST 0.2   // of the radius found that the rings gave from those found
#define CYCLES_MOST 0.5  // radius: two pixels a fringe have one of 0.25
#define TRUST 0.25       // of a radius, or of a fringe for the center, in one step

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

// Parameters moved by a step and kept where they mean something.
static void move(airy_sphere_task *s, const double *step)
{
    for (int j = 0; j < s->n_free; j++) {
        double old = s->p[s->free[j]], moved = old + step[j];
        bool positive = s->free[j] != CENTER_Y && s->free[j] != CENTER_X;
        s->p[s->free[j]] = positive ? fmax(moved, s->free[j] == BACKGROUND ? 0 : 0.2 * old) : moved;
    }
}

// Slopes tell of fringes near where they are: a step that moves the center by more than a part of
// one, or changes a radius by as large a part, is no better than a guess.
static bool trusted(const airy_sphere_task *s, const double *step)
{
    const double fringe = 1 / (2 * s->p[PAR]);
    for (int j = 0; j < s->n_free; j++) {
        int k = s->free[j];
        bool radius = k == PAR || k == PERP, center = k == CENTER_Y || k == CENTER_X;
        if ((radius || center) && fabs(step[j]) > TRUST * (radius ? s->p[k] : fringe))
            return false;
    }
    return true;
}

static int used_pixels(const airy_sphere_task *s)
{
    int n = 0;
    for (int i = 0; i < s->pattern->photons.ny * s->pattern->photons.nx; i++)
        n += airy_sphere_used(s, i);
    return n;
}

// Where a fit is on its way: the deviance and its slopes at the parameters at hand.
typedef struct climb_state {
    double value, damp, stretch;
    double least; // promised changes of the deviance that are not worth a look
    airy_sphere_normal sum;
} climb_state;

// One step of Fisher scoring with Marquardt's damping (J. SIAM 11, 431, 1963), stretched while that
// helps. False: none helps, and this is the top, to rounding.
static bool step_up(airy_sphere_task *s, climb_state *at)
{
    airy_sphere_normal sum = at->sum;
    double step[PARAMETERS], kept[PARAMETERS], before = at->value;
    memcpy(kept, s->p, sizeof kept);
    while (at->damp < 1e9) {
        memcpy(s->p, kept, sizeof kept);
        bool solved = airy_sphere_solve(&sum, s->n_free, at->damp, step);
        double promise = 0; // what the deviance would fall by if the model had the data's shape
        for (int j = 0; j < s->n_free; j++) {
            promise += sum.gradient[j] * step[j];
            step[j] *= at->stretch;
        }
        if (solved && promise < at->least)
            break;
        if (solved && trusted(s, step)) {
            move(s, step);
            at->value = airy_sphere_accumulate(s, &at->sum);
            if (at->value <= before)
                return true;
        }
        at->damp *= at->stretch > 1 ? 1 : 10;
        at->stretch = 1;
    }
    memcpy(s->p, kept, sizeof kept);
    at->sum = sum;
    at->value = before;
    return false;
}

// Steps fall short of the top by the same share each time where a model has not the shape of the
// data, and are made longer then.
static airy_code climb(airy_sphere_task *s, double *value, int *iterations, airy_error *err)
{
    double last = INFINITY, pixels = fmax(used_pixels(s), 1);
    climb_state at = {.damp = 1e-3, .stretch = 1};
    at.value = airy_sphere_accumulate(s, &at.sum);
    for (*iterations = 1; *iterations <= STEPS; ++*iterations) {
        double before = at.value;
        // Far below what a standard error is worth: 1, or with structure more than chi2.
        double small = 1e-4 * fmax(1, before / pixels), drop;
        at.least = 1e-2 * small;
        bool top = !step_up(s, &at);
        drop = before - at.value;
        *value = at.value;
        at.damp = fmax(at.damp / 10, 1e-9);
        if (top || drop < small)
            return AIRY_OK;
        at.stretch = drop > 0.5 * last ? fmin(2 * at.stretch, 16) : 1;
        last = drop;
    }
    return airy_error_set(err, AIRY_ENUMERIC, "the sphere fit did not settle in %d steps", STEPS);
}

// ------------------------------------------------------------------ the first guess

static airy_code guess(airy_sphere_task *s, bool anywhere, airy_error *err)
{
    airy_image kept = {0};
    airy_sphere_start start = {.cycles = s->p[PAR], .anywhere = anywhere};
    const bool given = start.cycles > 0;
    airy_code code = airy_image_copy(&kept, &s->pattern->photons, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < kept.ny * kept.nx; i++)
        if (!airy_sphere_used(s, i))
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

static void choose_free(airy_sphere_task *s, const airy_sphere_options *options)
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

static airy_code sphere_init(airy_sphere_task *s, const airy_pattern *pattern,
                             const airy_sphere_options *options, airy_error *err)
{
    double nm = 1e9 * wavelengths_m(&pattern->setup), axis = AIRY_RADIANS(options->axis);
    *s = (airy_sphere_task){.pattern = pattern,
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

// ------------------------------------------------------------------ errors

// Values and errors out of the fit's own units: cycles a pixel and pixels.
static airy_code report(const airy_sphere_task *s, const airy_sphere_options *options,
                        airy_sphere_fit *fit, airy_error *err)
{
    double variance[WANTED], error[WANTED];
    double nm = 1e9 * wavelengths_m(&s->pattern->setup);
    airy_code code = airy_sphere_variances(s, variance, err);
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
static airy_code check_radius(const airy_sphere_task *s, airy_error *err)
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

// The parameters of this fit on pixels n times as large, or with 1 / n back again.
static void rescale(airy_sphere_task *s, double n)
{
    const double cycles = n, photons = n * n;
    s->p[PAR] *= cycles;
    s->p[PERP] *= cycles;
    s->p[EDGE] *= cycles;
    s->p[INTENSITY] *= photons;
    s->p[BACKGROUND] *= photons;
    for (int k = CENTER_Y; k <= CENTER_X; k++)
        s->p[k] = (s->p[k] + 0.5) / n - 0.5;
    s->slope *= n;
    s->least /= n;
    s->most /= n;
}

// Most of the way on pixels as large as the fringes allow, a fraction as many; what is left is as
// good as ever. Where this leads nowhere the parameters stay.
static airy_code climb_coarsely(airy_sphere_task *s, airy_error *err)
{
    const airy_image *photons = &s->pattern->photons;
    int shorter = photons->ny < photons->nx ? photons->ny : photons->nx, iterations;
    double fringe = 1 / (2 * s->p[PAR]), value, n;
    airy_sphere_task coarse = *s;
    airy_pattern small;
    airy_bin_options bin;
    airy_bin_options_defaults(&bin);
    bin.align_center = false;
    bin.coverage = s->pattern->coverage.px ? airy_noise_coverage(s->pattern) : 1;
    bin.factor = (int)fmin(fringe / FRINGE_LEAST, (double)shorter / COARSE_LEAST);
    n = bin.factor;
    if (bin.factor < 2 || s->pattern->condensed)
        return AIRY_OK;
    airy_code code = airy_pattern_bin(s->pattern, &bin, &small, NULL, err);
    if (code != AIRY_OK)
        return code;
    small.merged = s->pattern->merged;
    coarse.pattern = &small;
    rescale(&coarse, n);
    code = airy_pattern_noise(&small, &coarse.factor, &coarse.extra, err);
    if (code == AIRY_OK) {
        airy_error none = {0};
        airy_code found = climb(&coarse, &value, &iterations, &none);
        rescale(&coarse, 1 / n);
        if (found == AIRY_OK && check_radius(&coarse, &none) == AIRY_OK)
            memcpy(s->p, coarse.p, sizeof s->p);
        airy_image_release(&coarse.factor);
        airy_image_release(&coarse.extra);
    }
    airy_pattern_release(&small);
    return code;
}

static airy_code climb_near(airy_sphere_task *s, double *value, int *iterations, airy_error *err)
{
    airy_code code = climb_coarsely(s, err);
    if (code == AIRY_OK)
        code = climb(s, value, iterations, err);
    return code == AIRY_OK ? check_radius(s, err) : code;
}

// A shadow that is not masked can spoil the start at the right radius but not every other.
static airy_code climb_again(airy_sphere_task *s, double *value, int *iterations, airy_error *err)
{
    s->p[PAR] = 0;
    airy_code code = guess(s, true, err);
    return code == AIRY_OK ? climb_near(s, value, iterations, err) : code;
}

static airy_code fit_pattern(const airy_pattern *pattern, const airy_sphere_options *options,
                             airy_sphere_fit *fit, airy_error *err)
{
    airy_sphere_task s;
    double value = NAN;
    airy_code code = sphere_init(&s, pattern, options, err);
    if (code == AIRY_OK) {
        airy_sphere_task first = s;
        code = climb_near(&s, &value, &fit->iterations, err);
        if (code == AIRY_ENUMERIC && first.begun > 0) {
            s = first;
            code = climb_again(&s, &value, &fit->iterations, err);
        }
    }
    if (code == AIRY_OK)
        code = report(&s, options, fit, err);
    if (code == AIRY_OK)
        airy_sphere_judge(&s, value, fit);
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
    airy_sphere_task s = {.round = !fit->spheroid,
                          .area = fit->pixel_area,
                          .cos_a = cos(axis),
                          .sin_a = sin(axis),
                          .slope = isnan(nm) ? 0 : like->setup.pitch_m / like->setup.distance_m,
                          .p = {fit->cycles_par, fit->cycles_perp, fit->intensity, fit->background,
                                fit->center_y, fit->center_x,
                                fit->edge_nm > 0 ? fit->edge_nm / nm : 0}};
    airy_code code = airy_image_init(model, ny, nx, err);
    for (int i = 0; i < ny * nx && code == AIRY_OK; i++)
        model->px[i] =
            (float)airy_sphere_model_at(&s, i / nx - fit->center_y, i % nx - fit->center_x);
    return code;
}

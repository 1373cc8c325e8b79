// SPDX-License-Identifier: GPL-3.0-or-later
// The round body in an image: fitted through its transform, which is known in closed form.
#include "base/units.h"
#include "density/body.h"
#include "density/drawing.h"
#include "density/refine.h"

#include <math.h>
#include <string.h>

const char *const airy_body_names[] = {"sphere", "spheroid", NULL};

// Parameters of the fit. The squared blur may pass through 0 during the fit, the blur could not.
enum { P_Y, P_X, P_MASS, P_PAR, P_BLUR2, P_PERP, P_COUNT };

// The image's transform about the middle, over the total mass, in drawing->data, and what the model
// needs beside its parameters.
struct spectrum {
    airy_drawing drawing;
    double cos_a, sin_a; // axis
    const airy_body_options *options;
};

void airy_body_options_defaults(airy_body_options *options)
{
    *options = (airy_body_options){.kind = AIRY_BODY_SPHERE, .axis_deg = 0, .blur = -1};
}

airy_code airy_body_options_check(const airy_body_options *options, airy_error *err)
{
    if (!isfinite(options->axis_deg) || !isfinite(options->blur))
        return airy_error_set(err, AIRY_EARGUMENT, "axis and blur of the body must be numbers");
    if (options->blur > 100)
        return airy_error_set(err, AIRY_EARGUMENT, "a blur of %g pixels is over 100",
                              options->blur);
    return AIRY_OK;
}

static int count_of(const airy_body_options *options)
{
    return P_BLUR2 + (options->blur < 0) + (options->kind == AIRY_BODY_SPHEROID);
}

// The fit leaves out a fixed blur, and the second axis of a sphere: parameters as the model wants
// them.
static airy_form form_of(const struct spectrum *spectrum, const double *fitted)
{
    int i = P_BLUR2;
    double blur = spectrum->options->blur;
    airy_form form = {.y = fitted[P_Y],
                      .x = fitted[P_X],
                      .mass = fitted[P_MASS],
                      .r_par = fitted[P_PAR],
                      .cos_a = spectrum->cos_a,
                      .sin_a = spectrum->sin_a};
    form.blur2 = blur < 0 ? fitted[i++] : blur * blur;
    form.r_perp = spectrum->options->kind == AIRY_BODY_SPHERE ? form.r_par : fitted[i];
    return form;
}

// The columns that stand for their mates too count twice.
static double weight_of(const airy_drawing *d, int u)
{
    return u == 0 || 2 * u == d->nx ? 1 : sqrt(2);
}

// Real and imaginary part of data - model.
static void residuals(const double *fitted, double *r, int n, void *context)
{
    struct spectrum *spectrum = context;
    airy_drawing *d = &spectrum->drawing;
    const airy_form form = form_of(spectrum, fitted);
    airy_drawing_begin(d, &form);
    for (int v = 0; 2 * v * d->half < n; v++) {
        airy_drawing_row(d, &form, v);
        for (int u = 0; u < d->half; u++) {
            int i = v * d->half + u;
            double weight = weight_of(d, u);
            r[2 * i] = weight * ((double)crealf(d->data[i]) - d->row[2 * u]);
            r[2 * i + 1] = weight * ((double)cimagf(d->data[i]) - d->row[2 * u + 1]);
        }
    }
}

// Slopes of the model by what is fitted, of those by everything.
static void choose_slopes(const struct spectrum *spectrum, const double *all, double weight,
                          double *slope)
{
    bool sphere = spectrum->options->kind == AIRY_BODY_SPHERE;
    int i = P_BLUR2;
    slope[P_Y] = -weight * all[FORM_Y];
    slope[P_X] = -weight * all[FORM_X];
    slope[P_MASS] = -weight * all[FORM_MASS];
    slope[P_PAR] = -weight * (all[FORM_PAR] + (sphere ? all[FORM_PERP] : 0));
    if (spectrum->options->blur < 0)
        slope[i++] = -weight * all[FORM_BLUR2];
    if (!sphere)
        slope[i] = -weight * all[FORM_PERP];
}

static void slopes(const double *fitted, double *slope, int n, void *context)
{
    struct spectrum *spectrum = context;
    airy_drawing *d = &spectrum->drawing;
    const airy_form form = form_of(spectrum, fitted);
    const int np = count_of(spectrum->options);
    airy_drawing_begin(d, &form);
    for (int v = 0; 2 * v * d->half < n; v++) {
        airy_drawing_row_slopes(d, &form, v);
        for (int k = 0; k < 2 * d->half; k++)
            choose_slopes(spectrum, d->slope + FORM_SLOPES * k, weight_of(d, k / 2),
                          slope + (2 * v * d->half + k) * np);
    }
}

// ------------------------------------------------------------------ the start

struct moments {
    double mass, y, x, radius;
};

// Mass of everything, center and radius from what is positive: <y^2> = R^2 / 5 for a projected
// ball.
static airy_code find_moments(const airy_image *image, struct moments *m, airy_error *err)
{
    double w = 0, sy = 0, sx = 0, s2 = 0;
    *m = (struct moments){0};
    for (int y = 0; y < image->ny; y++)
        for (int x = 0; x < image->nx; x++) {
            double v = (double)image->px[y * image->nx + x];
            if (!isfinite(v))
                continue;
            m->mass += v;
            v = fmax(v, 0);
            w += v;
            sy += v * y;
            sx += v * x;
            s2 += v * ((double)y * y + (double)x * x);
        }
    if (!(w > 0) || !(m->mass > 0))
        return airy_error_set(err, AIRY_EVALUE, "the image has no density to fit a body to");
    m->y = sy / w;
    m->x = sx / w;
    m->radius = sqrt(2.5 * fmax(s2 / w - m->y * m->y - m->x * m->x, 0.1));
    return AIRY_OK;
}

// A window around the particle, wide enough to hold it with room to spare, NaN as 0; its offset.
static airy_code cut_window(const airy_image *image, const struct moments *m, airy_image *window,
                            int *offset, airy_error *err)
{
    int side = airy_fft_size_up((int)fmin(5 * m->radius + 8, AIRY_SIDE_MAX / 2.0));
    airy_code code = airy_image_init(window, side, side, err);
    if (code)
        return code;
    offset[0] = (int)floor(m->y + 0.5) - side / 2;
    offset[1] = (int)floor(m->x + 0.5) - side / 2;
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++) {
            int v = y + offset[0], u = x + offset[1];
            bool there = v >= 0 && u >= 0 && v < image->ny && u < image->nx;
            float value = there ? image->px[v * image->nx + u] : 0;
            window->px[y * side + x] = isfinite(value) ? value : 0;
        }
    return AIRY_OK;
}

// Transform of the window about its middle, divided by the mass.
static airy_code transform(const airy_image *window, double mass, airy_drawing *drawing,
                           airy_error *err)
{
    airy_code code = airy_drawing_init(drawing, window->ny, window->nx, err);
    if (code != AIRY_OK)
        return code;
    airy_fft_order(window, drawing->ordered);
    airy_fft_forward_real(drawing->fft, drawing->ordered, drawing->data);
    for (int i = 0; i < drawing->ny * drawing->half; i++)
        drawing->data[i] /= (float)mass;
    return AIRY_OK;
}

// ------------------------------------------------------------------ the fit

static airy_code run_fit(struct spectrum *spectrum, const struct moments *m, const int *offset,
                         airy_fit_result *fit, airy_error *err)
{
    static const double step[P_COUNT] = {0.5, 0.5, 0.05, 1, 1, 1};
    const airy_fit_problem problem = {.model = residuals,
                                      .slopes = slopes,
                                      .context = spectrum,
                                      .step = step,
                                      .n = 2 * spectrum->drawing.ny * spectrum->drawing.half,
                                      .np = count_of(spectrum->options)};
    int i = P_BLUR2;
    *fit = (airy_fit_result){0};
    fit->p[P_Y] = m->y - offset[0] - spectrum->drawing.ny / 2;
    fit->p[P_X] = m->x - offset[1] - spectrum->drawing.nx / 2;
    fit->p[P_MASS] = 1;
    fit->p[P_PAR] = m->radius;
    if (spectrum->options->blur < 0)
        fit->p[i++] = 1;
    if (spectrum->options->kind == AIRY_BODY_SPHEROID)
        fit->p[i] = m->radius;
    airy_code code = airy_fit_least_squares(&problem, fit, err);
    return code ? airy_error_prefix(err, "fitting a %s to the image",
                                    airy_body_names[spectrum->options->kind])
                : AIRY_OK;
}

// Parameters to the body; rho0 from the whole mass.
static void fill_body(const struct spectrum *spectrum, const double *fitted, double mass,
                      airy_body *body)
{
    const airy_body_options *options = spectrum->options;
    const airy_form form = form_of(spectrum, fitted);
    *body = (airy_body){.kind = options->kind, .axis_deg = options->axis_deg};
    body->y = form.y;
    body->x = form.x;
    body->r_par = fabs(form.r_par);
    body->r_perp = fabs(form.r_perp);
    body->blur = sqrt(fmax(form.blur2, 0));
    body->rho0 = mass / airy_body_volume(body);
}

// rms of what is left inside the edge, over the central value.
static airy_code find_residual(const airy_image *image, airy_body *body, airy_error *err)
{
    airy_image drawn = {0};
    double sum = 0, n = 0;
    airy_code code = airy_image_init(&drawn, image->ny, image->nx, err);
    if (!code)
        code = airy_difference_make(image, body, &drawn, err);
    for (int i = 0; !code && i < image->ny * image->nx; i++) {
        double v = (double)drawn.px[i];
        if (isfinite(v) && airy_body_reach(body, i / image->nx, i % image->nx) < 1) {
            sum += v * v;
            n += 1;
        }
    }
    body->residual = n > 0 ? sqrt(sum / n) : NAN;
    airy_image_release(&drawn);
    return code;
}

// rho0 such that body and image hold the same mass inside the body's edge. Not everywhere:
// positivity turns the noise outside into a mass of its own, some 0.3 % of the particle's, that
// would lower the difference all over the inside.
static airy_code level(const airy_image *image, airy_body *body, airy_error *err)
{
    airy_image drawn = {0};
    double is = 0, should = 0;
    airy_code code = airy_image_init(&drawn, image->ny, image->nx, err);
    if (!code)
        code = airy_body_draw(body, &drawn, err);
    for (int i = 0; !code && i < image->ny * image->nx; i++) {
        double cover = airy_body_cover(body, i / image->nx, i % image->nx);
        if (!isfinite(image->px[i]))
            continue;
        is += cover * (double)drawn.px[i];
        should += cover * (double)image->px[i];
    }
    if (is > 0 && should > 0)
        body->rho0 *= should / is;
    airy_image_release(&drawn);
    return code;
}

airy_code airy_body_fit(const airy_image *image, const airy_body_options *options, airy_body *body,
                        airy_error *err)
{
    struct spectrum spectrum = {.options = options};
    struct moments m;
    airy_image window = {0};
    airy_fit_result fit;
    int offset[2];
    airy_code code = find_moments(image, &m, err);
    if (code)
        goto done;
    spectrum.cos_a = cos(AIRY_RADIANS(options->axis_deg));
    spectrum.sin_a = sin(AIRY_RADIANS(options->axis_deg));
    code = cut_window(image, &m, &window, offset, err);
    if (!code)
        code = transform(&window, m.mass, &spectrum.drawing, err);
    if (!code)
        code = run_fit(&spectrum, &m, offset, &fit, err);
    if (code)
        goto done;
    fill_body(&spectrum, fit.p, m.mass, body);
    body->y += window.ny / 2;
    body->x += window.nx / 2;
    code = airy_body_refine(&window, options->blur < 0, body, err);
    body->y += offset[0];
    body->x += offset[1];
    if (!code)
        code = level(image, body, err);
    if (!code)
        code = find_residual(image, body, err);
done:
    airy_drawing_release(&spectrum.drawing);
    airy_image_release(&window);
    return code;
}

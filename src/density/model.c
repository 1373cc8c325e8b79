// SPDX-License-Identifier: GPL-3.0-or-later
// The round body in an image: fitted and drawn through its transform, which is known in closed
// form.
#include "airy/density.h"
#include "base/units.h"
#include "density/refine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const airy_body_names[] = {"sphere", "spheroid", NULL};

// Parameters of the fit. The squared blur may pass through 0 during the fit, the blur could not.
enum { P_Y, P_X, P_MASS, P_PAR, P_BLUR2, P_PERP, P_COUNT };

// The image's transform and what the model needs beside its parameters.
struct spectrum {
    int ny, nx, half;    // half plane: ny rows of nx / 2 + 1
    float complex *data; // transform about (ny / 2, nx / 2), over the total mass
    double cos_a, sin_a; // axis
    const airy_body_options *options;
    int np;
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

// Transform of the uniform ball of radius 1 and mass 1: 3 (sin s - s cos s) / s^3 (Rayleigh, Proc.
// R. Soc. A 84, 25, 1911); its series near 0, where the difference cancels.
static double form_factor(double s)
{
    if (s < 0.05)
        return 1 - s * s / 10 + s * s * s * s / 280;
    return 3 * (sin(s) - s * cos(s)) / (s * s * s);
}

// Frequency of row or column i of n, cycles per pixel.
static double frequency(int i, int n)
{
    return (double)airy_fft_frequency(i, n) / n;
}

// Model value at frequency (fy, fx); the center counts from the middle of the array. A stretched
// body is a ball in stretched frequencies; a projection is the central section of the transform.
static double complex model_at(const struct spectrum *spectrum, const double *p, double fy,
                               double fx)
{
    double perp = spectrum->options->kind == AIRY_BODY_SPHERE ? p[P_PAR] : p[P_PERP];
    double along = fx * spectrum->cos_a + fy * spectrum->sin_a;
    double across = fy * spectrum->cos_a - fx * spectrum->sin_a;
    double s = 2 * AIRY_PI * hypot(along * p[P_PAR], across * perp);
    double damp = exp(-2 * AIRY_PI * AIRY_PI * (fy * fy + fx * fx) * p[P_BLUR2]);
    double phase = -2 * AIRY_PI * (fy * p[P_Y] + fx * p[P_X]);
    return p[P_MASS] * form_factor(s) * damp * (cos(phase) + I * sin(phase));
}

// The fit leaves out a fixed blur, and the second axis of a sphere: parameters as the model wants
// them.
static void complete(const struct spectrum *spectrum, const double *fitted, double *p)
{
    int i = P_BLUR2;
    memcpy(p, fitted, P_BLUR2 * sizeof *p);
    double blur = spectrum->options->blur;
    p[P_BLUR2] = blur < 0 ? fitted[i++] : blur * blur;
    p[P_PERP] = spectrum->options->kind == AIRY_BODY_SPHERE ? p[P_PAR] : fitted[i];
}

// Real and imaginary part of data - model; the columns that stand for their mates too count twice.
static void residuals(const double *fitted, double *r, int n, void *context)
{
    const struct spectrum *spectrum = context;
    double p[P_COUNT];
    complete(spectrum, fitted, p);
    for (int v = 0; 2 * v * spectrum->half < n; v++) {
        double fy = frequency(v, spectrum->ny);
        for (int u = 0; u < spectrum->half; u++) {
            int i = v * spectrum->half + u;
            double weight = u == 0 || 2 * u == spectrum->nx ? 1 : sqrt(2);
            double complex d = (double complex)spectrum->data[i] -
                               model_at(spectrum, p, fy, frequency(u, spectrum->nx));
            r[2 * i] = weight * creal(d);
            r[2 * i + 1] = weight * cimag(d);
        }
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
static airy_code transform(const airy_image *window, double mass, struct spectrum *spectrum,
                           airy_error *err)
{
    spectrum->ny = window->ny;
    spectrum->nx = window->nx;
    spectrum->half = window->nx / 2 + 1;
    size_t count = (size_t)window->ny * (size_t)window->nx;
    float *ordered = airy_memory_new(count, sizeof *ordered);
    spectrum->data =
        airy_memory_new((size_t)window->ny * (size_t)spectrum->half, sizeof *spectrum->data);
    airy_fft *fft = airy_fft_new(window->ny, window->nx, NULL, err);
    airy_code code = fft ? AIRY_OK : AIRY_EMEMORY;
    if (fft && (!ordered || !spectrum->data))
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory for a transform");
    if (!code) {
        airy_fft_order(window, ordered);
        airy_fft_forward_real(fft, ordered, spectrum->data);
        for (int i = 0; i < window->ny * spectrum->half; i++)
            spectrum->data[i] /= (float)mass;
    }
    airy_fft_free(fft);
    airy_memory_free(ordered);
    return code;
}

// ------------------------------------------------------------------ the fit

static airy_code run_fit(struct spectrum *spectrum, const struct moments *m, const int *offset,
                         airy_fit_result *fit, airy_error *err)
{
    bool blur = spectrum->options->blur < 0;
    double step[P_COUNT] = {0.5, 0.5, 0.05, 1, 1, 1};
    *fit = (airy_fit_result){0};
    fit->p[P_Y] = m->y - offset[0] - spectrum->ny / 2;
    fit->p[P_X] = m->x - offset[1] - spectrum->nx / 2;
    fit->p[P_MASS] = 1;
    fit->p[P_PAR] = m->radius;
    int np = P_BLUR2;
    if (blur)
        fit->p[np++] = 1;
    if (spectrum->options->kind == AIRY_BODY_SPHEROID)
        fit->p[np++] = m->radius;
    spectrum->np = np;
    airy_code code = airy_fit_least_squares(residuals, spectrum, 2 * spectrum->ny * spectrum->half,
                                            np, step, fit, err);
    return code ? airy_error_prefix(err, "fitting a %s to the image",
                                    airy_body_names[spectrum->options->kind])
                : AIRY_OK;
}

// Volume in pixels^3; the hidden semi-axis is the one across.
static double volume(const airy_body *body)
{
    return 4.0 / 3.0 * AIRY_PI * body->r_par * body->r_perp * body->r_perp;
}

// Parameters to the body; rho0 from the whole mass.
static void fill_body(const struct spectrum *spectrum, const double *fitted, double mass,
                      airy_body *body)
{
    const airy_body_options *options = spectrum->options;
    double p[P_COUNT];
    complete(spectrum, fitted, p);
    *body = (airy_body){.kind = options->kind, .axis_deg = options->axis_deg};
    body->y = p[P_Y];
    body->x = p[P_X];
    body->r_par = fabs(p[P_PAR]);
    body->r_perp = fabs(p[P_PERP]);
    body->blur = sqrt(fmax(p[P_BLUR2], 0));
    body->rho0 = mass / volume(body);
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
        code = transform(&window, m.mass, &spectrum, err);
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
    airy_memory_free(spectrum.data);
    airy_image_release(&window);
    return code;
}

// ------------------------------------------------------------------ drawing

airy_code airy_body_draw(const airy_body *body, airy_image *out, airy_error *err)
{
    airy_body_options options = {.kind = AIRY_BODY_SPHEROID, .blur = body->blur};
    struct spectrum spectrum = {.ny = out->ny, .nx = out->nx, .half = out->nx / 2 + 1};
    spectrum.options = &options;
    spectrum.cos_a = cos(AIRY_RADIANS(body->axis_deg));
    spectrum.sin_a = sin(AIRY_RADIANS(body->axis_deg));
    const double p[P_COUNT] = {body->y - out->ny / 2,     body->x - out->nx / 2,
                               body->rho0 * volume(body), body->r_par,
                               body->blur * body->blur,   body->r_perp};
    airy_fft *fft = airy_fft_new(out->ny, out->nx, NULL, err);
    float *ordered = airy_memory_new((size_t)out->ny * (size_t)out->nx, sizeof *ordered);
    spectrum.data = airy_memory_new((size_t)out->ny * (size_t)spectrum.half, sizeof *spectrum.data);
    airy_code code = fft ? AIRY_OK : AIRY_EMEMORY;
    if (fft && (!ordered || !spectrum.data))
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory to draw a body");
    if (code)
        goto done;
    for (int v = 0; v < out->ny; v++)
        for (int u = 0; u < spectrum.half; u++)
            spectrum.data[v * spectrum.half + u] =
                (float complex)model_at(&spectrum, p, frequency(v, out->ny), frequency(u, out->nx));
    airy_fft_backward_real(fft, spectrum.data, ordered);
    airy_fft_center(ordered, out);
done:
    airy_fft_free(fft);
    airy_memory_free(ordered);
    airy_memory_free(spectrum.data);
    return code;
}

double airy_body_reach(const airy_body *body, double y, double x)
{
    double c = cos(AIRY_RADIANS(body->axis_deg)), s = sin(AIRY_RADIANS(body->axis_deg));
    double dy = y - body->y, dx = x - body->x;
    double a = (dx * c + dy * s) / body->r_par, b = (dy * c - dx * s) / body->r_perp;
    return a * a + b * b;
}

double airy_body_cover(const airy_body *body, int y, int x)
{
    enum { FINE = 8 };
    double r = sqrt(airy_body_reach(body, y, x));
    double margin =
        1 / fmin(body->r_par, body->r_perp); // a pixel is under one pixel from its center
    if (r < 1 - margin)
        return 1;
    if (r > 1 + margin)
        return 0;
    int inside = 0;
    for (int i = 0; i < FINE * FINE; i++) {
        double v = y + (i / FINE + 0.5) / FINE - 0.5, u = x + (i % FINE + 0.5) / FINE - 0.5;
        inside += airy_body_reach(body, v, u) < 1;
    }
    return (double)inside / (FINE * FINE);
}

double airy_body_central(const airy_body *body)
{
    return 2 * body->rho0 * body->r_perp;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The body fitted where structure does not reach, and how well it is known then.
//
// What a plain fit leaves is no noise but structure: lumps and bands, a share of the density that
// is there, so that the rim has none. Pixels count with 1 / (FLOOR^2 + (SHARE b)^2), b the body's
// value over its central one; the rim, where radii act most, decides. On the synthetic series this
// takes the bias of radii from 0.2 to 0.05 nm and that of the low share from 0.04 to 0.014.
//
// With J the change of the weighted image with the parameters and r the weighted residual, the
// covariance is B^-1 M B^-1, B = J^T J, M = sum over x, x' of J(x) r(x) K(x - x') r(x') J(x')^T,
// where K counts pairs of pixels that one lump covers (Conley, J. Econometrics 92, 1, 1999).
#include "density/refine.h"
#include "density/body.h"
#include "density/drawing.h"

#include <math.h>
#include <string.h>

#define SHARE 0.1  // usual strength of structure
#define FLOOR 0.01 // of noise, shares of the central density

enum { STEPS = 20 }; // most steps of a fit

enum { Y, X, PAR, PERP, BLUR2, MASS, COUNT };

_Static_assert(COUNT == AIRY_BODY_PARAMETERS + 1, "the mass comes last");

// What was fitted: a sphere has one radius, a blur may be given.
struct fitted {
    int n;
    int parameter[COUNT];
};

static struct fitted list_fitted(const airy_body *body, bool blur)
{
    struct fitted f = {0};
    for (int k = 0; k < COUNT; k++)
        if ((k != PERP || body->kind == AIRY_BODY_SPHEROID) && (k != BLUR2 || blur))
            f.parameter[f.n++] = k;
    return f;
}

// One parameter up (sign 1) or down, the rest as fitted; a sphere's radii go together.
static void draw_moved(airy_drawing *drawing, const airy_body *body, int parameter, double sign,
                       airy_image *out)
{
    // Pixels, shares of the mass: far above rounding, far below the image's own scale.
    const double h = sign * 0.02;
    double step[COUNT] = {0};
    airy_body moved;
    if (parameter != MASS)
        step[parameter] = h;
    if (parameter == PAR && body->kind == AIRY_BODY_SPHERE)
        step[PERP] = h;
    // The squared blur has no downwards at 0.
    if (parameter == BLUR2 && body->blur * body->blur < 0.02)
        step[BLUR2] = 0.02 + h;
    airy_body_move(body, step, &moved);
    if (parameter == MASS)
        moved.rho0 *= 1 + h;
    airy_drawing_draw(drawing, &moved, out);
}

// Changes of the image with each parameter, n images in a stack; `down` is scratch.
static void differentiate(airy_drawing *drawing, const airy_body *body, const struct fitted *f,
                          airy_image *down, airy_stack *j)
{
    for (int k = 0; k < f->n; k++) {
        airy_image up = airy_stack_image(j, k);
        draw_moved(drawing, body, f->parameter[k], 1, &up);
        draw_moved(drawing, body, f->parameter[k], -1, down);
        for (int i = 0; i < j->ny * j->nx; i++)
            up.px[i] = (up.px[i] - down->px[i]) / 0.04F;
    }
}

// Standard deviation l of the lumps, for a field with autocorrelation exp(-d^2 / 4 l^2) has
// <|grad r|^2> = <r^2> / l^2.
static double lump_size(const airy_image *residual, const airy_body *body)
{
    double square = 0, slope = 0;
    for (int y = 1; y < residual->ny - 1; y++)
        for (int x = 1; x < residual->nx - 1; x++) {
            const float *at = residual->px + y * residual->nx + x;
            if (airy_body_reach(body, y, x) > 0.8)
                continue;
            double dy = ((double)at[residual->nx] - (double)at[-residual->nx]) / 2;
            double dx = ((double)at[1] - (double)at[-1]) / 2;
            square += (double)at[0] * (double)at[0];
            slope += dy * dy + dx * dx;
        }
    return slope > 0 ? sqrt(square / slope) : 1;
}

struct matrix {
    double a[COUNT * COUNT]; // n x n of the parameters that are fitted
};

// out_ab = factor sum a b over the pixels of two stacks of n images.
static void multiply(const airy_stack *a, const airy_stack *b, double factor, struct matrix *out)
{
    size_t pixels = (size_t)a->ny * (size_t)a->nx;
    for (int i = 0; i < a->n; i++)
        for (int j = 0; j < b->n; j++) {
            const float *x = a->px + (size_t)i * pixels, *y = b->px + (size_t)j * pixels;
            double sum = 0;
            for (size_t k = 0; k < pixels; k++)
                sum += (double)x[k] * (double)y[k];
            out->a[i * b->n + j] = factor * sum;
        }
}

// M; j is multiplied by the residual. The kernel is as wide as two lumps; what its tail takes from
// the autocorrelation's area, half of it, is given back.
static airy_code gather_meat(airy_stack *j, const airy_image *residual, double lump,
                             struct matrix *meat, airy_error *err)
{
    int pixels = j->ny * j->nx;
    double width = sqrt(2) * lump, area = 2 * 2 * acos(-1) * width * width;
    airy_stack smooth = {0};
    airy_code code = airy_stack_init(&smooth, j->n, j->ny, j->nx, err);
    for (int a = 0; !code && a < j->n; a++) {
        airy_image w = airy_stack_image(j, a), s = airy_stack_image(&smooth, a);
        for (int i = 0; i < pixels; i++)
            w.px[i] *= residual->px[i];
        code = airy_grid_blur(&w, width, &s, err);
    }
    if (!code)
        multiply(j, &smooth, area, meat);
    airy_stack_release(&smooth);
    return code;
}

// B^-1 M B^-1 into the body, whose mass is the image's and no parameter any more.
static void fill(const struct matrix *bread, const struct matrix *meat, const struct fitted *f,
                 airy_body *body)
{
    memset(body->covariance, 0, sizeof body->covariance);
    for (int a = 0; a < f->n; a++)
        for (int b = 0; b < f->n; b++) {
            double sum = 0;
            for (int c = 0; c < f->n; c++)
                for (int d = 0; d < f->n; d++)
                    sum += bread->a[a * f->n + c] * meat->a[c * f->n + d] * bread->a[d * f->n + b];
            if (f->parameter[a] != MASS && f->parameter[b] != MASS)
                body->covariance[f->parameter[a]][f->parameter[b]] = sum;
        }
    if (body->kind == AIRY_BODY_SPHEROID)
        return;
    for (int k = 0; k < AIRY_BODY_PARAMETERS; k++)
        body->covariance[PERP][k] = body->covariance[k][PERP] = body->covariance[PAR][k];
    body->covariance[PERP][PERP] = body->covariance[PAR][PAR];
}

// Standard errors from the covariance; rho0 falls as r_par r_perp^2.
static void fill_errors(airy_body *body)
{
    double par = 1 / body->r_par, perp = 2 / body->r_perp;
    double *const error[] = {&body->y_error, &body->x_error, &body->r_par_error,
                             &body->r_perp_error};
    for (int k = 0; k < 4; k++)
        *error[k] = sqrt(fmax(body->covariance[k][k], 0));
    body->blur_error = sqrt(fmax(body->covariance[BLUR2][BLUR2], 0)) / (2 * fmax(body->blur, 0.1));
    double volume2 = par * par * body->covariance[PAR][PAR] +
                     2 * par * perp * body->covariance[PAR][PERP] +
                     perp * perp * body->covariance[PERP][PERP];
    body->rho0_error = body->rho0 * sqrt(fmax(volume2, 0));
}

// Weighted residual; weight gets the weights.
static void find_residual(airy_drawing *drawing, const airy_image *image, const airy_body *body,
                          double scale, airy_image *weight, airy_image *residual)
{
    airy_body scaled = *body;
    scaled.rho0 *= scale;
    airy_drawing_draw(drawing, &scaled, residual);
    double central = airy_body_central(&scaled);
    for (int i = 0; i < image->ny * image->nx; i++) {
        double b = (double)residual->px[i] / central;
        weight->px[i] = (float)(1 / hypot(FLOOR, SHARE * b));
        float left = isfinite(image->px[i]) ? image->px[i] - residual->px[i] : 0;
        residual->px[i] = left * weight->px[i];
    }
}

// One step of Gauss and Newton with the weights as they are; the largest move of center and radii.
static double step_on(const airy_stack *j, const airy_image *residual, const struct matrix *inverse,
                      const struct fitted *f, airy_body *body, double *scale)
{
    double slope[COUNT], step[COUNT] = {0}, largest = 0;
    for (int a = 0; a < f->n; a++) {
        airy_image ja = airy_stack_image(j, a);
        slope[a] = 0;
        for (int i = 0; i < j->ny * j->nx; i++)
            slope[a] += (double)ja.px[i] * (double)residual->px[i];
    }
    for (int a = 0; a < f->n; a++)
        for (int b = 0; b < f->n; b++)
            step[f->parameter[a]] += inverse->a[a * f->n + b] * slope[b];
    if (body->kind == AIRY_BODY_SPHERE)
        step[PERP] = step[PAR];
    for (int k = Y; k <= PERP; k++)
        largest = fmax(largest, fabs(step[k]));
    for (int k = 0; k < COUNT && largest > 0.5; k++) // the model is linear over half a pixel or so
        step[k] *= 0.5 / largest;
    *scale += step[MASS];
    airy_body_move(body, step, body);
    return largest;
}

// Work of one fit.
struct refinement {
    const airy_image *image;
    struct fitted f;
    airy_drawing drawing;
    airy_stack j;
    airy_image residual, weight, scratch;
    struct matrix bread, meat;
    double scale; // mass of the body / mass of the image: structure at the rim is not the body's
};

static airy_code linearise(struct refinement *r, const airy_body *body, airy_error *err)
{
    find_residual(&r->drawing, r->image, body, r->scale, &r->weight, &r->residual);
    differentiate(&r->drawing, body, &r->f, &r->scratch, &r->j);
    for (int i = 0; i < r->j.n * r->j.ny * r->j.nx; i++)
        r->j.px[i] *= r->weight.px[i % (r->j.ny * r->j.nx)];
    multiply(&r->j, &r->j, 1, &r->bread);
    return airy_linear_invert(r->bread.a, r->f.n)
               ? AIRY_OK
               : airy_error_set(err, AIRY_ENUMERIC, "the fit of the body has no errors");
}

// A rim that no body fits (of a poor image) drives the fit away: then the first body stays.
static airy_code iterate(struct refinement *r, airy_body *body, airy_error *err)
{
    const airy_body first = *body;
    for (int k = 0; k < STEPS; k++) {
        airy_code code = linearise(r, body, err);
        if (code)
            return code;
        double moved = step_on(&r->j, &r->residual, &r->bread, &r->f, body, &r->scale);
        double away = hypot(body->r_par - first.r_par, body->r_perp - first.r_perp);
        body->by_rim = moved < 1e-4;
        if (body->by_rim)
            return AIRY_OK;
        if (!(away < 0.1 * first.r_perp))
            break;
    }
    *body = first;
    r->scale = 1;
    return linearise(r, body, err);
}

airy_code airy_body_refine(const airy_image *image, bool blur, airy_body *body, airy_error *err)
{
    struct refinement r = {.image = image, .f = list_fitted(body, blur), .scale = 1};
    airy_code code = airy_stack_init(&r.j, r.f.n, image->ny, image->nx, err);
    if (!code)
        code = airy_image_init(&r.residual, image->ny, image->nx, err);
    if (!code)
        code = airy_image_init(&r.weight, image->ny, image->nx, err);
    if (!code)
        code = airy_image_init(&r.scratch, image->ny, image->nx, err);
    if (!code)
        code = airy_drawing_init(&r.drawing, image->ny, image->nx, err);
    if (!code)
        code = iterate(&r, body, err);
    if (!code)
        code = gather_meat(&r.j, &r.residual, lump_size(&r.residual, body), &r.meat, err);
    if (!code) {
        fill(&r.bread, &r.meat, &r.f, body);
        fill_errors(body);
    }
    airy_stack_release(&r.j);
    airy_image_release(&r.residual);
    airy_image_release(&r.weight);
    airy_image_release(&r.scratch);
    airy_drawing_release(&r.drawing);
    return code;
}

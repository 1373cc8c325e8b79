// SPDX-License-Identifier: GPL-3.0-or-later
// The transform of a body row by row: the ball's form factor in stretched frequencies, times what
// its center and its blur make of it, which are products of a row's share and a column's.
#include "density/body.h"
#include "density/drawing.h"
#include "base/units.h"

#include <math.h>
#include <string.h>

airy_code airy_drawing_init(airy_drawing *drawing, int ny, int nx, airy_error *err)
{
    int half = nx / 2 + 1;
    *drawing = (airy_drawing){.ny = ny, .nx = nx, .half = half};
    drawing->fft = airy_fft_new(ny, nx, NULL, err);
    if (!drawing->fft)
        return airy_error_code(err, AIRY_EMEMORY);
    drawing->ordered = airy_memory_new((size_t)ny * (size_t)nx, sizeof *drawing->ordered);
    drawing->data = airy_memory_new((size_t)ny * (size_t)half, sizeof *drawing->data);
    drawing->column = airy_memory_new(3 * (size_t)half, sizeof *drawing->column);
    drawing->row = airy_memory_new(2 * (size_t)half, sizeof *drawing->row);
    drawing->slope = airy_memory_new(2 * FORM_SLOPES * (size_t)half, sizeof *drawing->slope);
    if (drawing->ordered && drawing->data && drawing->column && drawing->row && drawing->slope)
        return AIRY_OK;
    airy_drawing_release(drawing);
    return airy_error_set(err, AIRY_EMEMORY, "no memory to draw a body in %d x %d pixels", ny, nx);
}

void airy_drawing_release(airy_drawing *drawing)
{
    airy_fft_free(drawing->fft);
    airy_memory_free(drawing->ordered);
    airy_memory_free(drawing->data);
    airy_memory_free(drawing->column);
    airy_memory_free(drawing->row);
    airy_memory_free(drawing->slope);
    *drawing = (airy_drawing){0};
}

// Frequency of row or column i of n, cycles per pixel.
static double frequency(int i, int n)
{
    return (double)airy_fft_frequency(i, n) / n;
}

// What a frequency along one axis multiplies the transform by: the blur's, and the center's phase.
static double damp(const airy_form *form, double f)
{
    return exp(-2 * AIRY_PI * AIRY_PI * f * f * form->blur2);
}

void airy_drawing_begin(airy_drawing *drawing, const airy_form *form)
{
    for (int u = 0; u < drawing->half; u++) {
        double *at = drawing->column + 3 * u, f = frequency(u, drawing->nx);
        double phase = -2 * AIRY_PI * f * form->x, size = damp(form, f);
        at[0] = f;
        at[1] = size * cos(phase);
        at[2] = size * sin(phase);
    }
}

// What a row shares: its frequency, and what that multiplies the transform by.
typedef struct row_share {
    double fy, re, im;
} row_share;

static row_share share_of(const airy_drawing *drawing, const airy_form *form, int v)
{
    double fy = frequency(v, drawing->ny), phase = -2 * AIRY_PI * fy * form->y;
    double size = form->mass * damp(form, fy);
    return (row_share){fy, size * cos(phase), size * sin(phase)};
}

// A place of a row: the stretched frequencies, their length, and all that is not the ball.
typedef struct place {
    double a, b, length, re, im;
} place;

static place place_of(const airy_form *form, const row_share *row, const double *at)
{
    double along = 2 * AIRY_PI * form->r_par, across = 2 * AIRY_PI * form->r_perp;
    double a = along * (at[0] * form->cos_a + row->fy * form->sin_a);
    double b = across * (row->fy * form->cos_a - at[0] * form->sin_a);
    return (place){.a = a,
                   .b = b,
                   .length = sqrt(a * a + b * b),
                   .re = row->re * at[1] - row->im * at[2],
                   .im = row->re * at[2] + row->im * at[1]};
}

// A stretched body is a ball in stretched frequencies; a projection is the central section.
void airy_drawing_row(airy_drawing *drawing, const airy_form *form, int v)
{
    const row_share row = share_of(drawing, form, v);
    for (int u = 0; u < drawing->half; u++) {
        const place at = place_of(form, &row, drawing->column + 3 * u);
        double ball = airy_ball_transform(at.length);
        drawing->row[2 * u] = ball * at.re;
        drawing->row[2 * u + 1] = ball * at.im;
    }
}

// The ball's length s grows by a^2 / s with the logarithm of r_par, by b^2 / s with that of r_perp.
void airy_drawing_row_slopes(airy_drawing *drawing, const airy_form *form, int v)
{
    const row_share row = share_of(drawing, form, v);
    const double turn = 2 * AIRY_PI;
    for (int u = 0; u < drawing->half; u++) {
        const double fx = drawing->column[3 * u];
        const place at = place_of(form, &row, drawing->column + 3 * u);
        double grow, ball = airy_ball_slope(at.length, &grow), re = ball * at.re, im = ball * at.im;
        double par = grow * at.a * at.a / form->r_par, perp = grow * at.b * at.b / form->r_perp;
        double blur = -turn * turn / 2 * (fx * fx + row.fy * row.fy);
        const double slope[2][FORM_SLOPES] = {
            {turn * row.fy * im, turn * fx * im, re / form->mass, par * at.re, perp * at.re,
             blur * re},
            {-turn * row.fy * re, -turn * fx * re, im / form->mass, par * at.im, perp * at.im,
             blur * im},
        };
        memcpy(drawing->slope + 2 * FORM_SLOPES * u, slope, sizeof slope);
        drawing->row[2 * u] = re;
        drawing->row[2 * u + 1] = im;
    }
}

void airy_drawing_draw(airy_drawing *drawing, const airy_body *body, airy_image *out)
{
    const airy_form form = {.y = body->y - drawing->ny / 2,
                            .x = body->x - drawing->nx / 2,
                            .mass = body->rho0 * airy_body_volume(body),
                            .r_par = body->r_par,
                            .r_perp = body->r_perp,
                            .blur2 = body->blur * body->blur,
                            .cos_a = cos(AIRY_RADIANS(body->axis_deg)),
                            .sin_a = sin(AIRY_RADIANS(body->axis_deg))};
    airy_drawing_begin(drawing, &form);
    for (int v = 0; v < drawing->ny; v++) {
        float complex *to = drawing->data + v * drawing->half;
        airy_drawing_row(drawing, &form, v);
        for (int u = 0; u < drawing->half; u++)
            to[u] = (float)drawing->row[2 * u] + I * (float)drawing->row[2 * u + 1];
    }
    airy_fft_backward_real(drawing->fft, drawing->data, drawing->ordered);
    airy_fft_center(drawing->ordered, out);
}

airy_code airy_body_draw(const airy_body *body, airy_image *out, airy_error *err)
{
    airy_drawing drawing;
    airy_code code = airy_drawing_init(&drawing, out->ny, out->nx, err);
    if (code != AIRY_OK)
        return code;
    airy_drawing_draw(&drawing, body, out);
    airy_drawing_release(&drawing);
    return AIRY_OK;
}

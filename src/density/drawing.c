// SPDX-License-Identifier: GPL-3.0-or-later
// The transform of a body row by row: the ball's form factor in stretched frequencies, times what
// its center and its blur make of it, which are products of a row's share and a column's.
#include "density/body.h"
#include "density/drawing.h"
#include "base/units.h"

#include <math.h>

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
    if (drawing->ordered && drawing->data && drawing->column && drawing->row)
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

// A stretched body is a ball in stretched frequencies; a projection is the central section.
void airy_drawing_row(airy_drawing *drawing, const airy_form *form, int v)
{
    double fy = frequency(v, drawing->ny), phase = -2 * AIRY_PI * fy * form->y;
    double size = form->mass * damp(form, fy), re = size * cos(phase), im = size * sin(phase);
    double along = 2 * AIRY_PI * form->r_par, across = 2 * AIRY_PI * form->r_perp;
    for (int u = 0; u < drawing->half; u++) {
        const double *at = drawing->column + 3 * u;
        double a = along * (at[0] * form->cos_a + fy * form->sin_a);
        double b = across * (fy * form->cos_a - at[0] * form->sin_a);
        double ball = airy_ball_transform(sqrt(a * a + b * b));
        drawing->row[2 * u] = ball * (re * at[1] - im * at[2]);
        drawing->row[2 * u + 1] = ball * (re * at[2] + im * at[1]);
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

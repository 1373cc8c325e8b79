// SPDX-License-Identifier: GPL-3.0-or-later
// A round body's transform, which is known in closed form, and the body drawn from it.
#ifndef AIRY_DENSITY_DRAWING_H
#define AIRY_DENSITY_DRAWING_H

#include "airy/density.h"

// By what the transform moves, in the order of slopes.
enum { FORM_Y, FORM_X, FORM_MASS, FORM_PAR, FORM_PERP, FORM_BLUR2, FORM_SLOPES };

// What the transform is made of. The squared blur may be below 0, as a fit passes through.
typedef struct airy_form {
    double y, x; // center from the middle of the array
    double mass, r_par, r_perp, blur2;
    double cos_a, sin_a; // axis
} airy_form;

// An array of ny x nx in which bodies are drawn, as many as are wanted with one plan.
typedef struct airy_drawing {
    int ny, nx, half;    // half plane: ny rows of nx / 2 + 1
    airy_fft *fft;       // of the array
    float *ordered;      // (ny, nx)
    float complex *data; // (ny, half)
    double *column;      // (half, 3) frequency, real and imaginary part of its factor
    double *row;         // (half, 2) real and imaginary parts of a row of the transform
    double *slope;       // (half, 2, FORM_SLOPES) of these
} airy_drawing;

// Errors: AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_drawing_init(airy_drawing *drawing, int ny, int nx, airy_error *err);
void airy_drawing_release(airy_drawing *drawing);

// Begins with a form: what its columns share.
void airy_drawing_begin(airy_drawing *drawing, const airy_form *form);

// Row v of the transform about the middle, into drawing->row.
void airy_drawing_row(airy_drawing *drawing, const airy_form *form, int v);

// The same, and its slopes into drawing->slope.
void airy_drawing_row_slopes(airy_drawing *drawing, const airy_form *form, int v);

// The body as an image of the drawing's shape.
void airy_drawing_draw(airy_drawing *drawing, const airy_body *body, airy_image *out);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// The Fourier sum of points at any rows and columns of frequencies, as two matrix products.
//
// Along each direction the points at +t and -t are folded: with E = c(t) + c(-t), O = c(t) - c(-t),
// c(t) e^-iwt + c(-t) e^iwt = cos(wt) E - i sin(wt) O. That halves the work.
#include "simulate/dft.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 128 }; // columns done together, so that the folded rows stay in the cache

// Rows of the object transformed along x, folded along y: even and odd parts of row pairs.
typedef struct folded {
    int half, nx;
    float *even_re, *even_im, *odd_re, *odd_im; // half x nx each
} folded;

static void folded_release(folded *f)
{
    airy_memory_free(f->even_re);
    airy_memory_free(f->even_im);
    airy_memory_free(f->odd_re);
    airy_memory_free(f->odd_im);
}

static airy_code folded_init(folded *f, int half, int nx, airy_error *err)
{
    size_t n = (size_t)half * (size_t)nx;
    *f = (folded){half,
                  nx,
                  airy_memory_new(n, sizeof(float)),
                  airy_memory_new(n, sizeof(float)),
                  airy_memory_new(n, sizeof(float)),
                  airy_memory_new(n, sizeof(float))};
    if (f->even_re && f->even_im && f->odd_re && f->odd_im)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d x %d", half, nx);
}

// Pixel t from the middle n / 2 of a row, 0 outside.
static double at(const float *row, int n, int t)
{
    int i = n / 2 + t;
    return i >= 0 && i < n ? row[i] : 0;
}

// Transform of one row at all fx; adds to even and, with the sign of the row's side, to odd.
static void fold_row(const airy_image *object, double pixel_nm, int j, const airy_frequencies *f,
                     folded *to)
{
    const float *row = object->px + (size_t)j * (size_t)object->nx;
    int t = j - object->ny / 2, half = object->nx / 2 + 1;
    size_t base = (size_t)(t < 0 ? -t : t) * (size_t)to->nx;
    for (int m = 0; m < f->nx; m++) {
        double w = 2 * AIRY_PI * f->fx[m] * pixel_nm, re = at(row, object->nx, 0), im = 0;
        // cos and sin of w x by rotation: e^-iw(x+1) = e^-iwx e^-iw
        double step_c = cos(w), step_s = sin(w), c = 1, s = 0;
        for (int x = 1; x < half; x++) {
            double next = c * step_c - s * step_s;
            s = s * step_c + c * step_s, c = next;
            double right = at(row, object->nx, x), left = at(row, object->nx, -x);
            re += c * (right + left);
            im -= s * (right - left);
        }
        to->even_re[base + (size_t)m] += (float)re;
        to->even_im[base + (size_t)m] += (float)im;
        to->odd_re[base + (size_t)m] += (float)(t < 0 ? -re : t > 0 ? re : 0);
        to->odd_im[base + (size_t)m] += (float)(t < 0 ? -im : t > 0 ? im : 0);
    }
}

// One output row, columns m0 .. m1 - 1: sum over t of cos E - i sin O.
static void unfold_row(const folded *f, const float *c, const float *s, int m0, int m1,
                       float complex *out)
{
    float re[BLOCK] = {0}, im[BLOCK] = {0};
    int n = m1 - m0;
    for (int t = 0; t < f->half; t++) {
        size_t base = (size_t)t * (size_t)f->nx + (size_t)m0;
        const float *restrict er = f->even_re + base, *restrict ei = f->even_im + base;
        const float *restrict or = f->odd_re + base, *restrict oi = f->odd_im + base;
        float ct = c[t], st = s[t];
        for (int m = 0; m < n; m++) {
            re[m] += ct * er[m] + st * oi[m];
            im[m] += ct * ei[m] - st * or [m];
        }
    }
    for (int m = 0; m < n; m++)
        out[m0 + m] = re[m] + im[m] * I;
}

// cos and sin of every output row's phase at every t, in units that carry the pixel's area.
static void phases(const airy_frequencies *f, double pixel_nm, int half, float *c, float *s)
{
    for (int j = 0; j < f->ny; j++)
        for (int t = 0; t < half; t++) {
            double angle = 2 * AIRY_PI * f->fy[j] * pixel_nm * t;
            c[j * half + t] = (float)(pixel_nm * pixel_nm * cos(angle));
            s[j * half + t] = (float)(pixel_nm * pixel_nm * sin(angle));
        }
}

airy_code airy_dft(const airy_image *object, double pixel_nm, const airy_frequencies *at_f,
                   airy_field *out, airy_error *err)
{
    int half = object->ny / 2 + 1;
    folded f = {0};
    size_t n = (size_t)at_f->ny * (size_t)half;
    float *c = airy_memory_new(n, sizeof *c), *s = airy_memory_new(n, sizeof *s);
    airy_code code = airy_field_init(out, at_f->ny, at_f->nx, err);
    if (code == AIRY_OK && (!c || !s))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d rows", at_f->ny);
    if (code == AIRY_OK)
        code = folded_init(&f, half, at_f->nx, err);
    if (code != AIRY_OK)
        goto done;
    for (int j = 0; j < object->ny; j++)
        fold_row(object, pixel_nm, j, at_f, &f);
    phases(at_f, pixel_nm, half, c, s);
    for (int m0 = 0; m0 < out->nx; m0 += BLOCK)
        for (int j = 0; j < out->ny; j++)
            unfold_row(&f, c + j * half, s + j * half, m0,
                       m0 + BLOCK < out->nx ? m0 + BLOCK : out->nx,
                       out->px + (size_t)j * (size_t)out->nx);
done:
    folded_release(&f);
    airy_memory_free(c);
    airy_memory_free(s);
    if (code != AIRY_OK)
        airy_field_release(out);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// What a bin counts of an intensity: its mean over the bin's area, off the grid by a fraction.
//
// The mean over a bin at k + d multiplies the Fourier coefficient of the intensity at f (cycles a
// bin) by sinc(f) exp(2 pi i f d). An intensity of a small object has none beyond f = diameter, and
// hardly any near to it: its coefficients are an autocorrelation, which ends smoothly. Seven taps
// along each axis do the same, best where there is most: at 10^7 photons in fringes of four bins
// they are wrong by 0.02 standard deviations of a bin's photons at most, by 0.7 half a bin off the
// grid. Of a half plane, what lies left of column 0 is the mate of what lies right of it.
#include "level.h"

#include "airy/math.h"
#include "base/processor.h"
#include "base/units.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 2 * AIRY_TAPS + 1, POINTS = 200 };
#define LEAST_WEIGHT 1e-4 // of a frequency, over that of the lowest

// Least squares over |f| <= highest, weighted as the autocorrelation of a disc falls along an axis,
// about as (1 - f / highest)^3; the ridge keeps taps small where the band leaves them open.
static void fit_taps(double offset, double highest, float taps[WIDTH])
{
    double a[WIDTH * WIDTH] = {0}, b[WIDTH] = {0};
    for (int s = -POINTS; s <= POINTS; s++) {
        double share = (double)s / POINTS, t = AIRY_PI * highest * share;
        double sinc = s == 0 ? 1 : sin(t) / t, weight = pow(1 - fabs(share), 3) + LEAST_WEIGHT;
        for (int j = 0; j < WIDTH; j++) {
            b[j] += weight * sinc * cos(2 * t * (offset - (j - AIRY_TAPS)));
            for (int k = 0; k < WIDTH; k++)
                a[j * WIDTH + k] += weight * cos(2 * t * (j - k));
        }
    }
    for (int j = 0; j < WIDTH; j++)
        a[j * WIDTH + j] += 1e-9 * POINTS;
    bool solved = airy_linear_solve(a, b, WIDTH);
    assert(solved); // thanks to the ridge
    (void)solved;
    for (int j = 0; j < WIDTH; j++)
        taps[j] = (float)b[j];
}

void airy_response_make(airy_response *r, double dy, double dx, double highest)
{
    highest = fmin(highest, 0.5);
    fit_taps(dy, highest, r->y[0]);
    fit_taps(dx, highest, r->x[0]);
    fit_taps(-dy, highest, r->y[1]);
    fit_taps(-dx, highest, r->x[1]);
    r->symmetric = fabs(dy) < 1e-3 && fabs(dx) < 1e-3;
}

// Column kx, which is cyclic, with AIRY_TAPS more pixels on both ends; left of column 0 stands the
// `mirror` of the other half plane, and right of the last nothing.
static void pad(const airy_level *l, const float *in, const float *mirror, int kx, float *padded)
{
    int n = l->n;
    float *column = padded + AIRY_TAPS;
    if (kx >= 0) {
        memcpy(column, in + kx * n, (size_t)n * sizeof *column);
    } else {
        const float *other = mirror - kx * n;
        column[0] = other[0];
        for (int y = 1; y < n; y++)
            column[y] = other[n - y];
    }
    for (int j = 1; j <= AIRY_TAPS; j++) {
        column[-j] = column[n - j];
        column[n - 1 + j] = column[j - 1];
    }
}

// The taps on what lies `pitch` apart, summed in their order.
static inline float taps_at(const float *in, int pitch, const float *t)
{
    return t[0] * in[0] + t[1] * in[pitch] + t[2] * in[2 * pitch] + t[3] * in[3 * pitch] +
           t[4] * in[4 * pitch] + t[5] * in[5 * pitch] + t[6] * in[6 * pitch];
}

AIRY_EVERY_PROCESSOR
static void along(const float *restrict in, int pitch, const float *restrict t, float *restrict out,
                  int n)
{
    for (int i = 0; i < n; i++)
        out[i] = taps_at(in + i, pitch, t);
}

// Two sets of taps on the same column.
AIRY_EVERY_PROCESSOR
static void along_twice(const float *restrict in, const float *restrict t, const float *restrict u,
                        float *restrict out, float *restrict mate, int n)
{
    for (int i = 0; i < n; i++) {
        out[i] = taps_at(in + i, 1, t);
        mate[i] = taps_at(in + i, 1, u);
    }
}

// out = the taps on both axes.
static void filter(const airy_level *l, airy_bench *bench, const float *in, const float *mirror,
                   const float *ty, const float *tx, float *out)
{
    int n = l->n;
    for (int kx = -AIRY_TAPS; kx < l->columns; kx++) {
        pad(l, in, mirror, kx, bench->padded);
        along(bench->padded, 1, ty, bench->smooth[0] + (kx + AIRY_TAPS) * n, n);
    }
    along(bench->smooth[0], n, tx, out, l->pixels);
}

// Along rows, the shares of a bin and of its mate.
AIRY_EVERY_PROCESSOR
static void along_rows_shared(const float *restrict bin, const float *restrict mate,
                              const float *restrict share, const float *restrict other,
                              const airy_level *l, float *restrict out)
{
    float t[WIDTH], u[WIDTH]; // near, and nobody else's
    int n = l->n, pixels = l->pixels;
    memcpy(t, l->response.x[0], sizeof t);
    memcpy(u, l->response.x[1], sizeof u);
    for (int i = 0; i < pixels; i++)
        out[i] = share[i] * taps_at(bin + i, n, t) + other[i] * taps_at(mate + i, n, u);
}

void airy_response_apply(const airy_level *l, airy_bench *bench, const float *intensity, float *out)
{
    const airy_response *r = &l->response;
    if (r->symmetric) {
        filter(l, bench, intensity, intensity, r->y[0], r->x[0], out);
        return;
    }
    for (int kx = -AIRY_TAPS, at = 0; kx < l->columns; kx++, at += l->n) {
        pad(l, intensity, intensity, kx, bench->padded);
        along_twice(bench->padded, r->y[0], r->y[1], bench->smooth[0] + at, bench->smooth[1] + at,
                    l->n);
    }
    along_rows_shared(bench->smooth[0], bench->smooth[1], l->share[0], l->share[1], l, out);
}

AIRY_EVERY_PROCESSOR
static void multiply(const float *restrict a, const float *restrict b, float *restrict out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = a[i] * b[i];
}

AIRY_EVERY_PROCESSOR
static void add(const float *restrict a, float *restrict out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] += a[i];
}

// Of share x filter: the filter turned about, of share x in. On the other half plane the shares
// have changed places.
void airy_response_adjoint(const airy_level *l, airy_bench *bench, const float *in, float *out)
{
    const airy_response *r = &l->response;
    if (r->symmetric) {
        filter(l, bench, in, in, r->y[0], r->x[0], out);
        return;
    }
    float *plus = bench->plane[0], *minus = bench->plane[1];
    multiply(l->share[0], in, plus, l->pixels);
    multiply(l->share[1], in, minus, l->pixels);
    filter(l, bench, plus, minus, r->y[1], r->x[1], out);
    filter(l, bench, minus, plus, r->y[0], r->x[0], bench->plane[2]);
    add(bench->plane[2], out, l->pixels);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Band-limited, Friedel-symmetric intensities: projector, smoothing kernel, and weighted least
// squares.
#include "band.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

static int half_columns(const airy_band *band)
{
    return band->side / 2 + 1;
}

// Signed frequency of row y.
static int frequency(int y, int side)
{
    return y < (side + 1) / 2 ? y : y - side;
}

static double count_unknowns(double radius)
{
    double count = 0;
    int reach = (int)floor(radius);
    for (int y = -reach; y <= reach; y++)
        count += 2 * floor(sqrt(radius * radius - y * y)) + 1;
    return count;
}

airy_code airy_band_init(airy_band *band, int side, double radius, const double *center,
                         airy_error *err)
{
    *band = (airy_band){.side = side, .radius = radius, .unknowns = count_unknowns(radius)};
    band->fft = airy_fft_new(side, side, NULL, err);
    if (!band->fft)
        return err ? err->code : AIRY_EMEMORY;
    size_t columns = (size_t)half_columns(band);
    band->spectrum = airy_memory_new((size_t)side * columns, sizeof *band->spectrum);
    band->turn_y = airy_memory_new((size_t)side, sizeof *band->turn_y);
    band->turn_x = airy_memory_new(columns, sizeof *band->turn_x);
    if (!band->spectrum || !band->turn_y || !band->turn_x) {
        airy_band_release(band);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d x %d", side,
                              side);
    }
    for (int y = 0; y < side; y++)
        band->turn_y[y] =
            (float complex)cexp(-2 * AIRY_PI * I * frequency(y, side) * center[0] / side);
    for (int x = 0; x < half_columns(band); x++)
        band->turn_x[x] = (float complex)cexp(-2 * AIRY_PI * I * x * center[1] / side);
    return AIRY_OK;
}

void airy_band_release(airy_band *band)
{
    airy_fft_free(band->fft);
    airy_memory_free(band->spectrum);
    airy_memory_free(band->turn_y);
    airy_memory_free(band->turn_x);
    *band = (airy_band){0};
}

// Columns 0 .. return - 1 of row y lie in the disc; 0: none.
static int disc_columns(const airy_band *band, int y)
{
    double ry = frequency(y, band->side), left = band->radius * band->radius - ry * ry;
    return left < 0 ? 0 : (int)floor(sqrt(left)) + 1;
}

void airy_band_project(airy_band *band, const float *in, float *out)
{
    int columns = half_columns(band);
    airy_fft_forward_real(band->fft, in, band->spectrum);
    for (int y = 0; y < band->side; y++) {
        float complex *row = band->spectrum + y * columns;
        int n = disc_columns(band, y);
        for (int x = 0; x < n; x++) {
            float complex turn = band->turn_y[y] * band->turn_x[x];
            row[x] = crealf(row[x] * conjf(turn)) * turn;
        }
        memset(row + n, 0, (size_t)(columns - n) * sizeof *row);
    }
    airy_fft_backward_real(band->fft, band->spectrum, out);
}

void airy_band_coefficients(airy_band *band, const float *in, int m, float complex *out)
{
    int columns = half_columns(band);
    memset(out, 0, (size_t)m * (size_t)(m / 2 + 1) * sizeof *out);
    airy_fft_forward_real(band->fft, in, band->spectrum);
    for (int y = 0; y < band->side; y++) {
        int n = disc_columns(band, y), to = (frequency(y, band->side) + m) % m;
        const float complex *row = band->spectrum + y * columns;
        for (int x = 0; x < n; x++)
            out[to * (m / 2 + 1) + x] = crealf(row[x] * conjf(band->turn_y[y] * band->turn_x[x]));
    }
}

// The transform of |disc's transform|^2 is the disc's autocorrelation: the overlap of two discs of
// radius R at distance r, (2 / pi) (acos t - t sqrt(1 - t^2)) with t = r / (2 R).
static float overlap(double r, double radius)
{
    double t = r / (2 * radius);
    return t >= 1 ? 0 : (float)(2 / AIRY_PI * (acos(t) - t * sqrt(1 - t * t)));
}

void airy_band_spread(airy_band *band, const float *in, float *out)
{
    int columns = half_columns(band);
    airy_fft_forward_real(band->fft, in, band->spectrum);
    for (int y = 0; y < band->side; y++)
        for (int x = 0; x < columns; x++)
            band->spectrum[y * columns + x] *=
                overlap(hypot(frequency(y, band->side), x), band->radius);
    airy_fft_backward_real(band->fft, band->spectrum, out);
}

// ------------------------------------------------------------------ conjugate gradients

static double dot(const float *restrict a, const float *restrict b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

// a += factor b
static void add(float *restrict a, double factor, const float *restrict b, int n)
{
    const float f = (float)factor;
    for (int i = 0; i < n; i++)
        a[i] += f * b[i];
}

static void multiply(const float *restrict a, const float *restrict b, float *restrict out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = a[i] * b[i];
}

// With P the projector and W the weights the normal equations are P W P x = P W data. P V P, V the
// usual variance, is close to the inverse where W = 1 / V and V is smooth: the preconditioner.
static void descend(airy_band *band, const float *weight, const float *usual, int steps,
                    float *const *plane, float *x)
{
    int n = band->side * band->side;
    float *r = plane[0], *z = plane[1], *p = plane[2], *q = plane[3];
    multiply(r, usual, z, n);
    airy_band_project(band, z, z);
    memcpy(p, z, (size_t)n * sizeof *p);
    double power = dot(r, z, n);
    for (int k = 0; k < steps && power > 0; k++) {
        multiply(weight, p, q, n);
        airy_band_project(band, q, q);
        double curve = dot(p, q, n);
        if (!(curve > 0))
            break;
        add(x, power / curve, p, n);
        add(r, -power / curve, q, n);
        multiply(r, usual, z, n);
        airy_band_project(band, z, z);
        double next = dot(r, z, n), keep = next / power;
        for (int i = 0; i < n; i++)
            p[i] = z[i] + (float)keep * p[i];
        power = next;
    }
}

airy_code airy_band_fit(airy_band *band, const float *data, const float *weight, const float *usual,
                        int steps, float *x, airy_error *err)
{
    enum { PLANES = 4 };
    int n = band->side * band->side;
    float *plane[PLANES];
    bool fine = true;
    for (int k = 0; k < PLANES; k++)
        fine = (plane[k] = airy_memory_new((size_t)n, sizeof *plane[k])) && fine;
    if (fine) {
        for (int i = 0; i < n; i++)
            plane[0][i] = weight[i] > 0 ? weight[i] * (data[i] - x[i]) : 0;
        airy_band_project(band, plane[0], plane[0]);
        descend(band, weight, usual, steps, plane, x);
    }
    for (int k = 0; k < PLANES; k++)
        airy_memory_free(plane[k]);
    return fine ? AIRY_OK
                : airy_error_set(err, AIRY_EMEMORY, "no memory for a fit of %d x %d", band->side,
                                 band->side);
}

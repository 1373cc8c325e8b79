// SPDX-License-Identifier: GPL-3.0-or-later
// Band-limited, Friedel-symmetric intensities: projector, smoothing kernel, and weighted least
// squares.
#include "band.h"

#include "base/processor.h"
#include "base/units.h"

#include <math.h>
#include <string.h>

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

static airy_code allocate(airy_band *band, airy_error *err)
{
    airy_strip_shape shape = {.ny = band->side, .nx = band->side, .rows = band->side, .real = true};
    shape.columns = (int)floor(band->radius) + 1;
    band->disc = airy_strip_new(shape, NULL, err);
    shape.columns = (int)floor(2 * band->radius) + 1;
    band->wide = band->disc ? airy_strip_new(shape, NULL, err) : NULL;
    if (!band->wide)
        return err ? err->code : AIRY_EMEMORY;
    size_t side = (size_t)band->side, columns = (size_t)airy_strip_columns(band->wide);
    band->packed = airy_memory_new((size_t)airy_strip_floats(band->disc), sizeof *band->packed);
    band->spectrum = airy_memory_new(columns * side, sizeof *band->spectrum);
    band->turn_y = airy_memory_new(side, sizeof *band->turn_y);
    band->turn_x = airy_memory_new(columns, sizeof *band->turn_x);
    if (!band->packed || !band->spectrum || !band->turn_y || !band->turn_x)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d x %d", band->side,
                              band->side);
    return AIRY_OK;
}

airy_code airy_band_init(airy_band *band, int side, double radius, const double *center,
                         airy_error *err)
{
    *band = (airy_band){.side = side, .radius = radius, .unknowns = count_unknowns(radius)};
    airy_code code = allocate(band, err);
    if (code != AIRY_OK) {
        airy_band_release(band);
        return code;
    }
    for (int y = 0; y < side; y++)
        band->turn_y[y] =
            (float complex)cexp(-2 * AIRY_PI * I * frequency(y, side) * center[0] / side);
    for (int x = 0; x < airy_strip_columns(band->disc); x++)
        band->turn_x[x] = (float complex)cexp(-2 * AIRY_PI * I * x * center[1] / side);
    return AIRY_OK;
}

void airy_band_release(airy_band *band)
{
    airy_strip_free(band->disc);
    airy_strip_free(band->wide);
    airy_memory_free(band->packed);
    airy_memory_free(band->spectrum);
    airy_memory_free(band->turn_y);
    airy_memory_free(band->turn_x);
    *band = (airy_band){0};
}

// Rows -return .. return of column kx lie in the disc.
static int disc_reach(const airy_band *band, int kx)
{
    return (int)floor(sqrt(fmax(band->radius * band->radius - (double)kx * kx, 0)));
}

static float complex *column_at(const airy_band *band, int kx)
{
    return band->spectrum + (size_t)kx * (size_t)band->side;
}

static void give_column(void *context, int kx, float complex *column)
{
    const airy_band *band = context;
    memcpy(column, column_at(band, kx), (size_t)band->side * sizeof *column);
}

// ------------------------------------------------------------------ the projector

// z becomes scale Re(z conj t) t, t = u v, for n numbers.
static void lay_on_line(float complex *z, const float complex *u, float complex v, float scale,
                        int n)
{
    for (int i = 0; i < n; i++) {
        float re = crealf(u[i]) * crealf(v) - cimagf(u[i]) * cimagf(v);
        float im = crealf(u[i]) * cimagf(v) + cimagf(u[i]) * crealf(v);
        float along = scale * (crealf(z[i]) * re + cimagf(z[i]) * im);
        z[i] = along * re + (float complex)I * (along * im);
    }
}

// a(r) = Re(z conj(turn)) inside the disc, as the transform a turn; nothing outside.
static void keep_disc(void *context, int kx, float complex *column)
{
    const airy_band *band = context;
    int reach = disc_reach(band, kx), high = band->side - reach;
    float scale = 1.0f / ((float)band->side * (float)band->side);
    lay_on_line(column, band->turn_y, band->turn_x[kx], scale, reach + 1);
    memset(column + reach + 1, 0, (size_t)(high - reach - 1) * sizeof *column);
    lay_on_line(column + high, band->turn_y + high, band->turn_x[kx], scale, reach);
}

// On packed images.
static void project(airy_band *band, const float *in, float *out)
{
    airy_strip_round(band->disc, in, keep_disc, band, out);
}

void airy_band_project(airy_band *band, const float *in, float *out)
{
    airy_strip_pack(band->disc, in, band->packed);
    project(band, band->packed, band->packed);
    airy_strip_unpack(band->disc, band->packed, out);
}

// Where the coefficients of an m x m array go.
struct harvest {
    const airy_band *band;
    int m;
    float complex *out;
};

static void take_coefficients(void *context, int kx, float complex *column)
{
    const struct harvest *h = context;
    const airy_band *band = h->band;
    int reach = disc_reach(band, kx);
    for (int k = -reach; k <= reach; k++) {
        int y = (k + band->side) % band->side, to = (k + h->m) % h->m;
        float complex turn = band->turn_y[y] * band->turn_x[kx];
        h->out[to * (h->m / 2 + 1) + kx] = crealf(column[y] * conjf(turn));
    }
}

void airy_band_coefficients(airy_band *band, const float *in, int m, float complex *out)
{
    struct harvest harvest = {band, m, out};
    memset(out, 0, (size_t)m * (size_t)(m / 2 + 1) * sizeof *out);
    airy_strip_pack(band->disc, in, band->packed);
    airy_strip_forward(band->disc, band->packed, take_coefficients, &harvest);
}

// The transform of |disc's transform|^2 is the disc's autocorrelation: the overlap of two discs of
// radius R at distance r, (2 / pi) (acos t - t sqrt(1 - t^2)) with t = r / (2 R).
static double overlap(double r, double radius)
{
    double t = r / (2 * radius);
    return t >= 1 ? 0 : 2 / AIRY_PI * (acos(t) - t * sqrt(1 - t * t));
}

static void take_overlap(void *context, int kx, float complex *column)
{
    const airy_band *band = context;
    float complex *to = column_at(band, kx);
    double scale = 1 / ((double)band->side * band->side);
    for (int y = 0; y < band->side; y++)
        to[y] =
            column[y] * (float)(scale * overlap(hypot(frequency(y, band->side), kx), band->radius));
}

void airy_band_spread(airy_band *band, const float *in, float *out)
{
    airy_strip_pack(band->wide, in, band->packed);
    airy_strip_forward(band->wide, band->packed, take_overlap, band);
    airy_strip_backward_raw(band->wide, give_column, band, band->packed);
    airy_strip_unpack(band->wide, band->packed, out);
}

// ------------------------------------------------------------------ conjugate gradients

enum { LANES = 16 }; // sums side by side, in one order whatever the processor

AIRY_EVERY_PROCESSOR static double dot(const float *restrict a, const float *restrict b, int n)
{
    double lane[LANES] = {0}, sum = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++)
            lane[j] += (double)a[i + j] * (double)b[i + j];
    for (; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    for (int j = 0; j < LANES; j++)
        sum += lane[j];
    return sum;
}

// a += factor b
AIRY_EVERY_PROCESSOR static void add(float *restrict a, double factor, const float *restrict b,
                                     int n)
{
    const float f = (float)factor;
    for (int i = 0; i < n; i++)
        a[i] += f * b[i];
}

AIRY_EVERY_PROCESSOR static void multiply(const float *restrict a, const float *restrict b,
                                          float *restrict out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = a[i] * b[i];
}

// Packed planes of a fit.
enum { RESIDUAL, PRECONDITIONED, DIRECTION, IMAGE, STEP, WEIGHTS, VARIANCES, PLANES };

// With P the projector and W the weights the normal equations are P W P x = P W data. P V P, V the
// usual variance, is close to the inverse where W = 1 / V and V is smooth: the preconditioner.
static void descend(airy_band *band, int steps, float *const *plane)
{
    int n = airy_strip_floats(band->disc);
    float *r = plane[RESIDUAL], *z = plane[PRECONDITIONED], *p = plane[DIRECTION],
          *q = plane[IMAGE];
    multiply(r, plane[VARIANCES], z, n);
    project(band, z, z);
    memcpy(p, z, (size_t)n * sizeof *p);
    double power = dot(r, z, n);
    for (int k = 0; k < steps && power > 0; k++) {
        multiply(plane[WEIGHTS], p, q, n);
        project(band, q, q);
        double curve = dot(p, q, n);
        if (!(curve > 0))
            break;
        add(plane[STEP], power / curve, p, n);
        add(r, -power / curve, q, n);
        multiply(r, plane[VARIANCES], z, n);
        project(band, z, z);
        double next = dot(r, z, n), keep = next / power;
        for (int i = 0; i < n; i++)
            p[i] = z[i] + (float)keep * p[i];
        power = next;
    }
}

airy_code airy_band_fit(airy_band *band, const float *data, const float *weight, const float *usual,
                        int steps, float *x, airy_error *err)
{
    int n = band->side * band->side;
    size_t floats = (size_t)airy_strip_floats(band->disc);
    float *plane[PLANES], *change = airy_memory_new((size_t)n, sizeof *change);
    bool fine = change != NULL;
    for (int k = 0; k < PLANES; k++)
        fine = (plane[k] = airy_memory_new(floats, sizeof *plane[k])) && fine;
    if (fine) {
        for (int i = 0; i < n; i++)
            change[i] = weight[i] > 0 ? weight[i] * (data[i] - x[i]) : 0;
        airy_strip_pack(band->disc, change, plane[RESIDUAL]);
        airy_strip_pack(band->disc, weight, plane[WEIGHTS]);
        airy_strip_pack(band->disc, usual, plane[VARIANCES]);
        project(band, plane[RESIDUAL], plane[RESIDUAL]);
        descend(band, steps, plane);
        airy_strip_unpack(band->disc, plane[STEP], change);
        add(x, 1, change, n);
    }
    airy_memory_free(change);
    for (int k = 0; k < PLANES; k++)
        airy_memory_free(plane[k]);
    return fine ? AIRY_OK
                : airy_error_set(err, AIRY_EMEMORY, "no memory for a fit of %d x %d", band->side,
                                 band->side);
}

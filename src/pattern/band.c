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

// Rows -return .. return of column kx lie in the disc.
static int disc_reach(const airy_band *band, int kx)
{
    return (int)floor(sqrt(fmax(band->radius * band->radius - (double)kx * kx, 0)));
}

// A product of the disc with weights matters where it lies in the disc, and there only weights'
// frequencies up to twice the disc count: 4 radii keep what comes in on the other side away.
static bool allocate_inner(airy_band *band, airy_error *err)
{
    int reach = (int)floor(band->radius), side = airy_fft_size_up(4 * reach + 2);
    band->centered = side < band->side;
    band->inner_side = band->centered ? side : band->side;
    airy_strip_shape shape = {.ny = band->inner_side,
                              .nx = band->inner_side,
                              .rows = band->inner_side,
                              .columns = reach + 1,
                              .real = true};
    band->inner = airy_strip_new(shape, NULL, err);
    shape.columns = 2 * reach + 1;
    band->weighty = band->inner ? airy_strip_new(shape, NULL, err) : NULL;
    return band->weighty != NULL;
}

static airy_code allocate(airy_band *band, airy_error *err)
{
    airy_strip_shape shape = {.ny = band->side, .nx = band->side, .rows = band->side, .real = true};
    shape.columns = (int)floor(band->radius) + 1;
    band->disc = airy_strip_new(shape, NULL, err);
    shape.columns = (int)floor(2 * band->radius) + 1;
    band->wide = band->disc ? airy_strip_new(shape, NULL, err) : NULL;
    if (!band->wide || !allocate_inner(band, err))
        return airy_error_code(err, AIRY_EMEMORY);
    size_t side = (size_t)band->side, columns = (size_t)airy_strip_columns(band->wide);
    band->packed = airy_memory_new((size_t)airy_strip_floats(band->disc), sizeof *band->packed);
    band->spectrum = airy_memory_new(columns * side, sizeof *band->spectrum);
    band->turn_y = airy_memory_new(side, sizeof *band->turn_y);
    band->turn_x = airy_memory_new(columns, sizeof *band->turn_x);
    band->first = airy_memory_new((size_t)airy_strip_columns(band->disc) + 1, sizeof *band->first);
    if (!band->packed || !band->spectrum || !band->turn_y || !band->turn_x || !band->first)
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
    for (int x = 0; x < airy_strip_columns(band->wide); x++)
        band->turn_x[x] = (float complex)cexp(-2 * AIRY_PI * I * x * center[1] / side);
    for (int x = 0; x < airy_strip_columns(band->disc); x++)
        band->first[x + 1] = band->first[x] + 2 * disc_reach(band, x) + 1;
    return AIRY_OK;
}

void airy_band_release(airy_band *band)
{
    airy_strip_free(band->disc);
    airy_strip_free(band->wide);
    airy_strip_free(band->inner);
    airy_strip_free(band->weighty);
    airy_memory_free(band->first);
    airy_memory_free(band->packed);
    airy_memory_free(band->spectrum);
    airy_memory_free(band->turn_y);
    airy_memory_free(band->turn_x);
    *band = (airy_band){0};
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
//
// With P the projector and W the weights the normal equations are P W P x = P W data. P V P, V the
// usual variance, is close to the inverse where W = 1 / V and V is smooth: the preconditioner.
// Unknowns are the a(r), and products with W and V are taken on the inner array, a fraction of the
// pixels: of W only frequencies up to twice the disc reach from the disc into the disc.

// Vectors of unknowns.
enum { RESIDUAL, PRECONDITIONED, DIRECTION, IMAGE, STEP, VECTORS };

typedef struct descent {
    airy_band *band;
    int n;                      // unknowns kept: a half plane, its first column whole
    float *vector[VECTORS];     // (n)
    float *plane;               // scratch: a packed image of the inner array
    float *weights, *variances; // packed, of the inner array
} descent;

// Sums of the whole plane: all columns but the first count twice.
static double dot(const descent *d, int a, int b)
{
    double sum = 0;
    int first = d->band->first[1];
    for (int i = 0; i < d->n; i++)
        sum += (i < first ? 1 : 2) * (double)d->vector[a][i] * (double)d->vector[b][i];
    return sum;
}

// a += factor b
static void add(const descent *d, int a, double factor, int b)
{
    for (int i = 0; i < d->n; i++)
        d->vector[a][i] += (float)factor * d->vector[b][i];
}

AIRY_EVERY_PROCESSOR static void multiply(const float *restrict a, float *restrict b, int n)
{
    for (int i = 0; i < n; i++)
        b[i] *= a[i];
}

// An array whose transform is met, and unknowns that go there or come from there.
struct passage {
    const airy_band *band;
    int side;
    bool turned; // about the pattern's center (side is the band's), or about the first pixel
    float *at;
};

// z = a u v, n numbers; u NULL: z = a.
static void lay_out(const float *a, const float complex *u, float complex v, float complex *z,
                    int n)
{
    if (!u) {
        for (int i = 0; i < n; i++)
            z[i] = a[i];
        return;
    }
    for (int i = 0; i < n; i++) {
        float re = crealf(u[i]) * crealf(v) - cimagf(u[i]) * cimagf(v);
        float im = crealf(u[i]) * cimagf(v) + cimagf(u[i]) * crealf(v);
        z[i] = a[i] * re + (float complex)I * (a[i] * im);
    }
}

// a = scale Re(z conj(u v)), n numbers; u NULL: a = scale Re(z).
static void take_back(const float complex *z, const float complex *u, float complex v, float scale,
                      float *a, int n)
{
    if (!u) {
        for (int i = 0; i < n; i++)
            a[i] = scale * crealf(z[i]);
        return;
    }
    for (int i = 0; i < n; i++) {
        float re = crealf(u[i]) * crealf(v) - cimagf(u[i]) * cimagf(v);
        float im = crealf(u[i]) * cimagf(v) + cimagf(u[i]) * crealf(v);
        a[i] = scale * (crealf(z[i]) * re + cimagf(z[i]) * im);
    }
}

static void give_unknowns(void *context, int kx, float complex *column)
{
    const struct passage *p = context;
    const float complex *turn = p->turned ? p->band->turn_y : NULL;
    int reach = disc_reach(p->band, kx), high = p->side - reach;
    const float *from = p->at + p->band->first[kx];
    lay_out(from + reach, turn, p->band->turn_x[kx], column, reach + 1);
    memset(column + reach + 1, 0, (size_t)(high - reach - 1) * sizeof *column);
    lay_out(from, turn ? turn + high : NULL, p->band->turn_x[kx], column + high, reach);
}

static void take_unknowns(void *context, int kx, float complex *column)
{
    const struct passage *p = context;
    const float complex *turn = p->turned ? p->band->turn_y : NULL;
    int reach = disc_reach(p->band, kx), high = p->side - reach;
    float *to = p->at + p->band->first[kx];
    const float scale = 1.0f / ((float)p->side * (float)p->side);
    take_back(column, turn, p->band->turn_x[kx], scale, to + reach, reach + 1);
    take_back(column + high, turn ? turn + high : NULL, p->band->turn_x[kx], scale, to, reach);
}

// P W of the unknowns of `from`.
static void apply(descent *d, const float *weights, int from, int to)
{
    airy_band *band = d->band;
    struct passage p = {band, band->inner_side, !band->centered, d->vector[from]};
    airy_strip_backward_raw(band->inner, give_unknowns, &p, d->plane);
    multiply(weights, d->plane, airy_strip_floats(band->inner));
    p.at = d->vector[to];
    airy_strip_forward(band->inner, d->plane, take_unknowns, &p);
}

static void descend(descent *d, int steps)
{
    apply(d, d->variances, RESIDUAL, PRECONDITIONED);
    memcpy(d->vector[DIRECTION], d->vector[PRECONDITIONED], (size_t)d->n * sizeof(float));
    double power = dot(d, RESIDUAL, PRECONDITIONED);
    for (int k = 0; k < steps && power > 0; k++) {
        apply(d, d->weights, DIRECTION, IMAGE);
        double curve = dot(d, DIRECTION, IMAGE);
        if (!(curve > 0))
            break;
        add(d, STEP, power / curve, DIRECTION);
        add(d, RESIDUAL, -power / curve, IMAGE);
        apply(d, d->variances, RESIDUAL, PRECONDITIONED);
        double next = dot(d, RESIDUAL, PRECONDITIONED), keep = next / power;
        float *p = d->vector[DIRECTION];
        for (int i = 0; i < d->n; i++)
            p[i] = d->vector[PRECONDITIONED][i] + (float)keep * p[i];
        power = next;
    }
}

static void take_weights(void *context, int kx, float complex *column)
{
    const airy_band *band = context;
    int reach = 2 * (int)floor(band->radius), inner = band->inner_side;
    float complex *to = band->spectrum + (size_t)kx * (size_t)inner;
    const float scale = 1.0f / ((float)band->side * (float)band->side);
    memset(to, 0, (size_t)inner * sizeof *to);
    for (int k = -reach; k <= reach && kx <= reach; k++) {
        int y = (k + band->side) % band->side;
        to[(k + inner) % inner] = scale * column[y] * conjf(band->turn_y[y] * band->turn_x[kx]);
    }
}

static void give_weights(void *context, int kx, float complex *column)
{
    const airy_band *band = context;
    size_t inner = (size_t)band->inner_side;
    memcpy(column, band->spectrum + (size_t)kx * inner, inner * sizeof *column);
}

// An image as it matters to products, on the inner array.
static void bring_in(airy_band *band, const float *image, float *packed)
{
    if (!band->centered) {
        airy_strip_pack(band->inner, image, packed);
        return;
    }
    airy_strip_pack(band->wide, image, band->packed);
    airy_strip_forward(band->wide, band->packed, take_weights, band);
    airy_strip_backward_raw(band->weighty, give_weights, band, packed);
}

static void descent_release(descent *d)
{
    for (int k = 0; k < VECTORS; k++)
        airy_memory_free(d->vector[k]);
    airy_memory_free(d->plane);
    airy_memory_free(d->weights);
    airy_memory_free(d->variances);
}

static airy_code descent_init(descent *d, airy_band *band, airy_error *err)
{
    size_t floats = (size_t)airy_strip_floats(band->inner);
    *d = (descent){.band = band, .n = band->first[airy_strip_columns(band->disc)]};
    bool fine = true;
    for (int k = 0; k < VECTORS; k++)
        fine = (d->vector[k] = airy_memory_new((size_t)d->n, sizeof(float))) && fine;
    d->plane = airy_memory_new(floats, sizeof *d->plane);
    d->weights = airy_memory_new(floats, sizeof *d->weights);
    d->variances = airy_memory_new(floats, sizeof *d->variances);
    if (fine && d->plane && d->weights && d->variances)
        return AIRY_OK;
    descent_release(d);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for a fit of %d x %d", band->side,
                          band->side);
}

airy_code airy_band_fit(airy_band *band, const float *data, const float *weight, const float *usual,
                        int steps, float *x, airy_error *err)
{
    int n = band->side * band->side;
    descent d = {0};
    float *change = airy_memory_new((size_t)n, sizeof *change);
    airy_code code = change ? descent_init(&d, band, err)
                            : airy_error_set(err, AIRY_EMEMORY, "no memory for a fit of %d x %d",
                                             band->side, band->side);
    if (code == AIRY_OK) {
        struct passage p = {band, band->side, true, d.vector[RESIDUAL]};
        for (int i = 0; i < n; i++)
            change[i] = weight[i] > 0 ? weight[i] * (data[i] - x[i]) : 0;
        airy_strip_pack(band->disc, change, band->packed);
        airy_strip_forward(band->disc, band->packed, take_unknowns, &p);
        bring_in(band, weight, d.weights);
        bring_in(band, usual, d.variances);
        descend(&d, steps);
        p.at = d.vector[STEP];
        airy_strip_backward_raw(band->disc, give_unknowns, &p, band->packed);
        airy_strip_unpack(band->disc, band->packed, change);
        for (int i = 0; i < n; i++)
            x[i] += change[i];
        descent_release(&d);
    }
    airy_memory_free(change);
    return code;
}

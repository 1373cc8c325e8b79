// SPDX-License-Identifier: GPL-3.0-or-later
// Images on grids: rings, values between pixels, shifts, twins, crops, rotations.
#include "airy/math.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

// ------------------------------------------------------------------ rings

static int ring_of(double y, double x)
{
    return (int)(sqrt(y * y + x * x) + 0.5);
}

int airy_grid_ring_count(int ny, int nx, double cy, double cx)
{
    double far_y = fmax(fabs(cy), fabs(ny - 1 - cy));
    double far_x = fmax(fabs(cx), fabs(nx - 1 - cx));
    return ring_of(far_y, far_x) + 1;
}

void airy_grid_ring_mean(const airy_image *image, double cy, double cx, double *mean, int *count,
                         int n)
{
    for (int r = 0; r < n; r++) {
        mean[r] = 0;
        count[r] = 0;
    }
    for (int y = 0; y < image->ny; y++) {
        const float *row = image->px + y * image->nx;
        for (int x = 0; x < image->nx; x++) {
            int r = ring_of(y - cy, x - cx);
            if (r >= n || isnan(row[x]))
                continue;
            mean[r] += row[x];
            count[r]++;
        }
    }
    for (int r = 0; r < n; r++)
        mean[r] = count[r] ? mean[r] / count[r] : NAN;
}

// ------------------------------------------------------------------ values between pixels

double airy_grid_bilinear(const airy_image *image, double y, double x)
{
    if (!(y >= 0 && x >= 0 && y <= image->ny - 1 && x <= image->nx - 1))
        return NAN;
    int y0 = (int)y, x0 = (int)x;
    double fy = y - y0, fx = x - x0;
    const float *at = image->px + y0 * image->nx + x0;
    int down = fy > 0 ? image->nx : 0, right = fx > 0; // a neighbour of weight 0 is not needed
    double upper = (1 - fx) * at[0] + fx * at[right];
    double lower = (1 - fx) * at[down] + fx * at[down + right];
    return (1 - fy) * upper + fy * lower;
}

void airy_grid_rotate(const airy_image *in, double degrees, double cy, double cx, airy_image *out)
{
    // Plots draw row 0 at the bottom, so counter-clockwise is the turn from +x to +y, and each
    // output pixel looks back by the opposite turn.
    double c = cos(AIRY_RADIANS(degrees)), s = sin(AIRY_RADIANS(degrees));
    for (int y = 0; y < out->ny; y++)
        for (int x = 0; x < out->nx; x++) {
            double dy = y - cy, dx = x - cx;
            double value = airy_grid_bilinear(in, cy - s * dx + c * dy, cx + c * dx + s * dy);
            out->px[y * out->nx + x] = isnan(value) ? 0 : (float)value;
        }
}

// ------------------------------------------------------------------ whole-pixel moves

static int wrap(int i, int n)
{
    int rest = i % n;
    return rest < 0 ? rest + n : rest;
}

void airy_grid_twin(const airy_image *in, airy_image *out)
{
    int ny = in->ny, nx = in->nx;
    for (int y = 0; y < ny; y++) {
        const float *from = in->px + wrap(2 * (ny / 2) - y, ny) * nx;
        float *to = out->px + y * nx;
        for (int x = 0; x < nx; x++)
            to[x] = from[wrap(2 * (nx / 2) - x, nx)];
    }
}

void airy_grid_recenter(const airy_image *in, airy_image *out, float fill)
{
    int dy = in->ny / 2 - out->ny / 2, dx = in->nx / 2 - out->nx / 2;
    for (int y = 0; y < out->ny; y++)
        for (int x = 0; x < out->nx; x++) {
            int v = y + dy, u = x + dx;
            bool inside = v >= 0 && v < in->ny && u >= 0 && u < in->nx;
            out->px[y * out->nx + x] = inside ? in->px[v * in->nx + u] : fill;
        }
}

// Moves by whole pixels, cyclically; in and out differ.
static void roll(const airy_image *in, int dy, int dx, float *out)
{
    for (int y = 0; y < in->ny; y++) {
        float *to = out + wrap(y + dy, in->ny) * in->nx;
        for (int x = 0; x < in->nx; x++)
            to[wrap(x + dx, in->nx)] = in->px[y * in->nx + x];
    }
}

// ------------------------------------------------------------------ fractions of a pixel

// exp(-2 pi i k d / n) for frequency k = -n/2 .. n/2 of n. At the highest frequency +k and -k share
// one bin: their mean, a cosine, keeps a real image real.
static float complex shift_factor(int k, int n, double d)
{
    double turn = 2 * AIRY_PI * k * d / n;
    if (2 * k == n || 2 * k == -n)
        return (float)cos(turn);
    return (float)cos(turn) - I * (float)sin(turn);
}

// Multiplies the half plane by the factors of y and x. fx: room for nx / 2 + 1.
static void multiply(float complex *half, const airy_image *in, const double shift[2],
                     float complex *fx)
{
    int ny = in->ny, nx = in->nx, columns = nx / 2 + 1;
    for (int x = 0; x < columns; x++)
        fx[x] = shift_factor(x, nx, shift[1]);
    for (int y = 0; y < ny; y++) {
        float complex fy = shift_factor(airy_fft_frequency(y, ny), ny, shift[0]);
        float complex *row = half + y * columns;
        for (int x = 0; x < columns; x++)
            row[x] *= fy * fx[x];
    }
}

static airy_code shift_fraction(const airy_image *in, const double shift[2], airy_image *out,
                                airy_error *err)
{
    airy_code code = AIRY_OK;
    airy_error why = {0};
    size_t count = (size_t)in->ny * (size_t)in->nx, columns = (size_t)in->nx / 2 + 1;
    airy_fft *fft = airy_fft_new(in->ny, in->nx, NULL, &why);
    float *real = airy_memory_new(count, sizeof *real);
    float complex *half = airy_memory_new((size_t)in->ny * columns, sizeof *half);
    float complex *fx = airy_memory_new(columns, sizeof *fx);
    if (!fft) {
        code = airy_error_set(err, why.code, "%s", why.message);
        goto done;
    }
    if (!real || !half || !fx) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory to shift %d x %d", in->ny, in->nx);
        goto done;
    }
    memcpy(real, in->px, count * sizeof *real);
    airy_fft_forward_real(fft, real, half);
    multiply(half, in, shift, fx);
    airy_fft_backward_real(fft, half, real);
    memcpy(out->px, real, count * sizeof *real);
done:
    airy_memory_free(fx);
    airy_memory_free(half);
    airy_memory_free(real);
    airy_fft_free(fft);
    return code;
}

airy_code airy_grid_shift(const airy_image *in, double dy, double dx, airy_image *out,
                          airy_error *err)
{
    if (!(fabs(dy) < 1e6 && fabs(dx) < 1e6))
        return airy_error_set(err, AIRY_EARGUMENT, "a shift by (%g, %g) pixels makes no sense", dy,
                              dx);
    if (dy != round(dy) || dx != round(dx))
        return shift_fraction(in, (double[2]){dy, dx}, out, err);

    size_t count = (size_t)in->ny * (size_t)in->nx;
    float *moved = airy_memory_new(count, sizeof *moved);
    if (!moved)
        return airy_error_set(err, AIRY_EMEMORY, "no memory to shift %d x %d", in->ny, in->nx);
    roll(in, (int)dy, (int)dx, moved);
    memcpy(out->px, moved, count * sizeof *moved);
    airy_memory_free(moved);
    return AIRY_OK;
}

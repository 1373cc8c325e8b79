// SPDX-License-Identifier: GPL-3.0-or-later
// One image against another, even and odd parts apart, inside a band.
#include "airy/image.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

#define SAME 1e-9      // of a pixel: what rounding makes of one size
#define STEP_FIRST 0.5 // pixels, of the search about the whole-pixel shift
#define STEP_LAST 1e-4

// Half planes of two images of n x n, and what finds a shift between them.
typedef struct planes {
    int n, half;
    double reach; // of the band, pixels of the plane
    airy_fft *fft;
    float complex *a, *b, *product, *spent;
    float *real; // (n, n) FFT order
    double complex *turn;
} planes;

static void planes_release(planes *p)
{
    airy_fft_free(p->fft);
    airy_memory_free(p->a);
    airy_memory_free(p->b);
    airy_memory_free(p->product);
    airy_memory_free(p->spent);
    airy_memory_free(p->real);
    airy_memory_free(p->turn);
}

static airy_code planes_init(planes *p, int n, double reach, airy_error *err)
{
    int half = n / 2 + 1;
    size_t plane = (size_t)n * (size_t)half;
    *p = (planes){.n = n, .half = half, .reach = reach};
    float complex **each[] = {&p->a, &p->b, &p->product, &p->spent};
    bool memory = true;
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        *each[i] = airy_memory_new(plane, sizeof **each[i]);
        memory = memory && *each[i];
    }
    p->real = airy_memory_new((size_t)n * (size_t)n, sizeof *p->real);
    p->turn = airy_memory_new((size_t)half, sizeof *p->turn);
    if (!memory || !p->real || !p->turn)
        return airy_error_set(err, AIRY_EMEMORY, "no memory to compare images of %d x %d", n, n);
    p->fft = airy_fft_new(n, n, NULL, err);
    return p->fft ? AIRY_OK : AIRY_EMEMORY;
}

// The transform of an image inside the band.
static void transform(planes *p, const airy_image *image, float complex *out)
{
    airy_fft_order(image, p->real);
    airy_fft_forward_real(p->fft, p->real, out);
    for (int y = 0; y < p->n; y++)
        for (int x = 0; x < p->half; x++)
            if (hypot(airy_fft_frequency(y, p->n), x) > p->reach || 2 * x == p->n || 2 * y == p->n)
                out[y * p->half + x] = 0;
}

static void transform_back(planes *p, float complex *in, airy_image *out)
{
    airy_fft_backward_real(p->fft, in, p->real);
    airy_fft_center(p->real, out);
}

// Columns other than the first stand for two.
static double power(const planes *p, const float complex *f)
{
    double sum = 0;
    for (int i = 0; i < p->n * p->half; i++) {
        double re = crealf(f[i]), im = cimagf(f[i]);
        sum += (i % p->half ? 2 : 1) * (re * re + im * im);
    }
    return sum;
}

// ------------------------------------------------------------------ shifts

// sum over k of product(k) exp(2 pi i k d / n): where product = A conj(B), the correlation of A
// with B moved by d pixels.
static double correlation(const planes *p, double dy, double dx)
{
    double sum = 0;
    for (int x = 0; x < p->half; x++)
        p->turn[x] = (x ? 2 : 1) * cexp(2 * AIRY_PI * I * x * dx / p->n);
    for (int y = 0; y < p->n; y++) {
        double complex row = 0;
        for (int x = 0; x < p->half; x++)
            row += p->product[y * p->half + x] * p->turn[x];
        sum += creal(row * cexp(2 * AIRY_PI * I * airy_fft_frequency(y, p->n) * dy / p->n));
    }
    return sum;
}

// The whole-pixel shift of the highest correlation.
static void whole_shift(planes *p, double *dy, double *dx)
{
    int best = 0;
    for (int i = 0; i < p->n * p->half; i++)
        p->spent[i] = p->product[i];
    airy_fft_backward_real_raw(p->fft, p->spent, p->real);
    for (int i = 1; i < p->n * p->n; i++)
        if (p->real[i] > p->real[best])
            best = i;
    *dy = airy_fft_frequency(best / p->n, p->n);
    *dx = airy_fft_frequency(best % p->n, p->n);
}

// The shift of the highest correlation and that correlation, uphill from the whole-pixel one: the
// correlation is smooth, and its peak as wide as the particle.
static double find_shift(planes *p, double *dy, double *dx)
{
    whole_shift(p, dy, dx);
    double best = correlation(p, *dy, *dx);
    for (double step = STEP_FIRST; step > STEP_LAST;) {
        static const int way[][2] = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}};
        int uphill = -1;
        for (int i = 0; i < 4; i++) {
            double value = correlation(p, *dy + step * way[i][0], *dx + step * way[i][1]);
            if (value > best)
                best = value, uphill = i;
        }
        if (uphill >= 0)
            *dy += step * way[uphill][0], *dx += step * way[uphill][1];
        else
            step /= 2;
    }
    return best;
}

// product = a conj(b), or for the twin of b, whose transform is conj(b), a b.
static void correlate(planes *p, const float complex *a, const float complex *b, bool twin)
{
    for (int i = 0; i < p->n * p->half; i++)
        p->product[i] = a[i] * (twin ? b[i] : conjf(b[i]));
}

// Moves by (dy, dx) pixels, and conjugates before where it is to be the twin; times scale.
static void move(const planes *p, float complex *f, double dy, double dx, double scale, bool twin)
{
    for (int y = 0; y < p->n; y++)
        for (int x = 0; x < p->half; x++) {
            double phase = -2 * AIRY_PI * (airy_fft_frequency(y, p->n) * dy + x * dx) / p->n;
            float complex *at = &f[y * p->half + x];
            *at = (float complex)((twin ? conjf(*at) : *at) * scale * cexp(I * phase));
        }
}

// ------------------------------------------------------------------ pairs

// Images that lie on the grid already are left as they are.
static airy_code on_grid(const airy_image *in, double in_pixel, double pixel, airy_image *out,
                         airy_error *err)
{
    airy_image whole = {0};
    airy_code code = airy_image_copy(&whole, in, err);
    for (int i = 0; code == AIRY_OK && i < in->ny * in->nx; i++)
        whole.px[i] = isnan(whole.px[i]) ? 0 : whole.px[i];
    bool same = in->ny == out->ny && in->nx == out->nx && fabs(in_pixel - pixel) < SAME * pixel;
    if (code == AIRY_OK && same)
        memcpy(out->px, whole.px, sizeof *out->px * (size_t)out->ny * (size_t)out->nx);
    else if (code == AIRY_OK)
        code = airy_grid_resample(&whole, in_pixel, out, pixel, err);
    airy_image_release(&whole);
    return code;
}

// The band, the grid that holds it and both images, empty.
static airy_code pair_begin(const airy_image *a, double a_pixel, const airy_image *b,
                            double b_pixel, double band, airy_pair *pair, airy_error *err)
{
    *pair = (airy_pair){0};
    if (!(a_pixel > 0 && b_pixel > 0 && band >= 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "pixels of %g and %g and a band of %g: pixels must be above 0, a "
                              "band must not be negative",
                              a_pixel, b_pixel, band);
    double held = fmin(0.5 / a_pixel, 0.5 / b_pixel);
    double side = fmax(fmax(a->ny, a->nx) * a_pixel, fmax(b->ny, b->nx) * b_pixel);
    pair->band = band > 0 ? fmin(band, held) : held;
    int n = 2 * (int)ceil(pair->band * side * (1 - SAME));
    pair->pixel = side / n;
    airy_code code = airy_image_init(&pair->a, n, n, err);
    if (code == AIRY_OK)
        code = airy_image_init(&pair->b, n, n, err);
    if (code == AIRY_OK)
        code = on_grid(a, a_pixel, pair->pixel, &pair->a, err);
    return code == AIRY_OK ? on_grid(b, b_pixel, pair->pixel, &pair->b, err) : code;
}

// Lays b on a, and both on the middle.
static airy_code lay(planes *p, airy_pair *pair, airy_error *err)
{
    double cy, cx, dy[2], dx[2], found[2];
    transform(p, &pair->a, p->a);
    transform(p, &pair->b, p->b);
    double power_b = power(p, p->b);
    if (!(power(p, p->a) > 0 && power_b > 0))
        return airy_error_set(err, AIRY_EVALUE, "there is nothing inside the band to compare");
    correlate(p, p->a, p->a, true); // half the way from the twin is the center of inversion
    find_shift(p, &cy, &cx);
    for (int twin = 0; twin < 2; twin++) {
        correlate(p, p->a, p->b, twin);
        found[twin] = find_shift(p, &dy[twin], &dx[twin]);
    }
    int best = found[1] > found[0];
    pair->twin = best == 1;
    pair->scale = found[best] / power_b;
    pair->center_y = cy / 2 * pair->pixel, pair->center_x = cx / 2 * pair->pixel;
    pair->dy = dy[best] * pair->pixel, pair->dx = dx[best] * pair->pixel;
    move(p, p->a, -cy / 2, -cx / 2, 1, false);
    move(p, p->b, dy[best] - cy / 2, dx[best] - cx / 2, pair->scale, pair->twin);
    transform_back(p, p->a, &pair->a);
    transform_back(p, p->b, &pair->b);
    return AIRY_OK;
}

airy_code airy_pair_make(const airy_image *a, double a_pixel, const airy_image *b, double b_pixel,
                         double band, airy_pair *pair, airy_error *err)
{
    planes p = {0};
    airy_code code = pair_begin(a, a_pixel, b, b_pixel, band, pair, err);
    if (code == AIRY_OK)
        code = planes_init(&p, pair->a.nx, pair->band * pair->pixel * pair->a.nx, err);
    if (code == AIRY_OK)
        code = lay(&p, pair, err);
    planes_release(&p);
    if (code != AIRY_OK)
        airy_pair_release(pair);
    return code;
}

void airy_pair_release(airy_pair *pair)
{
    airy_image_release(&pair->a);
    airy_image_release(&pair->b);
    *pair = (airy_pair){0};
}

airy_code airy_image_band_limit(airy_image *image, double band, airy_error *err)
{
    planes p;
    airy_code code = planes_init(&p, image->nx, band * image->nx, err);
    if (code == AIRY_OK) {
        transform(&p, image, p.a);
        transform_back(&p, p.a, image);
    }
    planes_release(&p);
    return code;
}

// ------------------------------------------------------------------ even and odd

// Sums of squares and products of one part of a and b.
typedef struct sums {
    double aa, bb, ab, dd; // dd: of the difference
} sums;

static void add(sums *s, double a, double b)
{
    s->aa += a * a;
    s->bb += b * b;
    s->ab += a * b;
    s->dd += (b - a) * (b - a);
}

static double ratio(double over, double under)
{
    return under > 0 ? sqrt(over / under) : (double)NAN;
}

void airy_parity_measure(const airy_image *a, const airy_image *b, const airy_mask *inside,
                         airy_parity *parity)
{
    int ny = a->ny, nx = a->nx;
    sums even = {0}, odd = {0};
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++) {
            int i = y * nx + x, j = (ny - y) % ny * nx + (nx - x) % nx;
            if (inside && !(inside->bits[i] && inside->bits[j]))
                continue;
            double ai = a->px[i], aj = a->px[j], bi = b->px[i], bj = b->px[j];
            add(&even, (ai + aj) / 2, (bi + bj) / 2);
            add(&odd, (ai - aj) / 2, (bi - bj) / 2);
        }
    double both = sqrt(odd.aa * odd.bb);
    *parity = (airy_parity){.l2 = ratio(even.dd + odd.dd, even.aa + odd.aa),
                            .even = ratio(even.dd, even.aa),
                            .odd = ratio(odd.dd, odd.aa),
                            .correlation = both > 0 ? odd.ab / both : (double)NAN,
                            .share = ratio(odd.aa, even.aa + odd.aa)};
}

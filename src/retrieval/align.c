// SPDX-License-Identifier: GPL-3.0-or-later
// Lays one image on another: subpixel shift, and which of the two twins.
#include "airy/retrieval.h"

#include "base/processor.h"
#include "base/units.h"
#include "align.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ZOOM_MAX = 64 }; // most points along one side of a zoomed correlation

struct airy_aligner {
    airy_align_options options;
    int ny, nx, half; // half plane: nx / 2 + 1 columns
    airy_fft *fft;
    airy_image reference, residual, profile; // centered: the image, minus its profile, the profile
    airy_image odd;               // half the difference of the reference and its twin laid on it
    float complex *reference_hat; // in FFT order
    float complex *hat[2];        // of the moving image, and of its twin
    float complex *product;       // correlation in Fourier space, or scratch
    float *real;                  // FFT order
    double complex *rows;         // (ny, ZOOM_MAX) half-done zoom
    double complex *turns;        // (half) phases of a shift along x
    airy_image moved[2];
};

void airy_align_options_defaults(airy_align_options *options)
{
    *options = (airy_align_options){.twin = true, .step = 0.05, .ambiguous = 0.2};
}

airy_code airy_align_options_check(const airy_align_options *options, airy_error *err)
{
    if (!(options->step > 0 && options->step <= 0.25))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the step of an alignment is %g pixels; it must be above 0 and at "
                              "most 0.25",
                              options->step);
    if (!(options->ambiguous >= 0 && options->ambiguous <= 1))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the limit for ambiguous twins is %g; it must be 0 to 1",
                              options->ambiguous);
    return AIRY_OK;
}

// ------------------------------------------------------------------ the reference

static void copy_without_nan(const airy_image *in, airy_image *out)
{
    int n = in->ny * in->nx;
    for (int i = 0; i < n; i++)
        out->px[i] = isnan(in->px[i]) ? 0.0f : in->px[i];
}

static void centroid(const airy_image *image, double *cy, double *cx)
{
    double sum = 0, sum_y = 0, sum_x = 0;
    for (int y = 0; y < image->ny; y++)
        for (int x = 0; x < image->nx; x++) {
            double v = image->px[y * image->nx + x];
            sum += v;
            sum_y += v * y;
            sum_x += v * x;
        }
    *cy = sum > 0 ? sum_y / sum : image->ny / 2;
    *cx = sum > 0 ? sum_x / sum : image->nx / 2;
}

// The mean radial profile of `image` about its centroid, as an image: the round body without its
// details, linear between the rings.
static airy_code radial_profile(const airy_image *image, airy_image *profile, airy_error *err)
{
    double cy, cx;
    centroid(image, &cy, &cx);
    int rings = airy_grid_ring_count(image->ny, image->nx, cy, cx);
    double *mean = airy_memory_new((size_t)rings + 1, sizeof *mean);
    int *count = airy_memory_new((size_t)rings, sizeof *count);
    if (!mean || !count) {
        airy_memory_free(mean);
        airy_memory_free(count);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a radial profile");
    }
    airy_grid_ring_mean(image, cy, cx, mean, count, rings);
    for (int i = 0; i < rings; i++)
        mean[i] = isnan(mean[i]) ? 0 : mean[i];
    for (int y = 0; y < image->ny; y++)
        for (int x = 0; x < image->nx; x++) {
            double r = hypot(y - cy, x - cx);
            int i = (int)r < rings ? (int)r : rings - 1;
            profile->px[y * image->nx + x] = (float)(mean[i] + (r - i) * (mean[i + 1] - mean[i]));
        }
    airy_memory_free(mean);
    airy_memory_free(count);
    return AIRY_OK;
}

static airy_code allocate(airy_aligner *a, airy_error *err)
{
    airy_image *images[] = {&a->reference, &a->residual, &a->profile,
                            &a->odd,       &a->moved[0], &a->moved[1]};
    for (size_t i = 0; i < sizeof images / sizeof images[0]; i++) {
        airy_code code = airy_image_init(images[i], a->ny, a->nx, err);
        if (code != AIRY_OK)
            return code;
    }
    size_t whole = (size_t)a->ny * (size_t)a->nx, half = (size_t)a->ny * (size_t)a->half;
    float complex **planes[] = {&a->reference_hat, &a->hat[0], &a->hat[1], &a->product};
    bool memory = true;
    for (size_t i = 0; i < sizeof planes / sizeof planes[0]; i++) {
        *planes[i] = airy_memory_new(half, sizeof **planes[i]);
        memory = memory && *planes[i];
    }
    a->real = airy_memory_new(whole, sizeof *a->real);
    a->rows = airy_memory_new((size_t)a->ny * ZOOM_MAX, sizeof *a->rows);
    a->turns = airy_memory_new((size_t)a->half, sizeof *a->turns);
    if (!memory || !a->real || !a->rows || !a->turns)
        return airy_error_set(err, AIRY_EMEMORY, "no memory to align images of %d x %d", a->ny,
                              a->nx);
    a->fft = airy_fft_new(a->ny, a->nx, NULL, err);
    return a->fft ? AIRY_OK : AIRY_EMEMORY;
}

static void transform(airy_aligner *a, const airy_image *image, float complex *hat)
{
    airy_fft_order(image, a->real);
    airy_fft_forward_real(a->fft, a->real, hat);
}

void airy_aligner_free(airy_aligner *a)
{
    if (!a)
        return;
    airy_image_release(&a->reference);
    airy_image_release(&a->residual);
    airy_image_release(&a->profile);
    airy_image_release(&a->odd);
    for (int i = 0; i < 2; i++) {
        airy_image_release(&a->moved[i]);
        airy_memory_free(a->hat[i]);
    }
    airy_memory_free(a->reference_hat);
    airy_memory_free(a->product);
    airy_memory_free(a->real);
    airy_memory_free(a->rows);
    airy_memory_free(a->turns);
    airy_fft_free(a->fft);
    free(a);
}

// ------------------------------------------------------------------ the shift

// product = R conj(G), so that its inverse transform is c(d) = sum_r ref(r) moving(r - d). Columns
// that stand for two of the full plane count twice; the factor serves the zoom and, for the plain
// inverse transform, is left out.
static void correlate(airy_aligner *a, const float complex *moving)
{
    const float *r = (const float *)a->reference_hat, *g = (const float *)moving;
    float *p = (float *)a->product;
    for (int i = 0; i < a->ny * a->half; i++) {
        p[2 * i] = r[2 * i] * g[2 * i] + r[2 * i + 1] * g[2 * i + 1];
        p[2 * i + 1] = r[2 * i + 1] * g[2 * i] - r[2 * i] * g[2 * i + 1];
    }
}

// The whole-pixel shift of the highest correlation. Destroys the product.
static void whole_shift(airy_aligner *a, double *dy, double *dx)
{
    airy_fft_backward_real_raw(a->fft, a->product, a->real);
    int best = 0;
    for (int i = 1; i < a->ny * a->nx; i++)
        if (a->real[i] > a->real[best])
            best = i;
    *dy = airy_fft_frequency(best / a->nx, a->ny);
    *dx = airy_fft_frequency(best % a->nx, a->nx);
}

enum { LANES = 8 }; // sums side by side, in one order whatever the processor

// Sum of z w over n complex numbers.
AIRY_EVERY_PROCESSOR static double complex product_sum(const float *restrict z,
                                                       const double *restrict w, int n)
{
    double re[LANES] = {0}, im[LANES] = {0}, sum_re = 0, sum_im = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++) {
            double a = z[2 * (i + j)], b = z[2 * (i + j) + 1];
            double c = w[2 * (i + j)], d = w[2 * (i + j) + 1];
            re[j] += a * c - b * d;
            im[j] += a * d + b * c;
        }
    for (; i < n; i++) {
        sum_re += z[2 * i] * w[2 * i] - z[2 * i + 1] * w[2 * i + 1];
        sum_im += z[2 * i] * w[2 * i + 1] + z[2 * i + 1] * w[2 * i];
    }
    for (int j = 0; j < LANES; j++) {
        sum_re += re[j];
        sum_im += im[j];
    }
    return sum_re + I * sum_im;
}

// Sums over kx for every row and every wanted dx = from + j step.
static void zoom_rows(airy_aligner *a, double from, double step, int points)
{
    for (int j = 0; j < points; j++) {
        double complex turn = cexp(2 * AIRY_PI * I * (from + j * step) / a->nx), phase = 1;
        for (int x = 0; x < a->half; x++, phase *= turn)
            a->turns[x] = (x == 0 || 2 * x == a->nx ? 1 : 2) * phase;
        for (int y = 0; y < a->ny; y++)
            a->rows[y * ZOOM_MAX + j] = product_sum((const float *)(a->product + y * a->half),
                                                    (const double *)a->turns, a->half);
    }
}

static double zoom_value(const airy_aligner *a, double dy, int j)
{
    double complex turn = cexp(2 * AIRY_PI * I * dy / a->ny);
    double sum = 0;
    double complex phase = 1;
    for (int y = 0; y <= a->ny / 2; y++, phase *= turn)
        sum += creal(a->rows[y * ZOOM_MAX + j] * phase);
    phase = conj(turn);
    for (int y = a->ny - 1; y > a->ny / 2; y--, phase *= conj(turn))
        sum += creal(a->rows[y * ZOOM_MAX + j] * phase);
    return sum;
}

// The shift of the highest correlation on a grid of +-reach about (*dy, *dx).
static void zoom(airy_aligner *a, double reach, double step, double *dy, double *dx)
{
    int points = 2 * (int)ceil(reach / step - 1e-9) + 1;
    assert(points <= ZOOM_MAX);
    double from_y = *dy - (points / 2) * step, from_x = *dx - (points / 2) * step;
    zoom_rows(a, from_x, step, points);
    double best = -INFINITY;
    for (int i = 0; i < points; i++)
        for (int j = 0; j < points; j++) {
            double value = zoom_value(a, from_y + i * step, j);
            if (value > best) {
                best = value;
                *dy = from_y + i * step;
                *dx = from_x + j * step;
            }
        }
}

static void find_shift(airy_aligner *a, const float complex *moving, double *dy, double *dx)
{
    correlate(a, moving);
    whole_shift(a, dy, dx);
    correlate(a, moving);
    double reach = 1, step = 0.25;
    while (step > a->options.step) {
        zoom(a, reach, step, dy, dx);
        reach = step;
        step = step / 5 > a->options.step ? step / 5 : a->options.step;
    }
    zoom(a, reach, step, dy, dx);
}

// ------------------------------------------------------------------ moving

// out = the image whose transform is `hat`, shifted. The highest frequency of an even side keeps
// its cosine only, so that the result is real.
static void shift_into(airy_aligner *a, const float complex *hat, double dy, double dx,
                       airy_image *out)
{
    for (int x = 0; x < a->half; x++)
        a->turns[x] = 2 * x == a->nx ? cos(AIRY_PI * dx) : cexp(-2 * AIRY_PI * I * x * dx / a->nx);
    for (int y = 0; y < a->ny; y++) {
        double ky = airy_fft_frequency(y, a->ny);
        double complex row =
            2 * y == a->ny ? cos(AIRY_PI * dy) : cexp(-2 * AIRY_PI * I * ky * dy / a->ny);
        for (int x = 0; x < a->half; x++)
            a->product[y * a->half + x] =
                (float complex)(hat[y * a->half + x] * (row * a->turns[x]));
    }
    airy_fft_backward_real(a->fft, a->product, a->real);
    airy_fft_center(a->real, out);
}

void airy_aligner_apply(airy_aligner *a, const airy_alignment *found, const airy_image *in,
                        airy_image *out)
{
    assert(in->ny == a->ny && in->nx == a->nx && out->ny == a->ny && out->nx == a->nx);
    airy_image *turned = &a->moved[0];
    if (found->twin)
        airy_grid_twin(in, turned);
    copy_without_nan(found->twin ? turned : in, turned);
    transform(a, turned, a->hat[0]);
    shift_into(a, a->hat[0], found->dy, found->dx, out);
}

// ------------------------------------------------------------------ which twin

// Uncentered correlation coefficient of a and b - pb; pb may be NULL for 0.
static double correlation(const float *a, const float *b, const float *pb, int n)
{
    double aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < n; i++) {
        double y = pb ? b[i] - pb[i] : b[i];
        aa += (double)a[i] * a[i];
        bb += y * y;
        ab += a[i] * y;
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

// Shifts image i of a->moved onto the reference.
static void move_onto(airy_aligner *a, int i, double *dy, double *dx)
{
    transform(a, &a->moved[i], a->hat[i]);
    find_shift(a, a->hat[i], dy, dx);
    shift_into(a, a->hat[i], *dy, *dx, &a->moved[i]);
}

// Half the difference of the two orientations in a->moved: the odd part of the image, whose sign is
// the orientation.
static void take_odd(const airy_aligner *a, float *odd)
{
    for (int i = 0; i < a->ny * a->nx; i++)
        odd[i] = (a->moved[0].px[i] - a->moved[1].px[i]) / 2;
}

airy_aligner *airy_aligner_new(const airy_image *reference, const airy_align_options *options,
                               airy_error *err)
{
    double dy, dx;
    airy_aligner *a = calloc(1, sizeof *a);
    if (!a) {
        airy_error_set(err, AIRY_EMEMORY, "no memory to align images");
        return NULL;
    }
    airy_align_options_defaults(&a->options);
    if (options)
        a->options = *options;
    a->ny = reference->ny;
    a->nx = reference->nx;
    a->half = a->nx / 2 + 1;
    if (airy_align_options_check(&a->options, err) != AIRY_OK || allocate(a, err) != AIRY_OK)
        goto failed;
    copy_without_nan(reference, &a->reference);
    if (radial_profile(&a->reference, &a->profile, err) != AIRY_OK)
        goto failed;
    for (int i = 0; i < a->ny * a->nx; i++)
        a->residual.px[i] = a->reference.px[i] - a->profile.px[i];
    transform(a, &a->reference, a->reference_hat);
    copy_without_nan(&a->reference, &a->moved[0]);
    airy_grid_twin(&a->reference, &a->moved[1]);
    move_onto(a, 1, &dy, &dx);
    take_odd(a, a->odd.px);
    return a;
failed:
    airy_aligner_free(a);
    return NULL;
}

airy_code airy_aligner_run(airy_aligner *a, const airy_image *moving, airy_image *aligned,
                           airy_alignment *found, airy_error *err)
{
    if (moving->ny != a->ny || moving->nx != a->nx)
        return airy_error_set(err, AIRY_ESHAPE,
                              "images to be aligned must have one size, but one is %d x %d and the "
                              "other %d x %d",
                              a->ny, a->nx, moving->ny, moving->nx);
    int n = a->ny * a->nx, tried = a->options.twin ? 2 : 1;
    double dy[2], dx[2], score[2] = {NAN, NAN};
    copy_without_nan(moving, &a->moved[0]);
    airy_grid_twin(&a->moved[0], &a->moved[1]);
    for (int i = 0; i < tried; i++) {
        move_onto(a, i, &dy[i], &dx[i]);
        score[i] = correlation(a->residual.px, a->moved[i].px, a->profile.px, n);
    }
    int best = tried == 2 && score[1] > score[0];
    take_odd(a, a->real);
    double sense = fabs(correlation(a->odd.px, a->real, NULL, n));
    *found = (airy_alignment){
        .dy = dy[best],
        .dx = dx[best],
        .twin = best == 1,
        .score = score[best],
        .score_other = score[!best],
        .overlap = correlation(a->reference.px, a->moved[best].px, NULL, n),
        .sense = tried == 2 ? sense : NAN,
        .ambiguous = tried == 2 && sense < a->options.ambiguous,
    };
    if (aligned)
        memcpy(aligned->px, a->moved[best].px, (size_t)n * sizeof *aligned->px);
    return AIRY_OK;
}

airy_code airy_align(const airy_image *reference, const airy_image *moving,
                     const airy_align_options *options, airy_image *aligned, airy_alignment *found,
                     airy_error *err)
{
    airy_error own = {0};
    airy_aligner *aligner = airy_aligner_new(reference, options, err ? err : &own);
    if (!aligner)
        return airy_error_code(err, own.code);
    airy_code code = airy_aligner_run(aligner, moving, aligned, found, err);
    airy_aligner_free(aligner);
    return code;
}

double airy_image_distance(const airy_image *a, const airy_image *b)
{
    double apart = 0, together = 0;
    for (int i = 0; i < a->ny * a->nx; i++) {
        apart += fabs((double)a->px[i] - b->px[i]);
        together += fabs((double)a->px[i] + b->px[i]);
    }
    return together > 0 ? apart / together : 0;
}

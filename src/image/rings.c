// SPDX-License-Identifier: GPL-3.0-or-later
// Quality by ring of the transform: phase retrieval transfer, ring correlation, resolution.
#include "airy/image.h"
#include "rings.h"
#include "quality.h"

#include <math.h>
#include <string.h>

// Transforms of real images, half planes of ny x (nx / 2 + 1), and sums of them.
struct planes {
    int ny, nx, half;
    airy_fft *fft;
    float *ordered;
    float complex *one;            // of one image
    double complex *best, *phasor; // sums over the best
    double complex *even, *odd;    // sums over the halves of all
};

static void planes_release(struct planes *planes)
{
    airy_fft_free(planes->fft);
    airy_memory_free(planes->ordered);
    airy_memory_free(planes->one);
    airy_memory_free(planes->best);
    airy_memory_free(planes->phasor);
    airy_memory_free(planes->even);
    airy_memory_free(planes->odd);
}

static airy_code planes_init(struct planes *planes, int ny, int nx, airy_error *err)
{
    *planes = (struct planes){.ny = ny, .nx = nx, .half = nx / 2 + 1};
    size_t n = (size_t)ny * (size_t)planes->half;
    planes->fft = airy_fft_new(ny, nx, NULL, err);
    if (!planes->fft)
        return AIRY_EMEMORY;
    planes->ordered = airy_memory_new((size_t)ny * (size_t)nx, sizeof *planes->ordered);
    planes->one = airy_memory_new(n, sizeof *planes->one);
    double complex **sums[] = {&planes->best, &planes->phasor, &planes->even, &planes->odd};
    bool room = planes->ordered && planes->one;
    for (int i = 0; i < 4; i++) {
        *sums[i] = airy_memory_new(n, sizeof **sums[i]);
        room = room && *sums[i];
    }
    return room ? AIRY_OK
                : airy_error_set(err, AIRY_EMEMORY, "not enough memory for ring tables of %d x %d",
                                 ny, nx);
}

static void transform(struct planes *planes, const airy_image *image)
{
    airy_fft_order(image, planes->ordered);
    airy_fft_forward_real(planes->fft, planes->ordered, planes->one);
}

static void add(struct planes *planes, double complex *sum)
{
    for (int i = 0; i < planes->ny * planes->half; i++)
        sum[i] += (double complex)planes->one[i];
}

// Adds F / |F|; nothing where F is 0.
static void add_phasor(struct planes *planes)
{
    for (int i = 0; i < planes->ny * planes->half; i++) {
        double complex f = (double complex)planes->one[i];
        double size = cabs(f);
        planes->phasor[i] += size > 0 ? f / size : 0;
    }
}

// Half-plane index of the centered pixel (y, x); its mate stands for kx < 0, with the same modulus.
static int half_index(const struct planes *planes, int y, int x)
{
    int ky = y - planes->ny / 2, kx = x - planes->nx / 2;
    if (kx < 0) {
        ky = -ky;
        kx = -kx;
    }
    return (ky + planes->ny) % planes->ny * planes->half + kx;
}

// Every image to the half it belongs to, the best to their sums as well.
static void add_images(struct planes *planes, const airy_stack *aligned, int best)
{
    for (int i = 0; i < aligned->n; i++) {
        airy_image image = airy_stack_image(aligned, i);
        transform(planes, &image);
        add(planes, i % 2 ? planes->odd : planes->even);
        if (i < best) {
            add(planes, planes->best);
            add_phasor(planes);
        }
    }
}

static int ring_count(int ny, int nx)
{
    return (ny < nx ? ny : nx) / 2 + 1;
}

// Ring of the centered pixel.
static int ring_at(const struct planes *planes, int y, int x)
{
    return (int)(hypot(y - planes->ny / 2, x - planes->nx / 2) + 0.5);
}

// ------------------------------------------------------------------ correlation

// Re sum a conj(b) / sqrt(sum |a|^2 sum |b|^2) by ring; NaN where one is 0.
static void correlate(const struct planes *planes, const double complex *a, const double complex *b,
                      double *frc, double *sums, int n)
{
    memset(sums, 0, 3 * (size_t)n * sizeof *sums);
    for (int y = 0; y < planes->ny; y++)
        for (int x = 0; x < planes->nx; x++) {
            int r = ring_at(planes, y, x), i = half_index(planes, y, x);
            if (r >= n)
                continue;
            sums[3 * r] += creal(a[i] * conj(b[i]));
            sums[3 * r + 1] += creal(a[i] * conj(a[i]));
            sums[3 * r + 2] += creal(b[i] * conj(b[i]));
        }
    for (int r = 0; r < n; r++) {
        double norm = sqrt(sums[3 * r + 1] * sums[3 * r + 2]);
        frc[r] = norm > 0 ? sums[3 * r] / norm : NAN;
    }
}

double airy_rings_half_bit(double n)
{
    const double snr = 0.2071; // of each half: sqrt 2 - 1, over 2
    double root = sqrt(n);
    return (snr + 2 * sqrt(snr) / root + 1 / root) / (snr + 2 * sqrt(snr) / root + 1);
}

// ------------------------------------------------------------------ the table

// Sums of one ring while pixels are added.
struct ring_sums {
    double measured, mean, misfit, phasor; // over used pixels
    double held, held_misfit;              // over held-out ones
    double counts, surprise;               // photons, and n ln n: what the deviances need
    double expected, surprise_expected;    // of the mean image: mu, and n ln mu
};

// Photons expected where the mean image has amplitude f, far below one but not 0.
static double expected_photons(double f, double scale)
{
    return fmax(scale * f * f, 1e-4);
}

static void add_pixel(const struct planes *planes, int i, int best, double b, struct ring_sums *sum)
{
    double f = cabs(planes->best[i]) / best;
    sum->measured += b;
    sum->mean += f;
    sum->misfit += fabs(f - b);
    sum->phasor += cabs(planes->phasor[i]) / best;
    sum->counts += b * b;
    sum->surprise += b > 0 ? 2 * b * b * log(b) : 0;
}

// Total photons over total expected: the deviance leaves the scale open.
static double photon_scale(const airy_problem *problem, const struct planes *planes, int best)
{
    double photons = 0, expected = 0;
    for (int y = 0; y < planes->ny; y++)
        for (int x = 0; x < planes->nx; x++) {
            int p = y * planes->nx + x;
            if (problem->measured.bits[p] != AIRY_USED)
                continue;
            double b = (double)problem->amplitude.px[p];
            double f = cabs(planes->best[half_index(planes, y, x)]) / best;
            photons += b * b;
            expected += f * f;
        }
    return expected > 0 ? photons / expected : 0;
}

static void add_used(const airy_problem *problem, const struct planes *planes, int best,
                     struct ring_sums *sums, airy_ring_table *rings)
{
    double scale = photon_scale(problem, planes, best);
    for (int y = 0; y < planes->ny; y++)
        for (int x = 0; x < planes->nx; x++) {
            int r = ring_at(planes, y, x), p = y * planes->nx + x;
            if (r >= rings->n)
                continue;
            rings->ring[r].pixels++;
            int i = half_index(planes, y, x);
            double b = (double)problem->amplitude.px[p], f = cabs(planes->best[i]) / best;
            if (problem->measured.bits[p] == AIRY_HELD) {
                sums[r].held += b;
                sums[r].held_misfit += fabs(f - b);
            }
            if (problem->measured.bits[p] != AIRY_USED)
                continue;
            rings->ring[r].used++;
            add_pixel(planes, i, best, b, &sums[r]);
            double mu = expected_photons(f, scale);
            sums[r].expected += mu;
            sums[r].surprise_expected += b * b * log(mu);
        }
}

// A quotient that is missing where there is nothing to divide by.
static double over(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

// Ring sums to the table's numbers. A ring of n pixels holds n / 2 mates, of which the share
// (support / array) is independent.
static void finish_rings(const airy_problem *problem, const struct ring_sums *sums,
                         airy_ring_table *rings)
{
    const airy_mask *s = &problem->support;
    double share = (double)airy_support_count(s) / ((double)s->ny * s->nx);
    double side = (s->ny < s->nx ? s->ny : s->nx);
    double pixel = problem->pixel_nm > 0 ? problem->pixel_nm : 1;
    for (int r = 0; r < rings->n; r++) {
        airy_ring *ring = &rings->ring[r];
        const struct ring_sums *sum = &sums[r];
        double used = ring->used, mean = over(sum->counts, used);
        ring->period_nm = r > 0 ? side * pixel / r : HUGE_VAL;
        ring->photons = mean;
        ring->r_factor = over(sum->misfit, sum->measured);
        ring->r_free = over(sum->held_misfit, sum->held);
        ring->deviance =
            over(2 * (sum->expected - sum->counts + sum->surprise - sum->surprise_expected), used);
        ring->deviance_mean =
            mean > 0 ? over(2 * (sum->surprise - sum->counts * log(mean)), used) : NAN;
        ring->prtf = over(sum->mean, sum->measured);
        ring->prtf_phasor = over(sum->phasor, used);
        ring->half_bit = airy_rings_half_bit(fmax(ring->pixels * share / 2, 1));
        ring->one_seventh = 1.0 / 7;
    }
}

// Full period at which the curve first falls below its threshold, between rings by straight lines;
// the outermost ring's when it never does, NaN when it is never above. Rings without a value are
// passed.
static double crossing(const airy_ring_table *rings, const double *excess)
{
    int above = -1;
    double unit = rings->n > 1 ? rings->ring[1].period_nm : NAN; // period x ring, the same for all
    for (int r = 1; r < rings->n; r++) {
        if (excess[r] >= 0)
            above = r;
        if (above > 0 && excess[r] < 0)
            return unit / (above + (r - above) * excess[above] / (excess[above] - excess[r]));
    }
    return above > 0 ? rings->ring[rings->n - 1].period_nm : NAN;
}

// How far each curve is on the good side of its limit. A half-bit threshold of 1 means a ring of
// one number: no verdict.
static double half_bit_excess(const airy_ring *ring)
{
    return ring->half_bit < 1 ? ring->frc - ring->half_bit : NAN;
}

static double seventh_excess(const airy_ring *ring)
{
    return ring->frc - ring->one_seventh;
}

static double prtf_excess(const airy_ring *ring)
{
    return ring->prtf_phasor - exp(-1);
}

static double r_excess(const airy_ring *ring)
{
    return 0.5 - ring->r_factor;
}

static double outside_excess(const airy_ring *ring)
{
    return 0.5 - ring->outside;
}

static double deviance_excess(const airy_ring *ring)
{
    return ring->deviance_mean - ring->deviance;
}

static void find_resolution(airy_ring_table *rings, double *excess)
{
    const struct {
        double (*excess)(const airy_ring *ring);
        double *resolution;
    } rows[] = {
        {half_bit_excess, &rings->resolution_half_bit_nm},
        {seventh_excess, &rings->resolution_seventh_nm},
        {prtf_excess, &rings->resolution_prtf_nm},
        {r_excess, &rings->resolution_r_nm},
        {outside_excess, &rings->resolution_outside_nm},
        {deviance_excess, &rings->resolution_deviance_nm},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int r = 0; r < rings->n; r++)
            excess[r] = rows[i].excess(&rings->ring[r]);
        *rows[i].resolution = crossing(rings, excess);
    }
}

// The share of power outside of the mean of the first `best`.
static airy_code add_outside(const airy_stack *aligned, int best, const airy_problem *problem,
                             double *share, airy_ring_table *rings, airy_error *err)
{
    airy_image mean = {0};
    airy_code code = airy_image_init(&mean, aligned->ny, aligned->nx, err);
    if (code)
        return code;
    airy_average_mean(aligned, 0, 1, best, &mean);
    code = airy_quality_outside(&mean, problem, share, rings->n, NULL, err);
    for (int r = 0; !code && r < rings->n; r++)
        rings->ring[r].outside = share[r];
    airy_image_release(&mean);
    return code;
}

airy_code airy_rings_make(const airy_stack *aligned, int best, const airy_problem *problem,
                          airy_ring_table *rings, airy_error *err)
{
    struct planes planes = {0};
    struct ring_sums *sums = NULL;
    double *scratch = NULL;
    *rings = (airy_ring_table){.n = ring_count(aligned->ny, aligned->nx),
                               .in_pixels = !(problem->pixel_nm > 0)};
    airy_code code = AIRY_OK;
    if (problem->measured.ny != aligned->ny || problem->measured.nx != aligned->nx)
        code = airy_error_set(err, AIRY_ESHAPE, "the images are %d x %d, the pattern is %d x %d",
                              aligned->ny, aligned->nx, problem->measured.ny, problem->measured.nx);
    if (!code)
        code = planes_init(&planes, aligned->ny, aligned->nx, err);
    if (code)
        goto done;
    rings->ring = airy_memory_new((size_t)rings->n, sizeof *rings->ring);
    sums = airy_memory_new((size_t)rings->n, sizeof *sums);
    scratch = airy_memory_new(4 * (size_t)rings->n, sizeof *scratch);
    if (!rings->ring || !sums || !scratch) {
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d rings", rings->n);
        goto done;
    }
    add_images(&planes, aligned, best);
    add_used(problem, &planes, best, sums, rings);
    finish_rings(problem, sums, rings);
    correlate(&planes, planes.even, planes.odd, scratch, scratch + rings->n, rings->n);
    for (int r = 0; r < rings->n; r++)
        rings->ring[r].frc = scratch[r];
    code = add_outside(aligned, best, problem, scratch, rings, err);
    if (!code)
        find_resolution(rings, scratch);
done:
    if (code)
        airy_ring_table_release(rings);
    airy_memory_free(scratch);
    airy_memory_free(sums);
    planes_release(&planes);
    return code;
}

void airy_ring_table_release(airy_ring_table *rings)
{
    airy_memory_free(rings->ring);
    *rings = (airy_ring_table){0};
}

bool airy_rings_at_edge(const airy_ring_table *rings, double resolution)
{
    return rings->n > 1 && resolution <= rings->ring[rings->n - 1].period_nm;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// One image against the data: R, deviance, spread, power outside the support.
#include "airy/image.h"
#include "quality.h"

#include <assert.h>
#include <math.h>

// The transform's pixel of a centered pixel; even sides, so the two orders are half a side apart.
static int other_order(int i, int n)
{
    return (i + n / 2) % n;
}

// Replaces the magnitude wherever it is measured.
static void impose(const airy_problem *problem, float complex *f)
{
    const airy_mask *measured = &problem->measured;
    for (int y = 0; y < measured->ny; y++)
        for (int x = 0; x < measured->nx; x++) {
            int i = y * measured->nx + x;
            float complex *at =
                &f[other_order(y, measured->ny) * measured->nx + other_order(x, measured->nx)];
            float size = cabsf(*at);
            if (measured->bits[i] && size > 0)
                *at *= problem->amplitude.px[i] / size;
        }
}

// Clears what lies inside the support; pixels of u in FFT order.
static void keep_outside(const airy_mask *support, float complex *u)
{
    for (int y = 0; y < support->ny; y++)
        for (int x = 0; x < support->nx; x++)
            if (support->bits[y * support->nx + x])
                u[other_order(y, support->ny) * support->nx + other_order(x, support->nx)] = 0;
}

// Adds the power of f to its rings: power[r], and power[n] for all of it.
static void add_power(const float complex *f, int ny, int nx, double *power, int n)
{
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++) {
            int ky = airy_fft_frequency(y, ny), kx = airy_fft_frequency(x, nx);
            int ring = (int)(hypot(ky, kx) + 0.5);
            double size = (double)cabsf(f[y * nx + x]);
            power[n] += size * size;
            if (ring < n)
                power[ring] += size * size;
        }
}

airy_code airy_quality_outside(const airy_image *image, const airy_problem *problem, double *share,
                               int n, double *all, airy_error *err)
{
    size_t count = (size_t)image->ny * (size_t)image->nx;
    float *ordered = airy_memory_new(count, sizeof *ordered);
    float complex *u = airy_memory_new(count, sizeof *u), *f = airy_memory_new(count, sizeof *f);
    double *power = airy_memory_new(2 * ((size_t)n + 1), sizeof *power);
    airy_fft *fft = airy_fft_new(image->ny, image->nx, NULL, err);
    airy_code code = fft ? AIRY_OK : AIRY_EMEMORY;
    if (fft && (!ordered || !u || !f || !power))
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory to score an image");
    if (!code) {
        double *out = power + n + 1;
        airy_fft_order(image, ordered);
        for (size_t i = 0; i < count; i++)
            u[i] = ordered[i];
        airy_fft_forward(fft, u, f);
        impose(problem, f);
        add_power(f, image->ny, image->nx, power, n);
        airy_fft_backward(fft, f, u);
        keep_outside(&problem->support, u);
        airy_fft_forward(fft, u, f);
        add_power(f, image->ny, image->nx, out, n);
        for (int r = 0; r < n; r++)
            share[r] = power[r] > 0 ? out[r] / power[r] : NAN;
        if (all)
            *all = power[n] > 0 ? out[n] / power[n] : NAN;
    }
    airy_fft_free(fft);
    airy_memory_free(power);
    airy_memory_free(ordered);
    airy_memory_free(u);
    airy_memory_free(f);
    return code;
}

// sqrt(sum of variances / sum of squared means) over the first n images.
static double relative_spread(const airy_stack *images, int n, const airy_image *mean)
{
    double variance = 0, power = 0;
    for (int p = 0; p < mean->ny * mean->nx; p++) {
        double m = (double)mean->px[p];
        power += m * m;
        for (int i = 0; i < n; i++) {
            double d = (double)airy_stack_image(images, i).px[p] - m;
            variance += d * d;
        }
    }
    return n > 1 ? sqrt(variance / (n - 1) / power) : 0;
}

airy_code airy_quality_mean(const airy_stack *images, int n, const airy_problem *problem,
                            airy_quality *quality, airy_error *err)
{
    assert(n >= 1 && n <= images->n);
    airy_image mean = {0};
    *quality = (airy_quality){.n = n};
    airy_code code = airy_image_init(&mean, images->ny, images->nx, err);
    if (code)
        return code;
    airy_average_mean(images, 0, 1, n, &mean);
    quality->spread = relative_spread(images, n, &mean);
    code = airy_problem_score(problem, &mean, &quality->score, err);
    if (!code)
        code = airy_quality_outside(&mean, problem, NULL, 0, &quality->outside, err);
    airy_image_release(&mean);
    return code;
}

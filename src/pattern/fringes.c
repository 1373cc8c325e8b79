// SPDX-License-Identifier: GPL-3.0-or-later
// Fringes of a second particle in the beam: the pattern, flattened, has a line at their separation.
#include "airy/math.h"
#include "airy/pattern.h"

#include <complex.h>
#include <math.h>
#include <string.h>

// Single particles end at their diameter; masks smear what they have by a little.
static const double beyond = 1.25;

// Means over rings, then over a fringe to both sides: the envelope of a pattern.
static void smooth_rings(const double *sum, const double *count, int n, double sigma, double *out)
{
    for (int r = 0; r < n; r++) {
        double total = 0, weight = 0;
        int reach = (int)ceil(3 * sigma), from = r > reach ? r - reach : 0;
        for (int k = from; k < n && k <= r + reach; k++) {
            double w = exp(-(k - r) * (k - r) / (2 * sigma * sigma));
            total += w * sum[k];
            weight += w * count[k];
        }
        out[r] = weight > 0 ? total / weight : NAN;
    }
}

static int ring_of(const airy_pattern *pattern, int i)
{
    int nx = pattern->photons.nx;
    return (int)lround(hypot(i / nx - pattern->center_y, i % nx - pattern->center_x));
}

static bool is_measured(const airy_pattern *pattern, int i)
{
    return !(pattern->mask.bits[i] & AIRY_MASK_EXCLUDES) && !isnan(pattern->photons.px[i]);
}

// Expected photons by ring; *envelope is freed by the caller.
static airy_code find_envelope(const airy_pattern *pattern, double diameter, double **envelope,
                               airy_error *err)
{
    int pixels = pattern->photons.ny * pattern->photons.nx;
    int n = airy_grid_ring_count(pattern->photons.ny, pattern->photons.nx, pattern->center_y,
                                 pattern->center_x);
    double *sum = airy_memory_new((size_t)n * 3, sizeof *sum);
    if (!sum)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d rings", n);
    for (int i = 0; i < pixels; i++)
        if (is_measured(pattern, i)) {
            int r = ring_of(pattern, i);
            sum[r] += pattern->photons.px[i];
            sum[n + r]++;
        }
    smooth_rings(sum, sum + n, n, 1 / diameter, sum + 2 * (size_t)n);
    memcpy(sum, sum + 2 * (size_t)n, (size_t)n * sizeof *sum);
    *envelope = sum;
    return AIRY_OK;
}

// (I - E) / (E + 1) on the measured pixels, 0 elsewhere: all rings count alike as long as they have
// light. Gives the sum of E / (E + 1), the most that a line can have twice over.
static double flatten(const airy_pattern *pattern, const double *envelope, int side, float *out)
{
    double most = 0;
    for (int i = 0; i < pattern->photons.ny * pattern->photons.nx; i++) {
        int y = i / pattern->photons.nx, x = i % pattern->photons.nx;
        double e = is_measured(pattern, i) ? fmax(envelope[ring_of(pattern, i)], 0) : NAN;
        if (isnan(e))
            continue;
        out[y * side + x] = (float)(((double)pattern->photons.px[i] - e) / (e + 1));
        most += e / (e + 1);
    }
    return most;
}

// The strongest line of the half plane beyond the radius, in steps of the transform.
static double strongest(const float complex *f, int side, double radius, double *at)
{
    double high = 0;
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side / 2 + 1; x++) {
            double r = hypot(airy_fft_frequency(y, side), x);
            double size = (double)cabsf(f[y * (side / 2 + 1) + x]);
            if (r > radius && size > high) {
                high = size;
                *at = r;
            }
        }
    return high;
}

airy_code airy_pattern_fringes(const airy_pattern *pattern, double diameter, airy_fringes *fringes,
                               airy_error *err)
{
    *fringes = (airy_fringes){0};
    int ny = pattern->photons.ny, nx = pattern->photons.nx;
    int side = airy_fft_size_up(ny > nx ? ny : nx);
    double *envelope = NULL, at = 0;
    if (!(pattern->has_center && diameter > 0 && diameter < 0.5 / beyond))
        return airy_error_set(err, AIRY_EVALUE,
                              "fringes need a center and a diameter of 0 to %g cycles a pixel, not "
                              "%g",
                              0.5 / beyond, diameter);
    airy_code code = airy_pattern_check_center(pattern, err);
    if (code != AIRY_OK)
        return code;
    float *flat = airy_memory_new((size_t)side * (size_t)side, sizeof *flat);
    float complex *f = airy_memory_new((size_t)side * (size_t)(side / 2 + 1), sizeof *f);
    airy_fft *fft = airy_fft_new(side, side, NULL, err);
    code = fft ? AIRY_OK : AIRY_EMEMORY;
    if (fft && !(flat && f))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a pattern of %d x %d", ny, nx);
    if (code == AIRY_OK)
        code = find_envelope(pattern, diameter, &envelope, err);
    if (code == AIRY_OK) {
        double most = flatten(pattern, envelope, side, flat);
        airy_fft_forward_real(fft, flat, f);
        double line = strongest(f, side, beyond * diameter * side, &at);
        fringes->visibility = most > 0 ? 2 * line / most : NAN;
        fringes->cycles = at / side;
    }
    airy_fft_free(fft);
    airy_memory_free(f);
    airy_memory_free(flat);
    airy_memory_free(envelope);
    return code;
}

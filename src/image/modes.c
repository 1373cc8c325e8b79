// SPDX-License-Identifier: GPL-3.0-or-later
// What the missing center leaves open: modes of the support that lie in the hole.
#include "airy/image.h"

#include <gsl/gsl_complex_math.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_sort_vector.h>
#include <math.h>

// Sets the pixels within the largest circle about zero frequency that holds no measured one; gives
// how many they are.
static int find_hole(const airy_mask *measured, int *pixels)
{
    int ny = measured->ny, nx = measured->nx, n = 0;
    double least = INFINITY;
    for (int i = 0; i < ny * nx; i++)
        if (measured->bits[i])
            least = fmin(least, hypot(i / nx - ny / 2, i % nx - nx / 2));
    for (int i = 0; i < ny * nx; i++)
        if (hypot(i / nx - ny / 2, i % nx - nx / 2) < least) {
            if (n < AIRY_MODES_MAX)
                pixels[n] = i;
            n++;
        }
    return n;
}

// The transform of the support, in FFT order, over the number of pixels of the array.
static airy_code transform_support(const airy_mask *support, float complex *hat, airy_error *err)
{
    int ny = support->ny, nx = support->nx, n = ny * nx;
    float complex *in = airy_memory_new((size_t)n, sizeof *in);
    airy_fft *fft = in ? airy_fft_new(ny, nx, NULL, err) : NULL;
    if (!fft) {
        airy_memory_free(in);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the modes of a support");
    }
    for (int i = 0; i < n; i++)
        in[i] = support->bits[i] ? 1.0f / (float)n : 0;
    airy_fft_forward(fft, in, hat);
    airy_fft_free(fft);
    airy_memory_free(in);
    return AIRY_OK;
}

// Eigenvalues of K(q, q') = S^(q - q'), q and q' in the hole, highest first.
static airy_code solve(const float complex *hat, const int *pixels, int n, int ny, int nx,
                       double *share, airy_error *err)
{
    gsl_matrix_complex *k = gsl_matrix_complex_alloc((size_t)n, (size_t)n);
    gsl_vector *values = gsl_vector_alloc((size_t)n);
    gsl_eigen_herm_workspace *work = gsl_eigen_herm_alloc((size_t)n);
    airy_code code = AIRY_OK;
    if (!k || !values || !work)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d modes", n);
    for (int a = 0; !code && a < n; a++)
        for (int b = 0; b < n; b++) {
            int dy = pixels[a] / nx - pixels[b] / nx, dx = pixels[a] % nx - pixels[b] % nx;
            float complex z = hat[(dy + ny) % ny * nx + (dx + nx) % nx];
            gsl_matrix_complex_set(k, (size_t)a, (size_t)b,
                                   gsl_complex_rect((double)crealf(z), (double)cimagf(z)));
        }
    if (!code && gsl_eigen_herm(k, values, work))
        code = airy_error_set(err, AIRY_ENUMERIC, "the modes of the support were not found");
    if (!code) {
        gsl_sort_vector(values);
        for (int i = 0; i < n; i++)
            share[i] = fmin(fmax(gsl_vector_get(values, (size_t)(n - 1 - i)), 0), 1);
    }
    gsl_eigen_herm_free(work);
    gsl_vector_free(values);
    gsl_matrix_complex_free(k);
    return code;
}

airy_code airy_modes_find(const airy_problem *problem, airy_modes *modes, airy_error *err)
{
    const airy_mask *support = &problem->support;
    int pixels[AIRY_MODES_MAX];
    size_t all = (size_t)support->ny * (size_t)support->nx;
    *modes = (airy_modes){.hole = find_hole(&problem->measured, pixels)};
    if (modes->hole > AIRY_MODES_MAX)
        return airy_error_set(err, AIRY_EVALUE,
                              "the hole about the center has %d pixels; modes are found for up to "
                              "%d",
                              modes->hole, AIRY_MODES_MAX);
    if (modes->hole == 0)
        return AIRY_OK;
    float complex *hat = airy_memory_new(all, sizeof *hat);
    airy_code code = hat ? transform_support(support, hat, err)
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for modes");
    if (!code)
        code = solve(hat, pixels, modes->hole, support->ny, support->nx, modes->share, err);
    for (int i = 0; !code && i < modes->hole; i++) {
        modes->open += modes->share[i] > 0.99;
        modes->weak += modes->share[i] > 0.5;
    }
    airy_memory_free(hat);
    return code;
}

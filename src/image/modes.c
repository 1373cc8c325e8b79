// SPDX-License-Identifier: GPL-3.0-or-later
// What the missing center leaves open: modes of the support that lie in the hole.
#include "airy/image.h"

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

// The transform of a support, and the pixels of the hole in the data.
typedef struct hole {
    const float complex *hat;
    const int *pixels;
    int ny, nx;
} hole;

// K(q, q') = S^(q - q'), q and q' in the hole.
static double complex element(int a, int b, void *context)
{
    const hole *h = context;
    int dy = h->pixels[a] / h->nx - h->pixels[b] / h->nx;
    int dx = h->pixels[a] % h->nx - h->pixels[b] % h->nx;
    return h->hat[(dy + h->ny) % h->ny * h->nx + (dx + h->nx) % h->nx];
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
    hole h = {hat, pixels, support->ny, support->nx};
    if (!code)
        code = airy_linear_eigenvalues(element, &h, modes->hole, modes->share, err);
    if (code)
        airy_error_prefix(err, "modes of the support");
    for (int i = 0; !code && i < modes->hole; i++) {
        modes->share[i] = fmin(fmax(modes->share[i], 0), 1);
        modes->open += modes->share[i] > 0.99;
        modes->weak += modes->share[i] > 0.5;
    }
    airy_memory_free(hat);
    return code;
}

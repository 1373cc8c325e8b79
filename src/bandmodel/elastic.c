// SPDX-License-Identifier: GPL-3.0-or-later
// Stress of slips in an elastic plane, with a free surface where the material ends.
#include "bandmodel/elastic.h"

#include <math.h>
#include <stdlib.h>

#include "base/units.h"

static const double STEP = 1.7; // of the descent, between 1 and 2

// t t of a mode, and of it the patch's share, in slip and in stress alike. The mean is the load's,
// and the highest frequency, whose sign is not known, is left out.
static void set_crest(float *t, int n, int ky, int kx)
{
    double qy = 2 * AIRY_PI * ky / n, qx = 2 * AIRY_PI * kx / n, q2 = qy * qy + qx * qx;
    if (2 * abs(ky) == n || 2 * kx == n || q2 == 0)
        return;
    double share = exp(-q2 * ELASTIC_PATCH * ELASTIC_PATCH / 2) / q2;
    t[XX] = (float)(share * qy * qy);
    t[YY] = (float)(share * qx * qx);
    t[XY] = (float)(-share * qy * qx);
}

airy_code airy_elastic_init(elastic *plane, int n, const bool *material, airy_error *err)
{
    size_t cells = (size_t)n * (size_t)n, half = (size_t)n * (size_t)(n / 2 + 1);
    *plane = (elastic){.n = n, .material = material};
    for (int c = 0; c < TENSOR; c++) {
        plane->mode[c] = airy_memory_new(half, sizeof *plane->mode[c]);
        plane->strain[c] = airy_memory_new(cells, sizeof *plane->strain[c]);
        plane->stress[c] = airy_memory_new(cells, sizeof *plane->stress[c]);
        if (!plane->mode[c] || !plane->strain[c] || !plane->stress[c])
            return airy_error_set(err, AIRY_EMEMORY, "no memory for %d x %d cells", n, n);
    }
    plane->crest = airy_memory_new(TENSOR * half, sizeof *plane->crest);
    if (!plane->crest)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d x %d cells", n, n);
    for (int i = 0; i < (int)half; i++)
        set_crest(plane->crest + TENSOR * i, n, airy_fft_frequency(i / (n / 2 + 1), n),
                  i % (n / 2 + 1));
    plane->fft = airy_fft_new(n, n, NULL, err);
    return plane->fft ? AIRY_OK : airy_error_code(err, AIRY_EMEMORY);
}

void airy_elastic_release(elastic *plane)
{
    for (int c = 0; c < TENSOR; c++) {
        airy_memory_free(plane->mode[c]);
        airy_memory_free(plane->strain[c]);
        airy_memory_free(plane->stress[c]);
    }
    airy_memory_free(plane->crest);
    airy_fft_free(plane->fft);
    *plane = (elastic){0};
}

// One mode: stress for strain.
static void propagate(elastic *plane, int i)
{
    float complex *mode[TENSOR] = {plane->mode[XX] + i, plane->mode[YY] + i, plane->mode[XY] + i};
    const float *t = plane->crest + TENSOR * i;
    float complex along = -(t[XX] * *mode[XX] + t[YY] * *mode[YY] + 2 * t[XY] * *mode[XY]);
    for (int c = 0; c < TENSOR; c++)
        *mode[c] = t[c] * along;
}

static void solve_once(elastic *plane)
{
    const int n = plane->n;
    for (int c = 0; c < TENSOR; c++)
        airy_fft_forward_real(plane->fft, plane->strain[c], plane->mode[c]);
    for (int i = 0; i < n * (n / 2 + 1); i++)
        propagate(plane, i);
    for (int c = 0; c < TENSOR; c++)
        airy_fft_backward_real(plane->fft, plane->mode[c], plane->stress[c]);
}

void airy_elastic_solve(elastic *plane, int rounds)
{
    const int cells = plane->n * plane->n;
    solve_once(plane);
    for (int round = 0; plane->material && round < rounds; round++) {
        for (int c = 0; c < TENSOR; c++)
            for (int i = 0; i < cells; i++)
                if (!plane->material[i])
                    plane->strain[c][i] += (float)STEP * plane->stress[c][i];
        solve_once(plane);
    }
}

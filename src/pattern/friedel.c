// SPDX-License-Identifier: GPL-3.0-or-later
// How well Friedel mates agree about a given center.
#include "mate.h"
#include "noise.h"
#include "smooth.h"

#define SMOOTH 1.5 // pixels; the expectation of a pixel, for its noise only
#define LIT 1.0    // photons expected in a pair's pixels

// The planes of one comparison: photons and V(mu) of pixels, and of the mates of pixels.
enum { EXPECTED, SHARE, EXTRA, PHOTONS, VARIANCE, MATE, MATE_VARIANCE, SCRATCH, PLANES };

static void release(airy_image *plane)
{
    for (int k = 0; k < PLANES; k++)
        airy_image_release(&plane[k]);
}

static airy_code prepare(const airy_pattern *pattern, airy_image *plane, airy_error *err)
{
    int ny = pattern->photons.ny, nx = pattern->photons.nx;
    airy_code code = airy_smooth_pattern(pattern, SMOOTH, &plane[EXPECTED], &plane[SHARE], err);
    if (code == AIRY_OK)
        code = airy_pattern_noise(pattern, &plane[VARIANCE], &plane[EXTRA], err);
    if (code == AIRY_OK)
        code = airy_image_copy(&plane[PHOTONS], &pattern->photons, err);
    for (int k = MATE; k < PLANES && code == AIRY_OK; k++)
        code = airy_image_init(&plane[k], ny, nx, err);
    for (int i = 0; i < ny * nx && code == AIRY_OK; i++) {
        float mu = plane[SHARE].px[i] > 0 ? plane[EXPECTED].px[i] / plane[SHARE].px[i] : 0;
        plane[EXPECTED].px[i] = mu;
        plane[VARIANCE].px[i] = plane[VARIANCE].px[i] * fmaxf(mu, 0) + plane[EXTRA].px[i];
        if (!measured(pattern, i))
            plane[PHOTONS].px[i] = plane[VARIANCE].px[i] = NAN;
    }
    return code;
}

// chi2 and pairs about one center.
static void compare(airy_image *plane, const double *center, double *chi2, int *pairs)
{
    airy_mate_image(&plane[PHOTONS], center, false, &plane[SCRATCH], &plane[MATE]);
    airy_mate_image(&plane[VARIANCE], center, true, &plane[SCRATCH], &plane[MATE_VARIANCE]);
    double sum = 0;
    int found = 0;
    for (int i = 0; i < plane[MATE].ny * plane[MATE].nx; i++) {
        double off = (double)(plane[PHOTONS].px[i] - plane[MATE].px[i]);
        if (isnan(off) || (double)plane[EXPECTED].px[i] < LIT)
            continue;
        sum += off * off / (double)(plane[VARIANCE].px[i] + plane[MATE_VARIANCE].px[i]);
        found++;
    }
    *chi2 = found ? sum / found : NAN;
    *pairs = found / 2; // each was met from both sides
}

airy_code airy_friedel_about(const airy_pattern *pattern, int n, const double (*center)[2],
                             double *chi2, int *pairs, airy_error *err)
{
    airy_image plane[PLANES] = {0};
    airy_code code = AIRY_OK;
    for (int k = 0; k < n && code == AIRY_OK; k++)
        code = airy_pattern_check_place(pattern, center[k][0], center[k][1], err);
    if (code == AIRY_OK)
        code = prepare(pattern, plane, err);
    for (int k = 0; k < n && code == AIRY_OK; k++)
        compare(plane, center[k], &chi2[k], &pairs[k]);
    release(plane);
    return code;
}

airy_code airy_pattern_friedel(const airy_pattern *pattern, double cy, double cx, double *chi2,
                               int *pairs, airy_error *err)
{
    const double center[1][2] = {{cy, cx}};
    return airy_friedel_about(pattern, 1, center, chi2, pairs, err);
}

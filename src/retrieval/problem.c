// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be solved: amplitudes, which of them count, and where the object may be.
#include "airy/retrieval.h"
#include "base/units.h"
#include "problem.h"

#include <math.h>
#include <stdlib.h>

// ------------------------------------------------------------------ from a pattern

static airy_code check_shapes(const airy_pattern *pattern, const airy_mask *support,
                              airy_error *err)
{
    int ny = pattern->photons.ny, nx = pattern->photons.nx;
    if (ny < 4 || nx < 4 || ny % 2 || nx % 2)
        return airy_error_set(err, AIRY_ESHAPE,
                              "the pattern is %d x %d; retrieval wants even sides of 4 or more", ny,
                              nx);
    if (support->ny != ny || support->nx != nx)
        return airy_error_set(err, AIRY_ESHAPE, "the support is %d x %d, but the pattern %d x %d",
                              support->ny, support->nx, ny, nx);
    if (airy_support_count(support) == 0)
        return airy_error_set(err, AIRY_EVALUE, "the support is empty");
    return AIRY_OK;
}

// Row 0 and column 0 of an even array hold the highest frequency, where +n/2 and -n/2 are one
// coefficient of the transform but two places on the detector: they stay free.
static bool counts(const airy_pattern *pattern, int y, int x)
{
    int i = y * pattern->photons.nx + x;
    return y > 0 && x > 0 && !(pattern->mask.bits[i] & AIRY_MASK_EXCLUDES) &&
           !isnan(pattern->photons.px[i]);
}

static double take_amplitudes(airy_problem *problem, const airy_pattern *pattern, int *used)
{
    double photons = 0;
    *used = 0;
    for (int y = 0; y < problem->amplitude.ny; y++)
        for (int x = 0; x < problem->amplitude.nx; x++) {
            int i = y * problem->amplitude.nx + x;
            if (!counts(pattern, y, x))
                continue;
            float n = pattern->photons.px[i] > 0 ? pattern->photons.px[i] : 0;
            problem->amplitude.px[i] = sqrtf(n);
            problem->measured.bits[i] = AIRY_USED;
            photons += n;
            ++*used;
        }
    return photons;
}

airy_code airy_problem_init(airy_problem *problem, const airy_pattern *pattern,
                            const airy_mask *support, airy_error *err)
{
    *problem = (airy_problem){.merged = pattern->merged};
    int ny = pattern->photons.ny, nx = pattern->photons.nx, used = 0;
    airy_code code = check_shapes(pattern, support, err);
    if (code == AIRY_OK)
        code = airy_image_init(&problem->amplitude, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&problem->measured, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_mask_copy(&problem->support, support, err);
    if (code != AIRY_OK)
        goto failed;
    for (int i = 0; i < ny * nx; i++)
        problem->support.bits[i] = problem->support.bits[i] != 0;
    problem->pixel_nm = airy_object_pixel_nm(&pattern->setup, nx);
    double photons = take_amplitudes(problem, pattern, &used);
    if (used == 0 || !(photons > 0) || !isfinite(photons)) {
        code = airy_error_set(err, AIRY_EVALUE,
                              "the pattern has %d measured pixels with %g photons: there is "
                              "nothing to retrieve phases for",
                              used, photons);
        goto failed;
    }
    return AIRY_OK;
failed:
    airy_problem_release(problem);
    return code;
}

// Pixels of an array about its middle whose frequencies an image cannot hold; f is the frequency of
// one pixel times the image's pixel, so that half a cycle is the limit.
static bool is_beyond(int i, const airy_image *of, double f)
{
    int y = i / of->nx - of->ny / 2, x = i % of->nx - of->nx / 2;
    return fabs(y * f) >= 0.5 || fabs(x * f) >= 0.5;
}

double airy_problem_limit(airy_problem *problem, double pixel_nm)
{
    airy_mask *m = &problem->measured;
    airy_pattern *raw = &problem->raw;
    double own = problem->pixel_nm, used = 0, left = 0;
    if (!(own > 0 && pixel_nm > own))
        return 0;
    double step = pixel_nm / (own * m->nx);
    for (int i = 0; i < m->ny * m->nx; i++) {
        used += m->bits[i] != 0;
        if (m->bits[i] == 0 || !is_beyond(i, &problem->amplitude, step))
            continue;
        left++;
        m->bits[i] = 0;
        problem->amplitude.px[i] = 0;
    }
    int n = raw->photons.px ? raw->photons.ny * raw->photons.nx : 0;
    step = n ? pixel_nm / airy_object_pixel_nm(&raw->setup, 1) : 0;
    for (int i = 0; i < n; i++)
        if (is_beyond(i, &raw->photons, step))
            raw->mask.bits[i] |= AIRY_MASK_MISSING;
    return used > 0 ? left / used : 0;
}

void airy_problem_release(airy_problem *problem)
{
    airy_image_release(&problem->amplitude);
    airy_image_release(&problem->weight);
    airy_mask_release(&problem->measured);
    airy_mask_release(&problem->support);
    airy_pattern_release(&problem->raw);
    airy_pattern_release(&problem->counts);
}

// How far from the middle the support reaches along y (across: along x).
static int reach(const airy_mask *support, bool across)
{
    int most = 0;
    for (int i = 0; i < support->ny * support->nx; i++) {
        int from = across ? i % support->nx - support->nx / 2 : i / support->nx - support->ny / 2;
        if (support->bits[i] && abs(from) > most)
            most = abs(from);
    }
    return most;
}

static int window_side(int reach, int whole)
{
    int side = 2 * (reach + reach / 4 + 2);
    return side < whole ? side : whole;
}

void airy_problem_window(const airy_problem *problem, int *ny, int *nx)
{
    const airy_mask *support = &problem->support;
    *ny = window_side(reach(support, false), support->ny);
    *nx = window_side(reach(support, true), support->nx);
}

// ------------------------------------------------------------------ counting

// Free pixels of the hole about zero frequency: those within the largest circle that holds no
// measured pixel.
static int count_central(const airy_mask *measured)
{
    double least = INFINITY;
    int ny = measured->ny, nx = measured->nx, count = 0;
    for (int i = 0; i < ny * nx; i++)
        if (measured->bits[i] && hypot(i / nx - ny / 2, i % nx - nx / 2) < least)
            least = hypot(i / nx - ny / 2, i % nx - nx / 2);
    for (int i = 0; i < ny * nx; i++)
        count += hypot(i / nx - ny / 2, i % nx - nx / 2) < least;
    return count;
}

// The largest width of the support along an axis.
static int widest(const airy_mask *support)
{
    int y0 = support->ny, y1 = -1, x0 = support->nx, x1 = -1;
    for (int y = 0; y < support->ny; y++)
        for (int x = 0; x < support->nx; x++)
            if (support->bits[y * support->nx + x]) {
                y0 = y < y0 ? y : y0;
                y1 = y > y1 ? y : y1;
                x0 = x < x0 ? x : x0;
                x1 = x > x1 ? x : x1;
            }
    return y1 - y0 > x1 - x0 ? y1 - y0 + 1 : x1 - x0 + 1;
}

airy_problem_counts airy_problem_count(const airy_problem *problem, bool complex_object)
{
    airy_problem_counts c = {0};
    int n = problem->measured.ny * problem->measured.nx;
    for (int i = 0; i < n; i++) {
        c.measured += problem->measured.bits[i] == AIRY_USED;
        c.held += problem->measured.bits[i] == AIRY_HELD;
    }
    c.free = n - c.measured - c.held;
    c.central = count_central(&problem->measured);
    c.unknowns = airy_support_count(&problem->support) * (complex_object ? 2 : 1);
    c.constraints = (double)c.measured / (problem->merged ? 2 : 1) / c.unknowns;
    int side =
        problem->measured.ny < problem->measured.nx ? problem->measured.ny : problem->measured.nx;
    c.oversampling = (double)side / widest(&problem->support);
    return c;
}

// ------------------------------------------------------------------ held-out islands

static void hold_island(airy_mask *measured, int cy, int cx, double radius)
{
    int reach = (int)radius;
    for (int y = cy - reach; y <= cy + reach; y++)
        for (int x = cx - reach; x <= cx + reach; x++) {
            bool in = y >= 0 && x >= 0 && y < measured->ny && x < measured->nx &&
                      hypot(y - cy, x - cx) <= radius;
            if (in && measured->bits[y * measured->nx + x] == AIRY_USED)
                measured->bits[y * measured->nx + x] = AIRY_HELD;
        }
}

void airy_problem_hold_out(airy_problem *problem, double fraction, double radius, double center,
                           uint64_t seed)
{
    airy_mask *measured = &problem->measured;
    int ny = measured->ny, nx = measured->nx;
    airy_random random;
    airy_random_init(&random, seed, UINT32_MAX, AIRY_STREAM_FREE, UINT32_MAX);
    // Each island and its mate take 2 pi radius^2 pixels; overlaps make it a little less.
    int islands = (int)(fraction * ny * nx / (2 * AIRY_PI * radius * radius) + 0.5);
    for (int i = 0; i < islands; i++) {
        int y = (int)airy_random_below(&random, (uint32_t)ny);
        int x = (int)airy_random_below(&random, (uint32_t)nx);
        if (hypot(y - ny / 2, x - nx / 2) < center + radius)
            continue;
        hold_island(measured, y, x, radius);
        hold_island(measured, 2 * (ny / 2) - y, 2 * (nx / 2) - x, radius);
    }
}

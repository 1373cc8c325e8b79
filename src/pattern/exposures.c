// SPDX-License-Identifier: GPL-3.0-or-later
// What many frames tell of every pixel: its mean, its scatter, and whether to believe it.
#include "noise.h"
#include "shadow.h"

#include <stdlib.h>

struct airy_exposures {
    int frames, ny, nx;
    airy_setup setup;
    bool has_center;
    double center_y, center_x;
    double *sum, *squares, *variance; // over the frames in which a pixel was measured
    int *n;                           // their number
    uint32_t *bits;                   // reasons in any frame
};

airy_exposures *airy_exposures_new(airy_error *err)
{
    airy_exposures *run = calloc(1, sizeof *run);
    if (!run)
        airy_error_set(err, AIRY_EMEMORY, "no memory for a run");
    return run;
}

void airy_exposures_free(airy_exposures *run)
{
    if (!run)
        return;
    airy_memory_free(run->sum);
    airy_memory_free(run->squares);
    airy_memory_free(run->variance);
    airy_memory_free(run->n);
    airy_memory_free(run->bits);
    free(run);
}

int airy_exposures_frames(const airy_exposures *run)
{
    return run->frames;
}

static airy_code begin(airy_exposures *run, const airy_pattern *first, airy_error *err)
{
    run->ny = first->photons.ny, run->nx = first->photons.nx;
    run->setup = first->setup;
    run->has_center = first->has_center;
    run->center_y = first->center_y, run->center_x = first->center_x;
    size_t pixels = (size_t)run->ny * (size_t)run->nx;
    run->sum = airy_memory_new(pixels, sizeof *run->sum);
    run->squares = airy_memory_new(pixels, sizeof *run->squares);
    run->variance = airy_memory_new(pixels, sizeof *run->variance);
    run->n = airy_memory_new(pixels, sizeof *run->n);
    run->bits = airy_memory_new(pixels, sizeof *run->bits);
    if (!run->sum || !run->squares || !run->variance || !run->n || !run->bits)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the sums of %zu pixels", pixels);
    return AIRY_OK;
}

airy_code airy_exposures_add(airy_exposures *run, const airy_pattern *frame, airy_error *err)
{
    airy_code code = run->sum ? AIRY_OK : begin(run, frame, err);
    if (code != AIRY_OK)
        return code;
    if (frame->photons.ny != run->ny || frame->photons.nx != run->nx)
        return airy_error_set(err, AIRY_ESHAPE, "a frame of %d x %d among frames of %d x %d",
                              frame->photons.ny, frame->photons.nx, run->ny, run->nx);
    for (int i = 0; i < run->ny * run->nx; i++) {
        run->bits[i] |= frame->mask.bits ? frame->mask.bits[i] : 0;
        if (!measured(frame, i))
            continue;
        double photons = (double)frame->photons.px[i];
        run->sum[i] += photons;
        run->squares[i] += photons * photons;
        run->variance[i] += frame->variance.px ? (double)frame->variance.px[i] : fmax(photons, 0);
        run->n[i]++;
    }
    run->frames++;
    return AIRY_OK;
}

airy_code airy_exposures_mean(const airy_exposures *run, double share, airy_pattern *mean,
                              airy_error *err)
{
    *mean = (airy_pattern){0};
    if (run->frames == 0)
        return airy_error_set(err, AIRY_EVALUE, "there is no frame to take a mean of");
    airy_code code = airy_pattern_init(mean, run->ny, run->nx, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < run->ny * run->nx; i++) {
        double n = run->n[i];
        bool enough = n > 0 && n >= share * run->frames;
        mean->photons.px[i] = enough ? (float)(run->sum[i] / n) : NAN;
        mean->variance.px[i] = enough ? (float)(run->variance[i] / (n * n)) : NAN;
        bool told = run->bits[i] & AIRY_MASK_EXCLUDES;
        mean->mask.bits[i] = enough ? run->bits[i] & ~AIRY_MASK_EXCLUDES
                             : told ? run->bits[i]
                                    : run->bits[i] | AIRY_MASK_INVALID;
    }
    mean->setup = run->setup;
    mean->has_center = run->has_center;
    mean->center_y = run->center_y, mean->center_x = run->center_x;
    return AIRY_OK;
}

// ------------------------------------------------------------------ pixels unlike their neighbours

void airy_exposures_mask_options_defaults(airy_exposures_mask_options *options)
{
    *options = (airy_exposures_mask_options){.hot = 8, .dead = 8, .noisy = 3, .shadow = 0.1};
}

static airy_code check(const airy_exposures_mask_options *o, airy_error *err)
{
    if (!(o->hot >= 0 && o->dead >= 0 && o->noisy >= 0 && o->shadow >= 0 && o->shadow < 1))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "limits %g, %g and %g and a share of %g: none may be negative, and "
                              "the share is less than 1",
                              o->hot, o->dead, o->noisy, o->shadow);
    return AIRY_OK;
}

// RMS of pixel i over the frames, in units of what its variances let expect.
static double scatter(const airy_exposures *run, int i)
{
    double n = run->n[i], mean = run->sum[i] / n;
    double squares = run->squares[i] / n - mean * mean, expected = run->variance[i] / n;
    return n > 1 && expected > 0 ? sqrt(fmax(squares, 0) * n / (n - 1) / expected) : 0;
}

#define STANDS_OUT 1.2 // times the neighbours' light, or the rim of a beam stop would be hot
#define DARK 0.1       // of the neighbours' light

enum { REACH = 2, PAIRS = ((2 * REACH + 1) * (2 * REACH + 1) - 1) / 2 };

// Means of `from` over the pairs of measured neighbours that face each other across pixel i, from
// which slopes drop out; their number.
static int neighbours(const airy_pattern *mean, const float *from, int i, float *value)
{
    int ny = mean->photons.ny, nx = mean->photons.nx, y = i / nx, x = i % nx, n = 0;
    for (int k = 0; k < PAIRS; k++) {
        int dy = k / (2 * REACH + 1) - REACH, dx = k % (2 * REACH + 1) - REACH, d = dy * nx + dx;
        bool on = y + dy >= 0 && y - dy < ny && x - REACH >= 0 && x + REACH < nx;
        if (on && measured(mean, i + d) && measured(mean, i - d))
            value[n++] = (from[i + d] + from[i - d]) / 2;
    }
    return n;
}

// The three largest means among the 24 pixels around, in falling order.
static void brightest_around(const airy_pattern *mean, int i, double most[3])
{
    int ny = mean->photons.ny, nx = mean->photons.nx, y0 = i / nx, x0 = i % nx;
    most[0] = most[1] = most[2] = -INFINITY;
    for (int y = y0 - REACH < 0 ? 0 : y0 - REACH; y <= y0 + REACH && y < ny; y++)
        for (int x = x0 - REACH < 0 ? 0 : x0 - REACH; x <= x0 + REACH && x < nx; x++) {
            double value = (double)mean->photons.px[y * nx + x];
            if ((y == y0 && x == x0) || !measured(mean, y * nx + x))
                continue;
            for (int k = 0; k < 3; k++)
                if (value > most[k]) {
                    double less = most[k];
                    most[k] = value;
                    value = less;
                }
        }
}

// HOT or DEAD, by a pixel's mean. Two hot ones may lie side by side; what three neighbours come
// near is light. Nearly all pixels are told by their brightest neighbours alone.
static uint32_t judge_mean(const airy_exposures *run, const airy_exposures_mask_options *o,
                           const airy_pattern *mean, int i)
{
    float value[PAIRS];
    double own = (double)mean->photons.px[i], most[3];
    brightest_around(mean, i, most);
    bool bright = o->hot > 0 && own > STANDS_OUT * most[2];
    bool dark = o->dead > 0 && own < DARK * most[0];
    int n = bright || dark ? neighbours(mean, mean->photons.px, i, value) : 0;
    if (n < PAIRS / 3)
        return 0;
    double level = airy_stats_median(value, n);
    double error = sqrt(fmax((double)mean->variance.px[i], fmax(level, 0) / run->n[i]));
    // 1 / n: a single photon of the whole run is no reason
    double width = hypot(error, airy_stats_mad_sd(value, n)) + 1.0 / run->n[i];
    if (bright && own > level + o->hot * width && own > STANDS_OUT * most[2] + o->hot * error)
        return AIRY_MASK_HOT;
    return dark && own < level - o->dead * width && own < DARK * level ? AIRY_MASK_DEAD : 0;
}

static uint32_t judge_scatter(const airy_exposures *run, const airy_exposures_mask_options *o,
                              const airy_pattern *mean, const float *scatters, int i)
{
    float value[PAIRS];
    bool large = o->noisy > 0 && (double)scatters[i] > o->noisy; // what is usual is 1 at least
    int n = large ? neighbours(mean, scatters, i, value) : 0;
    if (n < PAIRS / 3)
        return 0;
    double usual = fmax(airy_stats_median(value, n), 1), five = 5 / sqrt(2.0 * run->n[i]);
    // a few photons in all scatter as they like
    bool counts = run->sum[i] > 25 || run->variance[i] > 25;
    return counts && (double)scatters[i] > fmax(o->noisy, 1 + five) * usual ? AIRY_MASK_NOISY : 0;
}

// Judges all pixels and then marks those of the wanted kinds, so that no verdict looks at another.
static void judge(const airy_exposures *run, const airy_exposures_mask_options *o,
                  const float *scatters, uint32_t wanted, uint32_t *bits, airy_pattern *mean)
{
    for (int i = 0; i < run->ny * run->nx; i++)
        bits[i] =
            measured(mean, i)
                ? wanted & (judge_mean(run, o, mean, i) | judge_scatter(run, o, mean, scatters, i))
                : 0;
    for (int i = 0; i < run->ny * run->nx; i++)
        mean->mask.bits[i] |= bits[i];
    airy_pattern_apply_mask(mean);
}

// Hot pixels first, or they would pass for the light around a shadow; the others last, or a shadow
// would pass for dead pixels and its rim for noisy ones.
airy_code airy_exposures_mask(const airy_exposures *run, const airy_exposures_mask_options *o,
                              airy_pattern *mean, airy_error *err)
{
    airy_code code = check(o, err);
    int pixels = run->ny * run->nx;
    if (code != AIRY_OK)
        return code;
    if (mean->photons.ny != run->ny || mean->photons.nx != run->nx)
        return airy_error_set(err, AIRY_ESHAPE, "the mean frame is not of this run");
    float *scatters = airy_memory_new((size_t)pixels, sizeof *scatters);
    uint32_t *bits = airy_memory_new((size_t)pixels, sizeof *bits);
    if (!scatters || !bits)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a mask of %d pixels", pixels);
    for (int i = 0; i < pixels && code == AIRY_OK; i++)
        scatters[i] = measured(mean, i) ? (float)scatter(run, i) : NAN;
    if (code == AIRY_OK)
        judge(run, o, scatters, AIRY_MASK_HOT, bits, mean);
    if (code == AIRY_OK && o->shadow > 0)
        code = airy_shadow_mask(mean, o->shadow, run->frames, err);
    if (code == AIRY_OK)
        judge(run, o, scatters, AIRY_MASK_DEAD | AIRY_MASK_NOISY, bits, mean);
    airy_memory_free(scatters);
    airy_memory_free(bits);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Friedel mates averaged on an array centered for the transform.
#include "airy/math.h"
#include "noise.h"

void airy_merge_options_defaults(airy_merge_options *options)
{
    *options = (airy_merge_options){0};
}

static airy_code check(const airy_merge_options *options, airy_error *err)
{
    if (options->size < 0 || options->size > AIRY_SIDE_MAX || options->size % 2)
        return airy_error_set(err, AIRY_EARGUMENT, "the merged side is %d, it must be even",
                              options->size);
    return AIRY_OK;
}

// What a pixel of the merged pattern is made of.
typedef struct sample {
    double photons, variance, coverage, background;
    int n;
    uint32_t bits;
} sample;

// Adds pixel (y, x) of the input, if it is there.
static void add_sample(const airy_pattern *in, int y, int x, sample *sum)
{
    if (y < 0 || y >= in->photons.ny || x < 0 || x >= in->photons.nx) {
        sum->bits |= AIRY_MASK_MISSING;
        return;
    }
    int i = y * in->photons.nx + x;
    sum->bits |= in->mask.bits ? in->mask.bits[i] : 0;
    if (!measured(in, i)) {
        sum->bits |=
            in->mask.bits && (in->mask.bits[i] & AIRY_MASK_EXCLUDES) ? 0 : AIRY_MASK_INVALID;
        return;
    }
    sum->n++;
    sum->photons += (double)in->photons.px[i];
    sum->variance += in->variance.px ? (double)in->variance.px[i] : 0;
    sum->background += in->background.px ? (double)in->background.px[i] : 0;
    // Coverages add as noise factors do: V is proportional to sum of 1 / coverage.
    sum->coverage += in->coverage.px && in->coverage.px[i] > 0 ? 1 / (double)in->coverage.px[i] : 1;
}

static void put_sample(const sample *sum, bool pair, airy_pattern *out, int i)
{
    int n = sum->n;
    out->photons.px[i] = n ? (float)(sum->photons / n) : NAN;
    if (out->variance.px)
        out->variance.px[i] = n ? (float)(sum->variance / (n * n)) : NAN;
    if (out->background.px)
        out->background.px[i] = n ? (float)(sum->background / n) : NAN;
    if (out->coverage.px)
        out->coverage.px[i] = n ? (float)(n / sum->coverage) : 0;
    uint32_t filled = pair && n == 1 ? AIRY_MASK_FILLED : 0;
    out->mask.bits[i] = n ? (sum->bits & ~AIRY_MASK_EXCLUDES) | filled : sum->bits;
}

// Whether a sample is measured and not part of a cell with gaps (coverage holds 1 / coverage here).
static bool is_whole(const sample *one)
{
    return one->n == 1 && one->coverage <= 1;
}

// The mean of two mates; a whole cell is not mixed with a partly measured one, whose photons belong
// to the middle of its measured part.
static sample combine(const sample *a, const sample *b)
{
    sample both = {.bits = a->bits | b->bits};
    const sample *parts[] = {a, b};
    for (int k = 0; k < 2; k++) {
        if (is_whole(parts[1 - k]) && !is_whole(parts[k]))
            continue;
        both.n += parts[k]->n;
        both.photons += parts[k]->photons;
        both.variance += parts[k]->variance;
        both.coverage += parts[k]->coverage;
        both.background += parts[k]->background;
    }
    return both;
}

static void merge_pixels(const airy_pattern *in, bool single, airy_pattern *out)
{
    int n = out->photons.ny, half = n / 2;
    int cy = (int)lround(in->center_y), cx = (int)lround(in->center_x);
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++) {
            sample here = {0}, mate = {0};
            int dy = y - half, dx = x - half;
            bool pair = !single && (dy != 0 || dx != 0); // the center is its own mate
            add_sample(in, cy + dy, cx + dx, &here);
            if (pair)
                add_sample(in, cy - dy, cx - dx, &mate);
            here = combine(&here, &mate);
            put_sample(&here, pair, out, y * n + x);
        }
}

static airy_code merge_init(const airy_pattern *in, int n, airy_pattern *out, airy_error *err)
{
    airy_code code = airy_pattern_init(out, n, n, err);
    if (code == AIRY_OK && in->coverage.px)
        code = airy_image_init(&out->coverage, n, n, err);
    if (code == AIRY_OK && in->background.px)
        code = airy_image_init(&out->background, n, n, err);
    if (code == AIRY_OK && !in->variance.px)
        airy_image_release(&out->variance);
    if (code != AIRY_OK)
        airy_pattern_release(out);
    return code;
}

airy_code airy_pattern_merge(const airy_pattern *in, const airy_merge_options *options,
                             airy_pattern *out, airy_error *err)
{
    *out = (airy_pattern){0};
    airy_code code = check(options, err);
    if (code != AIRY_OK)
        return code;
    int shorter = in->photons.ny < in->photons.nx ? in->photons.ny : in->photons.nx;
    code = airy_pattern_check_center(in, err);
    if (code != AIRY_OK)
        return code;
    if (shorter < 2)
        return airy_error_set(err, AIRY_ESHAPE, "a pattern of %d x %d is too small to merge",
                              in->photons.ny, in->photons.nx);
    int n = options->size ? options->size : airy_fft_size_down(shorter);
    code = merge_init(in, n, out, err);
    if (code != AIRY_OK)
        return code;
    merge_pixels(in, options->single || in->merged, out); // mates are averaged once
    out->setup = in->setup;
    airy_pattern_set_center(out, n / 2, n / 2, in->center_y_error, in->center_x_error);
    out->merged = !options->single || in->merged;
    out->condensed = in->condensed;
    return AIRY_OK;
}

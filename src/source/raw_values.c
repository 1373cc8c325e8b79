// SPDX-License-Identifier: GPL-3.0-or-later
// Calibrated detector frames: values in the layout's unit, with reasons from masks and sentinels.
#include "raw.h"

#include "base/processor.h"

#include <float.h>
#include <math.h>
#include <string.h>

static uint32_t reason_of(airy_polarity polarity, uint32_t value)
{
    switch (polarity) {
    case AIRY_MASK_BAD_NONZERO:
        return value ? AIRY_MASK_BAD : 0;
    case AIRY_MASK_GOOD_NONZERO:
        return value ? 0 : AIRY_MASK_BAD;
    case AIRY_MASK_BITS:
        return airy_mask_take(value);
    case AIRY_MASK_NEXUS: // bit 0 gap, 1 dead, 4 noisy, 8 user; only the low 16 exclude
        return (value & 1 ? AIRY_MASK_MISSING : 0) | (value & 2 ? AIRY_MASK_DEAD : 0) |
               (value & 16 ? AIRY_MASK_NOISY : 0) | (value & 0xffec ? AIRY_MASK_BAD : 0);
    case AIRY_MASK_EUXFEL: // 16 interpolated and 22 wide pixel inform only
        return value & ~(1u << 16 | 1u << 22) ? AIRY_MASK_BAD : 0;
    default:
        return 0;
    }
}

// Whether a dataset has a value for every pixel, for all frames or for each.
static bool fits(const airy_raw *raw, const char *path)
{
    int dims[4], rank = 0;
    long long elements = 1, n = (long long)raw->ny * raw->nx;
    bool known = airy_h5_shape(raw->h5, path, dims, &rank, NULL) == AIRY_OK && rank >= 2;
    for (int d = 0; known && d < rank; d++)
        elements *= dims[d];
    return known && dims[rank - 1] == raw->nx && (elements == n || elements == n * raw->n);
}

// Path of the file's own mask; false when there is none.
static bool find_mask(airy_raw *raw, int i, char path[512])
{
    int piece;
    const char *data = airy_raw_place(raw, i, &piece);
    for (int k = 0; k < AIRY_LAYOUT_MASKS && raw->layout->mask[k]; k++) {
        airy_layout_path(raw->layout->mask[k], data, path);
        bool named = !raw->layout->mask_may_be_other;
        if (airy_h5_has(raw->h5, path) &&
            (named || (strcmp(path, raw->data) != 0 && fits(raw, path))))
            return true;
    }
    return false;
}

#define LEAVES_NOTHING 0.05 // of the pixels

// A mask that is one by its name alone may say what is good.
static airy_code question_mask(const airy_raw *raw, const char *path, const airy_mask *mask,
                               airy_error *err)
{
    int all = mask->ny * mask->nx, left = 0;
    for (int k = 0; k < all; k++)
        left += !(mask->bits[k] & AIRY_MASK_EXCLUDES);
    if (!raw->layout->mask_may_be_other || left >= LEAVES_NOTHING * all)
        return AIRY_OK;
    return airy_error_set(
        err, AIRY_EVALUE,
        "%s: %s, beside the frames, leaves %.3g %% of the pixels: is 1 good in it? "
        "Here 0 is: invert it, or call it something else than a mask",
        raw->path, path, 100.0 * left / all);
}

// The file's own mask, one for all frames or one a frame.
static airy_code read_mask(airy_raw *raw, int i, airy_mask *mask, airy_error *err)
{
    char path[512];
    int dims[4], rank = 0, n = mask->ny * mask->nx, piece;
    airy_raw_place(raw, i, &piece);
    if (!find_mask(raw, i, path))
        return AIRY_OK;
    airy_code code = airy_h5_shape(raw->h5, path, dims, &rank, err);
    if (code != AIRY_OK)
        return code;
    long long elements = 1;
    for (int d = 0; d < rank; d++)
        elements *= dims[d];
    airy_blocks shared = {raw->h5, path, 0, .lossy = true};
    code = elements == n
               ? airy_blocks_read(&shared, 0, AIRY_CELL_BITS, mask->bits, n, err)
               : airy_raw_read_array(raw, path, piece, AIRY_CELL_BITS, mask->bits, n, err);
    for (int k = 0; code == AIRY_OK && k < n; k++)
        mask->bits[k] = reason_of(raw->layout->polarity, mask->bits[k]);
    return code == AIRY_OK ? question_mask(raw, path, mask, err) : code;
}

static airy_code mark_lost(const airy_raw *raw, int i, airy_mask *mask, airy_error *err)
{
    int n = mask->ny * mask->nx;
    uint8_t *lost = airy_memory_new((size_t)n, 1);
    if (!lost)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    airy_raw_lost(raw, i, lost, n);
    for (int k = 0; k < n; k++)
        mask->bits[k] |= lost[k] ? AIRY_MASK_LOST : 0;
    airy_memory_free(lost);
    return AIRY_OK;
}

// Values outside the valid range are sentinels: what each is marked as, `none` where it is no
// number, unless a bit of `known` says already why.
AIRY_EVERY_PROCESSOR static void mark(const float *restrict px, const double range[2],
                                      const uint32_t how[2], int n, uint32_t *restrict bits)
{
    double least = range[0], most = range[1];
    uint32_t none = how[0], known = how[1];
    for (int k = 0; k < n; k++) {
        bool number = fabsf(px[k]) <= FLT_MAX;
        bool missing = !number & !(bits[k] & known);
        uint32_t outside =
            ((px[k] < least) ? AIRY_MASK_LOST : 0) | ((px[k] > most) ? AIRY_MASK_SATURATED : 0);
        bits[k] |= missing ? none : outside;
    }
}

AIRY_EVERY_PROCESSOR static void scale(float *px, double by, int n)
{
    for (int k = 0; k < n; k++)
        px[k] = (float)(px[k] * by);
}

static void convert(const airy_raw *raw, airy_pattern *pattern)
{
    int n = raw->ny * raw->nx;
    bool gaps = raw->layout->gaps;
    const double range[2] = {raw->least, raw->most};
    const uint32_t how[2] = {gaps ? AIRY_MASK_MISSING : AIRY_MASK_LOST,
                             gaps ? AIRY_MASK_EXCLUDES : 0};
    mark(pattern->photons.px, range, how, n, pattern->mask.bits);
    if (raw->scale != 1)
        scale(pattern->photons.px, raw->scale, n);
    airy_pattern_apply_mask(pattern);
}

airy_code airy_raw_read_values(airy_raw *raw, int i, airy_pattern *pattern, airy_error *err)
{
    int piece;
    const char *path = airy_raw_place(raw, i, &piece);
    int n = raw->ny * raw->nx;
    airy_raw_facts facts;
    *pattern = (airy_pattern){0};
    if (raw->unit == AIRY_UNIT_WORDS)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s: %s holds raw words, which need gain and pedestal files",
                              raw->path, raw->data);
    if (raw->own)
        return airy_frames_read(raw->own, i, pattern, err);
    airy_code code = airy_raw_frame_facts(raw, i, &facts, err);
    if (code == AIRY_OK)
        code = airy_image_init(&pattern->photons, raw->ny, raw->nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&pattern->mask, raw->ny, raw->nx, err);
    if (code == AIRY_OK)
        code = airy_raw_read_array(raw, path, piece, AIRY_CELL_FLOAT, pattern->photons.px, n, err);
    if (code == AIRY_OK)
        code = read_mask(raw, i, &pattern->mask, err);
    if (code == AIRY_OK && raw->sources)
        code = mark_lost(raw, i, &pattern->mask, err);
    if (code == AIRY_OK) {
        pattern->setup = facts.setup;
        convert(raw, pattern);
    } else {
        airy_pattern_release(pattern);
    }
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels and masks as they stand in files, made a pattern, and masks back.
#include "formats.h"

#include "base/processor.h"

#include <float.h>
#include <math.h>
#include <string.h>

AIRY_EVERY_PROCESSOR static void mark_missing(const float *restrict px, int n,
                                              uint32_t *restrict bits)
{
    for (int i = 0; i < n; i++) {
        bool missing = !(fabsf(px[i]) <= FLT_MAX) & !(bits[i] & AIRY_MASK_EXCLUDES);
        bits[i] |= missing ? AIRY_MASK_MISSING : 0;
    }
}

void airy_pattern_settle(airy_pattern *pattern)
{
    int n = pattern->photons.ny * pattern->photons.nx;
    mark_missing(pattern->photons.px, n, pattern->mask.bits);
    airy_pattern_apply_mask(pattern);
}

// Values of 4 bytes, (ny, nx), moved by half of each side.
static airy_code unshift(void *values, int ny, int nx, airy_error *err)
{
    size_t n = (size_t)ny * (size_t)nx;
    uint32_t *from = airy_memory_new(n, sizeof *from), *to = values;
    if (!from)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a pattern");
    memcpy(from, values, n * sizeof *from);
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++)
            to[(y + ny / 2) % ny * nx + (x + nx / 2) % nx] = from[y * nx + x];
    airy_memory_free(from);
    return AIRY_OK;
}

airy_code airy_pattern_unshift(airy_pattern *p, airy_error *err)
{
    void *const arrays[] = {p->photons.px, p->variance.px, p->coverage.px, p->background.px,
                            p->mask.bits};
    airy_code code = AIRY_OK;
    int ny = p->photons.ny, nx = p->photons.nx;
    for (size_t i = 0; code == AIRY_OK && i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i])
            code = unshift(arrays[i], ny, nx, err);
    airy_pattern_set_center(p, ny / 2, nx / 2, 0, 0);
    return code;
}

airy_code airy_pattern_adopt(airy_pattern *pattern, airy_image *pixels, airy_error *err)
{
    *pattern = (airy_pattern){.photons = *pixels};
    *pixels = (airy_image){0};
    airy_code code = airy_mask_init(&pattern->mask, pattern->photons.ny, pattern->photons.nx, err);
    if (code == AIRY_OK)
        airy_pattern_settle(pattern);
    else
        airy_pattern_release(pattern);
    return code;
}

// ------------------------------------------------------------------ masks

void airy_mask_file_bits(const airy_mask *mask, uint32_t *bits)
{
    const uint32_t standard = AIRY_MASK_EXCLUDES & 0xffff;
    for (int i = 0; i < mask->ny * mask->nx; i++) {
        bool alone = mask->bits[i] & AIRY_MASK_EXCLUDES && !(mask->bits[i] & standard);
        bits[i] = mask->bits[i] | (alone ? AIRY_MASK_INVALID | AIRY_MASK_BESIDE : 0);
    }
}

void airy_mask_take_file(airy_mask *mask)
{
    const uint32_t beside = AIRY_MASK_BESIDE | AIRY_MASK_INVALID;
    for (int i = 0; i < mask->ny * mask->nx; i++) {
        uint32_t bits = mask->bits[i];
        mask->bits[i] = airy_mask_take((bits & beside) == beside ? bits & ~beside : bits);
    }
}

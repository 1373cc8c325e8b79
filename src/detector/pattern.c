// SPDX-License-Identifier: GPL-3.0-or-later
// The life of a diffraction pattern: photons, variance, coverage, reasons, and the beam.
#include "airy/detector.h"

#include "base/processor.h"
#include "base/units.h"

#include <math.h>

double airy_object_pixel_nm(const airy_setup *setup, int n)
{
    bool known = setup->energy_ev > 0 && setup->distance_m > 0 && setup->pitch_m > 0 && n > 0;
    return known ? AIRY_WAVELENGTH_M(setup->energy_ev) * setup->distance_m / (n * setup->pitch_m) /
                       1e-9
                 : 0;
}

airy_code airy_pattern_init(airy_pattern *pattern, int ny, int nx, airy_error *err)
{
    *pattern = (airy_pattern){0};
    airy_code code = airy_image_init(&pattern->photons, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(&pattern->variance, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&pattern->mask, ny, nx, err);
    if (code != AIRY_OK)
        airy_pattern_release(pattern);
    return code;
}

void airy_pattern_release(airy_pattern *pattern)
{
    airy_image_release(&pattern->photons);
    airy_image_release(&pattern->variance);
    airy_image_release(&pattern->coverage);
    airy_image_release(&pattern->background);
    airy_mask_release(&pattern->mask);
    if (pattern->counts)
        airy_pattern_release(pattern->counts);
    airy_memory_free(pattern->counts);
    *pattern = (airy_pattern){0};
}

airy_code airy_pattern_copy(airy_pattern *to, const airy_pattern *from, airy_error *err)
{
    *to = *from;
    to->photons = to->variance = to->coverage = to->background = (airy_image){0};
    to->mask = (airy_mask){0};
    to->counts = NULL;
    airy_code code = airy_image_copy(&to->photons, &from->photons, err);
    if (code == AIRY_OK && from->variance.px)
        code = airy_image_copy(&to->variance, &from->variance, err);
    if (code == AIRY_OK && from->coverage.px)
        code = airy_image_copy(&to->coverage, &from->coverage, err);
    if (code == AIRY_OK && from->background.px)
        code = airy_image_copy(&to->background, &from->background, err);
    if (code == AIRY_OK && from->mask.bits)
        code = airy_mask_copy(&to->mask, &from->mask, err);
    if (code == AIRY_OK && from->counts) {
        to->counts = airy_memory_new(1, sizeof *to->counts);
        code = to->counts ? airy_pattern_copy(to->counts, from->counts, err)
                          : airy_error_set(err, AIRY_EMEMORY, "no memory for counts");
    }
    if (code != AIRY_OK)
        airy_pattern_release(to);
    return code;
}

void airy_pattern_set_center(airy_pattern *pattern, double y, double x, double y_error,
                             double x_error)
{
    pattern->has_center = true;
    pattern->center_y = y;
    pattern->center_x = x;
    pattern->center_y_error = y_error;
    pattern->center_x_error = x_error;
}

static bool is_within(double at, int n)
{
    return at >= -0.5 && at < n - 0.5;
}

static airy_code check_place(const airy_pattern *p, const char *words, double y, double x,
                             airy_error *err)
{
    int ny = p->photons.ny, nx = p->photons.nx;
    if (is_within(y, ny) && is_within(x, nx))
        return AIRY_OK;
    return airy_error_set(err, AIRY_EVALUE,
                          "the %s center (row %g, column %g) lies outside of the pattern of %d x "
                          "%d; `airy center` finds one",
                          words, y, x, ny, nx);
}

airy_code airy_pattern_check_place(const airy_pattern *p, double y, double x, airy_error *err)
{
    return check_place(p, "given", y, x, err);
}

airy_code airy_pattern_check_center(const airy_pattern *p, airy_error *err)
{
    if (!p->has_center)
        return airy_error_set(err, AIRY_EVALUE,
                              "the pattern's center is not known; find it with `airy center`");
    return check_place(p, "recorded", p->center_y, p->center_x, err);
}

AIRY_EVERY_PROCESSOR static void exclude(const uint32_t *restrict bits, int n, float *restrict px)
{
    for (int i = 0; i < n; i++)
        px[i] = bits[i] & AIRY_MASK_EXCLUDES ? NAN : px[i];
}

void airy_pattern_apply_mask(airy_pattern *pattern)
{
    int n = pattern->photons.ny * pattern->photons.nx;
    exclude(pattern->mask.bits, n, pattern->photons.px);
    if (pattern->variance.px)
        exclude(pattern->mask.bits, n, pattern->variance.px);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns without a detector: photons with a beam stop and a gap, and the truth on their grid.
#include "simulate/diffract.h"

#include "airy/math.h"
#include "ideal.h"

#include <math.h>

void airy_simulate_options_defaults(airy_simulate_options *options, int size)
{
    *options = (airy_simulate_options){
        .size = size,
        .setup = {.energy_ev = 9000, .pitch_m = 225e-6},
        .photons = 1e6,
        .stop_radius = 5,
        .poisson = true,
    };
    airy_setup_set_object_pixel(&options->setup, size, 2.24);
}

static airy_code check(const airy_simulate_options *options, airy_error *err)
{
    if (options->size < 8 || options->size > AIRY_SIDE_MAX)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a pattern of %d pixels was asked for, 8 to %d "
                              "are possible",
                              options->size, AIRY_SIDE_MAX);
    if (!(options->photons > 0 && options->photons < 1e12))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%g photons were asked for, above 0 and below "
                              "1e12 are possible",
                              options->photons);
    if (!(options->background >= 0 && options->background <= 1e9 && options->stop_radius >= 0) ||
        options->gap < 0)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "background, stop radius and gap must not be negative, and the "
                              "background at most 1e9");
    if (!isfinite(options->offset_y) || !isfinite(options->offset_x))
        return airy_error_set(err, AIRY_EARGUMENT, "the beam's offset is not a number");
    return AIRY_OK;
}

void airy_simulate_poisson(airy_image *expected, airy_random *random)
{
    for (int i = 0; i < expected->ny * expected->nx; i++)
        if (!isnan(expected->px[i]))
            expected->px[i] = (float)airy_random_poisson(random, expected->px[i]);
}

static void mark_unmeasured(const airy_simulate_options *o, airy_pattern *pattern)
{
    int n = o->size, gap_from = n / 2 - n / 16 - o->gap;
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++) {
            uint32_t *bits = &pattern->mask.bits[y * n + x];
            if (hypot(y - pattern->center_y, x - pattern->center_x) < o->stop_radius)
                *bits |= AIRY_MASK_SHADOWED;
            if (y >= gap_from && y < gap_from + o->gap)
                *bits |= AIRY_MASK_MISSING;
        }
}

// Scales the measured pixels to the photons asked for and adds the background.
static airy_code scale(const airy_simulate_options *o, airy_pattern *pattern, airy_error *err)
{
    double sum = 0;
    airy_pattern_apply_mask(pattern);
    for (int i = 0; i < o->size * o->size; i++)
        if (!isnan(pattern->photons.px[i]))
            sum += pattern->photons.px[i];
    if (!(sum > 0))
        return airy_error_set(err, AIRY_EVALUE,
                              "the object diffracts nothing into the measured pixels");
    for (int i = 0; i < o->size * o->size; i++)
        pattern->photons.px[i] =
            (float)(pattern->photons.px[i] * (o->photons / sum) + o->background);
    return AIRY_OK;
}

static airy_code simulate(const airy_scatterer *object, const airy_simulate_options *o,
                          airy_pattern *pattern, airy_error *err)
{
    *pattern = (airy_pattern){0};
    airy_code code = check(o, err);
    if (code == AIRY_OK)
        code = airy_pattern_init(pattern, o->size, o->size, err);
    if (code != AIRY_OK)
        return code;
    pattern->setup = o->setup;
    airy_pattern_set_center(pattern, o->size / 2 + o->offset_y, o->size / 2 + o->offset_x, 0, 0);
    mark_unmeasured(o, pattern);
    code = airy_scatterer_intensity(object, &o->setup, pattern->center_y, pattern->center_x,
                                    &pattern->photons, err);
    airy_second_apply(&o->second, &o->setup, pattern->center_y, pattern->center_x,
                      &pattern->photons);
    if (code == AIRY_OK)
        code = scale(o, pattern, err);
    if (code != AIRY_OK) {
        airy_pattern_release(pattern);
        return code;
    }
    airy_random random;
    airy_random_init(&random, o->seed, (uint32_t)o->shot, AIRY_STREAM_POISSON, 0);
    if (o->poisson)
        airy_simulate_poisson(&pattern->photons, &random);
    for (int i = 0; i < o->size * o->size; i++)
        pattern->variance.px[i] = pattern->photons.px[i];
    airy_pattern_apply_mask(pattern);
    return AIRY_OK;
}

// The density whose transform is that of the object on the pattern's grid and nothing beyond it.
static airy_code band_limited(const airy_scatterer *object, const airy_simulate_options *o,
                              airy_image *truth, airy_error *err)
{
    int n = o->size, half = n / 2 + 1;
    double pixel = airy_object_pixel_nm(&o->setup, n);
    airy_frequencies at = {0};
    airy_field field = {0};
    airy_image shifted = {0};
    airy_fft *fft = airy_fft_new(n, n, NULL, err);
    airy_code code = fft ? airy_frequencies_init(&at, n, half, err) : AIRY_EMEMORY;
    if (code == AIRY_OK)
        code = airy_image_init(&shifted, n, n, err);
    if (code == AIRY_OK)
        code = airy_image_init(truth, n, n, err);
    if (code != AIRY_OK)
        goto done;
    for (int i = 0; i < n; i++)
        at.fy[i] = (i <= n / 2 ? i : i - n) / (n * pixel);
    for (int i = 0; i < half; i++)
        at.fx[i] = i / (n * pixel);
    code = airy_scatterer_transform(object, &at, &field, err);
    if (code != AIRY_OK)
        goto done;
    airy_fft_backward_real(fft, field.px, shifted.px);
    for (int i = 0; i < n * n; i++)
        shifted.px[i] /= (float)(pixel * pixel); // F is an integral, the backward sum is not
    airy_fft_center(shifted.px, truth);
done:
    airy_fft_free(fft);
    airy_frequencies_release(&at);
    airy_field_release(&field);
    airy_image_release(&shifted);
    if (code != AIRY_OK)
        airy_image_release(truth);
    return code;
}

airy_code airy_simulate_pattern(const airy_phantom *phantom, const airy_simulate_options *options,
                                airy_pattern *pattern, airy_image *truth, airy_error *err)
{
    airy_scatterer object = {.phantom = phantom};
    airy_code code = simulate(&object, options, pattern, err);
    if (code != AIRY_OK || !truth)
        return code;
    code = band_limited(&object, options, truth, err);
    if (code != AIRY_OK)
        airy_pattern_release(pattern);
    return code;
}

airy_code airy_simulate_image(const airy_image *object, double pixel_nm,
                              const airy_simulate_options *options, airy_pattern *pattern,
                              airy_error *err)
{
    airy_scatterer points = {.image = object, .pixel_nm = pixel_nm};
    return simulate(&points, options, pattern, err);
}

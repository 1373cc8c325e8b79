// SPDX-License-Identifier: GPL-3.0-or-later
// What every HDF5 file of ours has in common: CXI 1.6 groups (cxidb.org), NeXus defaults, history.
#include "cxi.h"
#include "base/units.h"
#include "files/blocks.h"
#include "formats.h"
#include "quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define ENTRY "/entry_1"
#define INSTRUMENT ENTRY "/instrument_1"
#define DETECTOR INSTRUMENT "/detector_1"
#define IMAGE ENTRY "/image_1"

// A length or energy with its unit; nothing when unknown.
static void put_quantity(airy_h5 *h5, const char *path, double value, const char *unit,
                         airy_error *err)
{
    if (!(value > 0))
        return;
    airy_h5_put_double(h5, path, value, err);
    airy_h5_put_attribute_text(h5, path, "units", unit, err);
}

static void put_beam(airy_h5 *h5, const airy_setup *setup, airy_error *err)
{
    double energy = setup->energy_ev;
    put_quantity(h5, INSTRUMENT "/source_1/energy", AIRY_EV_TO_J(energy), "J", err);
    if (energy > 0)
        put_quantity(h5, INSTRUMENT "/beam_1/incident_wavelength", AIRY_WAVELENGTH_M(energy), "m",
                     err);
    put_quantity(h5, DETECTOR "/distance", setup->distance_m, "m", err);
    put_quantity(h5, DETECTOR "/x_pixel_size", setup->pitch_m, "m", err);
    put_quantity(h5, DETECTOR "/y_pixel_size", setup->pitch_m, "m", err);
}

// The handle remembers the first failure, so that it is asked only once, at the end.
airy_code airy_h5_put_facts(airy_h5 *h5, const airy_setup *setup, const airy_history *history,
                            airy_error *err)
{
    if (setup)
        put_beam(h5, setup, err);
    airy_history_put(h5, history, err);
    return airy_h5_put_attribute_text(h5, "/", "creator", "airy", err);
}

airy_code airy_cxi_begin(airy_h5 *h5, const airy_setup *setup, const airy_history *history,
                         airy_error *err)
{
    airy_h5_put_int(h5, "/cxi_version", 160, err);
    airy_h5_put_attribute_text(h5, "/", "default", "entry_1", err);
    airy_h5_put_text(h5, ENTRY "/program_name", "airy", err);
    airy_h5_put_attribute_text(h5, ENTRY, "default", "data_1", err);
    return airy_h5_put_facts(h5, setup, history, err);
}

airy_code airy_cxi_main(airy_h5 *h5, const char *target, airy_error *err)
{
    airy_h5_link(h5, ENTRY "/data_1/data", target, err);
    airy_h5_put_attribute_text(h5, ENTRY "/data_1", "signal", "data", err);
    return airy_h5_put_attribute_text(h5, target, "interpretation", "image", err);
}

static void put_axis(airy_h5 *h5, const airy_cxi_axis *axis, airy_error *err)
{
    char path[128];
    double *values = airy_memory_new((size_t)axis->n, sizeof *values);
    snprintf(path, sizeof path, ENTRY "/data_1/%s", axis->name);
    for (int i = 0; values && i < axis->n; i++)
        values[i] = (i - axis->center) * axis->step;
    if (values)
        airy_h5_put_doubles(h5, path, values, 1, &axis->n, err);
    else
        airy_h5_no_memory(h5, path, err);
    airy_h5_put_attribute_text(h5, path, "units", axis->unit, err);
    airy_h5_put_attribute_text(h5, path, "long_name", axis->title, err);
    airy_memory_free(values);
}

airy_code airy_cxi_axes(airy_h5 *h5, const airy_cxi_axis axes[2], bool frames, airy_error *err)
{
    const char *const names[] = {".", axes[0].name, axes[1].name};
    put_axis(h5, &axes[0], err);
    put_axis(h5, &axes[1], err);
    return airy_h5_put_attribute_texts(h5, ENTRY "/data_1", "axes", frames ? names : names + 1,
                                       frames ? 3 : 2, err);
}

airy_code airy_cxi_title(airy_h5 *h5, const char *title, airy_error *err)
{
    airy_h5_put_attribute_text(h5, ENTRY "/data_1", "title", title, err);
    return airy_h5_put_attribute_text(h5, ENTRY "/data_1/data", "long_name", title, err);
}

// ------------------------------------------------------------------ images

// In nm from the middle of the array, or in pixels where their side is not known.
static airy_code put_image_axes(airy_h5 *h5, const airy_stack *images, double pitch_m,
                                airy_error *err)
{
    bool known = pitch_m > 0;
    const char *unit = known ? "nm" : "pixels";
    double step = known ? pitch_m * 1e9 : 1;
    const airy_cxi_axis axes[2] = {
        {known ? "y_nm" : "y_pixels", unit, known ? "y (nm)" : "y (pixels)", images->ny,
         images->ny / 2, step},
        {known ? "x_nm" : "x_pixels", unit, known ? "x (nm)" : "x (pixels)", images->nx,
         images->nx / 2, step}};
    return airy_cxi_axes(h5, axes, images->n > 1, err);
}

airy_code airy_cxi_put_images(airy_h5 *h5, const airy_stack *images, double pitch_m,
                              airy_error *err)
{
    airy_image one = airy_stack_image(images, 0);
    if (images->n == 1)
        airy_h5_put_image(h5, IMAGE "/data", &one, err);
    else
        airy_h5_put_stack(h5, IMAGE "/data", images, err);
    airy_h5_put_text(h5, IMAGE "/data_space", "real", err);
    airy_h5_put_text(h5, IMAGE "/data_type", "electron density", err);
    airy_h5_put_int(h5, IMAGE "/is_fft_shifted", 0, err);
    const double center[3] = {images->nx / 2 + 0.5, images->ny / 2 + 0.5, 0}; // CXI: from corners
    airy_h5_put_doubles(h5, IMAGE "/image_center", center, 1, (const int[]){3}, err);
    if (pitch_m > 0) {
        const double size[3] = {images->nx * pitch_m, images->ny * pitch_m, 0};
        airy_h5_put_doubles(h5, IMAGE "/image_size", size, 1, (const int[]){3}, err);
        put_quantity(h5, IMAGE "/x_pixel_size", pitch_m, "m", err);
        put_quantity(h5, IMAGE "/y_pixel_size", pitch_m, "m", err);
    }
    airy_cxi_main(h5, IMAGE "/data", err);
    return put_image_axes(h5, images, pitch_m, err);
}

// The first of the paths that is there, or NULL.
static const char *first_there(airy_h5 *h5, const char *const *paths)
{
    while (*paths && !airy_h5_has(h5, *paths))
        paths++;
    return *paths;
}

// The length (m) or energy (J, which CXI counts in) at the first path that is there; 0 when there
// is none. A unit that stands beside it counts.
static airy_code read_number(airy_h5 *h5, const char *const *paths, airy_dimension of,
                             double *value, airy_error *err)
{
    airy_measure measure;
    const char *path = first_there(h5, paths);
    *value = 0;
    if (!path)
        return AIRY_OK;
    airy_code code = airy_h5_get_double(h5, path, value, err);
    if (code == AIRY_OK)
        code = airy_measure_read(h5, path, &measure, err);
    if (code != AIRY_OK || measure.dimension == AIRY_NO_DIMENSION)
        return code;
    *value *= of == AIRY_ENERGY ? AIRY_EV_TO_J(measure.factor) : measure.factor;
    return measure.dimension == of
               ? AIRY_OK
               : airy_error_set(err, AIRY_EFORMAT, "%s: %s has a unit of the wrong kind",
                                airy_h5_path(h5), path);
}

double airy_cxi_pitch(airy_h5 *h5)
{
    static const char *const pitch[] = {IMAGE "/x_pixel_size", NULL};
    int dims[4], rank = 0, n = 0;
    double value = 0, *size = NULL;
    if (read_number(h5, pitch, AIRY_LENGTH, &value, NULL) == AIRY_OK && value > 0)
        return value;
    if (airy_h5_has(h5, IMAGE "/image_size") &&
        airy_h5_shape(h5, IMAGE "/data", dims, &rank, NULL) == AIRY_OK && rank >= 2 &&
        airy_h5_get_doubles(h5, IMAGE "/image_size", &size, &n, NULL) == AIRY_OK && size[0] > 0)
        value = size[0] / dims[rank - 1];
    airy_memory_free(size);
    return value;
}

airy_code airy_cxi_get_images(airy_h5 *h5, airy_stack *images, double *pitch_m, airy_error *err)
{
    int shifted = 0;
    airy_code code = airy_h5_get_stack(h5, IMAGE "/data", images, err);
    if (code == AIRY_OK && airy_h5_has(h5, IMAGE "/is_fft_shifted"))
        code = airy_h5_get_int(h5, IMAGE "/is_fft_shifted", &shifted, err);
    for (int i = 0; code == AIRY_OK && shifted && i < images->n; i++) {
        airy_pattern one = {.photons = airy_stack_image(images, i)};
        code = airy_pattern_unshift(&one, err);
    }
    if (pitch_m)
        *pitch_m = code == AIRY_OK ? airy_cxi_pitch(h5) : 0;
    if (code != AIRY_OK)
        airy_stack_release(images);
    return code;
}

airy_code airy_setup_read(airy_h5 *h5, airy_setup *setup, airy_error *err)
{
    static const char *const energy[] = {INSTRUMENT "/source_1/energy",
                                         INSTRUMENT "/beam_1/incident_energy",
                                         IMAGE "/source_1/energy", NULL};
    static const char *const distance[] = {DETECTOR "/distance", IMAGE "/detector_1/distance",
                                           NULL};
    static const char *const pitch[] = {DETECTOR "/x_pixel_size", IMAGE "/detector_1/x_pixel_size",
                                        NULL};
    static const char *const tall[] = {DETECTOR "/y_pixel_size", IMAGE "/detector_1/y_pixel_size",
                                       NULL};
    double energy_j = 0, pitch_y = 0;
    *setup = (airy_setup){0};
    airy_code code = read_number(h5, energy, AIRY_ENERGY, &energy_j, err);
    if (code == AIRY_OK)
        code = read_number(h5, distance, AIRY_LENGTH, &setup->distance_m, err);
    if (code == AIRY_OK)
        code = read_number(h5, pitch, AIRY_LENGTH, &setup->pitch_m, err);
    if (code == AIRY_OK)
        code = read_number(h5, tall, AIRY_LENGTH, &pitch_y, err);
    // 1e-6 eV: what double makes of a conversion to joules and back is noise
    setup->energy_ev = round(AIRY_J_TO_EV(energy_j) * 1e6) / 1e6;
    if (code == AIRY_OK)
        code = airy_h5_trust(h5, err);
    if (code != AIRY_OK)
        return code;
    code = airy_setup_check(setup, AIRY_FOR_RINGS, err);
    if (code == AIRY_OK)
        code = airy_setup_square(setup, pitch_y, err);
    if (code != AIRY_OK)
        airy_error_prefix(err, "%s", airy_h5_path(h5));
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// A shot's photons: raw words through the calibration, or a pattern as it is.
#include "chain.h"

#include <stdlib.h>
#include <string.h>

void airy_loader_release(airy_loader *loader)
{
    free(loader->gain);
    free(loader->pedestal);
    airy_calibration_release(&loader->calibration);
    *loader = (airy_loader){0};
}

// Reads gain and pedestal unless they are there already.
static airy_code load_calibration(airy_loader *loader, const airy_shot_source *source,
                                  bool high_gain, airy_gain_unit unit, airy_error *err)
{
    if (loader->pedestal && strcmp(loader->gain, source->gain) == 0 &&
        strcmp(loader->pedestal, source->pedestal) == 0 && loader->high_gain == high_gain)
        return AIRY_OK;
    airy_loader_release(loader);
    airy_code code = airy_calibration_read(source->gain, source->pedestal, high_gain, unit,
                                           &loader->calibration, err);
    if (code != AIRY_OK)
        return code;
    loader->gain = airy_text_copy(source->gain);
    loader->pedestal = loader->gain ? airy_text_copy(source->pedestal) : NULL;
    loader->high_gain = high_gain;
    if (!loader->pedestal)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the names of files");
    return AIRY_OK;
}

// Words of the frame, modules stacked. *words is freed by the caller.
static airy_code read_words(airy_raw *raw, int frame, uint16_t **words, int *ny, airy_error *err)
{
    int rows, columns;
    airy_raw_shape(raw, &rows, &columns);
    if (rows % AIRY_MODULE_NY || columns % AIRY_MODULE_NX)
        return airy_error_set(err, AIRY_ESHAPE, "frames of %d x %d are no JUNGFRAU modules", rows,
                              columns);
    *ny = rows * (columns / AIRY_MODULE_NX);
    size_t n = (size_t)rows * (size_t)columns;
    *words = airy_memory_new(n, sizeof **words);
    uint16_t *tiles = airy_memory_new(n, sizeof *tiles);
    airy_code code = *words && tiles ? airy_raw_read(raw, frame, tiles, err)
                                     : airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    if (code == AIRY_OK && columns != AIRY_MODULE_NX)
        airy_jungfrau_restack(tiles, rows, columns, *words);
    else if (code == AIRY_OK)
        memcpy(*words, tiles, n * sizeof *tiles);
    airy_memory_free(tiles);
    return code;
}

// Regular modules: 8 of them two across, fewer in one column.
static airy_code assemble(const airy_pattern *data, int ny, airy_pattern *plane, airy_error *err)
{
    airy_geometry geometry = {0};
    int modules = ny / AIRY_MODULE_NY, across = modules == 8 ? 2 : 1;
    airy_code code = airy_geometry_grid(&geometry, modules / across, across, err);
    if (code == AIRY_OK)
        code = airy_geometry_plane(&geometry, plane, err);
    if (code == AIRY_OK)
        code = airy_geometry_assemble(&geometry, data, plane, err);
    airy_geometry_release(&geometry);
    return code;
}

static airy_code read_raw(airy_loader *loader, airy_raw *raw, const airy_shot_source *source,
                          const airy_series_options *options, airy_pattern *plane, airy_error *err)
{
    airy_pattern data = {0};
    airy_calibrate_options calibrate;
    airy_raw_facts facts;
    uint16_t *words = NULL;
    int ny = 0;
    airy_calibrate_options_defaults(&calibrate);
    airy_code code = airy_raw_frame_facts(raw, source->frame, &facts, err);
    if (code == AIRY_OK && !facts.good)
        code = airy_error_set(err, AIRY_EVALUE, "the frame is marked as lost or partial");
    calibrate.energy_ev =
        options->setup.energy_ev > 0 ? options->setup.energy_ev : facts.setup.energy_ev;
    calibrate.high_gain = facts.high_gain;
    if (code == AIRY_OK)
        code = airy_calibrate_options_check(&calibrate, err);
    if (code == AIRY_OK)
        code = load_calibration(loader, source, facts.high_gain, options->gain_unit, err);
    if (code == AIRY_OK)
        code = read_words(raw, source->frame, &words, &ny, err);
    if (code == AIRY_OK)
        code = airy_pattern_init(&data, ny, AIRY_MODULE_NX, err);
    if (code == AIRY_OK)
        code = airy_jungfrau_calibrate(words, ny, AIRY_MODULE_NX, &loader->calibration, &calibrate,
                                       &data, err);
    if (code == AIRY_OK) {
        airy_pattern_apply_mask(&data);
        code = assemble(&data, ny, plane, err);
        plane->setup.energy_ev = calibrate.energy_ev;
        plane->setup.distance_m = facts.setup.distance_m;
    }
    airy_memory_free(words);
    airy_pattern_release(&data);
    return code;
}

static airy_code add_mask(const char *spec, airy_pattern *pattern, airy_error *err)
{
    airy_mask mask = {0};
    airy_code code = airy_mask_read(spec, &mask, err);
    if (code == AIRY_OK)
        code = airy_mask_combine(&pattern->mask, &mask, err);
    if (code == AIRY_OK)
        airy_pattern_apply_mask(pattern);
    airy_mask_release(&mask);
    return code;
}

static airy_code read_pattern(const airy_shot_source *source, const airy_series_options *options,
                              airy_pattern *pattern, airy_error *err)
{
    airy_frames *frames = airy_frames_open(source->file, err);
    airy_code code = frames ? AIRY_OK : err ? err->code : AIRY_EIO;
    if (code == AIRY_OK) {
        airy_frames_know(frames, &options->setup);
        code = airy_frames_read(frames, source->frame, pattern, err);
    }
    airy_frames_close(frames);
    return code;
}

// Radii in nm need all three.
static airy_code need_beam(const airy_setup *setup, airy_error *err)
{
    const struct {
        const char *words, *option;
        double value;
    } rows[] = {{"the photon energy", "--energy", setup->energy_ev},
                {"the distance to the sample", "--distance", setup->distance_m},
                {"the size of its pixels", "--pixel", setup->pitch_m}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!(rows[i].value > 0))
            return airy_error_set(err, AIRY_EVALUE, "the file does not state %s: give it by %s",
                                  rows[i].words, rows[i].option);
    return AIRY_OK;
}

airy_code airy_loader_read(airy_loader *loader, const airy_shot_source *source,
                           const airy_series_options *options, airy_pattern *pattern,
                           airy_error *err)
{
    airy_code code = AIRY_OK;
    if (source->gain && source->pedestal) {
        airy_raw *raw = airy_raw_open(source->file, "auto", err);
        if (!raw)
            return err ? err->code : AIRY_EIO;
        code = read_raw(loader, raw, source, options, pattern, err);
        airy_raw_close(raw);
    } else {
        code = read_pattern(source, options, pattern, err);
    }
    if (code == AIRY_OK && source->mask)
        code = add_mask(source->mask, pattern, err);
    if (code == AIRY_OK) {
        airy_setup_know(&pattern->setup, &options->setup);
        code = airy_setup_check(&pattern->setup, err);
    }
    if (code == AIRY_OK)
        code = need_beam(&pattern->setup, err);
    return code == AIRY_OK ? code
                           : airy_error_prefix(err, "%s, frame %d", source->file, source->frame);
}

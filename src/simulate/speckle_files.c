// SPDX-License-Identifier: GPL-3.0-or-later
// Files of simulated speckle: frames or events, a map of regions, and the truth.
#include "speckle.h"
#include "simulate/products.h"

#include "airy/source.h"

#include <string.h>

typedef struct work {
    const airy_speckle_simulation *o;
    double period_s;
    bool sparse;
    float *px;
} work;

static airy_code write_frames(const void *what, const airy_simulation_output *output,
                              const char *path, airy_error *err)
{
    const work *w = what;
    airy_pattern frame = {.photons = {w->o->ny, w->o->nx, NULL}};
    airy_frames *out = w->sparse ? NULL : airy_frames_create(path, output->overwrite, err);
    size_t size = (size_t)w->o->ny * (size_t)w->o->nx;
    airy_code code = airy_mask_init(&frame.mask, w->o->ny, w->o->nx, err);
    airy_events_file *events = code == AIRY_OK && w->sparse
                                   ? airy_events_create(path, &frame.mask, output->overwrite, err)
                                   : NULL;
    if (code == AIRY_OK && !out && !events)
        code = airy_error_code(err, AIRY_EIO);
    for (int t = 0; code == AIRY_OK && t < w->o->frames; t++) {
        frame.photons.px = w->px + (size_t)t * size;
        code = events ? airy_events_append(events, &frame, true, err)
                      : airy_frames_append(out, &frame, err);
    }
    if (code == AIRY_OK)
        code = events ? airy_events_commit(events, NULL, w->period_s, output->history, err)
                      : airy_frames_commit(out, output->history, err);
    airy_events_close(events);
    airy_frames_close(out);
    airy_mask_release(&frame.mask);
    return code;
}

// All pixels are one region.
static airy_code write_map(const void *what, const airy_simulation_output *output, const char *path,
                           airy_error *err)
{
    const airy_speckle_simulation *o = ((const work *)what)->o;
    airy_pattern map = {0};
    airy_code code = airy_image_init(&map.photons, o->ny, o->nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&map.mask, o->ny, o->nx, err);
    for (int i = 0; code == AIRY_OK && i < o->ny * o->nx; i++)
        map.photons.px[i] = 1;
    if (code == AIRY_OK)
        code = airy_pattern_write(path, &map, output->history, output->overwrite, err);
    airy_pattern_release(&map);
    return code;
}

static airy_code add_truth(airy_table *table, const char *name, double value, const char *unit,
                           airy_error *err)
{
    airy_code code = airy_table_add(table, err);
    if (code == AIRY_OK)
        code = airy_table_put(table, table->rows - 1, "name", name, err);
    if (code == AIRY_OK)
        code = airy_table_put_double(table, table->rows - 1, "value", value, err);
    return code == AIRY_OK ? airy_table_put(table, table->rows - 1, "unit", unit, err) : code;
}

static airy_code write_truth(const void *what, const airy_simulation_output *output,
                             const char *path, airy_error *err)
{
    const work *w = what;
    const airy_speckle_simulation *o = w->o;
    const struct {
        const char *name;
        double value;
        const char *unit;
    } rows[] = {{"tau", o->tau * w->period_s, "s"},
                {"beta", o->beta, "-"},
                {"ageing", o->dynamics == AIRY_DYNAMICS_AGEING, "-"},
                {"mittag_leffler", o->dynamics == AIRY_DYNAMICS_ML, "-"},
                {"contrast", (1 + o->flat * o->flat) / o->modes, "-"},
                {"baseline", 1 + o->flat * o->flat, "-"},
                {"photons", o->photons, "per pixel and frame"},
                {"event", o->event * w->period_s, "s"},
                {"event_depth", 1 - (1 - o->fraction) * (1 - o->fraction), "-"}};
    airy_table table = {0};
    airy_code code = airy_table_init(&table, "name value unit", err);
    for (size_t i = 0; code == AIRY_OK && i < sizeof rows / sizeof rows[0]; i++)
        if (strncmp(rows[i].name, "event", 5) != 0 || o->event > 0)
            code = add_truth(&table, rows[i].name, rows[i].value, rows[i].unit, err);
    if (code == AIRY_OK)
        code = airy_product_table(output, path, &table, err);
    airy_table_release(&table);
    return code;
}

airy_code airy_speckle_simulation_write(const airy_speckle_simulation *options, double period_s,
                                        bool sparse, const airy_simulation_output *output,
                                        airy_error *err)
{
    const airy_product files[] = {{sparse ? "events.h5" : "frames.h5", write_frames},
                                  {"roi.h5", write_map},
                                  {"truth.tsv", write_truth}};
    work w = {.o = options, .period_s = period_s, .sparse = sparse};
    if (sparse && !options->poisson)
        return airy_error_set(err, AIRY_EARGUMENT, "events are whole photons: poisson is wanted");
    airy_code code = airy_simulate_speckle(options, &w.px, err);
    if (code == AIRY_OK)
        code = airy_products_write(files, sizeof files / sizeof files[0], &w, output, err);
    airy_memory_free(w.px);
    return code;
}

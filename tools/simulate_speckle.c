// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset speckle: frames of speckle that changes in a known way.
#include "airy/source.h"
#include "airy/simulate.h"
#include "commands.h"
#include "say.h"
#include "simulations.h"

#include <stdio.h>
#include <string.h>

typedef struct work {
    invocation *call;
    airy_speckle_simulation o;
    int preset, dynamics;
    bool sparse;
    double period_s;
    float *px;
    airy_history history;
} work;

static airy_code write_frames(const work *w, const char *path, airy_error *err)
{
    airy_pattern frame = {.photons = {w->o.ny, w->o.nx, NULL}};
    airy_frames *out = w->sparse ? NULL : airy_frames_create(path, w->call->overwrite, err);
    size_t size = (size_t)w->o.ny * (size_t)w->o.nx;
    airy_code code = airy_mask_init(&frame.mask, w->o.ny, w->o.nx, err);
    airy_events_file *events = code == AIRY_OK && w->sparse
                                   ? airy_events_create(path, &frame.mask, w->call->overwrite, err)
                                   : NULL;
    if (code == AIRY_OK && !out && !events)
        code = err->code;
    for (int t = 0; code == AIRY_OK && t < w->o.frames; t++) {
        frame.photons.px = w->px + (size_t)t * size;
        code = events ? airy_events_append(events, &frame, true, err)
                      : airy_frames_append(out, &frame, err);
    }
    if (code == AIRY_OK)
        code = events ? airy_events_commit(events, NULL, w->period_s, &w->history, err)
                      : airy_frames_commit(out, &w->history, err);
    airy_events_close(events);
    airy_frames_close(out);
    airy_mask_release(&frame.mask);
    return code;
}

// All pixels are one region.
static airy_code write_map(const work *w, const char *path, airy_error *err)
{
    airy_pattern map = {0};
    airy_code code = airy_image_init(&map.photons, w->o.ny, w->o.nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&map.mask, w->o.ny, w->o.nx, err);
    for (int i = 0; code == AIRY_OK && i < w->o.ny * w->o.nx; i++)
        map.photons.px[i] = 1;
    if (code == AIRY_OK)
        code = airy_pattern_write(path, &map, &w->history, w->call->overwrite, err);
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

static airy_code write_truth(const work *w, const char *path, airy_error *err)
{
    const airy_speckle_simulation *o = &w->o;
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
        code = airy_history_copy(&table.history, &w->history, err);
    if (code == AIRY_OK)
        code = airy_table_write(path, &table, w->call->overwrite, err);
    airy_table_release(&table);
    return code;
}

static airy_code write_all(const work *w, airy_error *err)
{
    const struct {
        const char *name;
        airy_code (*write)(const work *, const char *, airy_error *);
    } files[] = {{w->sparse ? "events.h5" : "frames.h5", write_frames},
                 {"roi.h5", write_map},
                 {"truth.tsv", write_truth}};
    airy_code code = airy_folder_make(w->call->output, err);
    for (int pass = 0; pass < 2; pass++) // first whether they may be written, then they are
        for (size_t i = 0; code == AIRY_OK && i < sizeof files / sizeof files[0]; i++) {
            airy_text path = {0};
            airy_text_append(&path, "%s/%s", w->call->output, files[i].name);
            if (pass == 0)
                code = airy_output_check(path.text, NULL, w->call->overwrite, err);
            else
                code = files[i].write(w, path.text, err);
            airy_text_release(&path);
        }
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    w->o.seed = w->call->seed;
    w->o.threads = w->call->threads;
    w->o.dynamics = (airy_dynamics)w->dynamics;
    airy_code code = airy_simulate_speckle(&w->o, &w->px, err);
    if (code == AIRY_OK)
        code = airy_call_record(&w->call->run, NULL, NULL, &w->history, err);
    if (code == AIRY_OK)
        code = write_all(w, err);
    if (code == AIRY_OK)
        say_note(w->call, "%d frames of %d x %d pixels written to %s", w->o.frames, w->o.ny,
                 w->o.nx, w->call->output);
    airy_memory_free(w->px);
    airy_history_release(&w->history);
    return code;
}

int simulate_speckle(invocation *call)
{
    work w = {.call = call, .period_s = 1, .preset = 1};
    airy_speckle_simulation *o = &w.o;
    airy_error err = {0};
    airy_speckle_simulation_defaults(o);
    const option table[] = {
        {"preset", OPTION_CHOICE, &w.preset, .choices = SIMULATE_PRESETS,
         .help = "speckle in pixels that know nothing of each other"},
        {"frames", OPTION_INT, &o->frames, .low = 2, .high = 1e7, .help = "one after another"},
        {"rows", OPTION_INT, &o->ny, .low = 1, .high = 8192, .help = "of pixels"},
        {"columns", OPTION_INT, &o->nx, .low = 1, .high = 8192, .help = "of pixels"},
        {"period", OPTION_DOUBLE, &w.period_s, .low = 1e-9, .high = 1e6, .unit = "s",
         .help = "from frame to frame, for the truth and for events"},
        {"dynamics", OPTION_CHOICE, &w.dynamics, .choices = "kww|ageing|ml",
         .help = "steady, of field correlation exp(-(t/tau)^beta), or ml: E_beta(-(t/tau)^beta); "
                 "or cells that are renewed after "
                 "Mittag-Leffler waits, ever more slowly"},
        {"tau", OPTION_DOUBLE, &o->tau, .low = 1e-3, .high = 1e9, .unit = "FRAMES",
         .help = "correlation time"},
        {"beta", OPTION_DOUBLE, &o->beta, .low = 0.01, .high = 2, .help = "its exponent"},
        {"modes", OPTION_INT, &o->modes, .low = 1, .high = 1000,
         .help = "speckles a pixel: the contrast is one over it"},
        {"cells", OPTION_INT, &o->cells, .low = 1, .high = 10000,
         .help = "that are renewed in a pixel that ages"},
        {"photons", OPTION_DOUBLE, &o->photons, .low = 1e-9, .high = 1e6,
         .help = "mean of a pixel and frame"},
        {"poisson", OPTION_FLAG, &o->poisson, .help = "whole photons"},
        {"flat-spread", OPTION_DOUBLE, &o->flat, .low = 0, .high = 0.3,
         .help = "relative standard deviation of the pixels' gains"},
        {"event", OPTION_INT, &o->event, .low = 0, .high = 1e7, .unit = "FRAME",
         .help = "first frame after a sudden change; 0 = none"},
        {"fraction", OPTION_DOUBLE, &o->fraction, .low = 0, .high = 1,
         .help = "of the field that the change replaces"},
        {"sparse", OPTION_FLAG, &w.sparse, .help = "events.h5 instead of frames.h5"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    if (w.sparse && !o->poisson)
        return options_wrong(call, "--sparse wants whole photons: not with --no-poisson");
    if (airy_speckle_simulation_check(o, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    return say_done(call, run(&w, &err), &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy simulate --preset scan: patterns over a scan and time with known maps.
#include "airy/source.h"
#include "airy/simulate.h"
#include "commands.h"
#include "say.h"
#include "simulations.h"

#include <stdio.h>

typedef struct work {
    invocation *call;
    airy_scan_simulation o;
    int preset;
    double period_s;
    float *patterns;
    airy_image tau, v;
    airy_history history;
} work;

static size_t values_of(const work *w)
{
    const airy_scan_simulation *o = &w->o;
    return (size_t)o->frames * (size_t)(o->ny * o->nx) * (size_t)(o->side * o->side);
}

// The numbers as they are: u2 of photons, f4 of intensities.
static airy_code write_patterns(const work *w, const char *path, airy_error *err)
{
    size_t n = values_of(w);
    if (!w->o.poisson)
        return airy_file_write_bytes(path, w->patterns, n * sizeof *w->patterns, w->call->overwrite,
                                     err);
    uint16_t *words = airy_memory_new(n, sizeof *words);
    if (!words)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu values", n);
    for (size_t i = 0; i < n; i++)
        words[i] = w->patterns[i] < UINT16_MAX ? (uint16_t)w->patterns[i] : UINT16_MAX;
    airy_code code = airy_file_write_bytes(path, words, n * sizeof *words, w->call->overwrite, err);
    airy_memory_free(words);
    return code;
}

static airy_code write_truth(const work *w, const char *path, airy_error *err)
{
    airy_image tau_s = {0};
    airy_h5 *h5 = airy_h5_create(path, w->call->overwrite, err);
    airy_code code = h5 ? airy_image_copy(&tau_s, &w->tau, err) : err->code;
    for (int i = 0; code == AIRY_OK && i < tau_s.ny * tau_s.nx; i++)
        tau_s.px[i] *= (float)w->period_s;
    if (code == AIRY_OK) {
        airy_h5_put_image(h5, "/entry/maps/tau_s", &tau_s, err);
        airy_h5_put_attribute_text(h5, "/entry/maps/tau_s", "units", "s", err);
        airy_h5_put_image(h5, "/entry/maps/v", &w->v, err);
        airy_h5_put_double(h5, "/entry/truth/spearman", w->o.spearman, err);
        code = airy_cxi_begin(h5, NULL, &w->history, err);
    }
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    airy_image_release(&tau_s);
    return code;
}

static airy_code write_all(const work *w, airy_error *err)
{
    airy_text data = {0}, truth = {0};
    airy_text_append(&data, "%s/scan.%s", w->call->output, w->o.poisson ? "u2" : "f4");
    airy_text_append(&truth, "%s/truth.h5", w->call->output);
    airy_code code = airy_folder_make(w->call->output, err);
    if (code == AIRY_OK)
        code = airy_output_check(data.text, truth.text, w->call->overwrite, err);
    if (code == AIRY_OK)
        code = write_patterns(w, data.text, err);
    if (code == AIRY_OK)
        code = write_truth(w, truth.text, err);
    if (code == AIRY_OK)
        printf("%s --shape %d,%d,%d,%d,%d --type %s\n", data.text, w->o.frames, w->o.ny, w->o.nx,
               w->o.side, w->o.side, w->o.poisson ? "u2" : "f4");
    airy_text_release(&data);
    airy_text_release(&truth);
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    w->o.seed = w->call->seed;
    w->o.threads = w->call->threads;
    airy_code code = airy_simulate_scan(&w->o, &w->patterns, &w->tau, &w->v, err);
    if (code == AIRY_OK)
        code = airy_call_record(&w->call->run, NULL, NULL, &w->history, err);
    if (code == AIRY_OK)
        code = write_all(w, err);
    airy_memory_free(w->patterns);
    airy_image_release(&w->tau);
    airy_image_release(&w->v);
    airy_history_release(&w->history);
    return code;
}

int simulate_scan(invocation *call)
{
    work w = {.call = call, .period_s = 1, .preset = 2};
    airy_scan_simulation *o = &w.o;
    airy_error err = {0};
    airy_scan_simulation_defaults(o);
    const option table[] = {
        {"preset", OPTION_CHOICE, &w.preset, .choices = SIMULATE_PRESETS,
         .help = "patterns over a scan and time, of known relaxation time and variance"},
        {"frames", OPTION_INT, &o->frames, .low = 4, .high = 1e6, .help = "one after another"},
        {"rows", OPTION_INT, &o->ny, .low = 1, .high = 4096, .help = "of places"},
        {"columns", OPTION_INT, &o->nx, .low = 1, .high = 4096, .help = "of places"},
        {"side", OPTION_INT, &o->side, .low = 4, .high = 4096, .unit = "pixels",
         .help = "of a pattern; a pixel and its Friedel mate are a speckle"},
        {"period", OPTION_DOUBLE, &w.period_s, .low = 1e-9, .high = 1e6, .unit = "s",
         .help = "from frame to frame, for the truth"},
        {"tau", OPTION_DOUBLE, &o->tau, .low = 1e-3, .high = 1e9, .unit = "FRAMES",
         .help = "relaxation time of the median place"},
        {"tau-spread", OPTION_DOUBLE, &o->tau_spread, .low = 0, .high = 3,
         .help = "standard deviation of its logarithm over the scan"},
        {"v", OPTION_DOUBLE, &o->v, .low = 1e-6, .high = 1,
         .help = "speckle variance of the median place, without shot noise"},
        {"v-spread", OPTION_DOUBLE, &o->v_spread, .low = 0, .high = 3,
         .help = "standard deviation of its logarithm over the scan"},
        {"spearman", OPTION_DOUBLE, &o->spearman, .low = -0.99, .high = 0.99,
         .help = "rank correlation of both"},
        {"smooth", OPTION_DOUBLE, &o->smooth, .low = 0, .high = 100, .unit = "steps",
         .help = "standard deviation of a blur of both maps"},
        {"photons", OPTION_DOUBLE, &o->photons, .low = 1e-6, .high = 60000,
         .help = "mean of a pixel and frame"},
        {"poisson", OPTION_FLAG, &o->poisson, .help = "whole photons"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 0, 0))
        return call->status;
    if (airy_scan_simulation_check(o, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    return say_done(call, run(&w, &err), &err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Which frames of a run saw a particle, as a table, and the mean of those that did not.
#include "airy/pattern.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct work {
    const airy_call *call;
    const airy_hits_step *step;
    airy_photons_options photons;
    airy_mask reasons; // of the mask file
    airy_table table;
    double *value; // one a frame: what decides
    int n;
    double threshold;
    bool parted; // there is a threshold
    airy_exposures *run;
} work;

const airy_option airy_hits_step_rows[] = {
    AIRY_OPTION(airy_hits_step, cut, "cut", .unit = "NUMBER|auto", .choices = "auto",
                .help = "a hit has more; auto = the gap between two groups of frames"),
    AIRY_OPTION(airy_hits_step, by_photons, "hits-by", .choices = "lit|photons",
                .help = "what is compared with it", .was = "by"),
    AIRY_OPTION(airy_hits_step, hit.lit, "lit", .low = 1e-3, .high = 1e6, .unit = "PHOTONS",
                .help = "a pixel is lit from this on"),
    AIRY_OPTION(airy_hits_step, hit.cell, "cell", .low = 2, .high = 1024, .unit = "PIXELS",
                .help = "side of the cells in which light and background are looked for"),
    AIRY_OPTION(airy_hits_step, mask, "mask", .unit = "FILE",
                .help = "further reasons to exclude pixels"),
    AIRY_OPTION(airy_hits_step, mean, "mean", .unit = "FILE",
                .help = "also write the mean of the frames without a hit"),
    {0},
};

void airy_hits_step_defaults(airy_hits_step *step)
{
    *step = (airy_hits_step){.cut = (double)NAN};
    airy_photons_defaults(&step->photons);
    airy_hit_options_defaults(&step->hit);
}

// ------------------------------------------------------------------ frame by frame

// A slot's part.
static void *make_hit(void *context)
{
    (void)context;
    return airy_memory_new(1, sizeof(airy_hit));
}

static void drop_hit(void *own)
{
    airy_memory_free(own);
}

static airy_code look(const airy_photons_frame *frame, void *own, void *context, airy_error *err)
{
    const work *w = context;
    airy_code code = airy_frames_combine_mask(w->step->mask, &w->reasons, frame->pattern, err);
    return code == AIRY_OK ? airy_pattern_hit(frame->pattern, &w->step->hit, own, err) : code;
}

static const airy_number of_hit[] = {
    AIRY_NUMBER(airy_hit, photons, "photons", "photons", "in the frame"),
    AIRY_NUMBER(airy_hit, lit, "lit", "pixels", "that saw light"),
    AIRY_NUMBER(airy_hit, radius, "radius", "pixels", "of the light"),
    AIRY_NUMBER(airy_hit, background, "background", "photons", "a pixel, away from the light"),
    AIRY_NUMBER(airy_hit, background_sd, "background_sd", "photons", "its spread over cells"),
    AIRY_NUMBER(airy_hit, measured, "measured", "pixels", "that were measured"),
};
static const airy_described hit_numbers = AIRY_DESCRIBED("hits.tsv", of_hit);

static airy_code add_row(work *w, const airy_photons_frame *frame, const airy_hit *hit,
                         airy_error *err)
{
    char pulse[32];
    int row = w->table.rows;
    airy_code code = airy_table_add(&w->table, err);
    if (code == AIRY_OK)
        code = airy_table_put(&w->table, row, "file", frame->spec, err);
    if (code == AIRY_OK)
        code = airy_table_put_double(&w->table, row, "frame", frame->index, err);
    snprintf(pulse, sizeof pulse, frame->pulse_id < 0 ? "nan" : "%lld", frame->pulse_id);
    if (code == AIRY_OK)
        code = airy_table_put(&w->table, row, "pulse", pulse, err);
    return code == AIRY_OK ? airy_described_put_row(&w->table, row, &hit_numbers, hit, err) : code;
}

static airy_code note(const airy_photons_frame *frame, void *own, void *context, airy_error *err)
{
    work *w = context;
    const airy_hit *hit = own;
    double *grown = realloc(w->value, ((size_t)w->n + 1) * sizeof *grown);
    if (!grown)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", w->n + 1);
    w->value = grown;
    w->value[w->n++] = hit->measured == 0    ? (double)NAN
                       : w->step->by_photons ? hit->photons
                                             : hit->lit;
    return add_row(w, frame, hit, err);
}

// ------------------------------------------------------------------ all frames

// A frame in which nothing was measured is no hit, whatever the threshold.
static bool is_hit(const work *w, int i)
{
    return !isnan(w->value[i]) && (!w->parted || w->value[i] > w->threshold);
}

static airy_code decide(work *w, airy_error *err)
{
    int hits = 0;
    airy_code code = AIRY_OK;
    w->threshold = w->step->cut;
    w->parted = !isnan(w->step->cut);
    if (!w->parted)
        code = airy_hit_threshold(w->value, w->n, &w->parted, &w->threshold, err);
    for (int i = 0; i < w->n && code == AIRY_OK; i++) {
        hits += is_hit(w, i);
        code = airy_table_put(&w->table, i, "hit", is_hit(w, i) ? "1" : "0", err);
        if (code == AIRY_OK)
            code = airy_table_put_double(&w->table, i, "threshold",
                                         w->parted ? w->threshold : (double)NAN, err);
    }
    const char *what = w->step->by_photons ? "photons" : "lit pixels";
    if (w->parted)
        airy_call_note(w->call, "%d of %d frames are hits: more than %.6g %s", hits, w->n,
                       w->threshold, what);
    else
        airy_call_warn(w->call,
                       "the frames' %s do not fall into two groups: all of them count as hits; "
                       "--cut parts them as you say",
                       what);
    return code;
}

static airy_code add_miss(airy_pattern *pattern, int i, void *context, airy_error *err)
{
    work *w = context;
    if (is_hit(w, i) || isnan(w->value[i]))
        return AIRY_OK;
    airy_code code = airy_frames_combine_mask(w->step->mask, &w->reasons, pattern, err);
    return code == AIRY_OK ? airy_exposures_add(w->run, pattern, err) : code;
}

// The frames are read once more: which ones belong to the mean is known only now.
static airy_code write_mean(work *w, const airy_history *history, airy_error *err)
{
    airy_pattern mean = {0};
    w->run = airy_exposures_new(err);
    airy_code code = w->run ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_photons_run(w->call, &w->photons, add_miss, w, NULL, NULL, err);
    if (code == AIRY_OK && airy_exposures_frames(w->run) == 0)
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s: every frame is a hit, there is none to take a mean of",
                              w->step->mean);
    if (code == AIRY_OK)
        code = airy_exposures_mean(w->run, 0.5, &mean, err);
    if (code == AIRY_OK)
        code = airy_pattern_write(w->step->mean, &mean, history, w->call->overwrite, err);
    if (code == AIRY_OK)
        airy_call_note(w->call, "mean of %d frames without a hit: %s",
                       airy_exposures_frames(w->run), w->step->mean);
    airy_pattern_release(&mean);
    airy_exposures_free(w->run);
    return code;
}

static airy_code find_hits(work *w, airy_error *err)
{
    static const airy_photons_stages stages = {
        .make = make_hit, .drop = drop_hit, .work = look, .store = note};
    const char *more[] = {w->step->mask, NULL};
    const airy_call *call = w->call;
    w->photons.more = more;
    airy_code code = airy_call_outputs(call, call->output, w->step->mean, err);
    if (code == AIRY_OK && w->step->mask)
        code = airy_frames_read_mask(w->call, w->step->mask, &w->reasons, err);
    if (code == AIRY_OK)
        code = airy_table_init(&w->table,
                               "file frame hit photons lit radius background background_sd "
                               "measured pulse threshold",
                               err);
    if (code == AIRY_OK)
        code = airy_photons_pipe(call, &w->photons, &stages, w, &w->table.history, NULL, err);
    if (code == AIRY_OK)
        code = decide(w, err);
    if (code == AIRY_OK && w->step->mean)
        code = write_mean(w, &w->table.history, err);
    if (code == AIRY_OK)
        code = airy_table_write(call->output, &w->table, call->overwrite, err);
    w->photons.more = NULL;
    return code;
}

airy_code airy_hits_run(const airy_call *call, const airy_hits_step *step, airy_error *err)
{
    work w = {.call = call, .step = step, .photons = step->photons};
    airy_code code = find_hits(&w, err);
    airy_mask_release(&w.reasons);
    airy_table_release(&w.table);
    free(w.value);
    return code;
}

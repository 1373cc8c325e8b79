// SPDX-License-Identifier: GPL-3.0-or-later
// airy hits: which frames of a run saw a particle, and what the others saw.
#include "airy/pattern.h"
#include "commands.h"
#include "photons.h"
#include "say.h"
#include "airy/source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BY_LIT, BY_PHOTONS };

typedef struct work {
    const invocation *call;
    airy_photons_options photons;
    airy_hit_options options;
    int by;
    const char *mask, *cut_text, *mean;
    airy_mask reasons; // of the mask file
    airy_table table;
    double *value; // one a frame: what decides
    int n;
    double threshold;
    bool parted; // there is a threshold
    airy_exposures *run;
} work;

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
    airy_code code = airy_frames_combine_mask(w->mask, &w->reasons, frame->pattern, err);
    return code == AIRY_OK ? airy_pattern_hit(frame->pattern, &w->options, own, err) : code;
}

static airy_code add_row(work *w, const airy_photons_frame *frame, const airy_hit *hit,
                         airy_error *err)
{
    const airy_frames_number numbers[] = {
        {"photons", hit->photons},
        {"lit", hit->lit},
        {"radius", hit->radius},
        {"background", hit->background},
        {"background_sd", hit->background_sd},
        {"measured", hit->measured},
    };
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
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers && code == AIRY_OK; k++)
        code = airy_table_put_double(&w->table, row, numbers[k].name, numbers[k].value, err);
    return code;
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
                       : w->by == BY_PHOTONS ? hit->photons
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
    if (w->parted) // given
        w->threshold = strtod(w->cut_text, NULL);
    else
        w->parted = airy_hit_threshold(w->value, w->n, &w->threshold);
    for (int i = 0; i < w->n && code == AIRY_OK; i++) {
        hits += is_hit(w, i);
        code = airy_table_put(&w->table, i, "hit", is_hit(w, i) ? "1" : "0", err);
        if (code == AIRY_OK)
            code = airy_table_put_double(&w->table, i, "threshold",
                                         w->parted ? w->threshold : (double)NAN, err);
    }
    const char *what = w->by == BY_PHOTONS ? "photons" : "lit pixels";
    if (w->parted)
        say_note(w->call, "%d of %d frames are hits: more than %.6g %s", hits, w->n, w->threshold,
                 what);
    else
        say_warning(w->call,
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
    airy_code code = airy_frames_combine_mask(w->mask, &w->reasons, pattern, err);
    return code == AIRY_OK ? airy_exposures_add(w->run, pattern, err) : code;
}

// The frames are read once more: which ones belong to the mean is known only now.
static airy_code write_mean(work *w, const airy_history *history, airy_error *err)
{
    airy_pattern mean = {0};
    w->run = airy_exposures_new(err);
    airy_code code = w->run ? AIRY_OK : err->code;
    if (code == AIRY_OK)
        code = airy_photons_run(&w->call->run, &w->photons, add_miss, w, NULL, NULL, err);
    if (code == AIRY_OK && airy_exposures_frames(w->run) == 0)
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s: every frame is a hit, there is none to take a mean of", w->mean);
    if (code == AIRY_OK)
        code = airy_exposures_mean(w->run, 0.5, &mean, err);
    if (code == AIRY_OK)
        code = airy_pattern_write(w->mean, &mean, history, w->call->overwrite, err);
    if (code == AIRY_OK)
        say_note(w->call, "mean of %d frames without a hit: %s", airy_exposures_frames(w->run),
                 w->mean);
    airy_pattern_release(&mean);
    airy_exposures_free(w->run);
    return code;
}

static airy_code find_hits(work *w, airy_error *err)
{
    static const airy_photons_stages stages = {
        .make = make_hit, .drop = drop_hit, .work = look, .store = note};
    const char *more[] = {w->mask, NULL};
    const invocation *call = w->call;
    w->photons.more = more;
    airy_code code = airy_call_outputs(&call->run, call->output, w->mean, err);
    if (code == AIRY_OK && w->mask)
        code = airy_frames_read_mask(&w->call->run, w->mask, &w->reasons, err);
    if (code == AIRY_OK)
        code = airy_table_init(&w->table,
                               "file frame hit photons lit radius background background_sd "
                               "measured pulse threshold",
                               err);
    if (code == AIRY_OK)
        code = airy_photons_pipe(&call->run, &w->photons, &stages, w, &w->table.history, NULL, err);
    if (code == AIRY_OK)
        code = decide(w, err);
    if (code == AIRY_OK && w->mean)
        code = write_mean(w, &w->table.history, err);
    if (code == AIRY_OK)
        code = airy_table_write(call->output, &w->table, call->overwrite, err);
    return code;
}

int cmd_hits(invocation *call)
{
    work w = {.call = call, .cut_text = "auto"};
    option rows[PHOTONS_ROWS];
    airy_photons_defaults(&w.photons);
    photons_rows(&w.photons, rows);
    airy_hit_options *o = &w.options;
    airy_hit_options_defaults(o);
    const option table[] = {
        {"cut", OPTION_TEXT, &w.cut_text, .unit = "NUMBER|auto",
         .help = "a hit has more; auto = the gap between two groups of frames"},
        {"by", OPTION_CHOICE, &w.by, .choices = "lit|photons", .help = "what is compared with it"},
        {"lit", OPTION_DOUBLE, &o->lit, .low = 1e-3, .high = 1e6, .unit = "PHOTONS",
         .help = "a pixel is lit from this on"},
        {"cell", OPTION_INT, &o->cell, .low = 2, .high = 1024, .unit = "PIXELS",
         .help = "side of the cells in which light and background are looked for"},
        {"mask", OPTION_TEXT, &w.mask, .unit = "FILE", .help = "further reasons to exclude pixels"},
        {"mean", OPTION_TEXT, &w.mean, .unit = "FILE",
         .help = "also write the mean of the frames without a hit"},
        {"calibration", OPTION_ROWS, .at = rows},
        {0},
    };
    if (!photons_parse(call, table, TAKES_OUTPUT, &w.photons))
        return call->status;
    double number = 0;
    w.parted = strcmp(w.cut_text, "auto") != 0;
    if (w.parted && airy_text_double(w.cut_text, &number, NULL) != AIRY_OK)
        return options_wrong(call, "--cut %s: a number or auto is wanted", w.cut_text);
    airy_error err = {0};
    airy_code code = find_hits(&w, &err);
    airy_mask_release(&w.reasons);
    airy_table_release(&w.table);
    free(w.value);
    return say_done(call, code, &err);
}

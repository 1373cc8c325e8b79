// SPDX-License-Identifier: GPL-3.0-or-later
// What the user says of detector frames, and how it is kept in the history.
#include "commands.h"
#include "photons.h"
#include "trail.h"

#include <stdlib.h>
#include <string.h>

void photons_defaults(photons_options *o)
{
    *o = (photons_options){.layout = "auto", .geometry = "grid"};
    airy_calibrate_options_defaults(&o->calibrate);
    o->calibrate.energy_ev = 0;
}

void photons_rows(photons_options *o, option rows[PHOTONS_ROWS])
{
    airy_calibrate_options *c = &o->calibrate;
    const option table[PHOTONS_ROWS] = {
        {"gain", OPTION_TEXT, &o->gain, .unit = "FILE",
         .help = "gains, 3 to 6 planes; or M0.bin,M1.bin,..."},
        {"gain-unit", OPTION_CHOICE, &o->gain_unit, .choices = "auto|keV|eV|12.4keV",
         .help = "gains are ADU per so much; auto = as the file says, or keV"},
        {"pedestal", OPTION_TEXT, &o->pedestal, .unit = "FILE",
         .help = "pedestals, their noise, and the pixel mask"},
        {"energy", OPTION_DOUBLE, &c->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "photon energy; 0 = as the file says"},
        {"layout", OPTION_TEXT, &o->layout, .unit = "NAME",
         .help = "how the facility stores frames; auto = recognise it"},
        {"geometry", OPTION_TEXT, &o->geometry, .unit = "FILE",
         .help = "CrystFEL .geom, psana .data, origins .tsv; grid = regular, none = stacked"},
        {"unit", OPTION_CHOICE, &o->unit, .choices = "auto|keV|photons",
         .help = "what calibrated frames hold; auto = as their layout says"},
        {"adu-per-photon", OPTION_DOUBLE, &o->adu_per_photon, .low = 0, .high = 1e6, .unit = "ADU",
         .help = "calibrated frames hold so many units a photon; 0 = as --unit says"},
        {"frames", OPTION_TEXT, &o->frames, .unit = "A:B|FILE",
         .help = "frames A to B - 1 alone, or those of a list, as `airy hits` writes it"},
        {"background", OPTION_TEXT, &o->background, .unit = "FILE",
         .help = "mean frame without particles (`airy hits --mean`): scaled to each and taken off"},
        {"distance", OPTION_DOUBLE, &o->distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to detector; 0 = as the file or geometry says"},
        {"pixel", OPTION_DOUBLE, &o->pitch_m, .low = 0, .high = 0.05, .unit = "m",
         .help = "side of a pixel; 0 = as the file or geometry says"},
        {"beam", OPTION_TEXT, &o->beam, .unit = "X,Y",
         .help = "where the beam hits the plane, pixels"},
        {"threshold", OPTION_DOUBLE, &c->threshold, .low = 0, .high = 1e6, .unit = "PHOTONS",
         .help = "less than this becomes 0; 0 = off"},
        {"round", OPTION_FLAG, &c->round, .help = "whole photons"},
        {"wide", OPTION_CHOICE, &o->wide, .choices = "mask|split|keep",
         .help = "pixels at chip borders that collect twice the light"},
        {"mask-edges", OPTION_FLAG, &c->mask_edges, .help = "mask the outermost pixels of modules"},
        {"common-mode", OPTION_FLAG, &c->common_mode,
         .help = "subtract the median of unlit pixels of each bank of 256 x 64"},
        {"common-mode-below", OPTION_DOUBLE, &c->common_mode_below, .low = 1e-3, .high = 1000,
         .unit = "keV", .help = "a pixel below this is unlit"},
        {"high-gain", OPTION_CHOICE, &o->high_gain, .choices = "auto|no|yes",
         .help = "HG0 mode: other gains, another saturation word"},
        {0},
    };
    memcpy(rows, table, sizeof table);
}

static bool parse_beam(photons_options *o)
{
    double xy[2];
    int n = 0;
    if (!o->beam)
        return true;
    o->has_beam = airy_text_doubles(o->beam, xy, 2, &n, NULL) == AIRY_OK && n == 2;
    o->beam_x = xy[0], o->beam_y = xy[1];
    return o->has_beam;
}

bool photons_parse(invocation *call, const option *table, int takes, photons_options *o)
{
    if (!options_parse(call, table, takes | TAKES_THREADS, 1, 64))
        return false;
    o->calibrate.wide = (airy_wide)o->wide;
    call->status = 0;
    int from, to;
    if (!frame_choice_is_list(o->frames) && !options_span(o->frames, &from, &to))
        call->status = options_wrong(
            call, "--frames %s: A:B with 0 <= A < B, or a list of frames, is wanted", o->frames);
    else if (!parse_beam(o))
        call->status = options_wrong(call, "--beam %s: two numbers X,Y are wanted", o->beam);
    return call->status == 0;
}

bool photons_are_frames(const invocation *call, const photons_options *o)
{
    if (o->gain || o->pedestal || o->frames || o->background || o->unit || o->adu_per_photon > 0 ||
        o->calibrate.energy_ev > 0 || o->distance_m > 0 || o->pitch_m > 0 || o->has_beam)
        return true;
    airy_raw *raw = airy_raw_open(call->inputs[0], o->layout, NULL);
    int ny = 0, nx = 0;
    if (raw)
        airy_raw_shape(raw, &ny, &nx);
    bool modules = raw && ny % AIRY_MODULE_NY == 0 && nx % AIRY_MODULE_NX == 0;
    bool words = modules && airy_raw_unit_of(raw) == AIRY_UNIT_WORDS;
    bool values = raw && (airy_raw_unit_of(raw) == AIRY_UNIT_PHOTONS ||
                          airy_raw_unit_of(raw) == AIRY_UNIT_KEV);
    airy_raw_close(raw);
    return words || values;
}

// ------------------------------------------------------------------ history

// The files that an output is made of beside the positional inputs.
typedef struct files {
    const char *own[3];                // options that have a history themselves
    const char *all[OPTION_TEXTS_MAX]; // ended by NULL, as `own` is
    char *gains;                       // the text that names of gain files stand in
} files;

static void list_files(const photons_options *o, files *f)
{
    int n = 0, n_own = 0;
    char *rest = NULL;
    *f = (files){.gains = o->gain ? airy_text_copy(o->gain) : NULL}; // one file, or several
    for (char *name = f->gains ? strtok_r(f->gains, ",", &rest) : NULL;
         name && n < OPTION_TEXTS_MAX / 2; name = strtok_r(NULL, ",", &rest))
        f->all[n++] = name;
    if (o->pedestal)
        f->all[n++] = o->pedestal;
    if (strcmp(o->geometry, "grid") != 0 && strcmp(o->geometry, "none") != 0)
        f->all[n++] = o->geometry;
    if (frame_choice_is_list(o->frames))
        f->own[n_own++] = o->frames;
    if (o->background)
        f->own[n_own++] = o->background;
    for (int i = 0; i < n_own; i++)
        f->all[n++] = f->own[i];
    for (int i = 0; o->more && o->more[i] && n < OPTION_TEXTS_MAX - 1; i++)
        f->all[n++] = o->more[i];
}

airy_code photons_hash(const invocation *call, const photons_options *o, const airy_progress *stop,
                       airy_text *inputs, airy_error *err)
{
    files f;
    list_files(o, &f);
    airy_code code = trail_hash(call, f.all, stop, inputs, err);
    free(f.gains);
    return code;
}

airy_code photons_history(const invocation *call, const photons_options *o, const airy_text *inputs,
                          airy_history *history, airy_error *err)
{
    files f;
    char *path = airy_spec_path(call->inputs[0], &(const char *){NULL});
    airy_code code = path ? airy_history_read_file(path, history, err) : AIRY_EMEMORY;
    free(path);
    list_files(o, &f);
    if (code != AIRY_OK && code != AIRY_EMEMORY) { // files of others have none
        airy_history_release(history);
        code = AIRY_OK;
    }
    if (code == AIRY_OK)
        code = trail_merge(o->more, history, err);
    if (code == AIRY_OK)
        code = trail_merge(f.own, history, err);
    if (code == AIRY_OK)
        code = trail_append_hashed(call, inputs, NULL, history, err);
    free(f.gains);
    return code;
}

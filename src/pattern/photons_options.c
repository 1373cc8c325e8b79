// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of detector frames, and how it is kept in the history.
#include "stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define APART 0.01 // between what is said of the experiment and what a file states

enum { FILES_MOST = 64 }; // an output is made of

static airy_code read_beam(void *of, const char *text, airy_error *err)
{
    airy_photons_options *o = of;
    double xy[2];
    if (!airy_text_pair(text, xy))
        return airy_error_set(err, AIRY_EARGUMENT, "two numbers X,Y are wanted");
    o->has_beam = true;
    o->beam_x = xy[0], o->beam_y = xy[1];
    return AIRY_OK;
}

static airy_code read_frames(void *of, const char *text, airy_error *err)
{
    int from, to;
    (void)of;
    return airy_frame_list_is_list(text) || airy_text_span(text, &from, &to)
               ? AIRY_OK
               : airy_error_set(err, AIRY_EARGUMENT,
                                "A:B with 0 <= A < B, or a list of frames, is wanted");
}

const airy_option airy_photons_rows[] = {
    AIRY_OPTION(airy_photons_options, gain, "gain", .unit = "FILE",
                .help = "gains, 3 to 6 planes; or M0.bin,M1.bin,..."),
    AIRY_OPTION(airy_photons_options, gain_unit, "gain-unit", .choices = "auto|keV|eV|12.4keV",
                .help = "gains are ADU per so much; auto = as the file says, or keV"),
    AIRY_OPTION(airy_photons_options, pedestal, "pedestal", .unit = "FILE",
                .help = "pedestals, their noise, and the pixel mask"),
    AIRY_OPTION(airy_photons_options, calibrate.energy_ev, "energy", .low = 0, .high = 1e6,
                .unit = "eV", .help = "photon energy; 0 = as the file says"),
    AIRY_OPTION(airy_photons_options, layout, "layout", .unit = "NAME",
                .help = "how the facility stores frames; auto = recognise it"),
    AIRY_OPTION(airy_photons_options, geometry, "geometry", .unit = "FILE",
                .help =
                    "CrystFEL .geom, psana .data, origins .tsv; grid = regular, none = stacked"),
    AIRY_OPTION(airy_photons_options, unit, "unit", .choices = "auto|keV|photons",
                .help = "what calibrated frames hold; auto = as their layout says"),
    AIRY_OPTION(airy_photons_options, adu_per_photon, "adu-per-photon", .low = 0, .high = 1e6,
                .unit = "ADU",
                .help = "calibrated frames hold so many units a photon; 0 = as --unit says"),
    AIRY_OPTION(airy_photons_options, frames, "frames", .unit = "A:B|FILE", .read = read_frames,
                .help = "frames A to B - 1 alone, or those of a list, as `airy hits` writes it"),
    AIRY_OPTION(
        airy_photons_options, background, "background", .unit = "FILE",
        .help = "mean frame without particles (`airy hits --mean`): scaled to each and taken off"),
    AIRY_OPTION(airy_photons_options, distance_m, "distance", .low = 0, .high = 1000, .unit = "m",
                .help = "sample to detector; 0 = as the file or geometry says"),
    AIRY_OPTION(airy_photons_options, pitch_m, "pixel", .low = 0, .high = 0.05, .unit = "m",
                .help = "side of a pixel; 0 = as the file or geometry says"),
    AIRY_OPTION(airy_photons_options, beam, "beam", .unit = "X,Y",
                .help = "where the beam hits the plane, pixels", .read = read_beam),
    AIRY_OPTION(airy_photons_options, calibrate.threshold, "threshold", .low = 0, .high = 1e6,
                .unit = "PHOTONS", .help = "less than this becomes 0; 0 = off"),
    AIRY_OPTION(airy_photons_options, calibrate.round, "round", .help = "whole photons"),
    AIRY_OPTION(airy_photons_options, calibrate.wide, "wide", .choices = "mask|split|keep",
                .help = "pixels at chip borders that collect twice the light"),
    AIRY_OPTION(airy_photons_options, calibrate.mask_edges, "mask-edges",
                .help = "mask the outermost pixels of modules"),
    AIRY_OPTION(airy_photons_options, calibrate.common_mode, "common-mode",
                .help = "subtract the median of unlit pixels of each bank of 256 x 64"),
    AIRY_OPTION(airy_photons_options, calibrate.common_mode_below, "common-mode-below", .low = 1e-3,
                .high = 1000, .unit = "keV", .help = "a pixel below this is unlit"),
    AIRY_OPTION(airy_photons_options, high_gain, "high-gain", .choices = "auto|no|yes",
                .help = "HG0 mode: other gains, another saturation word"),
    {0},
};

void airy_photons_defaults(airy_photons_options *o)
{
    *o = (airy_photons_options){.layout = "auto", .geometry = "grid"};
    airy_calibrate_options_defaults(&o->calibrate);
    o->calibrate.energy_ev = 0;
}

airy_code airy_photons_are_frames(const airy_call *call, const airy_photons_options *o,
                                  bool *frames, airy_error *err)
{
    airy_error why = {0}; // what cannot be opened so may be a pattern
    *frames = o->gain || o->pedestal || o->frames || o->background || o->unit ||
              o->adu_per_photon > 0 || o->calibrate.energy_ev > 0 || o->distance_m > 0 ||
              o->pitch_m > 0 || o->has_beam;
    if (*frames)
        return AIRY_OK;
    airy_raw *raw = airy_raw_open(call->inputs[0], o->layout, &why);
    if (why.code == AIRY_EMEMORY)
        return airy_error_set(err, why.code, "%s", why.message);
    int ny = 0, nx = 0;
    if (raw)
        airy_raw_shape(raw, &ny, &nx);
    bool modules = raw && ny % AIRY_MODULE_NY == 0 && nx % AIRY_MODULE_NX == 0;
    bool words = modules && airy_raw_unit_of(raw) == AIRY_UNIT_WORDS;
    bool values = raw && (airy_raw_unit_of(raw) == AIRY_UNIT_PHOTONS ||
                          airy_raw_unit_of(raw) == AIRY_UNIT_KEV);
    airy_raw_close(raw);
    *frames = words || values;
    return AIRY_OK;
}

// ------------------------------------------------------------------ history

// The files that an output is made of beside the positional inputs.
typedef struct files {
    const char *own[3];          // options that have a history themselves
    const char *all[FILES_MOST]; // ended by NULL, as `own` is
    char *gains;                 // the text that names of gain files stand in
} files;

static airy_code list_files(const airy_photons_options *o, files *f, airy_error *err)
{
    int n = 0, n_own = 0;
    char *rest = NULL;
    *f = (files){.gains = o->gain ? airy_text_copy(o->gain) : NULL}; // one file, or several
    for (char *name = f->gains ? strtok_r(f->gains, ",", &rest) : NULL; name && n < FILES_MOST / 2;
         name = strtok_r(NULL, ",", &rest))
        f->all[n++] = name;
    if (o->pedestal)
        f->all[n++] = o->pedestal;
    if (strcmp(o->geometry, "grid") != 0 && strcmp(o->geometry, "none") != 0)
        f->all[n++] = o->geometry;
    if (airy_frame_list_is_list(o->frames))
        f->own[n_own++] = o->frames;
    if (o->background)
        f->own[n_own++] = o->background;
    for (int i = 0; i < n_own; i++)
        f->all[n++] = f->own[i];
    for (int i = 0; o->more && o->more[i] && n < FILES_MOST - 1; i++)
        f->all[n++] = o->more[i];
    return f->gains || !o->gain
               ? AIRY_OK
               : airy_error_set(err, AIRY_EMEMORY, "no memory for the names of gain files");
}

airy_code airy_photons_hash(const airy_call *call, const airy_photons_options *o,
                            const airy_progress *stop, airy_text *inputs, airy_error *err)
{
    files f;
    airy_code code = list_files(o, &f, err);
    if (code == AIRY_OK)
        code = airy_call_hash(call, f.all, stop, inputs, err);
    free(f.gains);
    return code;
}

airy_code airy_photons_history(const airy_call *call, const airy_photons_options *o,
                               const airy_text *inputs, airy_history *history, airy_error *err)
{
    files f;
    airy_history_init(history);
    airy_code code = list_files(o, &f, err);
    if (code == AIRY_OK)
        code = airy_history_read_any(call->inputs[0], history, err);
    if (code == AIRY_OK)
        code = airy_histories_merge(o->more, history, err);
    if (code == AIRY_OK)
        code = airy_histories_merge(f.own, history, err);
    if (code == AIRY_OK)
        code = airy_call_record_hashed(call, inputs, NULL, history, err);
    free(f.gains);
    return code;
}

void airy_photons_question(const airy_call *call, const airy_photons_options *o,
                           const airy_setup *stated)
{
    const struct {
        const char *option, *unit;
        double told, stated;
    } rows[] = {{"energy", "eV", o->calibrate.energy_ev, stated->energy_ev},
                {"distance", "m", o->distance_m, stated->distance_m},
                {"pixel", "m", o->pitch_m, stated->pitch_m}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].told > 0 && rows[i].stated > 0 &&
            fabs(rows[i].told / rows[i].stated - 1) > APART)
            airy_call_warn(call, "--%s %.6g %s is used, although %s states %.6g %s", rows[i].option,
                           rows[i].told, rows[i].unit, call->inputs[0], rows[i].stated,
                           rows[i].unit);
}

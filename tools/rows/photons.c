// SPDX-License-Identifier: GPL-3.0-or-later
// What the user says of detector frames.
#include "photons.h"

#include "commands.h"

#include <string.h>

void photons_rows(airy_photons_options *o, option rows[PHOTONS_ROWS])
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
        {"beam", OPTION_TEXT, &o->setup, .unit = "X,Y",
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

static bool parse_beam(airy_photons_options *o)
{
    double xy[2] = {0};
    if (!o->setup)
        return true;
    o->has_beam = options_two(o->setup, xy);
    o->beam_x = xy[0], o->beam_y = xy[1];
    return o->has_beam;
}

bool photons_parse(invocation *call, const option *table, int takes, airy_photons_options *o)
{
    if (!options_parse(call, table, takes | TAKES_THREADS, 1, 64))
        return false;
    o->calibrate.wide = (airy_wide)o->wide;
    call->status = 0;
    int from, to;
    if (!airy_frame_list_is_list(o->frames) && !airy_text_span(o->frames, &from, &to))
        call->status = options_wrong(
            call, "--frames %s: A:B with 0 <= A < B, or a list of frames, is wanted", o->frames);
    else if (!parse_beam(o))
        call->status = options_wrong(call, "--beam %s: two numbers X,Y are wanted", o->setup);
    return call->status == 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Options of a phase problem made from a pattern.
#include "prepare.h"

#include <string.h>

int prepare_table(airy_prepare_options *p, option *table)
{
    const option rows[PREPARE_ROWS] = {
        {"frame", OPTION_INT, &p->frame, 0, 1e9, .help = "of the input"},
        {"mask", OPTION_TEXT, &p->mask, .unit = "FILE", .help = "further pixels to exclude"},
        {"merge", OPTION_FLAG, &p->merge, .help = "average Friedel mates (real densities)"},
        {"condense", OPTION_FLAG, &p->condense, .help = "condense what is not condensed"},
        {"size", OPTION_INT, &p->size, 0, AIRY_SIDE_MAX, .unit = "PIXELS",
         .help = "side after centering, even, 0 = largest good one"},
        {"score", OPTION_TEXT, &p->score, .unit = "FILE",
         .help = "uncondensed pattern on which the deviance is taken"},
        {"amplitude", OPTION_CHOICE, &p->amplitude, .choices = "sqrt|expected",
         .help = "square root of the photons, or what it is expected to be given their noise"},
        {"hold-out", OPTION_DOUBLE, &p->free_share, 0, 0.5,
         .help = "share of pixels held out; 0.05 for --rank free", .was = "free"},
        {"support", OPTION_TEXT, &p->support, .unit = "S",
         .help = "fit, auto, tri, circle:R, ellipse:A,B, rectangle:H,W, polygon:x,y,..., FILE"},
        {"margin", OPTION_DOUBLE, &p->margin, 0.5, 10, .help = "of fit over the fitted radius"},
        {"auto-threshold", OPTION_DOUBLE, &p->auto_threshold, 0.0001, 0.9,
         .help = "of the autocorrelation's maximum"},
        {"border", OPTION_DOUBLE, &p->border, 0, 4,
         .help = "side with the free border over that without, 0: 1.15 for --search photons"},
        {"complex", OPTION_FLAG, &p->complex_object,
         .help = "complex object: no merging, no positivity"},
    };
    memcpy(table, rows, sizeof rows);
    return PREPARE_ROWS;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// airy hits: which frames of a run saw a particle, and what the others saw.
#include "airy/pattern.h"
#include "commands.h"
#include "say.h"

#include <string.h>

int cmd_hits(invocation *call)
{
    airy_hits_step step;
    airy_error err = {0};
    const char *cut_text = "auto";
    int by = 0;
    airy_hits_step_defaults(&step);
    airy_hit_options *o = &step.hit;
    const option table[] = {
        {"cut", OPTION_TEXT, &cut_text, .unit = "NUMBER|auto",
         .help = "a hit has more; auto = the gap between two groups of frames"},
        {"hits-by", OPTION_CHOICE, &by, .choices = "lit|photons",
         .help = "what is compared with it", .was = "by"},
        {"lit", OPTION_DOUBLE, &o->lit, .low = 1e-3, .high = 1e6, .unit = "PHOTONS",
         .help = "a pixel is lit from this on"},
        {"cell", OPTION_INT, &o->cell, .low = 2, .high = 1024, .unit = "PIXELS",
         .help = "side of the cells in which light and background are looked for"},
        {"mask", OPTION_TEXT, &step.mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {"mean", OPTION_TEXT, &step.mean, .unit = "FILE",
         .help = "also write the mean of the frames without a hit"},
        {"calibration", OPTION_ROWS, &step.photons, .rows = airy_photons_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 64))
        return call->status;
    step.by_photons = by == 1;
    if (strcmp(cut_text, "auto") != 0 && airy_text_double(cut_text, &step.cut, NULL) != AIRY_OK)
        return options_wrong(call, "--cut %s: a number or auto is wanted", cut_text);
    return say_done(call, airy_hits_run(&call->run, &step, &err), &err);
}

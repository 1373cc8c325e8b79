// SPDX-License-Identifier: GPL-3.0-or-later
// airy correlate: how speckle changes with time, in regions of the detector.
#include "airy/speckle.h"
#include "commands.h"
#include "pose.h"
#include "results.h"

#include <stdio.h>
#include <string.h>

// What the command line says, in its own words.
typedef struct wishes {
    airy_correlate_step step;
    pose_words pose;
    const char *ring, *frames, *flat;
    int kernel, age, normalise;
} wishes;

static bool parse_flat(wishes *w)
{
    char rest;
    airy_correlate_options *o = &w->step.options;
    if (strcmp(w->flat, "none") == 0 || strcmp(w->flat, "mean") == 0) {
        o->flat = w->flat[0] == 'm' ? AIRY_FLAT_MEAN : AIRY_FLAT_NONE;
        return true;
    }
    o->flat = AIRY_FLAT_POLYNOMIAL;
    return strcmp(w->flat, "polynomial") == 0 ||
           sscanf(w->flat, "polynomial:%d%c", &o->degree, &rest) == 1;
}

// "A:B:N" or "A:B:N,SECTORS", 1/A.
static bool parse_rings(wishes *w)
{
    char rest;
    airy_bins_options *o = &w->step.rings;
    int found =
        sscanf(w->ring, "%lf:%lf:%d,%d%c", &o->low, &o->high, &o->rings, &o->sectors, &rest);
    return (found == 3 || found == 4) && o->low < o->high && o->low >= 0 && o->rings > 0 &&
           o->sectors > 0 && !strchr(w->ring, ' ');
}

static int interpret(const invocation *call, wishes *w)
{
    airy_error err = {0};
    airy_correlate_step *step = &w->step;
    airy_correlate_options *o = &step->options;
    o->kernel = (airy_kernel)w->kernel;
    o->by_mean = w->normalise == 1;
    o->drops = step->veto && strcmp(step->veto, "auto") == 0;
    step->findings.curve.middle = w->age == 1;
    step->ringed = w->ring != NULL;
    if (!parse_flat(w))
        return options_wrong(call, "--flat is none, mean, polynomial or polynomial:DEGREE");
    if (w->frames && !airy_text_span(w->frames, &step->from, &step->to))
        return options_wrong(call, "--frames %s: A:B with 0 <= A < B is wanted", w->frames);
    if (w->ring && !parse_rings(w))
        return options_wrong(call,
                             "--rings %s: A:B:N or A:B:N,SECTORS is wanted, A below B in "
                             "1/A",
                             w->ring);
    int wrong = pose_read(call, &w->pose, &step->pose);
    if (!wrong && airy_correlate_step_check(step, &err) != AIRY_OK)
        wrong = options_wrong(call, "%s", err.message);
    return wrong;
}

int cmd_correlate(invocation *call)
{
    wishes w = {.flat = "none"};
    airy_correlate_step *s = &w.step;
    airy_table rois = {0};
    airy_error err = {0};
    option rows[POSE_ROWS];
    airy_correlate_step_defaults(s);
    pose_rows(&s->pose, &w.pose, rows);
    option how[] = {
        {"regions", OPTION_TEXT, &s->regions, .unit = "A:B",
         .help = "regions A to B - 1, counted from 0, alone, kept beside the output for --resume"},
        {"resume", OPTION_FLAG, &s->resume,
         .help = "take regions that are kept, and keep those that are done"},
        {0},
    };
    const option table[] = {
        {"run", OPTION_HOW, .at = how},
        {"roi", OPTION_TEXT, &s->roi, .unit = "MAP",
         .help = "image of whole numbers: pixels of one number above 0 are a region"},
        {"rings", OPTION_TEXT, &w.ring, .unit = "A:B:N[,SECTORS]",
         .help = "N rings from A to B, 1/A, each cut into sectors"},
        {"pose", OPTION_ROWS, .at = rows},
        {"mask", OPTION_TEXT, &s->mask, .unit = "FILE", .help = "pixels that are left out"},
        {"frames", OPTION_TEXT, &w.frames, .unit = "A:B", .help = "frames A to B - 1 alone"},
        {"period", OPTION_DOUBLE, &s->findings.period_s, .low = 0, .high = 1e6, .unit = "s",
         .help = "from frame to frame; 0 = as the file says"},
        {"veto", OPTION_TEXT, &s->veto, .unit = "LIST|auto",
         .help = "frames to leave out: a table with a column frame, or those below half the "
                 "median intensity"},
        {"flat", OPTION_TEXT, &w.flat, .unit = "none|mean|polynomial:D",
         .help = "divide pixels by their mean, or by a polynomial of degree D through it"},
        {"normalise", OPTION_CHOICE, &w.normalise, .choices = "frame|mean",
         .help = "by each frame's own mean, or by that of all frames"},
        {"age", OPTION_CHOICE, &w.age, .choices = "first|middle",
         .help = "of a pair of frames: the earlier time, or the middle"},
        {"age-bin", OPTION_DOUBLE, &s->age_bin_s, .low = 0, .high = 1e9, .unit = "s",
         .help = "curves by age in bins of so long; 0 = all ages alone"},
        {"per-decade", OPTION_INT, &s->findings.curve.per_decade, .low = 0, .high = 100,
         .help = "delays a decade; 0 = as fine as they are known"},
        {"map", OPTION_INT, &s->options.map, .low = 2, .high = 4096,
         .help = "most cells a side of the two-time map"},
        {"kernel", OPTION_CHOICE, &w.kernel, .choices = "auto|dense|events|small",
         .help = "how products are made; all give the same sums"},
        {"every-lag", OPTION_FLAG, &s->options.every_lag,
         .help = "keep every delay, however many frames"},
        {"steps", OPTION_FLAG, &s->options.steps,
         .help = "look for sudden changes of the dynamics"},
        {"chance", OPTION_DOUBLE, &s->findings.chance, .low = 1e-6, .high = 1,
         .help = "most of a step that is told"},
        {"memory", OPTION_DOUBLE, &s->options.memory_mb, .low = 1, .high = 1e7, .unit = "MB",
         .help = "for what is summed and for photons"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 64))
        return call->status;
    int wrong = options_no_twins(call);
    if (!wrong)
        wrong = interpret(call, &w);
    if (wrong)
        return wrong;
    airy_code code = airy_correlate_step_run(&call->run, s, &rois, &err);
    return results_done(call, code, &rois, &err);
}

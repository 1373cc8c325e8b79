// SPDX-License-Identifier: GPL-3.0-or-later
// airy correlate: how speckle changes with time, in regions of the detector.
#include "airy/speckle.h"
#include "commands.h"
#include "results.h"

#include <string.h>

// What the command line says, in its own words.
typedef struct wishes {
    airy_correlate_step step;
    const char *ring, *frames, *flat;
} wishes;

static bool parse_flat(wishes *w)
{
    double degree = 0;
    airy_correlate_options *o = &w->step.options;
    if (strcmp(w->flat, "none") == 0 || strcmp(w->flat, "mean") == 0) {
        o->flat = w->flat[0] == 'm' ? AIRY_FLAT_MEAN : AIRY_FLAT_NONE;
        return true;
    }
    o->flat = AIRY_FLAT_POLYNOMIAL;
    if (strcmp(w->flat, "polynomial") == 0)
        return true;
    bool good = airy_text_is(w->flat, "polynomial:@", &degree);
    o->degree = (int)degree;
    return good;
}

// "A:B:N" or "A:B:N,SECTORS", 1/A.
static bool parse_rings(wishes *w)
{
    airy_bins_options *o = &w->step.rings;
    double ring[4] = {[3] = o->sectors};
    bool good = airy_text_is(w->ring, "*:*:@", ring) || airy_text_is(w->ring, "*:*:@,@", ring);
    o->low = ring[0], o->high = ring[1], o->rings = (int)ring[2], o->sectors = (int)ring[3];
    return good && o->low < o->high && o->low >= 0 && o->rings > 0 && o->sectors > 0 &&
           !strchr(w->ring, ' ');
}

static int interpret(const invocation *call, wishes *w)
{
    airy_error err = {0};
    airy_correlate_step *step = &w->step;
    airy_correlate_options *o = &step->options;
    o->drops = step->veto && strcmp(step->veto, "auto") == 0;
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
    return airy_options_check(airy_correlate_step_rows, step, &err) == AIRY_OK
               ? 0
               : options_wrong(call, "%s", err.message);
}

int cmd_correlate(invocation *call)
{
    wishes w = {.flat = "none"};
    airy_correlate_step *s = &w.step;
    airy_table rois = {0};
    airy_error err = {0};
    airy_correlate_step_defaults(s);
    option how[] = {
        {"regions", OPTION_TEXT, &s->regions, .unit = "A:B",
         .help = "regions A to B - 1, counted from 0, alone, kept beside the output for --resume"},
        {"resume", OPTION_FLAG, &s->resume,
         .help = "take regions that are kept, and keep those that are done"},
        {0},
    };
    const option table[] = {
        {"run", OPTION_HOW, .at = how},
        {"options", OPTION_ROWS, s, .rows = airy_correlate_step_rows},
        {"rings", OPTION_TEXT, &w.ring, .unit = "A:B:N[,SECTORS]",
         .help = "N rings from A to B, 1/A, each cut into sectors"},
        {"pose", OPTION_ROWS, &s->pose, .rows = airy_pose_rows},
        {"frames", OPTION_TEXT, &w.frames, .unit = "A:B", .help = "frames A to B - 1 alone"},
        {"flat", OPTION_TEXT, &w.flat, .unit = "none|mean|polynomial:D",
         .help = "divide pixels by their mean, or by a polynomial of degree D through it"},
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

// SPDX-License-Identifier: GPL-3.0-or-later
// airy scan: patterns over a scan and over time as maps.
#include "airy/scan.h"
#include "commands.h"
#include "results.h"

#include <string.h>

// What the command line says, in its own words.
typedef struct wishes {
    airy_scan_step step;
    const char *ring, *ring_v, *region, *fix, *beam;
    int halves;
} wishes;

// "A:B", A below B.
static bool read_ring(const char *text, double ring[2])
{
    int n;
    return airy_text_ranges(text, (double(*)[2])ring, 1, &n);
}

// "Y0:Y1,X0:X1".
static bool parse_region(wishes *w)
{
    double ends[4];
    airy_scan_plan *p = &w->step.plan;
    if (!w->region)
        return true;
    if (!airy_text_is(w->region, "@:@,@:@", ends))
        return false;
    p->from_y = (int)ends[0], p->to_y = (int)ends[1];
    p->from_x = (int)ends[2], p->to_x = (int)ends[3];
    return true;
}

// "gamma=1" or "none".
static bool parse_fix(wishes *w)
{
    w->step.plan.gamma_free = strcmp(w->fix, "none") == 0;
    return w->step.plan.gamma_free ||
           (airy_text_is(w->fix, "gamma=*", &w->step.plan.gamma) && w->step.plan.gamma > 0);
}

static bool parse_beam(wishes *w)
{
    double xy[2];
    if (!w->beam)
        return true;
    if (!airy_text_pair(w->beam, xy))
        return false;
    w->step.plan.center_x = xy[0], w->step.plan.center_y = xy[1];
    return true;
}

static int interpret(const invocation *call, wishes *w)
{
    airy_error err = {0};
    airy_scan_plan *p = &w->step.plan;
    if (!w->ring || !read_ring(w->ring, p->ring))
        return options_wrong(call, "--ring A:B is wanted, A below B: where tau is taken from");
    if (w->ring_v ? !read_ring(w->ring_v, p->ring_v) : !memcpy(p->ring_v, p->ring, sizeof p->ring))
        return options_wrong(call, "--ring-v %s: A:B is wanted, A below B", w->ring_v);
    if (!parse_region(w))
        return options_wrong(call, "--region %s: Y0:Y1,X0:X1 is wanted", w->region);
    if (!parse_fix(w))
        return options_wrong(call, "--fix %s: gamma=VALUE, or none, is wanted", w->fix);
    if (!parse_beam(w))
        return options_wrong(call, "--beam %s: two numbers X,Y are wanted", w->beam);
    if (airy_options_check(airy_scan_step_rows, &w->step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    return 0;
}

int cmd_scan(invocation *call)
{
    wishes w = {.fix = "gamma=1"};
    airy_scan_step *s = &w.step;
    airy_table summary = {0};
    airy_error err = {0};
    airy_scan_step_defaults(s);
    option how[] = {
        {"rows", OPTION_TEXT, &s->rows, .unit = "A:B",
         .help = "rows A to B - 1 of the places alone, kept beside the output for --resume"},
        {"resume", OPTION_FLAG, &s->resume,
         .help = "take rows that are kept, and keep those that are done"},
        {0},
    };
    const option table[] = {
        {"run", OPTION_HOW, .at = how},
        {"options", OPTION_ROWS, s, .rows = airy_scan_step_rows},
        {"beam", OPTION_TEXT, &w.beam, .unit = "X,Y",
         .help = "where the beam hits, pixels of the file; else the middle"},
        {"ring", OPTION_TEXT, &w.ring, .unit = "A:B", .help = "for tau, 1/nm"},
        {"ring-v", OPTION_TEXT, &w.ring_v, .unit = "A:B", .help = "for V; else that for tau"},
        {"region", OPTION_TEXT, &w.region, .unit = "Y0:Y1,X0:X1", .help = "places Y0 to Y1 - 1"},
        {"halves", OPTION_CHOICE, &w.halves, .choices = "azimuth",
         .help = "how pixels are split into two halves without shared noise"},
        {"fix", OPTION_TEXT, &w.fix, .unit = "gamma=VALUE|none", .help = "exponent of the decay"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 1))
        return call->status;
    int wrong = interpret(call, &w);
    if (wrong)
        return wrong;
    airy_code code = airy_scan_step_run(&call->run, s, &summary, &err);
    return results_done(call, code, &summary, &err);
}

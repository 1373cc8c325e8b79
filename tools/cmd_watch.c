// SPDX-License-Identifier: GPL-3.0-or-later
// airy watch: a run while it is being taken: hits, sizes, pictures, alarms, the list of good shots.
#include "airy/report.h"
#include "commands.h"
#include "say.h"

#include <string.h>

enum { JUDGES = 8 };
static void judge_rows(airy_tally_options *o, option rows[JUDGES])
{
    const option table[JUDGES] = {
        {"most-saturated", OPTION_DOUBLE, &o->most_saturated, .low = 0, .high = 1e9,
         .unit = "pixels",
         .help = "of a good hit; an alarm when a third of the last hits has more"},
        {"most-ring-chi2", OPTION_DOUBLE, &o->most_misfit, .low = 0, .high = 1e9,
         .help = "of a good hit; 0 = no limit"},
        {"most-double-hit", OPTION_DOUBLE, &o->most_second, .low = 0, .high = 10,
         .help = "fringes of a second particle in a good hit; 0 = no limit"},
        {"moved", OPTION_DOUBLE, &o->moved_px, .low = 0.1, .high = 1e4, .unit = "pixels",
         .help = "alarm: the beam is so far from where it was at first"},
        {"fell", OPTION_DOUBLE, &o->fell, .low = 0.01, .high = 1,
         .help = "alarm: the hit rate is this share of what it was"},
        {"rate-window", OPTION_INT, &o->window, .low = 10, .high = 1e6, .unit = "FRAMES",
         .help = "that the present hit rate is that of", .was = "window"},
        {0},
    };
    memcpy(rows, table, sizeof table);
}

static bool parse(invocation *call, airy_watch_step *w)
{
    int model = 0, by = 0;
    const char *cut_text = "auto";
    option judges[JUDGES];
    judge_rows(&w->judged, judges);
    const option table[] = {
        {"match", OPTION_TEXT, &w->match, .unit = "PATTERNS",
         .help = "names of the run's files in a folder"},
        {"cut", OPTION_TEXT, &cut_text, .unit = "NUMBER|auto",
         .help = "a hit has more; auto = the gap between two groups of frames"},
        {"hits-by", OPTION_CHOICE, &by, .choices = "lit|photons",
         .help = "what is compared with it", .was = "by"},
        {"pump-every", OPTION_INT, &w->pump_every, .low = 0, .high = 1e6,
         .help = "pulses whose number this divides are without the pump; 0 = not so"},
        {"pump-data", OPTION_TEXT, &w->pump_data, .unit = "/PATH",
         .help = "dataset with a number a frame, above 0.5 where the pump was on"},
        {"delay", OPTION_DOUBLE, &w->delay_ps, .low = -1e9, .high = 1e9, .unit = "ps",
         .help = "of the pumped frames, for good.tsv"},
        {"idle", OPTION_DOUBLE, &w->idle_s, .low = 0, .high = 1e6, .unit = "s",
         .help = "end when nothing new came for so long; 0 = at Ctrl-C or SIGTERM"},
        {"page-every", OPTION_DOUBLE, &w->page_s, .low = 0.1, .high = 3600, .unit = "s",
         .help = "how often the page is written"},
        {"most-behind", OPTION_INT, &w->behind_most, .low = 0, .high = 1e9, .unit = "FRAMES",
         .help = "hits are only counted while more are waiting; 0 = each gets center and size"},
        {"title", OPTION_TEXT, &w->title, .unit = "TEXT", .help = "heading of the page"},
        {"beamstop", OPTION_DOUBLE, &w->look.beamstop, .low = 0, .high = 1e4, .unit = "pixels",
         .help = "radius of the beam stop; 0 = its shadow is looked for"},
        {"factor", OPTION_INT, &w->look.factor, .low = 0, .high = 64, .unit = "pixels",
         .help = "side of the cells that center and size are found on; 0 = as the rings need"},
        {"model", OPTION_CHOICE, &model, .choices = "sphere|spheroid", .help = "what is fitted"},
        {"axis", OPTION_DOUBLE, &w->look.axis_deg, .low = -360, .high = 360, .unit = "degrees",
         .help = "of a spheroid, counter-clockwise from +x"},
        {"mask", OPTION_TEXT, &w->mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {"judged", OPTION_ROWS, .at = judges},
        {"calibration", OPTION_ROWS, &w->photons, .rows = airy_photons_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 64))
        return false;
    w->look.spheroid = model == 1;
    w->judged.by_photons = by == 1;
    bool cut = strcmp(cut_text, "auto") != 0;
    if (call->n_inputs != 1)
        call->status = options_wrong(call, "one file or folder is watched, not %d", call->n_inputs);
    else if (w->photons.frames)
        call->status = options_wrong(call, "--frames: every frame of a run is watched");
    else if (cut && airy_text_double(cut_text, &w->judged.cut, NULL) != AIRY_OK)
        call->status = options_wrong(call, "--cut %s: a number or auto is wanted", cut_text);
    return call->status == 0;
}

int cmd_watch(invocation *call)
{
    airy_watch_step step;
    airy_error err = {0};
    airy_watch_step_defaults(&step);
    if (!parse(call, &step))
        return call->status;
    return say_done(call, airy_watch_run(&call->run, &step, &err), &err);
}

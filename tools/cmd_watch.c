// SPDX-License-Identifier: GPL-3.0-or-later
// airy watch: a run while it is being taken: hits, sizes, pictures, alarms, the list of good shots.
#include "airy/report.h"
#include "commands.h"
#include "say.h"

static bool parse(invocation *call, airy_watch_step *w)
{
    const option table[] = {
        {"options", OPTION_ROWS, w, .rows = airy_watch_step_rows},
        {"look", OPTION_ROWS, &w->look, .rows = airy_look_rows},
        {"judged", OPTION_ROWS, &w->judged, .rows = airy_tally_rows},
        {"calibration", OPTION_ROWS, &w->photons, .rows = airy_photons_rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 64))
        return false;
    if (call->n_inputs != 1)
        call->status = options_wrong(call, "one file or folder is watched, not %d", call->n_inputs);
    else if (w->photons.frames)
        call->status = options_wrong(call, "--frames: every frame of a run is watched");
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

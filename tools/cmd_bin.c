// SPDX-License-Identifier: GPL-3.0-or-later
// airy bin: n x n sums that know what was measured; raw words are calibrated on the way.
#include "airy/pattern.h"
#include "commands.h"
#include "frames.h"
#include "photons.h"
#include "say.h"

struct work {
    const invocation *call;
    airy_bin_options options;
    photons_options photons;
    const char *mask;
    airy_frames *out; // for raw words
};

static airy_code bin_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    airy_bin_result did;
    airy_pattern binned = {0};
    airy_code code = frames_add_mask(work->mask, pattern, err);
    if (code == AIRY_OK)
        code = airy_pattern_bin(pattern, &work->options, &binned, &did, err);
    if (code != AIRY_OK)
        return code;
    say_note(work->call,
             "frame %d: %d x %d to %d x %d, first cell at row %d column %d, %d rows and %d columns "
             "dropped; %.6g photons in measured pixels, %.6g after",
             frame, pattern->photons.ny, pattern->photons.nx, binned.photons.ny, binned.photons.nx,
             did.origin_y, did.origin_x, did.dropped_y, did.dropped_x, did.photons_in,
             did.photons_out);
    airy_pattern_release(pattern);
    *pattern = binned;
    return AIRY_OK;
}

static airy_code bin_raw_frame(airy_pattern *pattern, int i, void *context, airy_error *err)
{
    struct work *work = context;
    airy_code code = bin_frame(pattern, i, context, err);
    return code == AIRY_OK ? airy_frames_append(work->out, pattern, err) : code;
}

// Calibration and binning in one go: what `calibrate` and then `bin` give, without the file
// between.
static airy_code bin_raw(struct work *work, const char *const *more, airy_error *err)
{
    const invocation *call = work->call;
    airy_history history = {0};
    work->out = airy_frames_create(call->output, call->overwrite, err);
    airy_code code = work->out ? AIRY_OK : err->code;
    if (code == AIRY_OK)
        code = photons_run(call, &work->photons, bin_raw_frame, work, NULL, err);
    if (code == AIRY_OK)
        code = photons_history(call, &work->photons, more, &history, err);
    if (code == AIRY_OK)
        code = airy_frames_commit(work->out, &history, err);
    airy_history_release(&history);
    airy_frames_close(work->out);
    return code;
}

int cmd_bin(invocation *call)
{
    struct work work = {.call = call};
    option rows[PHOTONS_ROWS];
    photons_defaults(&work.photons);
    photons_rows(&work.photons, rows);
    airy_bin_options *bin = &work.options;
    airy_bin_options_defaults(bin);
    const option table[] = {
        {"factor", OPTION_INT, &bin->factor, .low = 1, .high = 64, .unit = "PIXELS",
         .help = "side of a cell"},
        {"mask", OPTION_TEXT, &work.mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {"coverage", OPTION_DOUBLE, &bin->coverage, .low = 0, .high = 1, .unit = "SHARE",
         .help = "least valid share of a cell"},
        {"align-center", OPTION_FLAG, &bin->align_center,
         .help = "begin where a known centre comes nearest to the middle of a cell"},
        {"origin-y", OPTION_INT, &bin->origin_y, .low = 0, .high = 63, .unit = "PIXELS",
         .help = "first row, when there is no centre to align"},
        {"origin-x", OPTION_INT, &bin->origin_x, .low = 0, .high = 63, .unit = "PIXELS",
         .help = "first column, likewise"},
        {"calibration", OPTION_ROWS, .at = rows},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT, 1, 64) || !photons_check(call, &work.photons))
        return call->status;
    airy_error err = {0};
    if (airy_bin_options_check(bin, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    const char *more[] = {work.mask, NULL};
    if (photons_are_raw(call, &work.photons))
        return say_done(call, bin_raw(&work, more, &err), &err);
    if (call->n_inputs > 1)
        return options_wrong(call, "'%s' is one input too many", call->inputs[1]);
    return say_done(call, frames_run(call, more, bin_frame, &work, &err), &err);
}

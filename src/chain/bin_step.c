// SPDX-License-Identifier: GPL-3.0-or-later
// The step `bin`: n x n sums that know what was measured; raw words are calibrated on the way.
#include "airy/chain.h"

struct work {
    const airy_call *call;
    airy_bin_options options;
    airy_photons_options photons;
    const char *mask;
    airy_mask reasons; // of the mask file, once it was read
    airy_frames *out;  // for raw words
    airy_raw_bins *bins;
    airy_bin_found *found; // NULL: nobody wants to know
};

static airy_code need_mask(struct work *work, airy_error *err)
{
    return work->mask && !work->reasons.bits
               ? airy_frames_read_mask(work->call, work->mask, &work->reasons, err)
               : AIRY_OK;
}

static airy_code mask_pattern(struct work *work, airy_pattern *pattern, airy_error *err)
{
    airy_code code = need_mask(work, err);
    return code == AIRY_OK ? airy_frames_combine_mask(work->mask, &work->reasons, pattern, err)
                           : code;
}

static void say_bins(const struct work *work, int frame, const airy_pattern *binned,
                     const airy_bin_result *did)
{
    int n = work->options.factor, ny = binned->photons.ny, nx = binned->photons.nx;
    airy_call_note(
        work->call,
        "frame %d: %d x %d to %d x %d, first cell at row %d column %d, %d rows and %d columns "
        "dropped; %.6g photons in measured pixels, %.6g after",
        frame, ny * n + did->dropped_y, nx * n + did->dropped_x, ny, nx, did->origin_y,
        did->origin_x, did->dropped_y, did->dropped_x, did->photons_in, did->photons_out);
}

// A frame without light is lost, or its mask is wrong: it goes on, but not unsaid.
static void question(const struct work *work, int frame, int measured)
{
    if (measured == 0)
        airy_call_warn(work->call, "frame %d: not one cell of it is measured", frame);
}

static airy_code bin_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    airy_bin_result did;
    airy_pattern binned = {0};
    airy_photons_know(&work->photons, pattern);
    if (work->found)
        work->found->saturated = airy_mask_count(&pattern->mask, AIRY_MASK_SATURATED);
    airy_code code = mask_pattern(work, pattern, err);
    if (code == AIRY_OK)
        code = airy_pattern_bin(pattern, &work->options, &binned, &did, err);
    if (code != AIRY_OK)
        return code;
    say_bins(work, frame, &binned, &did);
    question(work, frame, airy_pattern_measured(&binned));
    airy_pattern_release(pattern);
    *pattern = binned;
    return AIRY_OK;
}

// ------------------------------------------------------------------ raw words

// A slot's part.
typedef struct binning {
    airy_raw_bins_work *row;
    airy_pattern binned;
    airy_bin_result did;
    int measured;  // cells
    int saturated; // pixels, where the frame was looked at
    airy_packed_frame *packed;
} binning;

static void drop_binning(void *own)
{
    binning *b = own;
    airy_raw_bins_work_free(b->row);
    airy_pattern_release(&b->binned);
    airy_packed_frame_free(b->packed);
    airy_memory_free(b);
}

static void *make_binning(void *context)
{
    const struct work *work = context;
    binning *b = airy_memory_new(1, sizeof *b);
    if (!b)
        return NULL;
    b->packed = airy_packed_frame_new(NULL);
    b->row = work->bins ? airy_raw_bins_work_new(work->bins, NULL) : NULL;
    bool good = b->packed && (b->row || !work->bins);
    if (good && (!work->bins || airy_raw_bins_plane(work->bins, &b->binned, NULL) == AIRY_OK))
        return b;
    drop_binning(b);
    return NULL;
}

static airy_code begin(airy_calibrator *calibrator, const airy_pattern *facts, void *context,
                       airy_error *err)
{
    struct work *work = context;
    airy_code code = need_mask(work, err);
    if (code != AIRY_OK || !calibrator)
        return code;
    if (work->mask && airy_calibrator_mask(calibrator, &work->reasons, err) != AIRY_OK)
        return airy_error_prefix(err, "%s", work->mask);
    work->bins = airy_raw_bins_new(calibrator, &work->options, facts, err);
    return work->bins ? AIRY_OK : airy_error_code(err, AIRY_EIO);
}

// The photon sums are for people, who may not want them.
static airy_code bin_words(const airy_photons_frame *frame, void *own, void *context,
                           airy_error *err)
{
    struct work *work = context;
    binning *b = own;
    airy_code code = AIRY_OK;
    if (frame->words) {
        airy_raw_bins_frame(work->bins, b->row, frame->words, frame->lost, &b->binned,
                            work->call->quiet ? NULL : &b->did);
    } else {
        airy_pattern_release(&b->binned);
        b->saturated = airy_mask_count(&frame->pattern->mask, AIRY_MASK_SATURATED);
        code = mask_pattern(work, frame->pattern, err);
        if (code == AIRY_OK)
            code = airy_pattern_bin(frame->pattern, &work->options, &b->binned, &b->did, err);
    }
    if (code != AIRY_OK)
        return code;
    b->measured = airy_pattern_measured(&b->binned);
    return airy_frames_pack(b->packed, &b->binned, err);
}

static airy_code write_bins(const airy_photons_frame *frame, void *own, void *context,
                            airy_error *err)
{
    const struct work *work = context;
    binning *b = own;
    airy_code code = airy_frames_append_packed(work->out, b->packed, err);
    if (code == AIRY_OK)
        say_bins(work, frame->number, &b->binned, &b->did);
    if (code == AIRY_OK)
        question(work, frame->number, b->measured);
    if (work->found)
        work->found->saturated = b->saturated;
    return code;
}

// Calibration and binning in one go: what `calibrate` and then `bin` give, without the file
// between.
static airy_code bin_raw(struct work *work, airy_error *err)
{
    airy_photons_stages stages = {.begin = begin,
                                  .make = make_binning,
                                  .drop = drop_binning,
                                  .work = bin_words,
                                  .store = write_bins,
                                  .words = true};
    const airy_call *call = work->call;
    airy_history history = {0};
    stages.words = !work->found; // else the frame itself is looked at
    work->out = airy_frames_create(call->output, call->overwrite, err);
    airy_code code = work->out ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_photons_pipe(call, &work->photons, &stages, work, &history, NULL, err);
    if (code == AIRY_OK)
        code = airy_frames_commit(work->out, &history, err);
    airy_history_release(&history);
    airy_frames_close(work->out);
    airy_raw_bins_free(work->bins);
    return code;
}

void airy_bin_step_defaults(airy_bin_step *step)
{
    *step = (airy_bin_step){.frame = -1};
    airy_bin_options_defaults(&step->options);
    airy_photons_defaults(&step->photons);
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_bin_step *step = of;
    return airy_bin_options_check(&step->options, err);
}

const airy_option airy_bin_step_rows[] = {
    AIRY_OPTION(airy_bin_step, options.factor, "factor", .low = 1, .high = 64, .unit = "PIXELS",
                .help = "side of a cell"),
    AIRY_OPTION(airy_bin_step, mask, "mask", .unit = "FILE",
                .help = "further reasons to exclude pixels"),
    AIRY_OPTION(airy_bin_step, options.coverage, "coverage", .low = 0, .high = 1, .unit = "SHARE",
                .help = "least valid share of a cell"),
    AIRY_OPTION(airy_bin_step, options.align_center, "align-center",
                .help = "begin where a known center comes nearest to the middle of a cell"),
    AIRY_OPTION(airy_bin_step, options.origin_y, "origin-y", .low = 0, .high = 63, .unit = "PIXELS",
                .help = "first row, when there is no center to align"),
    AIRY_OPTION(airy_bin_step, options.origin_x, "origin-x", .low = 0, .high = 63, .unit = "PIXELS",
                .help = "first column, likewise"),
    AIRY_OPTION(airy_bin_step, frame, "frame", .low = -1, .high = 1e9,
                .help = "this one of a file of patterns alone; -1 = all"),
    {.check = check},
};

airy_code airy_bin_step_run(const airy_call *call, const airy_bin_step *step, airy_bin_found *found,
                            airy_error *err)
{
    struct work work = {.call = call,
                        .options = step->options,
                        .photons = step->photons,
                        .mask = step->mask,
                        .found = found};
    const char *more[] = {step->mask, NULL};
    work.photons.more = more;
    const airy_frames_job job = {.change = bin_frame,
                                 .single = step->frame >= 0,
                                 .frame = step->frame,
                                 .context = &work,
                                 .more = more};
    bool frames = false;
    airy_code code = AIRY_OK;
    if (step->frame < 0)
        code = airy_photons_are_frames(call, &work.photons, &frames, err);
    if (code == AIRY_OK && !frames && call->n_inputs > 1)
        code = airy_error_set(err, AIRY_EARGUMENT, "'%s' is one input too many", call->inputs[1]);
    if (code == AIRY_OK)
        code = frames ? bin_raw(&work, err) : airy_frames_run(call, &job, err);
    airy_mask_release(&work.reasons);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns and images from one file format to another; the names tell the formats.
#include "airy/pattern.h"

#include <string.h>

// Everything of one run.
struct work {
    const airy_call *call;
    const airy_convert_step *step;
    const char *from, *to;
    airy_frames *in;
    airy_history history;
    bool real;
    double pitch_m;
};

void airy_convert_step_defaults(airy_convert_step *step)
{
    *step = (airy_convert_step){.to = INT32_MAX};
}

// One frame; formats without a place for real space get the object's pixel size as their own.
static airy_code write_one(struct work *work, int frame, airy_error *err)
{
    airy_pattern pattern;
    airy_code code = airy_frames_read(work->in, frame, &pattern, err);
    if (code != AIRY_OK)
        return code;
    if (work->real)
        pattern.setup.pitch_m = work->pitch_m;
    code = airy_pattern_write(work->to, &pattern, &work->history, work->call->overwrite, err);
    airy_pattern_release(&pattern);
    return code;
}

static airy_code write_patterns(struct work *work, int first, int n, airy_error *err)
{
    airy_frames *out = airy_frames_create(work->to, work->call->overwrite, err);
    airy_code code = out ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    for (int i = first; code == AIRY_OK && i < first + n; i++) {
        airy_pattern pattern;
        code = airy_frames_read(work->in, i, &pattern, err);
        if (code == AIRY_OK)
            code = airy_frames_append(out, &pattern, err);
        airy_pattern_release(&pattern);
    }
    if (code == AIRY_OK)
        code = airy_frames_commit(out, &work->history, err);
    airy_frames_close(out);
    return code;
}

static airy_code read_images(struct work *work, int first, airy_stack *images, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < images->n; i++) {
        airy_pattern one;
        code = airy_frames_read(work->in, first + i, &one, err);
        if (code == AIRY_OK && i == 0)
            code = airy_stack_init(images, images->n, one.photons.ny, one.photons.nx, err);
        if (code == AIRY_OK) {
            airy_image to = airy_stack_image(images, i);
            memcpy(to.px, one.photons.px, sizeof *to.px * (size_t)to.ny * (size_t)to.nx);
        }
        airy_pattern_release(&one);
    }
    return code;
}

static airy_code write_images(struct work *work, int first, int n, airy_error *err)
{
    airy_stack images = {.n = n};
    airy_setup setup = {0};
    airy_code code = read_images(work, first, &images, err);
    if (code == AIRY_OK)
        code = airy_setup_read(airy_frames_h5(work->in), &setup, err);
    airy_h5 *h5 = code == AIRY_OK ? airy_h5_create(work->to, work->call->overwrite, err) : NULL;
    if (code == AIRY_OK && !h5)
        code = airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK) {
        airy_cxi_begin(h5, &setup, &work->history, err);
        airy_cxi_put_images(h5, &images, work->pitch_m, err);
        code = airy_h5_commit(h5, err);
    }
    airy_h5_close(h5);
    airy_stack_release(&images);
    return code;
}

static airy_code write_events(struct work *work, int first, int n, airy_error *err)
{
    airy_events_file *out = NULL;
    airy_pattern frame = {0};
    airy_setup beam = {0};
    airy_code code = AIRY_OK;
    const airy_progress *progress = work->call->progress;
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        code = airy_frames_read(work->in, first + i, &frame, err);
        if (code == AIRY_OK && i == 0) {
            beam = frame.setup;
            out = airy_events_create(work->to, &frame.mask, work->call->overwrite, err);
            code = out ? AIRY_OK : airy_error_code(err, AIRY_EIO);
        }
        if (code == AIRY_OK)
            code = airy_events_append(out, &frame, airy_pattern_measured(&frame) > 0, err);
        airy_pattern_release(&frame);
        airy_progress_report(progress, i + 1, n, "frames");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d frames", i + 1, n);
    }
    if (code == AIRY_OK)
        code = airy_events_commit(out, &beam, work->step->period_s, &work->history, err);
    airy_events_close(out);
    return code;
}

static airy_code write_output(struct work *work, airy_error *err)
{
    int n = airy_frames_count(work->in), from = work->step->from;
    int to = work->step->to == INT32_MAX ? n : work->step->to, wanted = to - from;
    if (from >= n || to > n)
        return airy_error_set(err, AIRY_EARGUMENT, "%s has no frame %d, it holds 0 to %d",
                              work->from, from >= n ? from : to - 1, n - 1);
    if (work->step->sparse)
        return write_events(work, from, wanted, err);
    if (airy_kind_of_name(work->to) == AIRY_KIND_HDF5)
        return work->real ? write_images(work, from, wanted, err)
                          : write_patterns(work, from, wanted, err);
    if (wanted > 1)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s holds %d frames and %s can hold one; choose with --frame",
                              work->from, n, work->to);
    return write_one(work, from, err);
}

static airy_code run(struct work *work, airy_error *err)
{
    airy_code code = airy_call_outputs(work->call, work->to, NULL, err);
    if (code != AIRY_OK)
        return code;
    work->in = airy_frames_open(work->from, err);
    if (!work->in)
        return airy_error_code(err, AIRY_EIO);
    work->real = airy_frames_real(work->in, &work->pitch_m);
    code = airy_frames_history(work->in, &work->history, err);
    if (code == AIRY_OK)
        code = airy_call_record(work->call, NULL, NULL, &work->history, err);
    if (code == AIRY_OK)
        code = write_output(work, err);
    airy_frames_close(work->in);
    airy_history_release(&work->history);
    return code;
}

airy_code airy_convert_run(const airy_call *call, const airy_convert_step *step, airy_error *err)
{
    struct work work = {.call = call, .step = step, .from = call->inputs[0], .to = call->output};
    return run(&work, err);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Raw detector frames to photons on one plane, frame by frame; dark runs to pedestals.
#include "frame_words.h"

#include <math.h>

typedef struct work {
    const airy_call *call;
    airy_photons_options photons;
    double noise_limit;
    airy_frames *out;
    double counted, masked; // sum of photons, sum of shares of the pixels
} work;

// A slot's part is the frame compressed.
static void *make_packed(void *context)
{
    (void)context;
    return airy_packed_frame_new(NULL);
}

static void drop_packed(void *own)
{
    airy_packed_frame_free(own);
}

static airy_code pack_frame(const airy_photons_frame *frame, void *own, void *context,
                            airy_error *err)
{
    (void)context;
    return airy_frames_pack(own, frame->pattern, err);
}

static airy_code write_frame(const airy_photons_frame *frame, void *own, void *context,
                             airy_error *err)
{
    work *w = context;
    const airy_pattern *p = frame->pattern;
    int n = p->photons.ny * p->photons.nx;
    w->counted += fmax(airy_stats_sum(p->photons.px, n), 0); // NaN when not one pixel is left
    w->masked += (double)airy_mask_count(&p->mask, AIRY_MASK_EXCLUDES) / n;
    return airy_frames_append_packed(w->out, own, err);
}

static airy_code calibrate(work *w, airy_error *err)
{
    static const airy_photons_stages stages = {
        .make = make_packed, .drop = drop_packed, .work = pack_frame, .store = write_frame};
    int frames = 0;
    airy_history history = {0};
    w->out = airy_frames_create(w->call->output, w->call->overwrite, err);
    airy_code code = w->out ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_photons_pipe(w->call, &w->photons, &stages, w, &history, &frames, err);
    if (code == AIRY_OK)
        code = airy_frames_commit(w->out, &history, err);
    if (code == AIRY_OK)
        airy_call_note(w->call,
                       "%d frame%s written to %s: %.4g photons a frame, %.3g %% of pixels masked",
                       frames, frames == 1 ? "" : "s", w->call->output, w->counted / frames,
                       100 * w->masked / frames);
    airy_history_release(&history);
    airy_frames_close(w->out);
    return code;
}

// ------------------------------------------------------------------ pedestals

// All chosen frames of an open dark run.
static airy_code add_frames(const work *w, int g, airy_photons_source *s, airy_darks *darks,
                            airy_error *err)
{
    airy_frame_list choice;
    uint16_t *words = airy_memory_new((size_t)s->stack_ny * AIRY_MODULE_NX, sizeof *words);
    airy_code code = airy_frame_list_read(&choice, w->photons.frames, err);
    if (code == AIRY_OK)
        code = airy_frame_list_add(&choice, w->call->inputs[g], airy_raw_count(s->raw), err);
    if (code == AIRY_OK && !words)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    const airy_progress *progress = w->call->progress;
    for (int k = 0; k < choice.n && code == AIRY_OK; k++) {
        code = airy_photons_source_words(s, choice.frame[k], words, err);
        if (code == AIRY_OK)
            airy_darks_add(darks, g, words);
        airy_progress_report(progress, k + 1, choice.n, "frames");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped at frame %d", choice.frame[k]);
    }
    airy_frame_list_release(&choice);
    airy_memory_free(words);
    return code;
}

// Dark frames of the forced gain stage g.
static airy_code add_darks(const work *w, int g, airy_darks **darks, int *ny, airy_error *err)
{
    airy_photons_source s = {0};
    airy_code code =
        airy_photons_source_open(w->call, w->call->inputs[g], w->photons.layout, &s, err);
    if (code == AIRY_OK && airy_raw_unit_of(s.raw) != AIRY_UNIT_WORDS)
        code = airy_error_set(err, AIRY_EFORMAT, "%s does not hold raw words", w->call->inputs[g]);
    if (code == AIRY_OK && !*darks) {
        *darks = airy_darks_new(s.stack_ny, AIRY_MODULE_NX, err);
        *ny = s.stack_ny;
        code = *darks ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    }
    if (code == AIRY_OK && s.stack_ny != *ny)
        code = airy_error_set(err, AIRY_ESHAPE, "%s has %d rows of modules, %s has %d",
                              w->call->inputs[g], s.stack_ny, w->call->inputs[0], *ny);
    if (code == AIRY_OK)
        code = add_frames(w, g, &s, *darks, err);
    airy_photons_source_close(&s);
    return code;
}

static airy_code make_pedestal(const work *w, airy_error *err)
{
    airy_calibration made = {0};
    airy_darks *darks = NULL;
    airy_history history = {0};
    airy_code code = AIRY_OK;
    int ny = 0;
    for (int g = 0; g < w->call->n_inputs && code == AIRY_OK; g++)
        code = add_darks(w, g, &darks, &ny, err);
    if (code == AIRY_OK)
        code = airy_darks_finish(darks, w->noise_limit, &made, err);
    if (code == AIRY_OK)
        code = airy_call_record(w->call, NULL, NULL, &history, err);
    if (code == AIRY_OK)
        code =
            airy_calibration_write(NULL, w->call->output, &made, &history, w->call->overwrite, err);
    airy_history_release(&history);
    airy_calibration_release(&made);
    airy_darks_free(darks);
    return code;
}

airy_code airy_calibrate_run(const airy_call *call, const airy_photons_options *photons,
                             airy_error *err)
{
    work w = {.call = call, .photons = *photons};
    return calibrate(&w, err);
}

airy_code airy_pedestal_run(const airy_call *call, const airy_photons_options *photons,
                            double noise_limit, airy_error *err)
{
    work w = {.call = call, .photons = *photons, .noise_limit = noise_limit};
    if (call->n_inputs > AIRY_GAINS)
        return airy_error_set(err, AIRY_EARGUMENT, "--make-pedestal takes at most %d dark runs",
                              AIRY_GAINS);
    return make_pedestal(&w, err);
}

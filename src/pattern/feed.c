// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of any file, one stream.
#include "airy/pattern.h"
#include "airy/source.h"
#include "airy/work.h"

#include <string.h>

// A run over frames that need no calibration.
typedef struct plain {
    const airy_call *call;
    const airy_photons_options *o;
    const airy_photons_stages *stages;
    void *context;
    airy_frame_list choice;
    airy_text hashes;
    int *first; // of every input, counted over all, and their sum
    int input;  // that `in` reads
    airy_frames *in;
} plain;

// A frame on its way.
typedef struct seat {
    airy_photons_frame frame;
    airy_pattern pattern;
    const airy_photons_stages *stages;
    void *own;
} seat;

// Whether calibration, units or a recognised layout ask for airy_photons_pipe; what is only said of
// the experiment does not.
static airy_code is_raw(const airy_call *call, const airy_photons_options *options, bool *raw,
                        airy_error *err)
{
    airy_photons_options asked = *options;
    asked.distance_m = asked.pitch_m = asked.calibrate.energy_ev = asked.adu_per_photon = 0;
    asked.has_beam = false;
    asked.frames = NULL;
    *raw = strcmp(asked.geometry, "grid") != 0;
    return *raw ? AIRY_OK : airy_photons_are_frames(call, &asked, raw, err);
}

static airy_setup told(const airy_photons_options *o)
{
    return (airy_setup){o->calibrate.energy_ev, o->distance_m, o->pitch_m};
}

static airy_frames *open_input(const plain *run, int k, airy_error *err)
{
    airy_frames *in = airy_frames_open(run->call->inputs[k], err);
    airy_setup setup = told(run->o);
    if (in)
        airy_frames_know(in, &setup);
    return in;
}

void airy_photons_know(const airy_photons_options *o, airy_pattern *pattern)
{
    airy_setup setup = told(o);
    airy_setup_know(&pattern->setup, &setup);
    if (o->has_beam)
        airy_pattern_set_center(pattern, o->beam_y, o->beam_x, 0, 0);
}

static airy_code begin(plain *run, airy_frames *in, airy_error *err)
{
    airy_pattern facts = {0};
    if (!run->stages->begin)
        return AIRY_OK;
    airy_code code = airy_frames_read(in, run->choice.n ? run->choice.frame[0] : 0, &facts, err);
    airy_photons_know(run->o, &facts);
    if (code == AIRY_OK)
        code = run->stages->begin(NULL, &facts, run->context, err);
    airy_pattern_release(&facts);
    return code;
}

static airy_code look_at_inputs(plain *run, airy_error *err)
{
    airy_code code = airy_frame_list_read(&run->choice, run->o->frames, err);
    for (int k = 0; k < run->call->n_inputs && code == AIRY_OK; k++) {
        airy_frames *in = open_input(run, k, err);
        code = in ? AIRY_OK : airy_error_code(err, AIRY_EIO);
        if (code == AIRY_OK)
            code =
                airy_frame_list_add(&run->choice, run->call->inputs[k], airy_frames_count(in), err);
        run->first[k + 1] = run->choice.n;
        if (code == AIRY_OK && k == 0)
            code = begin(run, in, err);
        airy_frames_close(in);
    }
    if (code == AIRY_OK && run->choice.n == 0)
        return airy_error_set(err, AIRY_EVALUE, "%s chooses no frame",
                              run->o->frames ? run->o->frames : "an empty file");
    return code;
}

// ------------------------------------------------------------------ stages

static airy_code fetch(int number, void *given, void *context, airy_error *err)
{
    plain *run = context;
    seat *s = given;
    int k = run->input < 0 ? 0 : run->input;
    while (number >= run->first[k + 1])
        k++;
    if (k != run->input) {
        airy_frames_close(run->in);
        run->in = open_input(run, k, err);
        run->input = run->in ? k : -1;
    }
    s->frame = (airy_photons_frame){.number = number,
                                    .spec = run->call->inputs[k],
                                    .index = run->choice.frame[number],
                                    .pulse_id = -1,
                                    .pattern = &s->pattern};
    airy_pattern_release(&s->pattern);
    return run->in ? airy_frames_read(run->in, s->frame.index, &s->pattern, err)
                   : airy_error_code(err, AIRY_EIO);
}

static void divide(airy_image *image, double divisor)
{
    for (int i = 0; image->px && i < image->ny * image->nx; i++)
        image->px[i] = (float)((double)image->px[i] / divisor);
}

static airy_code work(int number, void *given, void *context, airy_error *err)
{
    const plain *run = context;
    seat *s = given;
    double divisor = run->o->adu_per_photon;
    (void)number;
    airy_photons_know(run->o, &s->pattern);
    if (divisor > 0) {
        divide(&s->pattern.photons, divisor);
        divide(&s->pattern.variance, divisor * divisor);
    }
    airy_code code = run->stages->work(&s->frame, s->own, run->context, err);
    return code == AIRY_OK ? code
                           : airy_error_prefix(err, "%s, frame %d", s->frame.spec, s->frame.index);
}

static airy_code store(int number, void *given, void *context, airy_error *err)
{
    const plain *run = context;
    seat *s = given;
    (void)number;
    return run->stages->store(&s->frame, s->own, run->context, err);
}

static void drop_seat(void *given)
{
    seat *s = given;
    if (s->own)
        s->stages->drop(s->own);
    airy_pattern_release(&s->pattern);
    airy_memory_free(s);
}

static void *make_seat(void *context)
{
    const plain *run = context;
    seat *s = airy_memory_new(1, sizeof *s);
    if (!s)
        return NULL;
    s->stages = run->stages;
    s->own = run->stages->make ? run->stages->make(run->context) : NULL;
    if (s->own || !run->stages->make)
        return s;
    drop_seat(s);
    return NULL;
}

static airy_code hash_files(const airy_progress *stop, void *context, airy_error *err)
{
    plain *run = context;
    return airy_photons_hash(run->call, run->o, stop, &run->hashes, err);
}

// ------------------------------------------------------------------ all frames

static airy_code run_plain(plain *run, airy_history *history, int *frames, airy_error *err)
{
    const airy_call *call = run->call;
    airy_code code = look_at_inputs(run, err);
    int n = code == AIRY_OK ? run->first[call->n_inputs] : 0;
    if (code != AIRY_OK)
        return code;
    const airy_pipe pipe = {.threads = call->threads,
                            .make = make_seat,
                            .drop = drop_seat,
                            .fetch = fetch,
                            .work = work,
                            .store = store,
                            .beside = history ? hash_files : NULL,
                            .context = run,
                            .progress = call->progress,
                            .unit = "frames"};
    code = airy_pipe_run(&pipe, n, err);
    if (frames)
        *frames = n;
    return code == AIRY_OK && history
               ? airy_photons_history(call, run->o, &run->hashes, history, err)
               : code;
}

airy_code airy_photons_feed(const airy_call *call, const airy_photons_options *options,
                            const airy_photons_stages *stages, void *context, airy_history *history,
                            int *frames, airy_error *err)
{
    bool raw = false;
    airy_code code = is_raw(call, options, &raw, err);
    if (code != AIRY_OK)
        return code;
    if (raw)
        return airy_photons_pipe(call, options, stages, context, history, frames, err);
    plain run = {.call = call, .o = options, .stages = stages, .context = context, .input = -1};
    run.first = airy_memory_new((size_t)call->n_inputs + 1, sizeof *run.first);
    code = run.first ? run_plain(&run, history, frames, err)
                     : airy_error_set(err, AIRY_EMEMORY, "no memory for the inputs");
    airy_frames_close(run.in);
    airy_text_release(&run.hashes);
    airy_memory_free(run.first);
    airy_frame_list_release(&run.choice);
    return code;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of several inputs, one stream.
#include "stream.h"

#include "airy/work.h"

// Chooses frames of every input, and begins with the first one.
static airy_code look_at_inputs(airy_photons_stream *s, airy_error *err)
{
    const airy_call *call = s->call;
    airy_code code = airy_frame_list_read(&s->choice, s->options->frames, err);
    for (int k = 0; k < call->n_inputs && code == AIRY_OK; k++) {
        code = s->reader->open(s, k, err);
        if (code == AIRY_OK)
            code = airy_frame_list_add(&s->choice, call->inputs[k], s->reader->count(s), err);
        s->first[k + 1] = s->choice.n;
        if (code == AIRY_OK && k == 0)
            code = s->reader->begin(s, err);
        s->reader->close(s);
    }
    if (code == AIRY_OK && s->choice.n == 0)
        return airy_error_set(err, AIRY_EVALUE, "%s chooses no frame",
                              s->options->frames ? s->options->frames : "an empty file");
    return code;
}

// ------------------------------------------------------------------ stages

bool airy_photons_slot_init(const airy_photons_stream *of, airy_photons_slot *slot)
{
    slot->stages = of->stages;
    slot->own = of->stages->make ? of->stages->make(of->context) : NULL;
    return slot->own || !of->stages->make;
}

void airy_photons_slot_release(airy_photons_slot *slot)
{
    if (slot->own)
        slot->stages->drop(slot->own);
    slot->own = NULL;
}

airy_code airy_photons_slot_place(airy_code code, const airy_photons_slot *slot, airy_error *err)
{
    return code == AIRY_OK
               ? code
               : airy_error_prefix(err, "%s, frame %d", slot->frame.spec, slot->frame.index);
}

static void *make(void *context)
{
    airy_photons_stream *s = context;
    return s->reader->make(s);
}

// The file that the frame is in becomes the one that is open.
static airy_code fetch(int number, void *given, void *context, airy_error *err)
{
    airy_photons_stream *s = context;
    airy_photons_slot *slot = given;
    int k = s->input < 0 ? 0 : s->input;
    while (number >= s->first[k + 1])
        k++;
    slot->frame = (airy_photons_frame){.number = number,
                                       .spec = s->call->inputs[k],
                                       .index = s->choice.frame[number],
                                       .pulse_id = -1};
    if (k != s->input) {
        s->reader->close(s);
        s->input = -1;
        airy_code code = s->reader->open(s, k, err);
        if (code != AIRY_OK)
            return code;
        s->input = k;
    }
    return s->reader->fetch(s, slot, err);
}

static airy_code work(int number, void *given, void *context, airy_error *err)
{
    const airy_photons_stream *s = context;
    airy_photons_slot *slot = given;
    (void)number;
    airy_code code = s->reader->work(s, slot, err);
    if (code == AIRY_OK)
        code = s->stages->work(&slot->frame, slot->own, s->context, err);
    return airy_photons_slot_place(code, slot, err);
}

static airy_code store(int number, void *given, void *context, airy_error *err)
{
    const airy_photons_stream *s = context;
    airy_photons_slot *slot = given;
    (void)number;
    if (s->reader->tell)
        s->reader->tell(s, slot);
    return airy_photons_slot_place(s->stages->store(&slot->frame, slot->own, s->context, err), slot,
                                   err);
}

static airy_code hash_files(const airy_progress *stop, void *context, airy_error *err)
{
    airy_photons_stream *s = context;
    return airy_photons_hash(s->call, s->options, stop, &s->hashes, err);
}

// ------------------------------------------------------------------ all frames

static airy_code run(airy_photons_stream *s, bool hashed, int n, airy_error *err)
{
    const airy_pipe pipe = {.threads = s->call->threads,
                            .make = make,
                            .drop = s->reader->drop,
                            .fetch = fetch,
                            .work = work,
                            .store = store,
                            .beside = hashed ? hash_files : NULL,
                            .context = s,
                            .progress = s->call->progress,
                            .unit = "frames"};
    return airy_pipe_run(&pipe, n, err);
}

airy_code airy_photons_stream_run(airy_photons_stream *s, airy_history *history, int *frames,
                                  airy_error *err)
{
    s->input = -1;
    s->first = airy_memory_new((size_t)s->call->n_inputs + 1, sizeof *s->first);
    airy_code code = s->first ? look_at_inputs(s, err)
                              : airy_error_set(err, AIRY_EMEMORY, "no memory for the inputs");
    int n = code == AIRY_OK ? s->choice.n : 0;
    if (code == AIRY_OK)
        code = run(s, history != NULL, n, err);
    if (code == AIRY_OK && history)
        code = airy_photons_history(s->call, s->options, &s->hashes, history, err);
    if (frames)
        *frames = n;
    s->reader->close(s);
    airy_text_release(&s->hashes);
    airy_memory_free(s->first);
    airy_frame_list_release(&s->choice);
    return code;
}

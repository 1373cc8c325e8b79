// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of several inputs as one stream, whatever reads them: which file a frame is in, slots for
// the pipe, hashes of the files meanwhile, and the history at the end.
#ifndef AIRY_PATTERN_STREAM_H
#define AIRY_PATTERN_STREAM_H

#include "airy/pattern.h"

typedef struct airy_photons_stream airy_photons_stream;

// What a slot begins with, whoever reads the frames.
typedef struct airy_photons_slot {
    airy_photons_frame frame;
    const airy_photons_stages *stages;
    void *own; // of the stages
} airy_photons_slot;

// How one kind of input is read.
typedef struct airy_photons_reader {
    // Input `input` becomes the one that is open, and is closed again; its frames.
    airy_code (*open)(airy_photons_stream *of, int input, airy_error *err);
    void (*close)(airy_photons_stream *of);
    int (*count)(const airy_photons_stream *of);
    // Once all frames of the first input are chosen, which is open: what holds for all.
    airy_code (*begin)(airy_photons_stream *of, airy_error *err);
    // A slot (NULL: no memory), and its end.
    void *(*make)(airy_photons_stream *of);
    void (*drop)(void *slot);
    // The slot's frame from the file that is open; then, in any thread, its pattern; and, before it
    // is stored, what is to be said of it (may be NULL).
    airy_code (*fetch)(airy_photons_stream *of, void *slot, airy_error *err);
    airy_code (*work)(const airy_photons_stream *of, void *slot, airy_error *err);
    void (*tell)(const airy_photons_stream *of, const void *slot);
} airy_photons_reader;

// What a reader's own struct begins with. The caller sets the first five; the rest is zero before.
struct airy_photons_stream {
    const airy_photons_reader *reader;
    const airy_call *call;
    const airy_photons_options *options;
    const airy_photons_stages *stages;
    void *context; // of the stages
    airy_frame_list choice;
    airy_text hashes; // of all files, for the history
    int *first;       // of every input, counted over all, and their sum
    int input;        // that is open; -1: none
};

// The stages' part of a slot: false without memory.
bool airy_photons_slot_init(const airy_photons_stream *of, airy_photons_slot *slot);
void airy_photons_slot_release(airy_photons_slot *slot);

// Puts "FILE, frame 3: " before the sentence of a failure.
airy_code airy_photons_slot_place(airy_code code, const airy_photons_slot *slot, airy_error *err);

// All frames through the stages; history and frames as of airy_photons_run. Releases what it made.
AIRY_MUST_CHECK airy_code airy_photons_stream_run(airy_photons_stream *of, airy_history *history,
                                                  int *frames, airy_error *err);

// The two steps of the history (photons_options.c): the hashes of all files, in any thread, and
// what is made of them.
AIRY_MUST_CHECK airy_code airy_photons_hash(const airy_call *call,
                                            const airy_photons_options *options,
                                            const airy_progress *stop, airy_text *inputs,
                                            airy_error *err);
AIRY_MUST_CHECK airy_code airy_photons_history(const airy_call *call,
                                               const airy_photons_options *options,
                                               const airy_text *inputs, airy_history *history,
                                               airy_error *err);

#endif

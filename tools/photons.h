// SPDX-License-Identifier: GPL-3.0-or-later
// Detector files as frames of photons: what calibrate, bin and hits read raw words with.
//
//     option rows[PHOTONS_ROWS];
//     photons_options photons;
//     photons_defaults(&photons);
//     photons_rows(&photons, rows);
//     const option table[] = {{"calibration", OPTION_ROWS, .at = rows}, ..., {0}};
//     if (!photons_parse(call, table, TAKES_OUTPUT, &photons))
//         return call->status;
//     code = photons_run(call, &photons, use, context, &history, &frames, &err);
#ifndef AIRY_TOOLS_PHOTONS_H
#define AIRY_TOOLS_PHOTONS_H

#include "choice.h"
#include "options.h"
#include "airy/source.h"

enum { PHOTONS_ROWS = 21 };

// What the user chooses. Zero or NULL: as the files say.
typedef struct photons_options {
    const char *gain, *pedestal, *layout, *geometry;
    const char *frames;     // "A:B" of every input, or a list's name
    const char *background; // mean frame without particles, to be scaled and taken off
    const char *beam;       // "X,Y"
    int high_gain;          // HG0 mode: auto, no, yes
    int wide;               // airy_wide
    int unit;               // of calibrated frames: auto, keV, photons
    double adu_per_photon;
    double distance_m, pitch_m;
    int gain_unit; // airy_gain_unit
    airy_calibrate_options calibrate;
    const char *const *more; // the command's further input files, ended by NULL; or NULL
    // found by photons_parse
    bool has_beam;
    double beam_y, beam_x;
} photons_options;

void photons_defaults(photons_options *options);

// The options' rows, ended by {0}.
void photons_rows(photons_options *options, option rows[PHOTONS_ROWS]);

// Parses the command line of up to 64 inputs by a table that holds these rows, and reads the texts
// among them; takes: what it has beside threads. False: stop with call->status.
bool photons_parse(invocation *call, const option *table, int takes, photons_options *options);

// Whether the first input is to be read by photons_run: because options say how, or because it is
// recognised as frames that are known to be words or photons.
bool photons_are_frames(const invocation *call, const photons_options *options);

// What is done with frame i, counted over all inputs: photons, variance and reasons on the plane.
// The pattern is borrowed and may be changed.
typedef airy_code photons_use(airy_pattern *pattern, int i, void *context, airy_error *err);

// Calls `use` for every chosen frame of every input, in order, with progress; frames are calibrated
// on call->threads threads. Geometry, energy and calibration are those of the first input. Memory:
// threads + 1 frames. history (may be NULL) becomes that of an output made of the first input with
// these options, this run included; the files are hashed while frames are worked on. *frames (may
// be NULL) is their number.
AIRY_MUST_CHECK airy_code photons_run(const invocation *call, const photons_options *options,
                                      photons_use *use, void *context, airy_history *history,
                                      int *frames, airy_error *err);

// A frame on its way. words: the stack of modules when the stages asked for it, else NULL. pattern:
// photons, variance and reasons on the plane; with words only beam and center, without pixels.
typedef struct photons_frame {
    int number;         // over all inputs
    const char *spec;   // of the input it is in, ...
    int index;          // ... and its number there
    long long pulse_id; // -1: not known
    bool lost;
    const uint16_t *words;
    airy_pattern *pattern;
} photons_frame;

// What is done with frames in several threads. `own` is the command's part of a slot.
typedef struct photons_stages {
    // Once, before the first frame; may be NULL. calibrator: NULL when frames come without words.
    airy_code (*begin)(airy_calibrator *calibrator, const airy_pattern *facts, void *context,
                       airy_error *err);
    void *(*make)(void *context);
    void (*drop)(void *own);
    // In any thread and order; then one after another in the order of frames.
    airy_code (*work)(const photons_frame *frame, void *own, void *context, airy_error *err);
    airy_code (*store)(const photons_frame *frame, void *own, void *context, airy_error *err);
    bool words; // raw words are wanted as they are
} photons_stages;

// As photons_run, with stages.
AIRY_MUST_CHECK airy_code photons_pipe(const invocation *call, const photons_options *options,
                                       const photons_stages *stages, void *context,
                                       airy_history *history, int *frames, airy_error *err);

// The two steps of that history: the hashes of all files, in any thread, and what is made of them.
AIRY_MUST_CHECK airy_code photons_hash(const invocation *call, const photons_options *options,
                                       const airy_progress *stop, airy_text *inputs,
                                       airy_error *err);
AIRY_MUST_CHECK airy_code photons_history(const invocation *call, const photons_options *options,
                                          const airy_text *inputs, airy_history *history,
                                          airy_error *err);

// ------------------------------------------------------------------ words

// What one input file is read with.
typedef struct photons_source {
    airy_raw *raw;
    int ny, nx;      // as stored
    int stack_ny;    // rows of the stack of modules
    uint16_t *tiles; // room for a frame that is not stored as a stack, else NULL
} photons_source;

AIRY_MUST_CHECK airy_code photons_source_open(const invocation *call, const char *spec,
                                              const char *layout, photons_source *source,
                                              airy_error *err);
void photons_source_close(photons_source *source);

// Raw words of frame i as a stack: (stack_ny, AIRY_MODULE_NX).
AIRY_MUST_CHECK airy_code photons_source_words(photons_source *source, int i, uint16_t *words,
                                               airy_error *err);

// The same, but words are left packed if they can be: see airy_raw_fetch.
AIRY_MUST_CHECK airy_code photons_source_fetch(photons_source *source, int i,
                                               airy_packed_words *packed, uint16_t *words,
                                               airy_error *err);

#endif

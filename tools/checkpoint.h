// SPDX-License-Identifier: GPL-3.0-or-later
// Starts on disk, so that a killed retrieval goes on where it was.
//
// A file beside the output, OUTPUT.part: a key that says which run it belongs to, then one record a
// finished start and, when the run was asked to stop, one for each start that was at work. Each has
// its own check sum and is written at once; a record cut by a kill is dropped.
#ifndef AIRY_TOOLS_CHECKPOINT_H
#define AIRY_TOOLS_CHECKPOINT_H

#include "airy/retrieval.h"

typedef struct checkpoint checkpoint;

// What to do with records that are there.
typedef enum checkpoint_mode {
    CHECKPOINT_REFUSE, // fail (AIRY_EVALUE): they are somebody's work
    CHECKPOINT_RESUME, // take them over; AIRY_EVALUE when they belong to another run
    CHECKPOINT_ANEW,   // drop them
} checkpoint_mode;

// How many starts were taken over.
typedef struct checkpoint_found {
    int finished, parked;
} checkpoint_found;

// Opens OUTPUT.part for a run described by `key` (64 hexadecimal digits). problem and options give
// the size of a record. NULL on failure.
AIRY_MUST_CHECK checkpoint *checkpoint_open(const char *output, const char *key,
                                            checkpoint_mode mode, const airy_problem *problem,
                                            const airy_retrieve_options *options,
                                            checkpoint_found *found, airy_error *err);

// The callbacks for airy_retrieve.
airy_checkpoint checkpoint_callbacks(checkpoint *c);

// Frees; the file stays.
void checkpoint_close(checkpoint *c);

// Removes OUTPUT.part: the output itself is there.
void checkpoint_remove(const char *output);

#endif

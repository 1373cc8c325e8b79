// SPDX-License-Identifier: GPL-3.0-or-later
// Starts and populations on disk, so that a killed retrieval goes on where it was.
//
// A file beside the output, OUTPUT.part, that one run has for itself: a key that says which run it
// belongs to, then one record a finished start or population and, when the run was asked to stop,
// one for each start that was at work. Each has the key and its own check sum and is written at
// once; a record cut by a kill is dropped, one of another key is no part of the run.
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

// How many starts and populations were taken over.
typedef struct checkpoint_found {
    int finished, parked, populations;
} checkpoint_found;

// Whose records: a run is described by `key` (64 hexadecimal digits); the rest gives the sizes.
typedef struct checkpoint_run {
    const char *key;
    checkpoint_mode mode;
    const airy_problem *problem;
    const airy_retrieve_options *options;
    const airy_search_options *photons;
} checkpoint_run;

// Opens OUTPUT.part. NULL on failure: AIRY_EIO when another run has it, or when it is a link or no
// file of ours.
AIRY_MUST_CHECK checkpoint *checkpoint_open(const char *output, const checkpoint_run *run,
                                            checkpoint_found *found, airy_error *err);

// The callbacks for airy_retrieve, and those for airy_retrieve_photons.
airy_checkpoint checkpoint_callbacks(checkpoint *c);
airy_search_keeper checkpoint_keeper(checkpoint *c);

// Frees; the file stays. NULL is fine.
void checkpoint_close(checkpoint *c);

// Removes the file, for the output itself is there, and frees.
void checkpoint_remove(checkpoint *c);

#endif

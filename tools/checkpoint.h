// SPDX-License-Identifier: GPL-3.0-or-later
// Finished starts on disk, so that a killed retrieval goes on where it was.
//
// A file beside the output, OUTPUT.part: a key that says which run it belongs to, then one record a
// start, each with its own check sum and written at once. A record cut by the kill is dropped.
#ifndef AIRY_TOOLS_CHECKPOINT_H
#define AIRY_TOOLS_CHECKPOINT_H

#include "airy/retrieval.h"

typedef struct checkpoint checkpoint;

// Opens OUTPUT.part for a run described by `key` (64 hexadecimal digits). With resume its records
// are taken over, *found of them, when they belong to this run (AIRY_EVALUE when to another one);
// without, it is begun anew. problem and options give the size of a record. NULL on failure.
AIRY_MUST_CHECK checkpoint *checkpoint_open(const char *output, const char *key, bool resume,
                                            const airy_problem *problem,
                                            const airy_retrieve_options *options, int *found,
                                            airy_error *err);

// The callbacks for airy_retrieve.
airy_checkpoint checkpoint_callbacks(checkpoint *c);

// Frees; the file is removed when the run is done, else kept.
void checkpoint_close(checkpoint *c, bool done);

#endif

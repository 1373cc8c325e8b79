// SPDX-License-Identifier: GPL-3.0-or-later
// One start from beginning to end. The driver owns schedule, record of errors, restarts and support
// updates, and knows no formula and no pixel.
#ifndef AIRY_RETRIEVAL_RUN_H
#define AIRY_RETRIEVAL_RUN_H

#include "airy/retrieval.h"

// Workspace of a thread, used for one start after the other.
typedef struct airy_run airy_run;

// NULL on failure. Problem and options are borrowed.
AIRY_MUST_CHECK airy_run *airy_run_new(const airy_problem *problem,
                                       const airy_retrieve_options *options, airy_error *err);
void airy_run_free(airy_run *run);

// Begins at random phases of (seed, shot, generation, start).
void airy_run_begin(airy_run *run, uint32_t generation, uint32_t start);

// Begins at an image (phase px NULL or NULL: real) on which the measured amplitudes are imposed.
void airy_run_begin_image(airy_run *run, const airy_image *image, const airy_image *phase);

// Does so many iterations, or fewer when the schedule ends. *left (may be NULL) gets what remains.
AIRY_MUST_CHECK airy_code airy_run_advance(airy_run *run, int iterations, int *left,
                                           airy_error *err);

// The image of the lowest R, its scores, record and support, into the initialised arrays of
// `finished` (support only where bits is not NULL). Images are cut to the middle of the array when
// they are smaller.
void airy_run_finish(airy_run *run, airy_finished *finished);

// Where a start stands, as bytes. A run of the same problem and options that restores them goes on
// to the same last bit.
size_t airy_run_state_size(airy_run *run);
void airy_run_save(airy_run *run, void *state);
void airy_run_restore(airy_run *run, const void *state);

#endif

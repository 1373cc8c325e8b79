// SPDX-License-Identifier: GPL-3.0-or-later
// Commands that make one pattern of each pattern: reading, writing, progress and history.
#ifndef AIRY_TOOLS_FRAMES_H
#define AIRY_TOOLS_FRAMES_H

#include "airy/source.h"
#include "options.h"

// What a command does to frame `frame`: changes the pattern in place.
typedef airy_code frames_change(airy_pattern *pattern, int frame, void *context, airy_error *err);

typedef struct frames_job {
    frames_change *change;
    // Leaves a mark in a frame that `change` found nothing in (AIRY_EVALUE, AIRY_ENUMERIC), one of
    // several; NULL: the first such frame ends the run.
    frames_change *miss;
    bool unsaid; // frames that are missed are told by a later run
    void *context;
    const char *const *more; // further input files for the history, ended by NULL, or NULL
} frames_job;

// Does the job on every frame of the first input and writes them to -o (skipped when there is none)
// with this run in the history. Missed frames are told one by one; it is a failure to miss all.
AIRY_MUST_CHECK airy_code frames_run(const invocation *call, const frames_job *job,
                                     airy_error *err);

// Adds the reasons of a mask file, if one is named, to a pattern of the same size.
AIRY_MUST_CHECK airy_code frames_add_mask(const char *spec, airy_pattern *pattern, airy_error *err);

// The same with a question when the mask is doubtful.
AIRY_MUST_CHECK airy_code frames_use_mask(const invocation *call, const char *spec,
                                          airy_pattern *pattern, airy_error *err);

// Reads a mask file; a question when it leaves next to nothing, as others' masks with 1 = good do.
AIRY_MUST_CHECK airy_code frames_read_mask(const invocation *call, const char *spec,
                                           airy_mask *mask, airy_error *err);

// The same when the mask was read from `spec` before; bits NULL: there is none.
AIRY_MUST_CHECK airy_code frames_combine_mask(const char *spec, const airy_mask *mask,
                                              airy_pattern *pattern, airy_error *err);

// Numbers of a table of one row a frame: `frame` and then the named columns.
typedef struct frames_number {
    const char *name;
    double value;
} frames_number;

// Adds a row; the table is made by its first row.
AIRY_MUST_CHECK airy_code frames_add_row(airy_table *table, int frame, const frames_number *numbers,
                                         int n, airy_error *err);

#endif

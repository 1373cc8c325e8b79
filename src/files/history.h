// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of a step as a table, shared by the text form and the HDF5 form.
#ifndef AIRY_FILES_HISTORY_H
#define AIRY_FILES_HISTORY_H

#include "airy/files.h"

// One text of a step: what it is called in text and in /entry_1/process_N, and where it lives.
typedef struct airy_step_field {
    const char *label, *dataset;
    size_t offset;
} airy_step_field;

// The table; *n is its length.
const airy_step_field *airy_step_fields(int *n);

// Reads and replaces (with a copy) one text of a step. False when there is no memory.
const char *airy_step_get(const airy_step *step, const airy_step_field *field);
bool airy_step_set(airy_step *step, const airy_step_field *field, const char *text);

// Adds an empty step to be filled with airy_step_set; NULL when there is no memory.
airy_step *airy_history_add(airy_history *history);

// The text of a history between lines that each begin with `prefix`: "# " in tables.
void airy_history_format_lines(const airy_history *history, const char *prefix, airy_text *text);

// Appends a deep copy of the step.
AIRY_MUST_CHECK airy_code airy_history_append(airy_history *history, const airy_step *step,
                                              airy_error *err);

// Appends the line "sha256  path" of an input (a spec's file), and those of the files that it
// reaches into, to the text of a step's inputs; progress as of airy_file_sha256.
AIRY_MUST_CHECK airy_code airy_history_input(airy_text *inputs, const char *spec,
                                             const airy_progress *progress, airy_error *err);

#endif

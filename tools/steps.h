// SPDX-License-Identifier: GPL-3.0-or-later
// Options of the steps of the chain: one function a step, the same rows for the command and for
// `series`. Each fills a table that ends with an empty row.
#ifndef AIRY_TOOLS_STEPS_H
#define AIRY_TOOLS_STEPS_H

#include "airy/chain.h"
#include "options.h"

enum { STEP_ROWS = 32 };

void bin_rows(airy_bin_step *step, option rows[STEP_ROWS]);
void mask_rows(airy_mask_step *step, option rows[STEP_ROWS]);
void center_rows(airy_center_step *step, option rows[STEP_ROWS]);
void size_rows(airy_size_step *step, option rows[STEP_ROWS]);
void condense_rows(airy_condense_step *step, option rows[STEP_ROWS]);
void average_rows(airy_average_step *step, option rows[STEP_ROWS]);
void difference_rows(airy_difference_step *step, option rows[STEP_ROWS]);
void bands_rows(airy_bands_step *step, option rows[STEP_ROWS]);

// The row of `average` and `resolve` that names a table by ring.
option ring_table_row(const char **path);

#endif

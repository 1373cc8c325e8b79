// SPDX-License-Identifier: GPL-3.0-or-later
// Named numbers on their way out: the same row goes to a table on stdout and to /entry_1/result_1.
#ifndef AIRY_TOOLS_RESULTS_H
#define AIRY_TOOLS_RESULTS_H

#include "options.h"

// A table of two columns, quantity and value, on stdout.
AIRY_MUST_CHECK airy_code results_print(const airy_results *results, airy_error *err);

// A table on stdout without its history: tab-separated with all digits; on a terminal in columns
// with five digits, for people; after results_as_json as an array of one object a row, NaN as null.
AIRY_MUST_CHECK airy_code results_print_table(const airy_table *table, airy_error *err);

// The end of a command: prints the table, if all went well and there is one, releases it, and gives
// the exit status, having explained a failure.
int results_done(const invocation *call, airy_code code, airy_table *found, airy_error *err);

enum { RESULTS_INPUTS = 10000 }; // most inputs of one command

// A step on one input, whose table the caller releases.
typedef airy_code results_step(const airy_call *one, const void *step, airy_table *table,
                               airy_error *err);

// Runs the step on every input and prints one table; of several the file is its first column.
AIRY_MUST_CHECK airy_code results_of_inputs(const airy_call *call, results_step *run,
                                            const void *step, airy_error *err);

// How tables are printed from now on: the option --json, read before a command runs.
void results_as_json(bool yes);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Named numbers on their way out: the same row goes to a table on stdout and to /entry_1/result_1.
#ifndef AIRY_TOOLS_RESULTS_H
#define AIRY_TOOLS_RESULTS_H

#include "airy/files.h"

// A table of two columns, quantity and value, on stdout.
AIRY_MUST_CHECK airy_code results_print(const airy_results *results, airy_error *err);

// A table on stdout without its history.
AIRY_MUST_CHECK airy_code results_print_table(const airy_table *table, airy_error *err);

#endif

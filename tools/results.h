// SPDX-License-Identifier: GPL-3.0-or-later
// Named numbers on their way out: the same row goes to a table on stdout and to /entry_1/result_1.
#ifndef AIRY_TOOLS_RESULTS_H
#define AIRY_TOOLS_RESULTS_H

#include "airy/files.h"

// One number and the name that says what it is and in which unit.
typedef struct result_row {
    const char *name;
    double value;
} result_row;

// Puts n rows as /entry_1/result_1/NAME; NaN too. The handle remembers failures.
void results_put(airy_h5 *h5, const result_row *rows, int n, airy_error *err);

// A row's number in /entry_1/result_1; an error naming the file when it is not there.
AIRY_MUST_CHECK airy_code results_get(airy_h5 *h5, const char *name, double *value,
                                      airy_error *err);

// A column of numbers as /entry_1/result_1/GROUP/NAME.
void results_put_column(airy_h5 *h5, const char *group, const char *name, const double *values,
                        int n, airy_error *err);

// A table of two columns, quantity and value, on stdout.
AIRY_MUST_CHECK airy_code results_print(const result_row *rows, int n, airy_error *err);

// A table on stdout without its history.
void results_print_table(const airy_table *table);

#endif

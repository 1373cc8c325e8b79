// SPDX-License-Identifier: GPL-3.0-or-later
// All options of a command in one list, tables that stand in its table among them.
#ifndef AIRY_TOOLS_OPTION_ROWS_H
#define AIRY_TOOLS_OPTION_ROWS_H

#include "options.h"

enum { ROWS_MAX = 400, PREFIXED = 48 };

// The command's rows, then the common ones; the first `recorded` go into the history.
typedef struct option_rows {
    int n, recorded;
    option row[ROWS_MAX];
    char letter[ROWS_MAX];
    option_type role[ROWS_MAX];  // OPTION_AFTERWARDS or OPTION_HOW; less: decides what is computed
    airy_text unset[ROWS_MAX];   // the defaults of those recorded
    const char *group[ROWS_MAX]; // the heading in --help
    const char *now;             // that rows are added under
    bool in_roles;               // there are such roles
    char named[ROWS_MAX][PREFIXED]; // of rows of steps
} option_rows;

// One more row, under the present heading; letter 0: it has none.
void option_rows_add(option_rows *all, char letter, option row);

// All of a command's table. Rows of a table that stands in a row are taken in its place.
void option_rows_add_table(option_rows *all, const option *table);

#endif

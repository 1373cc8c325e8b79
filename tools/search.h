// SPDX-License-Identifier: GPL-3.0-or-later
// Options of a search for phases.
#ifndef AIRY_TOOLS_SEARCH_H
#define AIRY_TOOLS_SEARCH_H

#include "prepare.h"

enum { SEARCH_ROWS = 72 };

// The options as a table that ends with an empty row, for OPTION_ROWS.
void search_table(airy_retrieve_step *s, option table[SEARCH_ROWS]);

// Those of them that say what likelihood expects and compares, for commands that do not search.
enum { SEARCH_PRIORS = 4 };
int search_priors(airy_retrieve_step *s, option *table);

#endif

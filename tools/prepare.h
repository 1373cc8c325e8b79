// SPDX-License-Identifier: GPL-3.0-or-later
// Options of a phase problem made from a pattern.
#ifndef AIRY_TOOLS_PREPARE_H
#define AIRY_TOOLS_PREPARE_H

#include "airy/chain.h"
#include "options.h"

// Writes the options of a pattern and its support into a table; how many they are.
enum { PREPARE_ROWS = 13 };
int prepare_table(airy_prepare_options *options, option *table);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Branches as rows of branches.tsv and as datasets.
#ifndef AIRY_TOOLS_BRANCH_TABLE_H
#define AIRY_TOOLS_BRANCH_TABLE_H

#include "airy/density.h"
#include "airy/io.h"

// The table of these bands; `more` are names of further columns, NULL for none, which the caller
// fills.
AIRY_MUST_CHECK airy_code branch_table_make(const airy_bands *bands, const airy_history *history,
                                            const char *more, airy_table *table, airy_error *err);

// All that is known of branches as /entry_1/result_1/branches/NAME. The handle remembers failures.
void branch_table_put(const airy_bands *bands, airy_h5 *h5, airy_error *err);

#endif

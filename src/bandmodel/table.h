// SPDX-License-Identifier: GPL-3.0-or-later
// Of table.c, for the room and its tests.
#ifndef AIRY_BANDMODEL_TABLE_H
#define AIRY_BANDMODEL_TABLE_H

#include "airy/bandmodel.h"
#include "friction.h"

// One row a friction; its history stays empty.
AIRY_MUST_CHECK airy_code airy_judged_to_table(const airy_judged *of, int n, airy_table *table,
                                               airy_error *err);

#endif

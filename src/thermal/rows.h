// SPDX-License-Identifier: GPL-3.0-or-later
// Of rows.c, for the room and its tests.
#ifndef AIRY_THERMAL_ROWS_H
#define AIRY_THERMAL_ROWS_H

#include "airy/thermal.h"

// Measures all curves of a table and appends rows
// "<by> curve what value low high unit baseline_low baseline_high". name: of the file, in the
// column curve. Temperatures in degrees Celsius (columns ending in _C) become K. Curves that
// cannot be measured get no row; why: a line about each. AIRY_EVALUE when none can.
AIRY_MUST_CHECK airy_code airy_thermal_add(const char *name, const airy_table *from,
                                           const airy_thermal_options *options,
                                           const airy_progress *progress, airy_table *table,
                                           airy_text *why, airy_error *err);

#endif

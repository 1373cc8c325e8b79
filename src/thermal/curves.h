// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of a table as they are measured: in K, in order, differentiated where that was asked for.
#ifndef AIRY_THERMAL_CURVES_H
#define AIRY_THERMAL_CURVES_H

#include "airy/thermal.h"

// Curve i of a table. The caller releases.
AIRY_MUST_CHECK airy_code airy_thermal_curve_make(const airy_curves *curves, const airy_table *from,
                                                  int i, const airy_thermal_options *options,
                                                  airy_thermal_curve *curve, airy_error *err);
void airy_thermal_curve_release(airy_thermal_curve *curve);

// What a table's row says of curve i: the cells that tell it apart, and the file's name with them.
AIRY_MUST_CHECK airy_code airy_thermal_row(const char *name, const airy_curves *curves,
                                           const airy_table *from, int i, airy_table *table,
                                           airy_error *err);

// Makes a table of these columns after those that tell curves apart, unless it is made.
AIRY_MUST_CHECK airy_code airy_thermal_table(const airy_curves *curves, const airy_table *from,
                                             const char *columns, airy_table *table,
                                             airy_error *err);

#endif

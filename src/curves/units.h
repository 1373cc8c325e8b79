// SPDX-License-Identifier: GPL-3.0-or-later
// Units of parameters from those of the columns.
#ifndef AIRY_CURVES_UNITS_H
#define AIRY_CURVES_UNITS_H

#include "airy/curves.h"

// Writes a model's unit ("y/x", "1/x^2", "kJ/mol") with the units of the columns for x and y.
void airy_unit_in(const char *of, const char *x, const char *y, char unit[64]);

#endif

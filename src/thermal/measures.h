// SPDX-License-Identifier: GPL-3.0-or-later
// Of measures.c, for the room and its tests.
#ifndef AIRY_THERMAL_MEASURES_H
#define AIRY_THERMAL_MEASURES_H

#include "airy/thermal.h"

// Values of one curve with their limits; their number, 0 with err set. stream: number of the curve,
// for the random numbers. Errors: AIRY_EVALUE for a window with fewer than five points, a step or
// peak that is not there, lines that do not meet.
int airy_thermal_measure_curve(const airy_thermal_curve *curve, const airy_thermal_options *options,
                               uint32_t stream, airy_thermal_value *values, airy_error *err);

#endif

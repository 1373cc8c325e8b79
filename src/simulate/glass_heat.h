// SPDX-License-Identifier: GPL-3.0-or-later
// Of glass_heat.c, for the room and its tests.
#ifndef AIRY_SIMULATE_GLASS_HEAT_H
#define AIRY_SIMULATE_GLASS_HEAT_H

#include "airy/simulate.h"

// Number of points of the heating curve.
int airy_glass_heat_points(const airy_glass_heat *glass);

// The heating curve at the middle of each step (temperature_k and cp have room for its points), and
// the fictive temperature at the end of cooling, K. stream: number of the curve, for its noise.
AIRY_MUST_CHECK airy_code airy_glass_heat_curve(const airy_glass_heat *glass, uint32_t stream,
                                                double *temperature_k, double *cp,
                                                double *fictive_k, airy_error *err);

#endif

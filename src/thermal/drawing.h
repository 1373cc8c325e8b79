// SPDX-License-Identifier: GPL-3.0-or-later
// Of drawing.c, for the room and its tests.
#ifndef AIRY_THERMAL_DRAWING_H
#define AIRY_THERMAL_DRAWING_H

#include "airy/thermal.h"

// The curves with their baselines, tangents and tops for pictures: rows "<by> curve part <x> <y>",
// part "curve", "low", "high", "tangent", "onset", "fictive" or "peak"; temperatures in K.
AIRY_MUST_CHECK airy_code airy_thermal_draw(const char *name, const airy_table *from,
                                            const airy_thermal_options *options, airy_table *table,
                                            airy_error *err);

#endif

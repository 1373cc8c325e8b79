// SPDX-License-Identifier: GPL-3.0-or-later
// Of mask.c and shapes.c, for the room and its tests.
#ifndef AIRY_PATTERN_MASK_H
#define AIRY_PATTERN_MASK_H

#include "airy/pattern.h"

// Sets `bits` in every pixel whose center lies inside the shape or on its edge.
void airy_mask_shape(airy_mask *mask, const airy_shape *shape, uint32_t bits);

// Takes over the other mask's reasons (bitwise or). AIRY_ESHAPE when the sizes differ.
AIRY_MUST_CHECK airy_code airy_mask_combine(airy_mask *mask, const airy_mask *other,
                                            airy_error *err);

#endif

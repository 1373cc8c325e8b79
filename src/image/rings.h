// SPDX-License-Identifier: GPL-3.0-or-later
// Of rings.c, for the room and its tests.
#ifndef AIRY_IMAGE_RINGS_H
#define AIRY_IMAGE_RINGS_H

#include "airy/image.h"

// Half-bit threshold for n independent numbers in the ring (SNR 0.2071 in each half).
double airy_rings_half_bit(double n);

#endif

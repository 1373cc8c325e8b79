// SPDX-License-Identifier: GPL-3.0-or-later
// Of verdict.c, for the room and its tests.
#ifndef AIRY_DENSITY_VERDICT_H
#define AIRY_DENSITY_VERDICT_H

#include "airy/density.h"

// Angle between the directions of two branches, degrees, 0 .. 90.
double airy_branch_turn(const airy_branch *a, const airy_branch *b);

#endif

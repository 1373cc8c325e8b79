// SPDX-License-Identifier: GPL-3.0-or-later
// Of angles.c, for the room and its tests.
#ifndef AIRY_DENSITY_ANGLES_H
#define AIRY_DENSITY_ANGLES_H

#include "airy/density.h"

// Population of n branches; see airy_angles. draws bootstrap samples keyed by (seed, draw).
AIRY_MUST_CHECK airy_code airy_angles_make(const airy_branch *branch, int n, int draws,
                                           uint64_t seed, airy_angles *angles, airy_error *err);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Of prune.c, for the room and its tests.
#ifndef AIRY_DENSITY_PRUNE_H
#define AIRY_DENSITY_PRUNE_H

#include "airy/density.h"

// Removes spurs (paths with one free end) shorter than `least` plus, when distance is given (px not
// NULL), the region's half width at the junction, the shortest first, and joins the two paths that
// remain at a vanished junction, until none is left. With a scale (0: none) spurs stay in which a
// longer line goes straight on (links.h; distance is needed). skeleton is changed in place.
AIRY_MUST_CHECK airy_code airy_skeleton_prune(airy_mask *skeleton, const airy_image *distance,
                                              double least, double scale, airy_error *err);

#endif

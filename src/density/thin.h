// SPDX-License-Identifier: GPL-3.0-or-later
// Of thin.c, for the room and its tests.
#ifndef AIRY_DENSITY_THIN_H
#define AIRY_DENSITY_THIN_H

#include "airy/density.h"

// Thins set pixels to lines one pixel wide that have the same components and holes (Guo & Hall,
// Commun. ACM 32, 359, 1989), then removes what 8-connection does not need: corners of staircases,
// full squares where lines meet. Pixels at the frame may be set. out (same size, initialised) gets
// 0 or 1; it may be in.
AIRY_MUST_CHECK airy_code airy_skeleton_thin(const airy_mask *in, airy_mask *out, airy_error *err);

#endif

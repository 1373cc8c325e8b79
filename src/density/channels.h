// SPDX-License-Identifier: GPL-3.0-or-later
// Of channels.c, for the room and its tests.
#ifndef AIRY_DENSITY_CHANNELS_H
#define AIRY_DENSITY_CHANNELS_H

#include "airy/density.h"

// Components of a region (8-connected) as channels, n of them, freed with airy_memory_free
// (density/channels.c).
AIRY_MUST_CHECK airy_code airy_channels_find(const airy_mask *region, const airy_body *body,
                                             double pixel_nm, airy_channel **channels, int *n,
                                             airy_error *err);

#endif

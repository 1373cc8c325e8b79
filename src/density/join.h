// SPDX-License-Identifier: GPL-3.0-or-later
// Of join.c, for the room and its tests.
#ifndef AIRY_DENSITY_JOIN_H
#define AIRY_DENSITY_JOIN_H

#include "airy/density.h"
#include "path.h"

// Makes one path of those that go straight on across junctions (links.h), straight from where one
// has come out of the junction's disc to where the next has: inside, the skeleton turns towards the
// junction's middle. Bridges that such lines pass are no paths any more. paths is changed in place.
AIRY_MUST_CHECK airy_code airy_paths_join(airy_paths *paths, const airy_image *distance,
                                          double scale, airy_error *err);

#endif

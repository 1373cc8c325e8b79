// SPDX-License-Identifier: GPL-3.0-or-later
// Of trace.c, for the room and its tests.
#ifndef AIRY_DENSITY_TRACE_H
#define AIRY_DENSITY_TRACE_H

#include "airy/density.h"
#include "path.h"

// Follows a thinned image. Touching junction pixels are one junction, and each path that meets it
// runs on to the pixel nearest the junction's middle. A lone pixel is a path of one; a ring without
// junction is a path whose first and last pixels are the same. The caller releases.
AIRY_MUST_CHECK airy_code airy_skeleton_trace(const airy_mask *skeleton, airy_paths *paths,
                                              airy_error *err);
void airy_paths_release(airy_paths *paths);

#endif

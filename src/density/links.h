// SPDX-License-Identifier: GPL-3.0-or-later
// Of links.c, for the room and its tests.
#ifndef AIRY_DENSITY_LINKS_H
#define AIRY_DENSITY_LINKS_H

#include "airy/density.h"
#include "path.h"

// Which paths go straight on across junctions. An end is 2 * path + (0 or 1).
typedef struct airy_links {
    int *next;   // (2 n) the end at which the line goes on from each end, -1: it ends there
    int *in;     // (2 n) pixels from each end to where the path has left the junction's disc
    int *bridge; // (junctions) the path to the junction that is one with this one, -1: none
} airy_links;

// Links ends that meet at a junction, the two that are straightest first; no line becomes a ring.
// A path not much longer than the half widths at its two junctions (`distance`, of the region's
// pixels to its border) is a bridge: the two are one junction, and lines that cross share it.
// Directions are taken over `scale` pixels. The caller releases.
AIRY_MUST_CHECK airy_code airy_links_find(const airy_paths *paths, const airy_image *distance,
                                          double scale, airy_links *links, airy_error *err);
void airy_links_release(airy_links *links);

#endif

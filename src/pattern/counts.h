// SPDX-License-Identifier: GPL-3.0-or-later
// Of counts.c, for the room.
#ifndef AIRY_PATTERN_COUNTS_H
#define AIRY_PATTERN_COUNTS_H

#include "airy/pattern.h"

// Leaves out the counts that a mask on the condensed pattern made of them excludes: bins that share
// area with an excluded pixel or with its mate, for both are one there. Nothing where one of the
// two does not tell its pixel size.
void airy_counts_exclude(airy_pattern *counts, const airy_pattern *condensed,
                         const airy_mask *mask);

#endif

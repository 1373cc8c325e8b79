// SPDX-License-Identifier: GPL-3.0-or-later
// Of patterns.c, for the room and its tests.
#ifndef AIRY_SCAN_PATTERNS_H
#define AIRY_SCAN_PATTERNS_H

#include "airy/scan.h"

// What is kept of all patterns: the ring's values, and V of each.
typedef struct airy_scan airy_scan;
AIRY_MUST_CHECK airy_scan *airy_scan_new(const airy_scan_plan *plan, airy_error *err);
void airy_scan_free(airy_scan *scan);

// One pattern of the file (ky, kx); others than those looked at are passed over.
void airy_scan_take(airy_scan *scan, int t, int y, int x, const float *pattern);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Of scan.c, for the room and its tests.
#ifndef AIRY_SIMULATE_SCAN_H
#define AIRY_SIMULATE_SCAN_H

#include "airy/simulate.h"

// All patterns, (frames, ny, nx, side, side), and the maps of truth (ny, nx) that they follow; the
// caller releases. Fields are exact first-order processes: correlation exp(-t / tau). The same
// numbers for any threads. airy_memory_free(*patterns).
AIRY_MUST_CHECK airy_code airy_simulate_scan(const airy_scan_simulation *options, float **patterns,
                                             airy_image *tau, airy_image *v, airy_error *err);

#endif

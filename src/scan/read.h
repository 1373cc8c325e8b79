// SPDX-License-Identifier: GPL-3.0-or-later
// Of read.c, for the room and its tests.
#ifndef AIRY_SCAN_READ_H
#define AIRY_SCAN_READ_H

#include "airy/scan.h"
#include "patterns.h"

// All patterns of an array in the plan's order, in one pass.
AIRY_MUST_CHECK airy_code airy_scan_read(airy_scan *scan, airy_array *array, airy_error *err);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Of maps.c, for the room and its tests.
#ifndef AIRY_SCAN_MAPS_H
#define AIRY_SCAN_MAPS_H

#include "airy/scan.h"
#include "points.h"

// The map of this name ("tau_s", "v", "tau_half_a_s", ...; the names of scan.h5), (ny, nx), NaN
// where there is none. AIRY_EARGUMENT naming the maps there are.
AIRY_MUST_CHECK airy_code airy_scan_map(const airy_scan_maps *maps, const char *name,
                                        airy_image *map, airy_error *err);

// scan.h5, and the table of one row a place (scan/write.c).
AIRY_MUST_CHECK airy_code airy_scan_write(const char *path, const airy_scan_maps *maps,
                                          const airy_history *history, bool overwrite,
                                          airy_error *err);
AIRY_MUST_CHECK airy_code airy_scan_table(const airy_scan_maps *maps, airy_table *table,
                                          airy_error *err);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Of pieces.c, for the room and its tests.
#ifndef AIRY_SCAN_PIECES_H
#define AIRY_SCAN_PIECES_H

#include "airy/scan.h"
#include "points.h"

// Reads and fits the rows that the store lacks, a few at a time, and keeps each there; of them only
// those from rows[0] to rows[1] - 1 (below 0: to the last), counted from the first that is looked
// at. Ranks share them. The maps are those of the whole scan (airy_scan_fit) as soon as all rows
// are there; until then they are empty (ny 0), which is no error. The caller releases
// (scan/pieces.c). AIRY_EARGUMENT when places are followed, which want their neighbours.
AIRY_MUST_CHECK airy_code airy_scan_pieces(const airy_scan_plan *plan, airy_array *array,
                                           const int rows[2], const airy_pieces *store,
                                           airy_scan_maps *maps, airy_error *err);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Reading one piece of a dataset at a time, whatever its type: what frames and raw words stand on.
#ifndef AIRY_FILES_BLOCKS_H
#define AIRY_FILES_BLOCKS_H

#include "airy/files.h"

// What a piece is read as.
typedef enum airy_cell {
    AIRY_CELL_FLOAT,
    AIRY_CELL_WORD,
    AIRY_CELL_BITS,
    AIRY_CELL_DOUBLE
} airy_cell;

// A dataset seen as pieces: its first `lead` dimensions count them.
typedef struct airy_blocks {
    airy_h5 *h5;
    const char *path;
    int lead;
    bool lossy; // whatever sources are lost: what they should hold are fill values
    const struct airy_sources *sources; // read what these provide and leave the rest; NULL: all
} airy_blocks;

// Reads piece i (n elements, which must be its size) into values. AIRY_CELL_WORD takes whole
// numbers of 1 or 2 bytes only.
AIRY_MUST_CHECK airy_code airy_blocks_read(const airy_blocks *blocks, int i, airy_cell cell,
                                           void *values, int n, airy_error *err);

// "float32", "uint16", "text", ...
AIRY_MUST_CHECK airy_code airy_h5_type_name(airy_h5 *h5, const char *path, char name[24],
                                            airy_error *err);

// All paths that fit a pattern (see airy_h5_match), in the order of names; only the path of an item
// is filled in. airy_memory_free(*items).
AIRY_MUST_CHECK airy_code airy_h5_find(airy_h5 *h5, const char *pattern, airy_h5_item **items,
                                       int *n, airy_error *err);

// AIRY_EMISSING, naming it, when a link whose path fits a pattern leads nowhere.
AIRY_MUST_CHECK airy_code airy_h5_check_links(airy_h5 *h5, const char *pattern, airy_error *err);

// Where a link that leads nowhere was to lead: "; it is a link to FILE, which is not there", or "".
void airy_h5_lost_link(airy_h5 *h5, const char *path, char text[768]);

// Where a soft link leads; false when path is none.
bool airy_h5_link_target(airy_h5 *h5, const char *path, char target[512]);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Of pieces.c, for the room and its tests.
#ifndef AIRY_FILES_PIECES_H
#define AIRY_FILES_PIECES_H

#include "airy/files.h"

// NULL on errors: AIRY_EIO when the folder cannot be made, AIRY_EMEMORY.
AIRY_MUST_CHECK airy_pieces *airy_pieces_open(const char *output, const char *key, airy_error *err);

// The n bytes of a piece; false when it is not there, and bytes hold anything.
bool airy_pieces_take(const airy_pieces *pieces, int piece, void *bytes, size_t n);

// AIRY_EIO when it cannot be written.
AIRY_MUST_CHECK airy_code airy_pieces_put(const airy_pieces *pieces, int piece, const void *bytes,
                                          size_t n, airy_error *err);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Of pieces.c, for the room and its tests.
#ifndef AIRY_FILES_PIECES_H
#define AIRY_FILES_PIECES_H

#include "airy/files.h"

// NULL on errors: AIRY_EIO when the folder cannot be made, AIRY_EMEMORY.
AIRY_MUST_CHECK airy_pieces *airy_pieces_open(const char *output, const char *key, airy_error *err);

#endif
